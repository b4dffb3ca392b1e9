"""The forms that only employers get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, ChoicesField, NameField
from portal.web.intake.costs import category_choices
from portal.web.intake.forms import ContributionForm, contribution_field


class PledgeForm(ContributionForm):
    """Yes or no to a contribution, and if yes: how much and for what."""

    chosen = "answer"
    answer = ChoiceField(
        _l("Betaalt u mee?"),
        choices=[
            ("up_to", _l("Ja, tot een bepaald bedrag")),
            ("fixed", _l("Ja, een vast bedrag")),
            ("no", _l("Nee, wij betalen niet mee")),
        ],
        missing=_l("Kies of u meebetaalt."),
    )
    up_to = contribution_field(_l("Hoeveel hoogstens?"))
    fixed = contribution_field(_l("Hoeveel?"))
    categories = ChoicesField(_l("Voor welke kosten is het bedrag?"), optional=True)
    name = NameField(_l("Uw naam"), missing=_l("Vul uw naam in. Dan weten wij van wie het antwoord komt."))
    function = NameField(_l("Uw functie"), optional=True)

    def __init__(self, *args: Any, costs: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.costs = costs
        self.categories.choices = category_choices(list(costs))

    def most_cents(self) -> int:
        """What the chosen costs come to, in cents, or all of them; 0 when they are not known."""
        return sum(self.costs.get(name, 0) for name in self.categories.data or self.costs)

    def too_much(self, total: str) -> LazyString:
        """What is said of an amount above the costs, which the employer cannot change."""
        if self.categories.data:
            return _l("De kosten die u koos zijn samen %(total)s. Vul dat bedrag in, of een lager bedrag.", total=total)
        return _l("De opleiding kost %(total)s. Vul dat bedrag in, of een lager bedrag.", total=total)

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid as any contribution; what belongs to another answer is not looked at."""
        super().validate(extra_validators)
        if self.answer.data == "no":
            self.categories.errors = []
        return not self.errors
