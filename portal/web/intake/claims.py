"""What who asked has to pay back: why, how much, in which parts, on which account and with which reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.papers.stationery import in_fours
from portal.paying.collecting.queries import ClaimStanding, charged_cents, charges_of, interest_undone, standing_of
from portal.paying.settlements.models import Debtor, EntryKind, InstalmentState, Recovery, RecoveryState, Settlement
from portal.paying.settlements.queries import recoveries_of, settlement_behind
from portal.platform.clock import today
from portal.platform.i18n import format_date, format_euros, have_cents
from portal.platform.i18n import gettext as _
from portal.spending.vouchers.models import Voucher
from portal.web.edge.desk import paying_account
from portal.web.intake.state import Intake
from portal.words.labels import label, tag
from portal.words.voucher_labels import GROUNDS_OF_SETTLEMENT, INSTALMENT_STATES


@dataclass(frozen=True)
class ClaimView:
    """One amount that its holder pays back."""

    recovery: Recovery
    voucher: Voucher
    state: str
    kind: str
    says: tuple[str, ...]
    """How much, why, and what is next, sentence by sentence."""
    pay_on: tuple[tuple[str, str], ...]
    """To which account, in whose name and with which reference; empty when nothing is open, or the desk has no account."""
    instalments: list[list[Any]]
    next_cents: int
    """What is to be paid first: the part that is due, or all that is open; 0 when nothing is."""
    next_on: date | None
    """By when the next part is to be paid; None without an agreement."""
    missed: bool
    charged_cents: int = 0
    """Costs and interest that are still to be paid beside it."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be paid."""
        return self.recovery.state is RecoveryState.OPEN or self.charged_cents > 0


def claims_of(intake: Intake, vouchers: list[Voucher]) -> list[ClaimView]:
    """What the holder of these vouchers has to pay back, or had to, the first one first; not what a provider owes."""
    return [
        _view(intake, voucher, one)
        for voucher in vouchers
        if voucher.redeemed_cents
        for one in recoveries_of(intake.session, voucher=voucher)
        if one.debtor is Debtor.HOLDER
    ]


def _view(intake: Intake, voucher: Voucher, recovery: Recovery) -> ClaimView:
    settled = settlement_behind(intake.session, recovery=recovery)
    parts = [one for one in recovery.instalments if one.plan == recovery.plan]
    due = [one for one in parts if one.state in (InstalmentState.PLANNED, InstalmentState.MISSED)]
    exact = have_cents(cents for one in parts for cents in (one.amount_cents, one.received_cents))
    missed = any(one.state is InstalmentState.MISSED for one in due)
    cents = due[0].amount_cents - due[0].received_cents if due else recovery.open_cents
    charged = charged_cents(intake.session, recovery=recovery)
    standing = standing_of(intake.session, recovery=recovery, today=today())
    is_open = recovery.state is RecoveryState.OPEN
    state, kind = _state(recovery, missed, charged)
    return ClaimView(
        recovery=recovery,
        voucher=voucher,
        state=state,
        kind=kind,
        says=(
            *_amounts(recovery),
            *_why(settled),
            *_next(recovery, due[0].due_on if due else None, cents, missed, charged),
            *_by_law(standing, charged, due[0].due_on if due else None),
            *_undone(intake, recovery),
        ),
        pay_on=pay_on(intake) if is_open or charged else (),
        instalments=[
            [
                format_date(one.due_on, "short"),
                format_euros(one.amount_cents, exact=exact),
                format_euros(one.received_cents, exact=exact),
                tag(INSTALMENT_STATES, one.state),
            ]
            for one in parts
        ],
        next_cents=cents if is_open else 0,
        next_on=_next_on(standing, due[0].due_on if due else None) if is_open else None,
        missed=missed and is_open,
        charged_cents=charged,
    )


def _next_on(standing: ClaimStanding | None, instalment_on: date | None) -> date | None:
    """By when is to be paid: the next part, else the end of putting off, else the last day of the letter."""
    if instalment_on is not None or standing is None:
        return instalment_on
    return standing.put_off_until or standing.pay_by


