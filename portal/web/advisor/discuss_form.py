"""The question as one form in which everything can be changed, in any order; and what somebody changed in it.

What was typed is compared with what the page showed, text by text: what nobody touched is never judged and never written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from flask import request

from portal.cases.asked import FACT, Asked
from portal.cases.contents import MOST_CENTS_PER_LINE, MOST_LINES
from portal.cases.corrections.models import OnWord
from portal.cases.questions.models import CostInput
from portal.framework.catalogue.queries import Catalogue, as_json
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import localized
from portal.web.edge import note_refusal
from portal.web.forms import (
    ChoiceField,
    ChoicesField,
    ConfirmField,
    DutchDateField,
    EuroField,
    FieldList,
    Form,
    FormField,
    KvkField,
    NameField,
    TextField,
    add_error,
)
from portal.web.intake.costs import MOST_READ, EmployerCostLineForm, too_many_lines
from portal.web.intake.fields import ELSEWHERE, fact_field, shown_answer, words_of
from portal.web.labels.corrected import BEARERS, ON_WORD
from schemes.facts import FactDefinition
from schemes.facts.references import MunicipalityVersion, version_on

UNKNOWN = "unknown"
WHOLE = "whole"
"""The last field of the form: without it what came along was cut off."""
LISTED = ("yes_no", "choice", "municipality")
"""Kinds of facts that are chosen from a list."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "wish": ("wish",),
    "goals": ("goals",),
    "training": ("training_name", "training_provider"),
    "costs": ("lines",),
    "borrow_up_to": ("borrow_up_to",),
    "employer": ("employer_name", "kvk_number", "employer_contact", "learner_name"),
    "pledge": ("pledge_kind", "pledge_amount"),
}
"""The fields of each subject besides facts."""


class TalkCostLineForm(EmployerCostLineForm):
    """One cost, with everything that can be said of it."""

    due_on = DutchDateField(_l("Te betalen op"), optional=True)
    bearer = ChoiceField(_l("Voor rekening van"), choices=[("", _l("Kies")), *BEARERS.items()], optional=True)

    def cost(self) -> CostInput:
        """The line as the action takes it."""
        return CostInput(
            self.category.data,
            self.amount.data,
            self.description.data,
            amount_without_vat_cents=self.amount_without_vat.data,
            due_on=self.due_on.data,
            bearer=self.bearer.data,
        )


