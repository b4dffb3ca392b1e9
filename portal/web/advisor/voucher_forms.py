"""The forms of acts on vouchers and of what has to come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from portal.awarding.hearing_first.models import LeftOut, Unheard
from portal.awarding.reductions import Ending, TakingBasis
from portal.awarding.takings.models import AT_ONCE, LATER, TakingGround
from portal.paying.settlements.models import AFTER_SETTLING
from portal.platform.clock import today
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, TextField
from portal.words.decision_labels import INTENDED_ACTS, TAKING_GROUNDS, UNHEARD
from portal.words.labels import choices
from portal.words.voucher_labels import GROUNDS_OF_SETTLEMENT

MOST_CENTS = 1_000_000_00
HEARD = "heard"
"""The holder was heard: no exception is needed."""


def _years_ahead() -> date:
    return today() + timedelta(days=3 * 366)


class VoucherReasonForm(Form):
    """An act with nothing but its reason."""

    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


class ExtendForm(VoucherReasonForm):
    """A later last day."""

    until = DutchDateField(_l("Nieuwe laatste dag"), missing=_l("Vul de nieuwe laatste dag in."), latest=_years_ahead)


class OtherStartForm(VoucherReasonForm):
    """Another first day of the training."""

    starts_on = DutchDateField(
        _l("Eerste dag van de opleiding"), missing=_l("Vul de eerste dag in."), latest=_years_ahead
    )


class WithHearing(VoucherReasonForm):
    """Something that takes: whether the holder was heard, or by which exception of the law not."""

    left_out = ChoiceField(
        _l("Is de houder gehoord?"),
        choices=((HEARD, _l("Ja, de reactie is vastgelegd")), *choices(UNHEARD)),
        missing=_l("Kies of de houder is gehoord."),
    )
    left_out_reason = TextField(_l("Niet gehoord? Waarom niet?"), maximum=2000)

    @property
    def unheard(self) -> LeftOut | None:
        """The exception that was chosen; None when the holder was heard."""
        if self.left_out.data in (None, HEARD):
            return None
        return LeftOut(Unheard(self.left_out.data), self.left_out_reason.data or "")


def _grounds(which: Iterable[TakingGround]) -> list[tuple[str, object]]:
    return [(one.value, TAKING_GROUNDS[one.value]) for one in which]


class TakingForm(WithHearing):
    """Something is taken at once: on which ground."""

    ground = ChoiceField(_l("Op welke grond?"), choices=_grounds(AT_ONCE), missing=_l("Kies de grond."))

    @property
    def basis(self) -> TakingBasis:
        """The ground and the exception that were chosen."""
        return TakingBasis(TakingGround(self.ground.data), self.unheard)


class LowerForm(TakingForm):
    """Less on the voucher."""

    amount = EuroField(_l("Hoeveel lager?"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)


class EndVoucherForm(WithHearing):
    """The voucher ends on a day to come."""

    ground = ChoiceField(_l("Op welke grond?"), choices=_grounds(LATER), missing=_l("Kies de grond."), optional=True)
    ends_on = DutchDateField(_l("Laatste dag van de voucher"), latest=_years_ahead, optional=True)
    damage = EuroField(_l("Schade die de regio vergoedt (0 als er geen is)"), at_most=MOST_CENTS, optional=True)
    damage_reason = TextField(_l("Hoe is de schade bepaald, of waarom is er geen?"), maximum=2000, optional=True)

    @property
    def basis(self) -> TakingBasis:
        """The ground and the exception that were chosen. Raises ``Refusal`` without a ground."""
        if self.ground.data is None:
            raise Refusal("ground_missing", _l("Kies de grond."), field="ground")
        return TakingBasis(TakingGround(self.ground.data), self.unheard)

    def ending(self, moved_on: date | None = None) -> Ending:
        """When it ends, and the damage. Raises ``Refusal`` without a day."""
        if self.ends_on.data is None:
            raise Refusal("day_missing", _l("Vul de laatste dag in."), field="ends_on")
        return Ending(self.ends_on.data, self.damage.data, self.damage_reason.data or "", moved_on)


class InviteHolderForm(Form):
    """What the desk thinks of doing with a voucher and why, and until when the holder can respond."""

    act = ChoiceField(
        _l("Wat bent u van plan?"),
        choices=[(key, text) for key, text in INTENDED_ACTS.items() if key != "refuse"],
        missing=_l("Kies wat u van plan bent."),
    )
    amount = EuroField(
        _l("Bij verlagen: hoeveel lager? Bij lager vaststellen, of verlagen van wat is vastgesteld: op welk bedrag?"),
        at_most=MOST_CENTS,
        optional=True,
    )
    facts = TextField(_l("Waarom bent u dit van plan?"), missing=_l("Schrijf op waarom."), maximum=4000, multiline=True)
    answer_by = DutchDateField(
        _l("Tot en met welke dag kan de houder reageren?"), missing=_l("Vul de laatste dag in."), latest=_years_ahead
    )


class TopUpForm(VoucherReasonForm):
    """More on the voucher, for a cost line and from a budget."""

    line = ChoiceField(_l("Voor welke kosten?"), choices=(), missing=_l("Kies de kosten."))
    funding_line = ChoiceField(_l("Uit welk budget?"), choices=(), missing=_l("Kies het budget."))
    amount = EuroField(_l("Hoeveel erbij?"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)


class ProviderOfVoucherForm(VoucherReasonForm):
    """For which provider the voucher is kept."""

    provider = ChoiceField(_l("Voor welke opleider?"), choices=(), missing=_l("Kies een opleider."))


class CancelTrainingForm(ProviderOfVoucherForm):
    """The training does not go on; a provider charges a fee."""

    invoice_number = TextField(_l("Nummer van de factuur"), missing=_l("Vul het nummer van de factuur in."), maximum=60)
    invoice_date = DutchDateField(
        _l("Datum van de factuur"), missing=_l("Vul de datum van de factuur in."), latest=today
    )
    amount = EuroField(_l("Annuleringskosten"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)


class MovedForm(EndVoucherForm):
    """The holder left the region."""

    moved_on = DutchDateField(_l("Dag van de verhuizing"), missing=_l("Vul de dag in."), latest=today)
    keeps = ChoiceField(
        _l("Houdt de houder de voucher?"),
        choices=(
            ("ja", _l("ja, de voucher blijft geldig")),
            ("nee", _l("nee, de voucher eindigt na een redelijke termijn")),
        ),
        missing=_l("Kies of de houder de voucher houdt."),
    )


class CreditForm(VoucherReasonForm):
    """A credit note on an invoice."""

    amount = EuroField(_l("Bedrag van de creditnota"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)


class SettleForm(WithHearing):
    """What an award comes to."""

    left_out = ChoiceField(
        _l("Lager dan gebruikt? Is de houder gehoord?"),
        choices=((HEARD, _l("Ja, de reactie is vastgelegd")), *choices(UNHEARD)),
        optional=True,
    )
    left_out_reason = TextField(_l("Niet gehoord? Waarom niet?"), maximum=2000)  # stands after what it explains
    amount = EuroField(_l("Vast te stellen bedrag"), missing=_l("Vul het bedrag in."), at_most=MOST_CENTS)
    ground = ChoiceField(
        _l("Op welke grond?"),
        choices=[(key, text) for key, text in choices(GROUNDS_OF_SETTLEMENT) if key not in AFTER_SETTLING],
        missing=_l("Kies de grond."),
    )


class LowerSettledForm(WithHearing):
    """A settlement is revoked or lowered (Awb 4:49)."""

    amount = EuroField(
        _l("Verlagen naar (0 als u de vaststelling intrekt)"), missing=_l("Vul het bedrag in."), at_most=MOST_CENTS
    )
    ground = ChoiceField(
        _l("Op welke grond?"),
        choices=[(key, text) for key, text in choices(GROUNDS_OF_SETTLEMENT) if key in AFTER_SETTLING],
        missing=_l("Kies de grond."),
    )
    breached_on = DutchDateField(
        _l("Op welke dag kwam de houder een verplichting niet na? (alleen bij die grond)"), latest=today, optional=True
    )


class PlanForm(Form):
    """Equal monthly instalments."""

    number = TextField(_l("Aantal termijnen"), missing=_l("Vul het aantal in."), maximum=3)
    first_on = DutchDateField(_l("Dag van de eerste termijn"), missing=_l("Vul de dag in."), latest=_years_ahead)
    reason = TextField(_l("Waarom? (de persoon leest dit)"), optional=True, maximum=2000, multiline=True)


class MoneyBackForm(Form):
    """Money that came back."""

    amount = EuroField(_l("Ontvangen bedrag"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)
    received_on = DutchDateField(_l("Ontvangen op"), missing=_l("Vul de dag in."), latest=today)
    reference = TextField(_l("Kenmerk van de ontvangst"), missing=_l("Vul het kenmerk in."), maximum=80)


class WriteOffForm(VoucherReasonForm):
    """What will not come back."""

    amount = EuroField(
        _l("Bedrag dat niet terug hoeft"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS
    )
