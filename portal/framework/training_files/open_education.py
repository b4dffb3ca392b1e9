"""Trainings from an Open Education API (OEAPI, versions 5 and 6): courses and programmes with their offerings, as rows of a list.

=============================  ==========================================================================================
column                         where it comes from
=============================  ==========================================================================================
reference                      ``oeapi/`` with ``courseId``, ``programId`` (v5) or ``programmeId`` (v6)
name, description              ``name`` and ``description``, Dutch when there is Dutch
provider, kvk                  ``name`` of the organisation, and its code of which the type names kvk
level                          ``levelOfQualification``, else ``level`` (mbo 1-4, associate degree 5, bachelor 6, master 7)
crebo, croho                   a code of five digits of which the type names crebo or croho: crebo up to level 4
sector                         ``fieldsOfStudy`` (ISCED-F), when there is one
form                           ``modeOfDelivery`` / ``modesOfDelivery`` of the offerings, else of the course
municipality                   the postcode, else the city, of an address to go to: of the offerings, else of the course
starts, any_time               ``startDate`` / ``startDateTime`` from today on; a flexible entry period is any time
weeks, hours                   ``duration`` (ISO 8601); ``studyLoad`` in hours
tuition, exam, books, ...      ``priceInformation`` of the first offering with a price: total costs less what is named apart
source, as_of                  the address, and the day on which it was asked
=============================  ==========================================================================================

It does not say whether a training is in the evening, leads to an occupation short of people, or is free of VAT (CRKBO): a new
training gets "no" there, and what the region wrote about a known one stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.framework.training_files.columns import FORMS, amount_text, yes_no_text
from portal.framework.training_files.tables import MOST_ROWS, Written
from portal.framework.trainings.models import PRICE_KINDS, TeachingForm
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

Item = Mapping[str, Any]
Ask = Callable[[str], Any]
"""Gives the document at a path of the API, such as ``/courses?pageNumber=1``."""
PAGE_SIZE, MOST_PAGES = 250, 40


@dataclass(frozen=True)
class Spec:
    """How a version of the specification calls things."""

    things: tuple[tuple[str, str, str], ...]
    """Of courses and programmes: the path of the list, the key of an id, the path of offerings under it."""
    organisations: str
    organisation_keys: tuple[str, str]
    """The key of the organisation in full, and of its id alone."""


SPECS: Mapping[int, Spec] = {
    5: Spec(
        (("courses", "courseId", "offerings"), ("programs", "programId", "offerings")),
        "organizations",
        ("organization", "organization"),
    ),
    6: Spec(
        (("courses", "courseId", "course-offerings"), ("programmes", "programmeId", "programme-offerings")),
        "organisations",
        ("organisation", "organisationId"),
    ),
}
_LEVELS = {
    "secondary_vocational_education_1": 1,
    "secondary_vocational_education_2": 2,
    "secondary_vocational_education_3": 3,
    "secondary_vocational_education_4": 4,
    "associate_degree": 5,
    "bachelor": 6,
    "master": 7,
    "doctoral": 8,
}
_FIELDS = (
    ("0922", "childcare"), ("0112", "childcare"), ("073", "construction"), ("104", "transport"), ("061", "ict"), ("06", "ict"),
    ("07", "technology"), ("09", "care"), ("08", "green"), ("01", "education"), ("04", "business"),
)  # fmt: skip
"""The sector by the beginning of an ISCED-F code, the longest beginning first."""
_KINDS = (("exam", "exam"), ("book", "books"), ("material", "materials"), ("assessment", "assessment"))
_ONLINE, _MIXED = {"online", "distance_learning"}, {"blended", "hybrid"}
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?")


def written_courses(
    ask: Ask, *, spec: int, source: str, today: date, postcodes: Mapping[str, str]
) -> list[tuple[int, Written]]:
    """All courses and programmes of an API as rows. `postcodes` names the municipality of four digits that lie in only one.

    Raises ``Refusal`` when the answers are not those of an Open Education API, or when there is too much.
    """
    how, rows, names = SPECS[spec], list[tuple[int, Written]](), dict[str, Item]()
    for things, key, below in how.things:
        for item in _every(ask, f"/{things}"):
            if len(rows) >= MOST_ROWS:
                raise Refusal(
                    "too_many_rows", _l("Deze bron heeft te veel opleidingen: meer dan %(most)s.", most=MOST_ROWS)
                )
            identity = _text(item.get(key))
            offerings = [one for one in _every(ask, f"/{things}/{identity}/{below}") if _is_given(one, today)]
            owner = _organisation(ask, item, how, names)
            rows.append((len(rows) + 1, _row(_Thing(item, offerings, owner, today), identity, source, postcodes)))
    return rows


@dataclass(frozen=True)
class _Thing:
    """A course or programme with what belongs to it."""

    item: Item
    offerings: Sequence[Item]
    owner: Item
    today: date

    def both(self, *keys: str) -> Iterator[Any]:
        """What stands under these keys: of the offerings first, then of the thing itself."""
        for one in (*self.offerings, self.item):
            for key in keys:
                if one.get(key):
                    yield one[key]


def _row(thing: _Thing, identity: str, source: str, postcodes: Mapping[str, str]) -> Written:
    item = thing.item
    level = _level(item)
    starts = sorted({day for one in thing.offerings if (day := _first_day(one)) >= thing.today.isoformat()})
    flexible = next(thing.both("flexibleEntryPeriodStart", "flexibleEntryPeriodStartDateTime"), None) is not None
    row: Written = {
        "reference": f"oeapi/{identity}",
        "name": _said(item.get("name")),
        "description": _cut(_said(item.get("description")), 500),
        "provider": _said(thing.owner.get("name")),
        "kvk": next((code for kind, code in _codes(thing.owner) if "kvk" in kind), ""),
        "level": str(level or ""),
        "form": str(FORMS[_form(thing)]),
        "municipality": _municipality(thing, postcodes),
        "starts": ", ".join(starts[:24]),
        "any_time": yes_no_text(flexible),
        "weeks": str(_weeks(_text(item.get("duration"))) or ""),
        "hours": str(_hours(item.get("studyLoad")) or ""),
        "source": source,
        "as_of": thing.today.isoformat(),
        **_registered(item, level),
        **_prices(thing),
    }  # fmt: skip
    field = _text(item.get("fieldsOfStudy"))
    sector = next((sector for begin, sector in _FIELDS if field.startswith(begin)), None)
    return row if sector is None else {**row, "sector": sector}


def _every(ask: Ask, path: str) -> Iterator[Item]:
    """All items of a list, page by page."""
    for number in range(1, MOST_PAGES + 1):
        answer = ask(f"{path}?pageSize={PAGE_SIZE}&pageNumber={number}")
        items = answer.get("items") if isinstance(answer, Mapping) else None
        if not isinstance(items, list) or not all(isinstance(one, Mapping) for one in items):
            raise Refusal("not_oeapi", _l("Dit adres geeft geen antwoord zoals de Open Onderwijs API dat doet."))
        yield from items
        if not answer.get("hasNextPage"):
            return
    raise Refusal("too_many_rows", _l("Deze bron heeft te veel opleidingen: meer dan %(most)s.", most=MOST_ROWS))


def _organisation(ask: Ask, item: Item, how: Spec, names: dict[str, Item]) -> Item:
    whole, alone = (item.get(key) for key in how.organisation_keys)
    if isinstance(whole, Mapping):
        return whole
    identity = _text(alone)
    if identity and identity not in names:
        answer = ask(f"/{how.organisations}/{identity}")
        names[identity] = answer if isinstance(answer, Mapping) else {}
    return names.get(identity, {})


def _is_given(offering: Item, today: date) -> bool:
    """Whether it was not taken back and is not over."""
    last = _text(offering.get("endDate") or offering.get("endDateTime"))[:10]
    return (
        _word(offering.get("state")) not in ("cancelled", "inactive", "archived") and not "" < last < today.isoformat()
    )


def _level(item: Item) -> int | None:
    named = re.search(r"[1-8]", _text(item.get("levelOfQualification")))
    return int(named[0]) if named else _LEVELS.get(_word(item.get("level")))


def _registered(item: Item, level: int | None) -> Written:
    for kind, code in _codes(item):
        if ("crebo" in kind or "croho" in kind) and re.fullmatch(r"[0-9]{5}", code, re.ASCII):
            vocational = (level or 0) <= 4 if "crebo" in kind and "croho" in kind else "crebo" in kind
            return {"crebo": code, "croho": ""} if vocational else {"crebo": "", "croho": code}
    return {"crebo": "", "croho": ""}


def _codes(item: Item) -> Iterator[tuple[str, str]]:
    """The kinds of code with the codes, the primary one first."""
    others = item.get("otherCodes")
    for code in (item.get("primaryCode"), *(others if isinstance(others, list) else [])):
        if isinstance(code, Mapping):
            yield _word(code.get("codeType")), _text(code.get("code"))


def _form(thing: _Thing) -> TeachingForm:
    modes = {_word(mode) for found in thing.both("modeOfDelivery", "modesOfDelivery") for mode in _listed(found)}
    if modes and modes <= _ONLINE:
        return TeachingForm.ONLINE
    return TeachingForm.BLENDED if modes & (_ONLINE | _MIXED) else TeachingForm.CLASSROOM


def _municipality(thing: _Thing, postcodes: Mapping[str, str]) -> str:
    if _form(thing) is TeachingForm.ONLINE:
        return ""
    addresses = [one for found in thing.both("addresses") for one in _listed(found) if isinstance(one, Mapping)]
    to_go_to = [one for one in addresses if _word(one.get("addressType")) in ("teaching", "visit")] or addresses
    for address in to_go_to:
        digits = re.sub(r"\D", "", _text(address.get("postCode") or address.get("postalCode")))[:4]
        if name := postcodes.get(digits) or _text(address.get("city")):
            return name
    return ""


def _first_day(offering: Item) -> str:
    return _text(offering.get("startDate") or offering.get("startDateTime"))[:10]


def _weeks(duration: str) -> int | None:
    found = _DURATION.fullmatch(duration)
    if found is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return years * 52 + -(-months * 52 // 12) + weeks + -(-days // 7) or None


def _hours(load: Any) -> int | None:
    for one in _listed(load):
        if isinstance(one, Mapping) and _word(one.get("studyLoadUnit")) in ("sbu", "hour"):
            try:
                return int(Decimal(str(one.get("value")))) or None
            except (InvalidOperation, ValueError, OverflowError):
                return None
    return None


def _prices(thing: _Thing) -> Written:
    """Total costs less what is named apart is tuition. Another currency, or what is no amount, stands as it is: then it is wrong.

    What may be paid from a budget of the past (STAP) is a part of the total, and is left out.
    """
    apart: dict[str, tuple[int, int]] = {}
    total: tuple[int, int] | None = None
    for cost in next((_listed(found) for found in thing.both("priceInformation")), []):
        if not isinstance(cost, Mapping) or cost.get("amount") in (None, ""):
            continue
        amount, vat = _cents(cost.get("amount")), _cents(cost.get("vatAmount") or "0")
        if amount is None or vat is None or _text(cost.get("currency") or "EUR").upper() != "EUR":
            return {"tuition": f"{_text(cost.get('amount'))[:30]} {_text(cost.get('currency'))[:10]}".strip()}
        kind = _word(cost.get("costType"))
        named = next((ours for word, ours in _KINDS if word in kind), None)
        if named is not None:
            apart[named] = (amount, vat)
        elif kind in ("total_costs", "tuition"):
            total = (amount, vat)
    if total is not None:
        known = sum(amount for amount, _ in apart.values()), sum(vat for _, vat in apart.values())
        apart["tuition"] = (max(0, total[0] - known[0]), max(0, total[1] - known[1]))
    if not apart:
        return {}
    found = dict.fromkeys((column for kind in PRICE_KINDS for column in (kind, f"{kind}_vat")), "")
    for kind, (amount, vat) in apart.items():
        if amount:
            found |= {kind: amount_text(amount), f"{kind}_vat": amount_text(vat) if vat else ""}
    return found


def _cents(amount: Any) -> int | None:
    text = _text(amount)
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", text, re.ASCII):
        return None
    return int((Decimal(text) * 100).to_integral_value())


def _said(texts: Any) -> str:
    """What is said in Dutch, else in the first language."""
    said = [one for one in _listed(texts) if isinstance(one, Mapping) and _text(one.get("value"))]
    dutch = [one for one in said if _text(one.get("language")).lower().startswith("nl")]
    return " ".join(_text((dutch or said)[0]["value"]).split()) if said else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _word(value: Any) -> str:
    """A word of the specification, which versions write differently: ``Total costs``, ``total_costs``, ``crohoCreboCode``."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", _text(value))
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