class DiscussForm(Form):
    """Everything that was asked. The facts of the region are added to it (`discuss_form`)."""

    on_word = ChoiceField(
        _l("Hoe weet u dit?"),
        choices=[(word.value, text) for word, text in ON_WORD.items() if word is not OnWord.ANSWERED],
        missing=_l("Kies hoe u dit weet."),
    )
    wish = TextField(_l("Wens"), optional=True, maximum=2000, multiline=True)
    goals = ChoicesField(_l("Doel"), optional=True)
    training_name = NameField(_l("Naam van de opleiding"), optional=True, maximum=200)
    training_provider = NameField(_l("Naam van de opleider"), optional=True, maximum=200)
    lines = FieldList(FormField(TalkCostLineForm), min_entries=1, max_entries=MOST_READ)
    borrow_up_to = EuroField(_l("Wil lenen tot"), optional=True, at_most=MOST_CENTS_PER_LINE)
    employer_name = NameField(
        _l("Naam van de organisatie"), missing=_l("Vul de naam van de organisatie in."), maximum=200
    )
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in."))
    employer_contact = NameField(_l("Contactpersoon"), optional=True)
    learner_name = NameField(_l("Werknemer"), optional=True)
    pledge_kind = ChoiceField(
        _l("Betaalt de werkgever mee?"),
        choices=[
            ("none", _l("Nee, of niet bekend")),
            ("fixed", _l("Ja, een vast bedrag")),
            ("up_to", _l("Ja, tot een bedrag")),
        ],
        missing=_l("Kies een antwoord."),
    )
    pledge_amount = EuroField(_l("Bedrag van de werkgever"), optional=True, at_least=1, at_most=MOST_CENTS_PER_LINE)
    subjects: tuple[str, ...] = ()
    """What this form can change, in its order."""

    def fields_of(self, subject: str) -> list[Any]:
        """The fields of one subject."""
        return [self._fields[name] for name in names_of_fields(subject) if name in self._fields]

    def refuse_at(self, refusal: Refusal) -> None:
        """Show a refusal at the field it is about, by the names that the acts use."""
        note_refusal(refusal)
        name = refusal.field or ""
        for candidate in (f"fact_{name}", name):
            field = self._fields.get(candidate)
            if field is not None and not isinstance(field, FieldList):
                add_error(field, refusal.message)
                return
        self.form_errors.append(refusal.message)

    def changed_lines(self) -> bool:
        """Whether a button of the cost lines was pressed; the line is added or taken away."""
        entries, place = self.lines.entries, request.form.get("remove_line", "")
        if "add_line" in request.form and len(entries) < MOST_LINES:
            self.lines.append_entry()
        elif "add_line" in request.form:
            self.form_errors.append(too_many_lines(len(entries) + 1))
        elif place.isascii() and place.isdigit() and len(place) < 4 and int(place) < len(entries):
            del entries[int(place)]
        return "add_line" in request.form

    # What somebody changed --------------------------------------------------------------------------------------------

    def touched(self, shown: DiscussForm) -> list[str]:
        """The subjects in which another text stands than in the form as it was shown; none when only a part of it came along."""
        if WHOLE not in request.form:
            return []
        return [
            subject
            for subject in self.subjects
            if [texts_of(field) for field in self.fields_of(subject)]
            != [texts_of(field) for field in shown.fields_of(subject)]
        ]

    def judge(self, subjects: Iterable[str]) -> bool:
        """Validate these subjects only; whether they are all right."""
        if self.lines is not None:
            self.lines.entries[:] = [entry for entry in self.lines.entries if any(map(texts_of, entry.form))]
        self.validate()
        mine = {field.name for subject in subjects for field in self.fields_of(subject)} | {"on_word"}
        for name, field in self._fields.items():
            if name not in mine:
                forget_errors(field)
        if "costs" in subjects and len(self.lines.entries) > MOST_LINES:
            self.form_errors.append(too_many_lines(len(self.lines.entries)))
        if "pledge" in subjects:
            self._judge_pledge()
        if "training" in subjects and self.training_provider.data and self.training_name.data is None:
            add_error(self.training_name, _l("Vul eerst de naam van de opleiding in."))
        return not self.errors

    def _judge_pledge(self) -> None:
        kind, amount = self.pledge_kind, self.pledge_amount
        if kind.data != "none" and amount.data is None and not amount.errors:
            add_error(amount, _l("Vul een bedrag in, bijvoorbeeld 500."))
        if kind.data == kind.object_data == "none" and amount.data is not None:
            add_error(kind, _l("Kies ook hoe de werkgever meebetaalt."))

    def value(self, subject: str, before: Any) -> Any:
        """The value that was typed, as ``portal.cases.asked`` has it; `before` is what it was."""
        if subject.startswith(FACT):
            return self._fact(subject.removeprefix(FACT), before)
        if subject == "wish":
            return self.wish.data
        if subject == "goals":
            return sorted(self.goals.data or [])
        if subject == "training":
            return (
                {"name": self.training_name.data, "provider": self.training_provider.data}
                if self.training_name.data
                else None
            )
        if subject == "costs":
            return [_cost(entry.form.cost()) for entry in self.lines.entries]
        if subject == "borrow_up_to":
            return self.borrow_up_to.data or 0
        return {"employer": self._employer, "pledge": self._pledge}[subject](before)

    def _fact(self, key: str, before: Any) -> Any:
        """The answer; "does not know" counts when it was just ticked, or when nothing else stands there."""
        field, unknown = self._fields[f"fact_{key}"], self._fields.get(f"unknown_{key}")
        value = field.data if field.data not in (None, "", []) else None
        if unknown is not None and unknown.data and (value is None or before != UNKNOWN):
            return UNKNOWN
        if getattr(field, "yes_no", False):
            return {"yes": True, "no": False}.get(value or "", value)
        return as_json(value) if value is not None else None

    def _employer(self, _before: Any) -> Any:
        return {
            "name": self.employer_name.data,
            "kvk_number": self.kvk_number.data,
            "contact_name": self.employer_contact.data,
            "learner_name": self.learner_name.data,
        }

    def _pledge(self, before: Any) -> Any:
        if self.pledge_kind.data == "none":
            return None
        categories = before["categories"] if before else None
        return {"kind": self.pledge_kind.data, "amount_cents": self.pledge_amount.data, "categories": categories}


def names_of_fields(subject: str) -> tuple[str, ...]:
    """The names of the fields of a subject."""
    key = subject.removeprefix(FACT)
    return FIELDS.get(subject, (f"fact_{key}", f"unknown_{key}"))


def forget_errors(field: Any) -> None:
    """Take away the errors of a field, also inside lines."""
    for entry in getattr(field, "entries", ()):
        for inner in entry.form:
            inner.errors = []
    field.errors = []


def texts_of(field: Any) -> Any:
    """What stands in a field, as text: of a field that was sent what was sent, of one that was not what it shows."""
    if isinstance(field, FieldList):
        rows = [[texts_of(inner) for inner in entry.form] for entry in field.entries]
        return [row for row in rows if any(row)]
    if isinstance(field, ChoicesField):
        return sorted(field.data or [])
    if isinstance(field, ConfirmField):
        return bool(field.data)
    if isinstance(field, ChoiceField):
        return str(field.data or "")
    return str(field._value()).replace("\r\n", "\n").strip()


def _cost(cost: CostInput) -> dict[str, Any]:
    return {
        **vars(cost),
        "due_on": cost.due_on.isoformat() if cost.due_on else None,
        "bearer": cost.bearer or "resident",
    }


# Making it -------------------------------------------------------------------------------------------------------------


