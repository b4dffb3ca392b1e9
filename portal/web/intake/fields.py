"""Fields and small forms that only the intake has: postcode that suggests, municipality, and one form per kind of fact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.platform.clock import today
from portal.platform.i18n import LazyString, current_locale, format_list, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import (
    BirthDateField,
    ChoiceField,
    ChoicesField,
    DutchDateField,
    EuroField,
    Form,
    OwnField,
    TextField,
    WholeNumberField,
    YearField,
    YesNoField,
    add_error,
)
from portal.web.forms import typed as reading
from portal.web.forms.fields import SecretField, born_earliest, born_latest
from portal.web.intake.state import UNKNOWN, Intake
from schemes.facts import FactDefinition
from schemes.facts.references import Municipality, MunicipalityVersion, ReferenceList, version_on

ELSEWHERE = "GM0000"
"""Lives or is established in no Dutch municipality of the list. The CBS gives this number to no municipality."""
OTHER = "other"
MOST_CENTS = 1_000_000_00
KINDS = {
    "yes_no": "radios",
    "choice": "radios",
    "choices": "checkboxes",
    "municipality": "municipality",
    "date": "date",
    "money": "money",
}
"""How a fact of a kind is shown; every other kind as text."""


class PostcodeDigitsField(OwnField):
    """A postcode, with or without its letters and country; the value is the four digits, because nothing else is needed."""

    def read(self, text: str) -> str:
        return reading.postcode_digits(text)


class DecimalField(OwnField):
    """A number that may have decimals; the value is an exact Decimal."""

    def __init__(self, label: Any = None, *, decimals: int, at_least: Decimal, at_most: Decimal, **kwargs: Any) -> None:
        self.decimals, self.at_least, self.at_most = decimals, at_least, at_most
        super().__init__(label, **kwargs)

    def read(self, text: str) -> Decimal:
        try:
            number = Decimal(text.replace(",", ".")) if re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,6})?", text) else None
        except InvalidOperation:
            number = None
        if number is None:
            raise ValueError(_l("Vul een getal in cijfers in, bijvoorbeeld 12 of 12,5."))
        if number != round(number, self.decimals):
            raise ValueError(_l("Gebruik hoogstens %(number)s cijfers achter de komma.", number=self.decimals))
        if not self.at_least <= number <= self.at_most:
            raise ValueError(
                _l("Vul een getal in van %(low)s tot en met %(high)s.", low=self.at_least, high=self.at_most)
            )
        return number

    def show(self, value: Any) -> str:
        return str(value) if current_locale() == "en" else str(value).replace(".", ",")


@dataclass(frozen=True)
class Words:
    """The question of one fact as this reader gets it."""

    question: str
    why: str
    hint: str | None
    unit: str | None
    options: tuple[tuple[str, str, str | None], ...]
    unknown: str


def words_of(definition: FactDefinition, own: Any = None) -> Words:
    """The texts of a fact; ``own`` has other words for who asks about somebody else (question, why, hint, options)."""
    options = tuple(
        (option.key, localized(option.label), localized(option.hint) or None if option.hint else None)
        for option in definition.values
    )
    refuse = _("Dat wil ik niet zeggen") if definition.sensitive else _("Weet ik niet")
    words = Words(
        localized(definition.question),
        localized(definition.why),
        localized(definition.hint) or None if definition.hint else None,
        localized(definition.unit) if definition.unit else None,
        options,
        refuse,
    )
    if own is None:
        return words
    labels = {key: str(text) for key, text in own.options.items()}
    return replace(
        words,
        question=str(own.question),
        why=str(own.why) if own.why else words.why,
        hint=str(own.hint) if own.hint else None,
        options=tuple((key, labels.get(key, label), hint) for key, label, hint in options),
    )


@dataclass(frozen=True)
class OwnWords:
    """Other words for a fact: lazy sentences, and labels by option."""

    question: Any
    why: Any = None
    hint: Any = None
    options: Any = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", dict(self.options))


def fact_form(definition: FactDefinition, words: Words, intake: Intake) -> Form:
    """A form with one field ``answer`` that reads this fact, filled with what was answered before."""
    if definition.type == "municipality":
        return municipality_form(intake, definition.key, words)
    made = type("FactForm", (Form,), {"answer": fact_field(definition, words, asked_now=True)})
    return made(data={"answer": shown_answer(definition, intake.said(definition.key))})


def shown_answer(definition: FactDefinition, said: Any) -> Any:
    """A stored answer as the field of the fact takes it."""
    if said == UNKNOWN and definition.type not in ("choice", "yes_no"):
        return None
    if definition.type == "date" and isinstance(said, str):
        return date.fromisoformat(said)
    return said


def fact_field(definition: FactDefinition, words: Words, *, asked_now: bool = False) -> Any:
    """The field that reads this fact, for a form; every kind but a municipality.

    Asked now, of who plans a training, its begin lies near; who corrects an old question may say more.
    """
    kind, label = definition.type, words.question
    whole = _l("Vul een antwoord in, of kies dat u het niet weet.")
    if kind == "yes_no":
        return YesNoField(label, unknown=words.unknown, missing=_l("Kies een van de antwoorden."))
    if kind == "choice":
        choices = [(key, text) for key, text, _hint in words.options]
        return ChoiceField(
            label, choices=[*choices, (UNKNOWN, words.unknown)], missing=_l("Kies een van de antwoorden.")
        )
    if kind == "choices":
        choices = [(key, text) for key, text, _hint in words.options]
        return ChoicesField(
            label, choices=choices, missing=_l("Kies een of meer antwoorden, of kies dat u het niet weet.")
        )
    if kind == "money":
        return EuroField(label, at_most=MOST_CENTS * 1000, missing=whole)
    if kind == "date":
        return _date_field(definition, label, whole, asked_now)
    if kind == "year":
        low, high = _bounds(definition, 1900, today().year if definition.past_only else 2100)
        born = definition.key == "birth_year"
        first, last = (born_earliest().year, born_latest().year) if born else (1900, 2100)
        return YearField(label, earliest=max(int(low), first), latest=min(int(high), last), missing=whole)
    if kind == "postcode":
        return PostcodeDigitsField(label, missing=whole)
    if kind == "number":
        low, high = _bounds(definition, 0, 10**6)
        if definition.decimals:
            return DecimalField(label, decimals=definition.decimals, at_least=low, at_most=high, missing=whole)
        return WholeNumberField(label, at_least=int(low), at_most=int(high), missing=whole)
    return TextField(label, maximum=1000, multiline=True, missing=whole)


FURTHEST_START = timedelta(days=5 * 365)
"""A training begins, or began, no further from today than this."""


def _date_field(definition: FactDefinition, label: str, whole: LazyString, asked_now: bool) -> DutchDateField:
    """A birth date that can be, a begin that can be (the month is enough), or any other day."""
    if definition.key == "birth_date":
        return BirthDateField(label, missing=whole)
    if definition.key == "training_start":
        return DutchDateField(
            label,
            missing=whole,
            earliest=(lambda: today() - FURTHEST_START) if asked_now else None,
            latest=(lambda: today() + FURTHEST_START) if asked_now else None,
            nearest="next",
            month_alone=True,
        )
    return DutchDateField(label, missing=whole, latest=today if definition.past_only else None)


def _bounds(definition: FactDefinition, low: int, high: int) -> tuple[Decimal, Decimal]:
    minimum = definition.minimum if definition.minimum is not None else low
    maximum = definition.maximum if definition.maximum is not None else high
    return Decimal(minimum), Decimal(maximum)


# Municipalities --------------------------------------------------------------------------------------------------------


class MunicipalityForm(Form):
    """The municipalities that are likely as radio buttons, all others in a list under "another municipality"."""

    answer = ChoiceField(_l("Gemeente"), missing=_l("Kies een gemeente."))
    elsewhere = ChoiceField(_l("Welke gemeente?"), optional=True)
    sure = SecretField("", optional=True)
    """The municipality that was asked back, because it does not go with the postcode; chosen again it is taken."""
    digits: str | None = None
    suggested: Sequence[Municipality] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when a municipality is chosen, if need be in the list; one elsewhere than the postcode only when sure."""
        super().validate(extra_validators)
        if self.answer.data != OTHER:
            self.elsewhere.errors = []
        elif self.elsewhere.data is None and not self.elsewhere.errors:
            add_error(self.elsewhere, _l("Kies een gemeente uit de lijst."))
        if not self.errors and self._contradicts() and self.sure.data != self.code:
            names = format_list(item.name for item in self.suggested)
            add_error(
                self.elsewhere if self.answer.data == OTHER else self.answer,
                _l(
                    "Postcode %(digits)s hoort bij %(names)s, en u koos iets anders. Klopt uw keuze? Ga dan gewoon verder. Klopt "
                    "de postcode niet? Ga dan terug.",
                    digits=self.digits,
                    names=names,
                ),
            )
            self.sure.data, self.sure.raw_data = self.code, None
        return not self.errors

    def _contradicts(self) -> bool:
        """Whether the postcode says another municipality; who lives abroad may have a postcode of somebody here."""
        return bool(self.suggested) and self.code not in {ELSEWHERE, *(item.code for item in self.suggested)}

    @property
    def code(self) -> str:
        """The CBS code that was chosen, or ``unknown``."""
        return str(self.elsewhere.data if self.answer.data == OTHER else self.answer.data)


