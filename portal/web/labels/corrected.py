"""What was asked, and what the desk changed in it, in words: for the advisor and for who asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.cases.asked import FACT
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.corrections.queries import change_of_substance
from portal.platform.i18n import LazyString, format_date, format_euros, format_items, format_list, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.labels import CONTACT_WAYS, PLEDGE_KINDS, label
from portal.words.names import Names
from portal.words.wording import category_label

ELSEWHERE = "GM0000"
"""Lives or is established in no Dutch municipality of the list."""
SUBJECT_LABELS: Mapping[str, LazyString] = {
    "wish": _l("Wens"),
    "goals": _l("Doel"),
    "training": _l("Opleiding"),
    "costs": _l("Kosten"),
    "borrow_up_to": _l("Wil lenen tot"),
    "employer": _l("Werkgever"),
    "pledge": _l("Bijdrage van de werkgever"),
    "contact": _l("Contact"),
}
ON_WORD: Mapping[OnWord, LazyString] = {
    OnWord.TOLD: _l("Verteld in het gesprek"),
    OnWord.DOCUMENT: _l("Gezien op een document"),
    OnWord.LOOKED_UP: _l("Opgezocht"),
    OnWord.ANSWERED: _l("Geantwoord op onze vraag"),
}
BEARERS: Mapping[str, LazyString] = {"resident": _l("inwoner"), "employer": _l("werkgever")}


def subject_label(subject: str, names: Names) -> str:
    """What a thing that was asked is called; of a fact its question."""
    if subject.startswith(FACT):
        return names.question(subject.removeprefix(FACT))
    return str(SUBJECT_LABELS[subject])


def change_note(row: Correction) -> str:
    """Who changed it, when, on whose word, and whether the application counts from then."""
    day = format_date(row.at, "short")
    note = _("%(who)s, %(day)s, %(how)s", who=row.by_name, day=day, how=str(ON_WORD[row.on_word]).lower())
    if row.place_before is None:
        return note
    told = {"note": note, "day": format_date(row.at)}
    why = change_of_substance(row)
    if why == "higher_costs":
        return _("%(note)s. De kosten werden hoger. Daarom telt de aanvraag mee vanaf %(day)s.", **told)
    if why == "another_training":
        return _("%(note)s. Het werd een andere opleiding. Daarom telt de aanvraag mee vanaf %(day)s.", **told)
    return _("%(note)s. De aanvraag telt hierdoor mee vanaf %(day)s.", **told)


def value_text(subject: str, value: Any, names: Names) -> str:
    """A plain value of ``portal.cases.asked`` as people read it."""
    if value is None or value == [] or value == "":
        return _("niets ingevuld")
    if subject.startswith(FACT):
        return _fact(subject.removeprefix(FACT), value, names)
    if subject == "goals":
        known = names.facts.get("goals")
        options = [known.option(key) for key in value] if known is not None else []
        return format_items(localized(one.label) for one in options if one is not None) or "; ".join(value)
    return _WORDS[subject](value)


def _fact(key: str, value: Any, names: Names) -> str:
    known = names.facts.get(key)
    if value == "unknown":
        return _("weet de persoon niet")
    if value == ELSEWHERE:
        return _("Niet in Nederland, of niet in deze lijst")
    if known is not None and known.type == "date" and isinstance(value, str):
        return format_date(date.fromisoformat(value))
    text = names.answer(key, value)
    return f"{text} {localized(known.unit)}" if known is not None and known.unit is not None else text


def _training(value: Mapping[str, Any]) -> str:
    called = ", ".join(filter(None, (value["name"], value["provider"])))
    return called if value.get("id") is None else _("%(training)s (uit de lijst van de regio)", training=called)


def _costs(value: list[Mapping[str, Any]]) -> str:
    total = format_euros(sum(line["amount_cents"] for line in value), exact=True)
    lines = "; ".join(_cost(line) for line in value)
    return lines if len(value) == 1 else _("%(lines)s; samen %(total)s", lines=lines, total=total)


def _cost(line: Mapping[str, Any]) -> str:
    kind = category_label(line["category"])
    name = f"{line['description']} ({kind})" if line["description"] else kind
    parts = [f"{name} {format_euros(line['amount_cents'], exact=True)}"]
    if line["amount_without_vat_cents"] is not None:
        parts.append(_("%(amount)s zonder btw", amount=format_euros(line["amount_without_vat_cents"])))
    if line["due_on"]:
        parts.append(_("te betalen op %(day)s", day=format_date(date.fromisoformat(line["due_on"]))))
    if line["bearer"] == "employer":
        parts.append(_("voor rekening van de werkgever"))
    return ", ".join(parts)


def _employer(value: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (value["name"], value["kvk_number"], value["contact_name"], value["learner_name"])))


def _pledge(value: Mapping[str, Any]) -> str:
    amount = f"{format_euros(value['amount_cents'])} ({label(PLEDGE_KINDS, value['kind'])})"
    if not value["categories"]:
        return amount
    kinds = format_list(category_label(name) for name in value["categories"])
    return _("%(amount)s, voor %(kinds)s", amount=amount, kinds=kinds)


def _contact(value: Mapping[str, Any]) -> str:
    street = " ".join(filter(None, (value["street"], value["house_number"])))
    place = " ".join(filter(None, (value["postcode"], value["city"])))
    parts = (value["name"], label(CONTACT_WAYS, value["way"]), value["email"], value["phone"], street, place)
    return ", ".join(filter(None, parts))


_WORDS: Mapping[str, Any] = {
    "wish": str,
    "training": _training,
    "costs": _costs,
    "borrow_up_to": format_euros,
    "employer": _employer,
    "pledge": _pledge,
    "contact": _contact,
}