def discuss_form(
    known: Catalogue, asked: Asked, subjects: tuple[str, ...], on: date, *, sent: Collection[str]
) -> DiscussForm:
    """The form of these subjects, filled with what was asked; of the `sent` ones stands in it what came along in the request."""
    facts = {key: known.facts[key] for key in (one.removeprefix(FACT) for one in subjects if one.startswith(FACT))}
    made: type[DiscussForm] = type("DiscussFormOfRegion", (DiscussForm,), dict(_fact_fields(facts)))
    keep = {name for subject in subjects for name in names_of_fields(subject)} | {"on_word"}
    form = made(formdata=None, data=_data(asked, facts))
    for name in {name for subject in sent for name in names_of_fields(subject)} & set(form._fields):
        form._fields[name].process(request.form, form._fields[name].data)
    for name in [name for name in form._fields if name not in keep]:
        del form[name]
    form.subjects = subjects
    if "goals" in subjects:
        goals = known.facts.get("goals")
        form.goals.choices = [(one.key, _text(one.label)) for one in (goals.values if goals is not None else ())]
    for key, definition in facts.items():
        if definition.type in LISTED:
            options = [("", _text(_l("niet gevraagd"))), *_options(known, definition, on)]
            said = asked.get(FACT + key)
            if isinstance(said, str) and said not in dict(options):
                options.append((said, said))  # no longer on the list; as it stands it is not touched
            form[f"fact_{key}"].choices = options
    return form


def _text(words: Any) -> str:
    return localized(words) if hasattr(words, "nl") else str(words)


def _fact_fields(facts: Mapping[str, FactDefinition]) -> Iterable[tuple[str, Any]]:
    for key, definition in facts.items():
        words = words_of(definition)
        if definition.type in LISTED:
            yield f"fact_{key}", ListedFactField(words.question, optional=True, yes_no=definition.type == "yes_no")
            continue
        field = fact_field(definition, words)
        field.kwargs.update(optional=True)
        yield f"fact_{key}", field
        if definition.type != "choices":
            yield f"unknown_{key}", ConfirmField(words.unknown)


class ListedFactField(ChoiceField):
    """A fact that is chosen from a list."""

    def __init__(self, label: Any = None, *, yes_no: bool = False, **kwargs: Any) -> None:
        self.yes_no = yes_no
        super().__init__(label, **kwargs)


def _options(known: Catalogue, definition: FactDefinition, on: date) -> list[tuple[str, str]]:
    unknown = (UNKNOWN, words_of(definition).unknown)
    if definition.type == "yes_no":
        return [("yes", _text(_l("Ja"))), ("no", _text(_l("Nee"))), unknown]
    if definition.type == "choice":
        return [*((one.key, _text(one.label)) for one in definition.values), unknown]
    places = {}
    for reference in known.references.values():
        version = version_on(reference, on)
        if isinstance(version, MunicipalityVersion):
            places.update({item.code: item.name for item in version.items})
    own = [code for code in known.region.municipalities if code in places]
    rest = sorted((code for code in places if code not in own), key=lambda code: places[code].casefold())
    elsewhere = (ELSEWHERE, _text(_l("Niet in Nederland, of niet in deze lijst")))
    return [*((code, places[code]) for code in [*own, *rest]), elsewhere, unknown]


def _data(asked: Asked, facts: Mapping[str, FactDefinition]) -> dict[str, Any]:
    training, pledge = asked["training"] or {}, asked["pledge"] or {}
    employer, contact = asked["employer"] or {}, asked["contact"] or {}
    data = {
        "on_word": request.form.get("on_word") or request.args.get("woord") or OnWord.TOLD.value,
        "wish": asked["wish"],
        "goals": asked["goals"],
        "training_name": training.get("name"),
        "training_provider": training.get("provider"),
        "lines": [_line(line) for line in asked["costs"]],
        "borrow_up_to": asked["borrow_up_to"] or None,
        "employer_name": employer.get("name"),
        "kvk_number": employer.get("kvk_number"),
        "employer_contact": employer.get("contact_name"),
        "learner_name": employer.get("learner_name"),
        "pledge_kind": pledge.get("kind", "none"),
        "pledge_amount": pledge.get("amount_cents"),
        **{f"contact_{name}": value for name, value in contact.items()},
    }
    for key, definition in facts.items():
        said = asked.get(FACT + key)
        data[f"fact_{key}"] = _listed(said) if definition.type in LISTED else shown_answer(definition, said)
        data[f"unknown_{key}"] = said == UNKNOWN
    return data


def _listed(said: Any) -> Any:
    return said if said is None or isinstance(said, str) else "yes" if said else "no"


def _line(value: Mapping[str, Any]) -> dict[str, Any]:
    due = value["due_on"]
    return {
        "category": value["category"],
        "amount": value["amount_cents"],
        "description": value["description"],
        "amount_without_vat": value["amount_without_vat_cents"],
        "due_on": date.fromisoformat(due) if due else None,
        "bearer": value["bearer"],
    }
