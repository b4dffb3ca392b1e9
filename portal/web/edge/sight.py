"""What was seen is what is done: a page sends along what it showed, and an act happens only while that is how it stands.

Two people may have the same case before them. A page on which something is decided calls ``decide_on`` with what it shows; every
form on it sends that along. The act is done inside ``require_seen``: after the records are locked and read again, what came along
is compared with how it stands now. When it is not the same, nothing is done and the page shows the difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, request
from markupsafe import Markup

from portal.platform.database import Base, current_session
from portal.platform.errors import Conflict
from portal.platform.guarded import hold
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l

SEEN_FIELD = "seen"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST = 100_000
"""More than any page sends along, in characters."""


@dataclass(frozen=True)
class Stand:
    """One thing that a page shows and that is decided on."""

    key: str
    label: str
    value: str | int | None
    """What is compared."""
    shown: str
    """How the page says it."""

    @classmethod
    def of_cents(cls, key: str, label: str, cents: int) -> Stand:
        """An amount in cents."""
        return cls(key, label, cents, format_euros(cents, exact=True))

    @classmethod
    def of_day(cls, key: str, label: str, day: date | None) -> Stand:
        """A day, or none."""
        return cls(key, label, day.isoformat() if day else None, format_date(day) if day else "–")


@dataclass(frozen=True)
class SeenOtherwise:
    """One difference between what somebody saw and how it stands."""

    label: str
    was: str
    now: str


def decide_on(sight: Callable[[], Sequence[Stand]], *records: Base) -> None:
    """Say what this page shows that is decided on. Call it before the act, with the records that the act changes.

    When something is sent they are locked first: what is compared is what the act finds. A page that comes back for another
    reason says what changed as well, because from then on it counts as seen.
    """
    lock_first(*records)
    g.sight = tuple(sight())
    g.seen_otherwise = _differences() if request.method not in READING or g.get("seen_before") else []


def lock_first(*records: Base) -> None:
    """When something is sent: lock these records, and let all that was loaded before be read again when it is used."""
    if records and request.method not in READING:
        session = current_session()
        for record in records:
            hold(session, record)
        session.expire_all()


def require_seen() -> None:
    """Raise ``Conflict`` when what came along is not how it stands; the page then shows the difference.

    A form that sends nothing along was not made by a page that shows what is decided, and is refused too.
    """
    if g.seen_otherwise:
        message = _l("Er is iets veranderd sinds u deze bladzijde opende. Er is niets gedaan. Kijk wat er nu staat.")
        raise Conflict("seen_otherwise", message)


def _differences() -> list[SeenOtherwise]:
    sent, stands = {one.key: one for one in _sent()}, {one.key: one for one in g.sight}
    return [
        SeenOtherwise(
            (stands.get(key) or sent[key]).label,
            sent[key].shown if key in sent else _("niet gezien"),
            stands[key].shown if key in stands else _("er niet meer"),
        )
        for key in {**stands, **sent}
        if key not in sent or key not in stands or sent[key].value != stands[key].value
    ]


def seen_values() -> dict[str, str | int | None]:
    """What the page that was sent showed, by key; as it came along, so nothing to rely on."""
    return {one.key: one.value for one in _sent()}


def seen_otherwise() -> list[SeenOtherwise]:
    """What is not as the person saw it, for the page that says so."""
    found: list[SeenOtherwise] = g.get("seen_otherwise", [])
    return found


def sight_field() -> Markup:
    """The hidden field with what this page shows; empty on a page where nothing is decided."""
    stands: tuple[Stand, ...] | None = g.get("sight")
    if stands is None:
        return Markup("")
    told = json.dumps([[one.key, one.label, one.value, one.shown] for one in stands], ensure_ascii=False)
    return Markup('<input type="hidden" name="{}" value="{}">').format(SEEN_FIELD, told)


def _sent() -> list[Stand]:
    """What came along; nothing when it cannot be read."""
    try:
        text = request.form.get(SEEN_FIELD) or g.get("seen_before") or "[]"
        told = read_told(text[:LONGEST])
        return [Stand(str(key), str(label)[:200], value, str(shown)[:500]) for key, label, value, shown in told]
    except (ValueError, TypeError):
        return []


def read_told(text: str) -> Any:
    """What a page sent along as JSON. Raises ``ValueError`` for what is none, is nested too deeply, or holds what no text can:
    half a character, or a number without an end."""
    try:
        told = json.loads(text)
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return told
