"""The forms of acts on vouchers and of what has to come back."""

from __future__ import annotations

from datetime import date, timedelta

from portal.platform.clock import today
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, TextField
from portal.words.labels import choices
from portal.words.voucher_labels import GROUNDS_OF_SETTLEMENT

MOST_CENTS = 1_000_000_00


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


class LowerForm(VoucherReasonForm):
    """Less on the voucher."""

    amount = EuroField(_l("Hoeveel lager?"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)


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


class MovedForm(VoucherReasonForm):
    """The holder left the region."""

    moved_on = DutchDateField(_l("Dag van de verhuizing"), missing=_l("Vul de dag in."), latest=today)
    keeps = ChoiceField(
        _l("Houdt de houder de voucher?"),
        choices=(("ja", _l("ja, de voucher blijft geldig")), ("nee", _l("nee, wat open staat komt vrij"))),
        missing=_l("Kies of de houder de voucher houdt."),
    )


class CreditForm(VoucherReasonForm):
    """A credit note on an invoice."""

    amount = EuroField(_l("Bedrag van de creditnota"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)


class SettleForm(VoucherReasonForm):
    """What an award comes to."""

    amount = EuroField(_l("Vast te stellen bedrag"), missing=_l("Vul het bedrag in."), at_most=MOST_CENTS)
    ground = ChoiceField(_l("Op welke grond?"), choices=choices(GROUNDS_OF_SETTLEMENT), missing=_l("Kies de grond."))


class PlanForm(Form):
    """Equal monthly instalments."""

    number = TextField(_l("Aantal termijnen"), missing=_l("Vul het aantal in."), maximum=3)
    first_on = DutchDateField(_l("Dag van de eerste termijn"), missing=_l("Vul de dag in."), latest=_years_ahead)


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
