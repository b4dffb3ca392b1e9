"""The agreements with funders in the demonstration: who signed, what has to be done, the papers, and the money that came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.accounting.agreements.actions import (
    AgreementPaper,
    AgreementTerms,
    add_document,
    add_duty,
    add_party,
    amend_agreement,
    ask_change,
    note_signed,
    record_answer,
)
from portal.accounting.agreements.models import Repeated
from portal.accounting.cofinancing.actions import set_duty
from portal.accounting.tranches.actions import (
    HandReceipt,
    add_tranche,
    call_tranche,
    confirm_receipt,
    promise_money,
    receive_by_hand,
    receive_from_bank,
)
from portal.accounting.tranches.models import Tranche
from portal.accounting.tranches.queries import amounts_to_come
from portal.demo.account_texts import AGREEMENTS, MINUTES, PLAN_CHANGE, REPORT_DUTY, AgreementTold, TrancheTold
from portal.demo.desk import DemoDesk
from portal.demo.papers import incoming_statement, invoice_pdf
from portal.demo.paying import payer
from portal.demo.timetable import Story, Timetable
from portal.framework.funding.models import Agreement
from portal.paying.statements.actions import read_statement
from portal.paying.statements.queries import unmatched_lines
from portal.platform.clock import local_date

Act = Callable[[], object]
CONFIRMED_AFTER, CHANGED_ON = 3, 392
LAST_DAY = date(2027, 12, 31)
"""Until when others may bring what they promised."""


def in_turn(at: Timetable, since: datetime, acts: list[tuple[int, Act]]) -> Story:
    """Acts on the days after the opening that stand with them; what would be past the end does not happen."""
    for day, act in sorted(acts, key=lambda one: one[0]):
        yield at.days_after(since, day)
        act()


def first_whole_year(since: datetime) -> int:
    """The first year of which more than the half is reported on."""
    return since.year if since.month <= 6 else since.year + 1


def funders_kept(desk: DemoDesk, at: Timetable, since: datetime) -> Iterator[Story]:
    """Per agreement of the region a story: it is laid down in the first weeks, and then its money comes in parts."""
    for agreement in desk.session.scalars(select(Agreement).order_by(Agreement.id)).all():
        told = AGREEMENTS.get(agreement.slug)
        if told is not None:
            yield in_turn(at, since, _kept(desk, agreement, told, since))


def _kept(desk: DemoDesk, agreement: Agreement, told: AgreementTold, since: datetime) -> list[tuple[int, Act]]:
    acts: list[tuple[int, Act]] = [(2, lambda: _lay_down(desk, agreement, told, since))]
    tranches: dict[int, Tranche] = {}

    def plan() -> None:
        for number, part in enumerate(told.tranches):
            day = local_date(since) + timedelta(days=part.expected)
            tranches[number] = add_tranche(
                desk.session,
                agreement=agreement,
                amount_cents=part.cents,
                expected_on=day,
                actor=desk.staff.region,
                now=desk.now,
            )

    acts.append((5, plan))
    for number, part in enumerate(told.tranches):
        acts += _money(desk, part, lambda number=number: tranches[number])  # type: ignore[misc]
    if told.cofinancing_cents:
        acts.append((CHANGED_ON, lambda: _change_plan(desk, agreement)))
    return acts


def _lay_down(desk: DemoDesk, agreement: Agreement, told: AgreementTold, since: datetime) -> None:
    """The parties with their signatures, the duties, the paper itself, and what was promised."""
    session, actor, now = desk.session, desk.staff.region, desk.now
    for name in told.parties:
        party = add_party(session, agreement=agreement, name=name, signed_on=None, actor=actor, now=now)
        note_signed(session, party=party, signed_on=desk.today, actor=actor, now=now)
    terms = AgreementTerms(agreement.title_nl, agreement.title_en, agreement.reference, desk.today)
    amend_agreement(session, agreement=agreement, terms=terms, actor=actor, now=now)
    report = replace(REPORT_DUTY, due_on=date(first_whole_year(since) + 1, 4, 1), repeated=Repeated.YEARLY)
    for duty in (report, *told.duties):
        add_duty(session, agreement=agreement, terms=duty, actor=actor, now=now)
    if told.cofinancing_cents:
        set_duty(
            session,
            agreement=agreement,
            amount_cents=told.cofinancing_cents,
            before_on=LAST_DAY,
            actor=actor,
            now=now,
        )
    content = invoice_pdf([agreement.title_nl, *(f"Getekend: {name}" for name in told.parties)])
    paper = AgreementPaper(content, f"{agreement.slug}.pdf", "De getekende afspraak")
    add_document(session, agreement=agreement, paper=paper, vault=desk.vault, actor=actor, now=now)
    promise_money(
        session,
        agreement=agreement,
        amount_cents=told.promised_cents,
        on=desk.today,
        reason=agreement.title_nl,
        actor=actor,
        now=now,
    )


def _money(desk: DemoDesk, told: TrancheTold, tranche: Callable[[], Tranche]) -> list[tuple[int, Act]]:
    """A tranche is called for, and comes in at the bank, or as somebody saw it; that takes a second person."""
    acts: list[tuple[int, Act]] = []
    if told.called is not None:
        acts.append((told.called, lambda: _call(desk, tranche())))
    if told.came is not None and not told.by_hand:
        acts.append((told.came, lambda: _from_bank(desk, tranche())))
    if told.came is not None and told.by_hand:
        acts.append((told.came, lambda: _by_hand(desk, tranche())))
        if told.confirmed:
            acts.append((told.came + CONFIRMED_AFTER, lambda: _confirm(desk, tranche())))
    return acts


def _call(desk: DemoDesk, tranche: Tranche) -> None:
    call_tranche(desk.session, tranche=tranche, called_on=desk.today, actor=desk.staff.region, now=desk.now)


def _from_bank(desk: DemoDesk, tranche: Tranche) -> None:
    reference = f"{tranche.agreement.slug}/{tranche.number}"
    content = incoming_statement(
        tranche.amount_cents, on=desk.today, account=payer().iban, reference=reference[:35], said=reference
    )
    read_statement(
        desk.session,
        content=content,
        actor=desk.staff.region,
        now=desk.now,
        payer=payer(),
        expected_cents=amounts_to_come(desk.session),
    )
    found = unmatched_lines(desk.session, actor=desk.staff.region)
    line = next(one for one in found if one.bank_reference == reference[:35])
    receive_from_bank(desk.session, tranche=tranche, line=line, actor=desk.staff.region, now=desk.now)


def _by_hand(desk: DemoDesk, tranche: Tranche) -> None:
    seen = HandReceipt(tranche.amount_cents, desk.today, f"Afschrift {desk.today:%Y-%m}, regel {tranche.number}")
    receive_by_hand(desk.session, tranche=tranche, seen=seen, actor=desk.staff.region, now=desk.now)


def _confirm(desk: DemoDesk, tranche: Tranche) -> None:
    receipt = tranche.receipts[-1]
    confirm_receipt(desk.session, receipt=receipt, actor=desk.staff.second_region, now=desk.now)


def _change_plan(desk: DemoDesk, agreement: Agreement) -> None:
    """A change of plan that the steering group and the funder agreed to."""
    actor, now = desk.staff.region, desk.now
    asked = desk.today - timedelta(days=14)
    change = ask_change(
        desk.session,
        agreement=agreement,
        what=PLAN_CHANGE,
        asked_on=asked,
        funders=[agreement.funder],
        actor=actor,
        now=now,
    )
    for approval in change.approvals:
        record_answer(desk.session, approval=approval, approved=True, on=desk.today, note=MINUTES, actor=actor, now=now)
