"""How a case, a voucher or a claim stands on the page on which something is decided about it (see `portal.web.edge.sight`)."""

from __future__ import annotations

from collections.abc import Sequence

from matching.problem.proposal import Proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.settlements.models import Recovery
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.second_look.objections.models import Objection
from portal.second_look.preparations.models import Preparation
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import IbanChange, Provider
from portal.spending.vouchers.models import Voucher
from portal.web.advisor.mix import CaseNames
from portal.web.edge import Stand
from portal.web.labels.paying_words import INVOICE_STATES
from portal.words.decision_labels import OBJECTION_STATES, PREPARATION_STATES
from portal.words.labels import QUESTION_STATES, VOUCHER_STATES, label
from portal.words.voucher_labels import RECOVERY_STATES


def stands_of_case(question: DevelopmentQuestion, record: ProposalRecord | None, names: CaseNames) -> list[Stand]:
    """The question as it was asked, and the proposal with who pays how much."""
    return [
        Stand("state", _("Stand van de vraag"), question.state.value, label(QUESTION_STATES, question.state)),
        Stand(
            "revision",
            _("De vraag"),
            question.revision,
            _("versie %(number)s: %(costs)s", number=question.revision, costs=_costs(question)),
        ),
        Stand("proposal", _("Voorstel"), record.public_id if record else None, _said(record, names)),
    ]


def _costs(question: DevelopmentQuestion) -> str:
    return format_euros(sum(line.amount_cents for line in question.cost_lines), exact=True)


def _said(record: ProposalRecord | None, names: CaseNames) -> str:
    return _("geen") if record is None else mix_said(stored_proposal(record), names)


def mix_said(mix: Proposal, names: CaseNames) -> str:
    """Who pays how much of a mix, in one line."""
    paid: dict[str, int] = {}
    for share in mix.shares:
        paid[share.offer] = paid.get(share.offer, 0) + share.cents
    payers = [f"{names.title(offer)} {format_euros(cents, exact=True)}" for offer, cents in paid.items()]
    own = _("zelf %(amount)s", amount=format_euros(mix.own_contribution_cents, exact=True))
    return ", ".join([*payers, own])


def stands_of_voucher(voucher: Voucher) -> list[Stand]:
    """Its amount, what was used and is still open, its last day and its state."""
    return [
        Stand.of_cents("amount", _("Bedrag"), voucher.amount_cents),
        Stand.of_cents("used", _("Gebruikt"), voucher.used_cents),
        Stand.of_cents("open", _("Nog open"), voucher.open_cents),
        Stand.of_day("last_day", _("Geldig tot en met"), voucher.valid_until),
        Stand("state", _("Stand van de voucher"), voucher.state.value, label(VOUCHER_STATES, voucher.state)),
        Stand("settled", _("Vastgesteld op"), voucher.settled_cents, _settled_at(voucher)),
        Stand("blocked", _("Geblokkeerd"), int(voucher.is_blocked), _("ja") if voucher.is_blocked else _("nee")),
    ]


def _settled_at(voucher: Voucher) -> str:
    return _("nog niet") if voucher.settled_cents is None else format_euros(voucher.settled_cents, exact=True)


def stands_of_preparation(prepared: Preparation, about: Sequence[Stand]) -> list[Stand]:
    """The prepared decision, and what it is about."""
    state = label(PREPARATION_STATES, prepared.state)
    return [Stand("prepared", _("Voorgelegd besluit"), prepared.state.value, state), *about]


def stands_of_objection(objection: Objection, about: Sequence[Stand]) -> list[Stand]:
    """The objection, and the case it is about."""
    state = label(OBJECTION_STATES, objection.state)
    return [Stand("objection", _("Stand van het bezwaar"), objection.state.value, state), *about]


def stands_of_recovery(claim: Recovery) -> list[Stand]:
    """What is claimed back and what is still open."""
    return [
        Stand.of_cents("claimed", _("Teruggevorderd"), claim.amount_cents),
        Stand.of_cents("open", _("Nog open"), claim.open_cents),
        Stand("state", _("Stand van de terugvordering"), claim.state.value, label(RECOVERY_STATES, claim.state)),
    ]


def stands_of_account(provider: Provider, waiting: IbanChange | None) -> list[Stand]:
    """The account that a provider is paid on, and the one that waits for a second person."""
    asked = waiting.iban if waiting is not None else None
    return [
        Stand("iban", _("Rekening"), provider.iban, provider.iban or _("geen")),
        Stand("asked", _("Nieuwe rekening die wacht"), asked, asked or _("geen")),
    ]


def stands_of_invoice(invoice: Invoice) -> list[Stand]:
    """The invoice, and the voucher it is to be paid from."""
    return [
        Stand.of_cents("invoice", _("Bedrag van de factuur"), invoice.amount_cents),
        Stand("invoice_state", _("Stand van de factuur"), invoice.state.value, label(INVOICE_STATES, invoice.state)),
        *stands_of_voucher(invoice.voucher),
    ]
