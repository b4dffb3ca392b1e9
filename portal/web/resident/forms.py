"""The forms that only residents get."""

from __future__ import annotations

from typing import Any

from portal.cases.contents import MOST_CENTS_PER_LINE
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, ChoicesField, EmailField, EuroField, Form, NameField, add_error
from portal.web.intake.fields import PostcodeDigitsField
from portal.web.intake.forms import ContributionForm, WishForm, contribution_field


class ResidentWishForm(WishForm):
    """What somebody wants."""

    goals = ChoicesField(_l("Wat wilt u bereiken?"), optional=True)
    nothing_said = _l("Vertel in een paar woorden wat u wilt leren, of kies een doel.")


class PostcodeForm(Form):
    """The digits of a postcode."""

    postcode = PostcodeDigitsField(
        _l("Wat is uw postcode?"), missing=_l("Vul de vier cijfers van uw postcode in, bijvoorbeeld 7411.")
    )


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


class AskEmployerForm(Form):
    """Whom to ask for a contribution."""

    employer_name = NameField(_l("Naam van uw werkgever"), missing=_l("Vul de naam van uw werkgever in."), maximum=200)
    employer_email = EmailField(
        _l("E-mailadres van uw werkgever"), missing=_l("Vul het e-mailadres van uw werkgever in.")
    )
