"""The forms that only employers get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.cases.contents import MOST_CENTS_PER_LINE
from portal.cases.questions.models import EmployerDetails
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import localized
from portal.web.forms import ChoiceField, ChoicesField, EuroField, Form, KvkField, NameField, TextField, add_error
from portal.web.intake.costs import category_choices
from schemes.facts import FactDefinition


class EmployerWishForm(Form):
    """What the employee has to learn: own words, goals, or both."""

    wish = TextField(_l("Vertel het in uw eigen woorden"), optional=True, maximum=2000, multiline=True)
    goals = ChoicesField(_l("Wat wilt u met de opleiding bereiken?"), optional=True)

    def __init__(self, *args: Any, goals_of: FactDefinition | None = None, labels: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = goals_of.values if goals_of is not None else ()
        other = dict(labels)
        self.goals.choices = [(option.key, str(other.get(option.key) or localized(option.label))) for option in options]

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when something is said: a text or a goal."""
        super().validate(extra_validators)
        if not self.errors and not self.wish.data and not self.goals.data:
            add_error(self.wish, _l("Vertel in een paar woorden wat uw werknemer moet leren, of kies een doel."))
        return not self.errors


class CompanyForm(Form):
    """Which organisation asks, and whom to speak to."""

    name = NameField(_l("Naam van de organisatie"), missing=_l("Vul de naam van uw organisatie in."), maximum=200)
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in: acht cijfers."))
    contact_name = NameField(_l("Naam van de contactpersoon"), optional=True)

    def details(self) -> EmployerDetails:
        """What the action takes."""
        return EmployerDetails(self.name.data, self.kvk_number.data, self.contact_name.data)


class PledgeForm(Form):
    """Yes or no to a contribution, and if yes: how much and for what."""

    answer = ChoiceField(
        _l("Betaalt u mee?"),
        choices=[
            ("up_to", _l("Ja, tot een bepaald bedrag")),
            ("fixed", _l("Ja, een vast bedrag")),
            ("no", _l("Nee, wij betalen niet mee")),
        ],
        missing=_l("Kies of u meebetaalt."),
    )
    up_to = EuroField(_l("Hoeveel hoogstens?"), optional=True, at_least=1, at_most=MOST_CENTS_PER_LINE)
    fixed = EuroField(_l("Hoeveel?"), optional=True, at_least=1, at_most=MOST_CENTS_PER_LINE)
    categories = ChoicesField(_l("Voor welke kosten is het bedrag?"), optional=True)
    name = NameField(_l("Uw naam"), missing=_l("Vul uw naam in. Dan weten wij van wie het antwoord komt."))
    function = NameField(_l("Uw functie"), optional=True)

    def __init__(self, *args: Any, present: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories.choices = category_choices(list(dict.fromkeys(present)))

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the amount of the chosen answer is there; what belongs to another answer is not looked at."""
        super().validate(extra_validators)
        for name in ("fixed", "up_to"):
            field = self._fields[name]
            if self.answer.data != name:
                field.errors = []
            elif field.data is None and not field.errors:
                add_error(field, _l("Vul een bedrag in, bijvoorbeeld 500."))
        if self.answer.data == "no":
            self.categories.errors = []
        return not self.errors

    @property
    def amount_cents(self) -> int:
        """The amount that belongs to the chosen answer, in cents."""
        return int(self._fields[self.answer.data].data)
