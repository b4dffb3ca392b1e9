"""Forms that residents and employers share: the wish, what an employer pays, the training, an answer, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.cases.contents import MOST_CENTS_PER_LINE
from portal.cases.questions.models import EmployerDetails
from portal.platform.i18n import LazyString, format_euros, localized
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, ChoicesField, EuroField, Form, KvkField, NameField, TextField, add_error
from schemes.facts import FactDefinition


class WishForm(Form):
    """What has to be learned or reached: own words, goals, or both. Each audience says it in its own words."""

    nothing_said: LazyString
    """What to do when neither is given."""
    wish = TextField(_l("Vertel het in uw eigen woorden"), optional=True, maximum=2000, multiline=True)
    goals: ChoicesField

    def __init__(
        self,
        *args: Any,
        goals_of: FactDefinition | None = None,
        labels: Mapping[str, LazyString] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        options, own = goals_of.values if goals_of is not None else (), labels or {}
        self.goals.choices = [(option.key, str(own.get(option.key) or localized(option.label))) for option in options]

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when something is said: a text or a goal."""
        super().validate(extra_validators)
        if not self.errors and not self.wish.data and not self.goals.data:
            add_error(self.wish, self.nothing_said)
        return not self.errors


class ResidentWishForm(WishForm):
    """What somebody wants."""

    goals = ChoicesField(_l("Wat wilt u bereiken?"), optional=True)
    nothing_said = _l("Vertel in een paar woorden wat u wilt leren, of kies een doel.")


class EmployerWishForm(WishForm):
    """What the employee has to learn."""

    goals = ChoicesField(_l("Wat wilt u met de opleiding bereiken?"), optional=True)
    nothing_said = _l("Vertel in een paar woorden wat uw werknemer moet leren, of kies een doel.")


class ContributionForm(Form):
    """Whether an employer pays a part: a fixed amount, up to an amount, or not. `chosen` names the field that says which."""

    chosen: str
    fixed: EuroField
    up_to: EuroField

    def __init__(self, *args: Any, total_cents: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total_cents = total_cents

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the amount of the chosen answer is there, and not above the costs; the other amount is not looked at."""
        super().validate(extra_validators)
        for name in ("fixed", "up_to"):
            field = self._fields[name]
            if self._fields[self.chosen].data != name:
                field.errors = []
            elif field.data is None and not field.errors:
                add_error(field, _l("Vul een bedrag in, bijvoorbeeld 500."))
            elif not field.errors and 0 < self.most_cents() < field.data:
                add_error(field, self.too_much(format_euros(self.most_cents())))
        return not self.errors

    def most_cents(self) -> int:
        """What there is to pay, in cents; 0 when the costs are not known."""
        return self.total_cents

    def too_much(self, total: str) -> LazyString:
        """What is said of an amount above the costs, which nobody can mean."""
        return _l(
            "De opleiding kost %(total)s. Vul dat bedrag in, of een lager bedrag. Klopt de prijs niet? Wijzig eerst de kosten.",
            total=total,
        )

    @property
    def amount_cents(self) -> int:
        """The amount that belongs to the chosen answer, in cents."""
        return int(self._fields[self._fields[self.chosen].data].data)


def contribution_field(text: LazyString) -> EuroField:
    """The field of an amount that an employer pays."""
    return EuroField(text, optional=True, at_least=1, at_most=MOST_CENTS_PER_LINE)


class EmployerForm(ContributionForm):
    """Whether the employer pays a part, as far as the resident knows."""

    chosen = "contribution"
    contribution = ChoiceField(
        _l("Betaalt uw werkgever mee?"),
        choices=[
            ("fixed", _l("Ja, een vast bedrag")),
            ("up_to", _l("Ja, tot een bepaald bedrag")),
            ("ask", _l("Dat weet ik niet. Ik vraag het later met een link")),
            ("no", _l("Nee")),
        ],
        missing=_l("Kies of uw werkgever meebetaalt."),
    )
    fixed = contribution_field(_l("Hoeveel betaalt uw werkgever?"))
    up_to = contribution_field(_l("Hoeveel betaalt uw werkgever hoogstens?"))


class BorrowForm(Form):
    """Whether somebody wants to borrow, and how much at most."""

    borrow = ChoiceField(
        _l("Wilt u geld lenen voor de opleiding?"),
        choices=[("no", _l("Nee, ik wil niet lenen")), ("yes", _l("Ja, ik wil een deel lenen"))],
        missing=_l("Kies of u geld wilt lenen."),
    )
    amount = EuroField(_l("Hoeveel wilt u hoogstens lenen?"), optional=True, at_least=1, at_most=MOST_CENTS_PER_LINE)

    def __init__(self, *args: Any, total_cents: int = MOST_CENTS_PER_LINE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total_cents = total_cents

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the amount is there for who wants to borrow, and not more than the training costs."""
        super().validate(extra_validators)
        if self.borrow.data != "yes":
            self.amount.errors = []
        elif not self.amount.errors and self.amount.data is None:
            add_error(self.amount, _l("Vul in hoeveel u hoogstens wilt lenen, bijvoorbeeld 1.000."))
        elif not self.amount.errors and self.amount.data > self.total_cents:
            add_error(
                self.amount,
                _l("U kunt niet meer lenen dan de opleiding kost: %(total)s.", total=format_euros(self.total_cents)),
            )
        return not self.errors

    @property
    def up_to_cents(self) -> int:
        """The most somebody wants to borrow, in cents; 0 for nothing."""
        return int(self.amount.data) if self.borrow.data == "yes" else 0


class TrainingForm(Form):
    """Whether the training is known, and if so which."""

    known = ChoiceField(
        _l("Weet u al welke opleiding?"),
        choices=[("yes", _l("Ja")), ("no", _l("Ik weet het nog niet"))],
        missing=_l("Kies of u al weet welke opleiding het is."),
    )
    name = NameField(_l("Naam van de opleiding"), optional=True, maximum=200)
    provider = NameField(_l("Naam van de opleider"), optional=True, maximum=200)

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the name is there for a training that is known; otherwise the fields below are not looked at."""
        super().validate(extra_validators)
        if self.known.data != "yes":
            self.name.errors, self.provider.errors = [], []
        elif self.name.data is None and not self.name.errors:
            add_error(self.name, _l("Vul de naam van de opleiding in. Of kies dat u het nog niet weet."))
        return not self.errors

    def training(self) -> tuple[str | None, str | None]:
        """Name and provider; None and None when the training is not known yet."""
        return (self.name.data, self.provider.data) if self.known.data == "yes" else (None, None)


class AnswerForm(Form):
    """The answer to what the advisor asked."""

    answer = TextField(_l("Uw antwoord"), optional=True, maximum=4000, multiline=True)


class WithdrawForm(Form):
    """Taking the question back."""

    reason = TextField(_l("Waarom trekt u uw vraag in?"), optional=True, maximum=500, multiline=True)


class CompanyForm(Form):
    """Which organisation asks, and whom to speak to."""

    name = NameField(_l("Naam van de organisatie"), missing=_l("Vul de naam van uw organisatie in."), maximum=200)
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in: acht cijfers."))
    contact_name = NameField(_l("Naam van de contactpersoon"), optional=True)

    def details(self) -> EmployerDetails:
        """What the action takes."""
        return EmployerDetails(self.name.data, self.kvk_number.data, self.contact_name.data)
