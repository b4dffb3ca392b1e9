"""Every limit of the desk, what a stranger may cost; and the table of what was counted: no addresses, no places, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base

MINUTES, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class HowOften:
    """So many times something may be done by one, from the first time until the window is over. Then the count begins again."""

    what: str
    most: int
    window: timedelta


WRONG_LINKS = HowOften("wrong_links", 20, HOUR)
"""Per place. A link that works is never counted and never refused: nobody is locked out by a stranger behind the same address."""
SIGN_IN_MAILS = HowOften("sign_in_mails", 3, MINUTES)
"""Per address and place. As long as a link lives; the link works in the browser that asked, so that who floods an address from
elsewhere does not keep its owner out."""
SIGN_IN_MAILS_IN_ALL = HowOften("sign_in_mails_in_all", 12, MINUTES)
"""Per address, wherever it is asked."""
SIGN_IN_ASKED = HowOften("sign_in_asked", 20, HOUR)
"""Per place: an office asks from one."""
WRONG_CODES = HowOften("wrong_codes", 20, HOUR)
"""Per account of a provider. A code has about 50 bits."""
DRAFTS = HowOften("drafts", 60, HOUR)
"""Per place: a library or a fair asks from one."""
SIGN_UPS = HowOften("sign_ups", 10, DAY)
"""Per place, of providers that ask to be listed."""
PLEDGE_MAILS = HowOften("pledge_mails", 5, DAY)
"""Per question: asked, corrected and reminded."""
MAILS_TO = HowOften("mails_to", 20, DAY)
"""Per address that somebody typed and that did not answer yet: an employer that is asked, a person who sent a question."""
BUNDLES = HowOften("bundles", 3, DAY)
"""Per address: trainings sent together, with a mail for each."""
NEW_LINKS = HowOften("new_links", 10, HOUR)
"""Per question: links to go on later, and fresh ones after the old were ended."""
LINKS_ASKED = HowOften("links_asked", 20, HOUR)
"""Per place, of people who lost the link to their question."""
LINKS_TO = HowOften("links_to", 5, HOUR)
"""Per number and address together: who knows only the address stops nobody from getting a link."""
API_MIXES = HowOften("api_mixes", 600, HOUR)
"""Per program or place: mixes that are computed or checked at the interface. A dear one counts as several: `MIX_SECONDS`."""
MIX_SECONDS = 0.5
"""A mix counts once, and once more for each time that it took so many seconds of the processor: 300 seconds an hour in all."""
API_CALLS = HowOften("api_calls", 6000, HOUR)
"""Per token: everything that is asked with it."""

SIGN_IN_CODES = HowOften("sign_in_codes", 5, MINUTES)
"""Per browser that asked for a link: wrong tries of the six digits in its mail. At most three mails leave in that time."""
WRONG_STEPS = HowOften("wrong_steps", 5, MINUTES)
"""Per account, of who took the first step: wrong codes of the app, wrong recovery codes and
passkeys that do not fit, together."""
SIGN_IN_CODES_TO = HowOften("sign_in_codes_to", 20, DAY)
"""Per address for which a link was asked, whoever has it or nobody: wrong tries of the digits, from all browsers and places. The
link in the mail still works, so that who guesses keeps its owner from nothing but typing the digits."""
SIGN_IN_CODES_HERE = HowOften("sign_in_codes_here", 60, HOUR)
"""Per place: wrong tries of the digits for all addresses together."""
WRONG_STEPS_HERE = HowOften("wrong_steps_here", 60, HOUR)
"""Per place: wrong second steps of all accounts together. An office types from one."""
OUTSIDE_BEGUN = HowOften("outside_begun", 60, HOUR)
"""Per place: begun to sign in or identify at an identity service."""

LIMITS = (
    SIGN_IN_MAILS_IN_ALL,
    SIGN_IN_CODES,
    SIGN_IN_CODES_TO,
    SIGN_IN_CODES_HERE,
    WRONG_STEPS,
    WRONG_STEPS_HERE,
    OUTSIDE_BEGUN,
    WRONG_LINKS,
    SIGN_IN_MAILS,
    SIGN_IN_ASKED,
    WRONG_CODES,
    DRAFTS,
    SIGN_UPS,
    PLEDGE_MAILS,
    MAILS_TO,
    BUNDLES,
    NEW_LINKS,
    LINKS_ASKED,
    LINKS_TO,
    API_MIXES,
    API_CALLS,
)


class LimitCount(Base):
    """How often one did one thing since the window began. Who it was is a keyed hash; the key is not in the database."""

    __tablename__ = "limit_count"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("until > since", name="window_forward"),
    )

    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    number: Mapped[int]