def municipality_form(
    intake: Intake, fact: str, words: Words, suggested: Sequence[Municipality] = ()
) -> MunicipalityForm:
    """The form for a fact of type municipality; one suggestion is chosen beforehand, for the person to confirm."""
    everywhere = all_municipalities(intake)
    ours = [item for item in everywhere if item.code in set(intake.known.region.municipalities)]
    likely = [*suggested, *(item for item in ours if item not in suggested)]
    codes = {item.code for item in likely}
    said = intake.said(fact)
    chosen = said if isinstance(said, str) and (said in codes or said == UNKNOWN) else OTHER if said else None
    if chosen is None and len(suggested) == 1:
        chosen = suggested[0].code
    form = MunicipalityForm(data={"answer": chosen, "elsewhere": said if chosen == OTHER else None})
    form.digits, form.suggested = str(intake.said("residence_postcode")), suggested
    form.answer.label.text = words.question
    form.answer.choices = [(item.code, item.name) for item in likely] + [(OTHER, _("Een andere gemeente"))]
    if fact != "residence_municipality":
        form.answer.choices.append((UNKNOWN, words.unknown))
    others = [(item.code, item.name) for item in everywhere if item.code not in codes]
    form.elsewhere.choices = [
        ("", _("Kies een gemeente")),
        *others,
        (ELSEWHERE, _("Niet in Nederland, of niet in deze lijst")),
    ]
    return form


def all_municipalities(intake: Intake) -> list[Municipality]:
    """Every municipality of the region's lists, by name."""
    return municipalities_in(intake.known.references, intake.on)


def municipalities_in(references: Mapping[str, ReferenceList], on: date) -> list[Municipality]:
    """Every municipality of these lists as they hold on a day, by name."""
    items: dict[str, Municipality] = {}
    for reference in references.values():
        version = version_on(reference, on)
        if isinstance(version, MunicipalityVersion):
            items.update({item.code: item for item in version.items})
    return sorted(items.values(), key=lambda item: item.name.lstrip("'s-").casefold())
