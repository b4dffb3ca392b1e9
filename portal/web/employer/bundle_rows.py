"""One training as an employer writes it, in a form or in a row of a spreadsheet: read, checked, and what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.cases.bundles.models import BundledTraining, TrainingInput
from portal.cases.contents import MOST_CENTS_PER_LINE
from portal.cases.questions.models import CostInput
from portal.platform.clock import today
from portal.platform.i18n import LOCALES, format_euros, localized, use_locale
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import typed as reading
from portal.web.forms.fields import no_control_characters
from schemes.facts import FactDefinition

Facts = Mapping[str, FactDefinition]
COSTS = ("tuition", "exam", "books", "travel")
MOST_SHOWN = 40


@dataclass(frozen=True)
class Column:
    """One value of a training: its name in forms, what it is called, and the fact it answers."""

    key: str
    label: Any
    fact: str | None = None
    needed: bool = False
    longest: int = 200


COLUMNS = (
    Column("person", _l("Werknemer (geen naam)"), needed=True, longest=30),
    Column("training", _l("Opleiding"), needed=True),
    Column("provider", _l("Opleider")),
    Column("start", _l("Begint op"), "training_start"),
    Column("path", _l("Vorm"), "training_path"),
    Column("level", _l("Niveau"), "training_level"),
    Column("sector", _l("Sector"), "training_sector"),
    Column("tuition", _l("Lesgeld met btw")),
    Column("tuition_without_vat", _l("Lesgeld zonder btw")),
    Column("exam", _l("Examen met btw")),
    Column("books", _l("Boeken met btw")),
    Column("travel", _l("Reiskosten")),
)


def columns(facts: Facts) -> tuple[Column, ...]:
    """The columns of a region: those about a fact only when the region has that fact."""
    return tuple(one for one in COLUMNS if one.fact is None or one.fact in facts)


def choices_of(column: Column, facts: Facts) -> list[tuple[str, str]]:
    """The answers of a column that is a choice, each with what people read; empty for others."""
    definition = facts.get(column.fact) if column.fact is not None else None
    options = definition.values if definition is not None and definition.type == "choice" else ()
    return [(option.key, localized(option.label)) for option in options]


@dataclass
class SheetRow:
    """What was written of one training, what it means, and what is wrong, by column."""

    number: int
    written: dict[str, str]
    errors: dict[str, Any] = field(default_factory=dict)
    training: TrainingInput | None = None

    @property
    def total_cents(self) -> int:
        """The sum of the costs, in cents; 0 when something is wrong."""
        return sum(cost.amount_cents for cost in self.training.costs) if self.training is not None else 0

    def shown(self, key: str) -> str:
        """What was written, cut for a page."""
        text = self.written.get(key, "")
        return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def read_row(number: int, written: Mapping[str, str], facts: Facts) -> SheetRow:
    """A training from texts by column. Everything that is wrong is said, each at its column."""
    row = SheetRow(number, {key: text.strip() for key, text in written.items()})
    answers: dict[str, Any] = {}
    for column in columns(facts):
        text = row.written.get(column.key, "")
        if not text and column.needed:
            row.errors[column.key] = _l("Vul dit in.")
        elif text and column.fact is not None:
            _put(row, column.key, lambda c=column, t=text: answers.update({str(c.fact): _answer(c, t, facts)}))  # type: ignore[misc]
        elif text and column.key in ("person", "training", "provider"):
            _put(row, column.key, lambda c=column, t=text: _plain(c, t))  # type: ignore[misc]
    costs = _costs(row)
    if not row.errors:
        told = row.written
        row.training = TrainingInput(
            told["person"], told["training"], told.get("provider") or None, answers, tuple(costs)
        )
    return row


def _put(row: SheetRow, key: str, work: Callable[[], Any]) -> None:
    try:
        work()
    except ValueError as wrong:
        row.errors[key] = wrong.args[0] if wrong.args else _l("Controleer dit antwoord.")


def _plain(column: Column, text: str) -> None:
    no_control_characters(text)
    if len(text) > column.longest:
        raise ValueError(_l("Gebruik niet meer dan %(most)s tekens.", most=column.longest))
    if column.key == "person" and not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z ._-]*", text, re.ASCII):
        raise ValueError(_l("Gebruik letters en cijfers, zoals medewerker-1. Vul geen naam in."))


def _answer(column: Column, text: str, facts: Facts) -> str:
    if column.key == "start":
        return reading.day(text, reading.Around(today(), nearest="next", month_alone=True)).isoformat()
    for language in LOCALES:  # a file may have been made in the other language
        with use_locale(language):
            for key, label in choices_of(column, facts):
                if text.casefold() in (key.casefold(), label.casefold()):
                    return key
    raise ValueError(_l("Kies een antwoord uit de lijst."))


def _costs(row: SheetRow) -> list[CostInput]:
    amounts: dict[str, int] = {}
    for key in (*COSTS, "tuition_without_vat"):
        text = row.written.get(key, "")
        if text:
            _put(row, key, lambda k=key, t=text: amounts.update({k: _amount(t)}))  # type: ignore[misc]
    without = amounts.get("tuition_without_vat")
    if without is not None and "tuition_without_vat" not in row.errors:
        if "tuition" not in row.errors and without > amounts.get("tuition", 0):
            row.errors["tuition_without_vat"] = _l("Het bedrag zonder btw is niet hoger dan het bedrag met btw.")
        elif not without:
            row.errors["tuition_without_vat"] = _l("Vul een bedrag in, bijvoorbeeld 1.250.")
    return [
        CostInput(name, amounts[name], amount_without_vat_cents=without if name == "tuition" else None)
        for name in COSTS
        if amounts.get(name)
    ]


def _amount(text: str) -> int:
    cents = reading.euros(text)
    if cents > MOST_CENTS_PER_LINE:
        raise ValueError(_l("Dit bedrag is te hoog voor dit formulier. Controleer het bedrag."))
    return cents


def written_of(stored: BundledTraining, facts: Facts) -> dict[str, str]:
    """A stored training as somebody would write it, to change it."""
    texts = {"person": stored.person, "training": stored.training_name, "provider": stored.training_provider or ""}
    for column in columns(facts):
        value = stored.facts.get(column.fact) if column.fact is not None else None
        if value is not None:
            texts[column.key] = dict(choices_of(column, facts)).get(str(value), str(value))
    for cost in stored.costs:
        texts[cost["category"]] = _euros(cost["amount_cents"])
        if cost["amount_without_vat_cents"] is not None:
            texts["tuition_without_vat"] = _euros(cost["amount_without_vat_cents"])
    return texts


def _euros(cents: int) -> str:
    return format_euros(cents, exact=True).replace("€", "").strip()
