"""Which kinds of protected data somebody of an audience may get, and on which page: lists that are written down and compared.

`FIELDS_OF_ROLE` is the list per role. `kinds_on_pages.txt` says of each page of a role which of them it shows: a page that shows another kind,
or shows people and has no line, is found. Whose they are is another question: `tests.web.canaries.rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from portal.people.actor import Audience
from tests.web.canaries.birds import Canary
from tests.web.canaries.crawling import Seen
from tests.web.canaries.planting import PlantedWorld

LINES = Path(__file__).with_name("kinds_on_pages.txt")


class ProtectedKind(StrEnum):
    """What is protected of somebody."""

    NAME = "name"
    BIRTH_DATE = "birth date"
    ADDRESS = "address"
    ACCOUNT = "account number"
    PHONE = "telephone"
    EMAIL = "e-mail"
    NOTE = "note"
    """Whatever somebody wrote or was written about them in their own words: a wish, a reason, a report, a training."""


_BY_COLUMN: Mapping[str, ProtectedKind] = {
    r"birth_date$|development_question\.facts$": ProtectedKind.BIRTH_DATE,
    r"iban$": ProtectedKind.ACCOUNT,
    r"phone$": ProtectedKind.PHONE,
    r"email$": ProtectedKind.EMAIL,
    r"(street|postcode|city)$": ProtectedKind.ADDRESS,
    r"(?<!training_)name$|employer_contact$|\.person$|_by$|referred_to$": ProtectedKind.NAME,
}
Fields = frozenset[tuple[str, ProtectedKind]]
"""Of whom (a case, an account of who works here, a provider), and what."""


def kind_of(canary: Canary) -> ProtectedKind:
    """What kind of data stands in the column of a canary."""
    return next((kind for name, kind in _BY_COLUMN.items() if re.search(name, canary.place)), ProtectedKind.NOTE)


def _of(whose: str, *kinds: ProtectedKind) -> Fields:
    return frozenset((whose, kind) for kind in kinds)


_KIND = ProtectedKind
_OF_A_PERSON = (_KIND.NAME, _KIND.BIRTH_DATE, _KIND.ADDRESS, _KIND.PHONE, _KIND.EMAIL, _KIND.NOTE)
_COLLEAGUES = _of("account", _KIND.NAME)
FIELDS_OF_ROLE: Mapping[Audience, Fields] = {
    Audience.ANYONE: _COLLEAGUES,
    Audience.RESIDENT: _of("case", *_OF_A_PERSON) | _COLLEAGUES,
    Audience.EMPLOYER: _of("case", *_OF_A_PERSON) | _COLLEAGUES,
    Audience.ADVISOR: _of("case", *_OF_A_PERSON) | _of("provider", _KIND.ACCOUNT) | _COLLEAGUES,
    Audience.REGION: _of("case", _KIND.NAME, _KIND.ACCOUNT, _KIND.NOTE) | _COLLEAGUES,
    Audience.PROVIDER: _of("case", _KIND.NAME) | _of("provider", _KIND.ACCOUNT) | _COLLEAGUES,
    Audience.AUDITOR: _of("case", _KIND.NAME, _KIND.ACCOUNT, _KIND.NOTE) | _COLLEAGUES,
    Audience.ADMIN: _of("account", _KIND.NAME, _KIND.EMAIL),
    Audience.OWNER: _COLLEAGUES,
    Audience.HELPER: _COLLEAGUES,
    Audience.FUNDER: _COLLEAGUES,
    Audience.CONTROLLER: _COLLEAGUES,
}
"""What each role may get on pages at all. A visitor reads for whom a link is that they open; who asks reads who decided."""


def shown(planted: PlantedWorld, seen: Iterable[Seen]) -> dict[tuple[Audience, str], Fields]:
    """Which kinds came out in the answers, by audience and page; without what stands on every page, the name of who is in."""
    mine = {("account", account.id, audience) for audience, account in planted.world.accounts.items()}
    found: dict[tuple[Audience, str], set[tuple[str, ProtectedKind]]] = {}
    for one in seen:
        if one.channel == "answer" and (one.canary.whose, one.canary.number, one.asker.audience) not in mine:
            page = found.setdefault((one.asker.audience, one.endpoint), set())
            page.add((one.canary.whose, kind_of(one.canary)))
    return {page: frozenset(fields) for page, fields in found.items()}


@cache
def lines() -> dict[tuple[Audience, str], Fields]:
    """What is written down: a line for each page of a role."""
    found = {}
    for line in LINES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            role, endpoint, told = (part.strip() for part in line.split("|"))
            whose = (part.partition(":")[::2] for part in told.split(";"))
            fields = {(name.strip(), ProtectedKind(kind.strip())) for name, kinds in whose for kind in kinds.split(",")}
            found[Audience(role), endpoint] = frozenset(fields)
    return found


def line_of(page: tuple[Audience, str], fields: Fields) -> str:
    """The line for a page."""
    of = {
        whose: sorted(kind.value for one, kind in fields if one == whose)
        for whose in sorted({one for one, _ in fields})
    }
    told = "; ".join(f"{whose}: {', '.join(kinds)}" for whose, kinds in of.items())
    return f"{page[0].value} | {page[1]} | {told}"


def unwritten(planted: PlantedWorld, seen: Iterable[Seen]) -> list[str]:
    """The pages that show what no line says, with the line that they would have; and what is not of their role at all."""
    found = []
    for page, fields in sorted(shown(planted, seen).items()):
        more = fields - lines().get(page, frozenset())
        if more:
            found.append(f"shows {line_of(page, more)}")
        if outside := fields - FIELDS_OF_ROLE.get(page[0], frozenset()):
            found.append(f"not of this role: {line_of(page, outside)}")
    return found
