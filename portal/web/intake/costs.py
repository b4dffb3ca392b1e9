"""The form of the cost lines. Lines are added and removed by buttons of the form; no script is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request

from portal.cases.contents import MOST_CENTS_PER_LINE, MOST_LINES
from portal.cases.questions.models import CostInput, QuestionCostLine
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import (
    ChoiceField,
    EuroField,
    FieldList,
    Form,
    FormField,
    SubForm,
    TextField,
    YesNoField,
    add_error,
)
from portal.words.wording import category_label
from schemes.basics.vocabulary import COST_CATEGORIES

OF_EMPLOYER = ("wage", "guidance")
MOST_READ = 300
"""So many cost lines are read and shown again; what is more than `MOST_LINES` is asked back, not left out."""


def category_choices(categories: Sequence[str]) -> list[tuple[str, Any]]:
    """Cost categories as choices, the labels with a capital."""
    return [(name, category_label(name)[:1].upper() + category_label(name)[1:]) for name in categories]


class CostLineForm(SubForm):
    """One cost: what it is for, how much, and what it is called."""

    category = ChoiceField(_l("Waarvoor"), missing=_l("Kies waar deze kosten voor zijn."))
    amount = EuroField(
        _l("Bedrag met btw"),
        missing=_l("Vul een bedrag in, bijvoorbeeld 1.250."),
        at_least=1,
        at_most=MOST_CENTS_PER_LINE,
    )
    description = TextField(_l("Omschrijving"), optional=True, maximum=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in COST_CATEGORIES if name not in OF_EMPLOYER]
        self.category.choices = [("", _l("Kies")), *category_choices(names)]

    def is_empty(self) -> bool:
        """Whether nothing at all was filled in."""
        return not any((field.raw_data or [""])[0] for field in self)

    def cost(self) -> CostInput:
        """The line as the action takes it."""
        return CostInput(self.category.data, self.amount.data, self.description.data)


class WithoutVatLineForm(CostLineForm):
    """One cost of who may reclaim VAT: for them the amount without VAT counts."""

    amount_without_vat = EuroField(_l("Bedrag zonder btw"), optional=True, at_least=1, at_most=MOST_CENTS_PER_LINE)
    description = TextField(_l("Omschrijving"), optional=True, maximum=200)
    reclaims_vat = False

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the amount without VAT is not more than the amount with it, and is there for who reclaims VAT."""
        valid = super().validate(extra_validators)
        without, amount = self.amount_without_vat.data, self.amount.data
        if self.reclaims_vat and without is None and not self.amount_without_vat.errors:
            add_error(
                self.amount_without_vat,
                _l("Vul ook het bedrag zonder btw in. Zit er geen btw op? Vul dan hetzelfde bedrag in als met btw."),
            )
            return False
        if without is not None and amount is not None and without > amount:
            add_error(self.amount_without_vat, _l("Het bedrag zonder btw is niet hoger dan het bedrag met btw."))
            return False
        return valid

    def cost(self) -> CostInput:
        """The line as the action takes it."""
        return CostInput(
            self.category.data,
            self.amount.data,
            self.description.data,
            amount_without_vat_cents=self.amount_without_vat.data,
        )


class EmployerCostLineForm(WithoutVatLineForm):
    """One cost of an employer, who may also have wage and guidance."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = [("", _l("Kies")), *category_choices(COST_CATEGORIES)]


class AnyCostsForm(Form):
    """Base of the cost forms: adding, removing, and leaving out lines in which nothing stands."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when every line is, and there are not too many: nothing that was typed is left out in silence."""
        super().validate(extra_validators)
        if len(self.lines.entries) > MOST_LINES:
            self.form_errors.append(too_many_lines(len(self.lines.entries)))
        return not self.errors

    def said_of_vat(self) -> str | None:
        """Whether the asker reclaims VAT: yes, no or unknown; None when it was not asked, or not said."""
        return None

    def add_line(self) -> None:
        """One more empty line, or the answer that there is no room for it."""
        if len(self.lines.entries) < MOST_LINES:
            self.lines.append_entry()
        else:
            self.form_errors.append(too_many_lines(len(self.lines.entries) + 1))

    def remove_line(self, place: str) -> None:
        """Take one line away; the last line stays, and a number that is no line changes nothing."""
        entries = self.lines.entries
        if place.isascii() and place.isdigit() and len(place) < 4 and int(place) < len(entries) and len(entries) > 1:
            del entries[int(place)]

    def drop_empty(self) -> None:
        """Leave out the lines in which nothing was filled in, but keep one."""
        filled = [entry for entry in self.lines.entries if not entry.form.is_empty()]
        self.lines.entries[:] = filled or self.lines.entries[:1]

    def costs(self) -> list[CostInput]:
        """The lines as the action takes them."""
        return [entry.form.cost() for entry in self.lines.entries]

    def changed_lines(self) -> bool:
        """Whether a button of the list was pressed; then the form is shown again, without judging it."""
        if "add_line" in request.form:
            self.add_line()
            return True
        if "remove_line" in request.form:
            self.remove_line(request.form["remove_line"])
            return True
        return False


def too_many_lines(number: int) -> LazyString:
    """What is said of more costs than there may be."""
    return _l(
        "Dit zijn %(number)s kosten. Er mogen er hoogstens %(most)s in. Tel kosten bij elkaar op, bijvoorbeeld alle boeken.",
        number=number,
        most=MOST_LINES,
    )


class CostsForm(AnyCostsForm):
    """The costs of a resident."""

    lines = FieldList(FormField(CostLineForm), min_entries=1, max_entries=MOST_READ)


class _VatCostsForm(AnyCostsForm):
    """Base of the cost forms of who may reclaim VAT. Not saying it counts as not knowing: the amount with VAT counts."""

    vat = YesNoField(_l("Kunt u de btw van deze kosten terugvragen?"), unknown=True, optional=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the lines are; for who reclaims VAT each says what it is without."""
        for entry in self.lines.entries:
            entry.form.reclaims_vat = self.said_of_vat() == "yes"
        return super().validate(extra_validators)

    def said_of_vat(self) -> str | None:
        return None if self.vat is None else self.vat.data


class OwnBusinessCostsForm(_VatCostsForm):
    """The costs of a resident with an own business."""

    lines = FieldList(FormField(WithoutVatLineForm), min_entries=1, max_entries=MOST_READ)


class EmployerCostsForm(_VatCostsForm):
    """The costs of an employer."""

    lines = FieldList(FormField(EmployerCostLineForm), min_entries=1, max_entries=MOST_READ)


def shown_lines(lines: Sequence[QuestionCostLine]) -> list[dict[str, Any]]:
    """Stored cost lines as the form shows them."""
    return [
        {
            "category": line.category,
            "amount": line.amount_cents,
            "description": line.description,
            "amount_without_vat": line.amount_without_vat_cents,
        }
        for line in lines
    ]