def _by_law(standing: ClaimStanding | None, charged: int, instalment_on: date | None) -> tuple[str, ...]:
    """Until when one pays, that it was put off, that a reminder went out, and what comes beside it."""
    said = [_("Daarnaast betaalt u %(amount)s aan kosten of rente.", amount=format_euros(charged))] if charged else []
    if (
        standing is None
        or standing.pay_by is None
        or (standing.put_off_until is not None and instalment_on is not None)
    ):
        return tuple(said)
    if standing.put_off_until is not None:
        return (_("U hebt uitstel tot en met %(day)s.", day=format_date(standing.put_off_until)), *said)
    if standing.due_on is None:
        still = standing.pay_by >= standing.today and instalment_on is None
        return (*([_("Betaal uiterlijk op %(day)s.", day=format_date(standing.pay_by))] if still else []), *said)
    late = _("U moest uiterlijk op %(day)s betalen.", day=format_date(standing.due_on))
    reminded = standing.reminded
    if reminded is None or reminded.about_on != standing.due_on or reminded.until_on is None:
        return (late, *said)
    sent, until = format_date(reminded.on), format_date(reminded.until_on)
    return (
        late,
        _("Op %(sent)s stuurden wij een aanmaning. Betaal uiterlijk op %(until)s.", sent=sent, until=until),
        *said,
    )


def _undone(intake: Intake, recovery: Recovery) -> tuple[str, ...]:
    """What was undone after an objection: interest that lapsed, and what was set off."""
    said = []
    for charge in charges_of(intake.session, recovery=recovery):
        gone = interest_undone(intake.session, charge=charge)
        if gone is None:
            continue
        back = format_euros(gone.owed_cents)
        if gone.paid_on is not None:
            day = format_date(gone.paid_on)
            said.append(_("De rente is vervallen. Wij betaalden %(amount)s terug op %(day)s.", amount=back, day=day))
        elif gone.owed_cents:
            said.append(_("De rente is vervallen. U krijgt %(amount)s van ons terug.", amount=back))
        else:
            said.append(_("De rente is vervallen. U hoeft haar niet te betalen."))
    for one in recovery.entries:
        if one.kind is EntryKind.UNDONE:
            amount, day = format_euros(one.amount_cents), format_date(one.on)
            said.append(_("Op %(day)s maakten wij een verrekening van %(amount)s ongedaan.", day=day, amount=amount))
    return tuple(said)


def _state(recovery: Recovery, missed: bool, charged: int) -> tuple[str, str]:
    if recovery.state is RecoveryState.CLOSED and charged:
        return _("Kosten of rente open"), "wait"
    if recovery.state is RecoveryState.CLOSED:
        return _("Afgerond"), "ok"
    return (_("Termijn gemist"), "no") if missed else (_("Nog open"), "wait")


def _amounts(recovery: Recovery) -> tuple[str, ...]:
    paid, gone, left = recovery.received_cents, recovery.written_off_cents, recovery.open_cents
    whole = format_euros(recovery.amount_cents)
    return (
        _("U betaalt %(amount)s terug. Daarvan staat nog %(open)s open.", amount=whole, open=format_euros(left))
        if left
        else _("Het ging om %(amount)s.", amount=whole),
        *((_("Wij ontvingen %(amount)s.", amount=format_euros(paid)),) if paid else ()),
        *((_("U hoeft %(amount)s niet terug te betalen.", amount=format_euros(gone)),) if gone else ()),
    )


def _why(settled: Settlement | None) -> tuple[str, ...]:
    if settled is None:
        return ()
    ground = label(GROUNDS_OF_SETTLEMENT, settled.ground)
    return (_("De reden: %(ground)s. %(reason)s", ground=ground, reason=settled.reason),)


def _next(recovery: Recovery, due_on: date | None, cents: int, missed: bool, charged: int) -> tuple[str, ...]:
    if recovery.state is RecoveryState.CLOSED and charged:
        return ()
    if recovery.state is RecoveryState.CLOSED:
        return (_("U hoeft niets meer te betalen."),)
    amount = format_euros(cents)
    if due_on is None:
        return (_("Lukt betalen in één keer niet? Bel ons. Dan spreken wij termijnen af."),)
    day = format_date(due_on)
    if missed:
        said = _("Wij hebben uw termijn van %(day)s nog niet ontvangen. Betaal zo snel mogelijk %(amount)s.",
                 day=day, amount=amount)  # fmt: skip
        return (said, _("Lukt betalen niet? Bel ons. Dan spreken wij andere termijnen af."))
    return (_("Betaal uiterlijk op %(day)s: %(amount)s.", day=day, amount=amount),)


def pay_on(intake: Intake) -> tuple[tuple[str, str], ...]:
    """To which account one pays back, in whose name, and with which reference; empty when the desk has no account yet."""
    account = paying_account()
    if account is None:
        return ()
    return (
        (_("Rekeningnummer"), in_fours(account.iban)),
        (_("Op naam van"), account.name),
        (_("Zet erbij"), intake.question.reference_number or ""),
    )


def last_received(claim: ClaimView) -> list[tuple[date, int]]:
    """What was received of it, by day, the first one first."""
    return [(one.on, one.amount_cents) for one in claim.recovery.entries if one.kind is EntryKind.RECEIVED]
