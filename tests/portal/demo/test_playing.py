"""What the invented history leaves behind: every state, sound books, figures that equal the ledger, and nobody who exists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum import iban

from portal.accounting.expenses.models import Expense
from portal.awarding.aid_register.queries import register_of_aid
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionOutcome, SchemeOutcome
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.hearings.models import Hearing
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.models import CloseReason, Contact, ContactWay, DevelopmentQuestion, QuestionState, Route
from portal.commands.ledger import look
from portal.demo.filling import QUESTIONS
from portal.demo.people import SURNAMES
from portal.demo.playing import NEARLY_USED_LINE
from portal.framework.catalogue.queries import catalogue, region
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import REASSIGNABLE, LedgerAccount, Transfer, TransferKind
from portal.oversight.allocation import FigureOf, allocation, transfers_behind
from portal.oversight.outcomes.models import TrainingOutcome
from portal.oversight.worklist.queries import worklist_counts
from portal.paying.payments.models import BatchState, Payment, PaymentBatch, PaymentState
from portal.paying.payments.queries import payables
from portal.paying.settlements.models import (
    Instalment,
    InstalmentState,
    Recovery,
    RecoveryState,
    Settlement,
    SettlementGround,
)
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.clock import local_date
from portal.platform.database import load_models
from portal.post.files.actions import open_file
from portal.post.letters.queries import print_queue
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState
from portal.second_look.preparations.models import Preparation, PreparationState
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.providers.models import Provider, ProviderRegistration, ProviderState
from portal.spending.providers.queries import approved_schemes
from portal.spending.vouchers.models import (
    LIVE_STATES,
    ChangeKind,
    Voucher,
    VoucherChange,
    VoucherReminder,
    VoucherState,
)
from schemes.facts.references import municipalities_for_postcode
from tests.portal.demo.conftest import NOW, FilledDesk

REGION = Actor(Audience.REGION)
FIGURES = ("funded", "reserved", "spent", "paid", "available")
NOT_PLAYED = {
    DecisionKind.TAKEN_OVER,
    DecisionKind.PENALTY,
    DecisionKind.SETTLED_LESS,
    DecisionKind.OWN_INTEREST,
    DecisionKind.INTEREST,
    DecisionKind.SET_OFF,
    DecisionKind.UNDONE,
}


def all_of(desk: FilledDesk, entity: Any) -> list[Any]:
    return list(desk.read(lambda s: s.scalars(select(entity)).unique().all()))


# States ----------------------------------------------------------------------------------------------------------------


def test_every_state_of_a_question_is_there(desk: FilledDesk) -> None:
    questions = all_of(desk, DevelopmentQuestion)
    assert len(questions) == QUESTIONS
    assert {question.state for question in questions} == set(QuestionState)
    assert {question.route for question in questions} == set(Route)


def test_every_state_of_vouchers_pledges_talks_and_decisions_is_there(desk: FilledDesk) -> None:
    assert {voucher.state for voucher in all_of(desk, Voucher)} == set(VoucherState)
    assert {pledge.state for pledge in all_of(desk, Pledge)} >= {
        PledgeState.ASKED,
        PledgeState.GIVEN,
        PledgeState.DECLINED,
    }
    talks = {talk.state for talk in all_of(desk, Conversation)}
    assert talks >= {ConversationState.PLANNED, ConversationState.HELD}
    decisions = all_of(desk, Decision)
    assert {decision.kind for decision in decisions} == set(DecisionKind) - NOT_PLAYED, (
        "nothing was before it, the desk decides in time, and who has to pay back pays in time or asks for more"
    )
    assert {decision.amended for decision in decisions if decision.kind is DecisionKind.APPROVED} == {True, False}
    assert {outcome.outcome for outcome in all_of(desk, DecisionOutcome)} == set(SchemeOutcome)
    assert {request.is_open for request in all_of(desk, InformationRequest)} == {True, False}


def test_all_three_voucher_schemes_have_paid_something_and_one_voucher_has_two_funders(desk: FilledDesk) -> None:
    def funders(session: Session) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for voucher in session.scalars(select(Voucher)):
            found.setdefault(voucher.scheme, set()).update(part.funding_line_id for part in voucher.award.parts)
        return found

    assert set(desk.read(funders)) == {
        "ontwikkelfonds-individueel",
        "ontwikkelfonds-werkgever",
        "werk-naar-werk-voucher",
    }
    assert len(desk.read(funders)["ontwikkelfonds-individueel"]) == 3, "two budgets of now, and one of the first year"


def states(desk: FilledDesk, entity: Any) -> set[Any]:
    return {row.state for row in all_of(desk, entity)}


def test_invoices_with_a_file_payments_and_settlements_are_there_in_every_state(desk: FilledDesk) -> None:
    assert states(desk, Invoice) == {InvoiceState.CHECKED, InvoiceState.ACCEPTED, InvoiceState.REFUSED}
    pages = [
        desk.read(lambda s, one=one: open_file(s, vault=desk.vault, file=s.merge(one.file)))
        for one in all_of(desk, Invoice)
    ]
    assert all(page.startswith(b"%PDF-") for page in pages)
    assert states(desk, PaymentBatch) == set(BatchState)
    assert states(desk, Payment) == set(PaymentState)
    assert desk.read(payables), "something is left to pay"
    assert states(desk, Recovery) == set(RecoveryState)
    assert states(desk, Instalment) >= {InstalmentState.RECEIVED, InstalmentState.MISSED, InstalmentState.PLANNED}
    grounds = {settlement.ground for settlement in all_of(desk, Settlement)}
    assert SettlementGround.AS_USED in grounds and len(grounds) == 2
    kinds = {change.kind for change in all_of(desk, VoucherChange)}
    assert kinds >= {
        ChangeKind.BLOCKED,
        ChangeKind.EXTENDED,
        ChangeKind.START_MOVED,
        ChangeKind.LOWERED,
        ChangeKind.TOPPED_UP,
        ChangeKind.CREDITED,
    }
    answered = {outcome.answered_at is None for outcome in all_of(desk, TrainingOutcome)}
    assert answered == {True, False}


def test_objections_preparations_and_waiting_lists_are_there_in_every_stage(desk: FilledDesk) -> None:
    found = all_of(desk, Objection)
    assert {one.outcome for one in found} == {None, ObjectionOutcome.FOUNDED, ObjectionOutcome.UNFOUNDED}
    waiting = [one for one in found if one.state is ObjectionState.OPEN]
    assert {one.hearing_on is None for one in waiting} == {True, False}
    assert all(one.hearing_on is None or one.hearing_on > NOW for one in waiting)
    assert PreparationState.WAITING in states(desk, Preparation)
    assert states(desk, WaitingPlace) == {PlaceState.WAITING, PlaceState.OFFERED}
    assert all_of(desk, VoucherReminder) and all_of(desk, Hearing) and all_of(desk, ProviderRegistration)
    assert any(message.kind is MessageKind.LETTER for message in desk.read(print_queue))


def test_closed_questions_say_why_and_every_way_of_contact_is_used(desk: FilledDesk) -> None:
    reasons = {question.close_reason for question in all_of(desk, DevelopmentQuestion)}
    assert reasons >= {CloseReason.HELPED, CloseReason.NO_ANSWER}
    assert {contact.way for contact in all_of(desk, Contact)} == set(ContactWay)


def test_providers_are_approved_not_approved_and_taken_off_the_list(desk: FilledDesk) -> None:
    def standing(session: Session) -> set[tuple[ProviderState, bool]]:
        found = session.scalars(select(Provider)).all()
        return {(provider.state, bool(approved_schemes(session, provider=provider))) for provider in found}

    assert desk.read(standing) == {
        (ProviderState.REGISTERED, True),
        (ProviderState.REGISTERED, False),
        (ProviderState.WITHDRAWN, False),
    }


def test_the_worklist_has_fresh_and_overdue_questions_and_a_decision_term_that_passed(desk: FilledDesk) -> None:
    today = local_date(NOW)
    advisor = Actor(Audience.ADVISOR)
    assert desk.read(lambda s: worklist_counts(s, actor=advisor, now=NOW)).overdue >= 2
    waiting = [question for question in all_of(desk, DevelopmentQuestion) if question.is_open]
    assert any(question.decide_by and question.decide_by < today for question in waiting)
    assert any(question.responded_at is None and question.respond_by > today for question in waiting)
    assert any(question.responded_at is None and question.respond_by < today for question in waiting)


def test_some_vouchers_end_within_a_month(desk: FilledDesk) -> None:
    today = local_date(NOW)
    live = [voucher for voucher in all_of(desk, Voucher) if voucher.state in LIVE_STATES]
    assert all(voucher.valid_until >= today for voucher in live)
    assert any(voucher.valid_until <= today + timedelta(days=31) for voucher in live)


def stands(expense: Expense) -> bool:
    """Whether an expense is in the books and was not taken back."""
    return expense.transfer_id is not None and expense.reverses_id is None and expense.reversed_at is None


# Money -----------------------------------------------------------------------------------------------------------------


def test_the_books_hold(desk: FilledDesk) -> None:
    number, breaks = desk.read(look)
    assert number > 30
    assert breaks == []


def test_every_figure_of_the_region_is_the_sum_of_its_transfers(desk: FilledDesk) -> None:
    def check(session: Session) -> None:
        shown = allocation(session, actor=REGION, today=local_date(NOW))
        for funder in shown.funders:
            for figure in FIGURES:
                rows = transfers_behind(
                    session, actor=REGION, of=FigureOf(funder=funder.funder.slug), figure=figure, limit=10_000
                )
                assert sum(row.cents for row in rows) == getattr(funder.figures, f"{figure}_cents"), (
                    funder.funder.slug,
                    figure,
                )

    desk.read(check)


def test_the_region_reserved_what_vouchers_still_hold_and_spent_what_was_redeemed(desk: FilledDesk) -> None:
    vouchers = all_of(desk, Voucher)
    total = desk.read(lambda s: allocation(s, actor=REGION, today=local_date(NOW)).total)
    assert total.reserved_cents == sum(voucher.open_cents for voucher in vouchers if voucher.is_live) > 0
    outside = sum(one.counted_cents for one in all_of(desk, Expense) if stands(one))
    used = sum(voucher.redeemed_cents - voucher.recovered_cents for voucher in vouchers)
    assert total.spent_cents == used + outside and min(used, outside) > 0
    assert 0 < total.paid_cents < total.spent_cents
    assert total.funded_cents == total.reserved_cents + total.spent_cents + total.available_cents


def test_one_budget_is_nearly_used_and_the_next_line_took_over(desk: FilledDesk) -> None:
    def left(session: Session) -> dict[str, tuple[int, int]]:
        lines = [
            line for funder in allocation(session, actor=REGION, today=local_date(NOW)).funders for line in funder.lines
        ]
        return {line.line.slug: (line.figures.available_cents, line.figures.funded_cents) for line in lines}

    available, funded = desk.read(left)[NEARLY_USED_LINE]
    assert available * 10 <= funded
    beside, whole = desk.read(left)["gelderland-ontwikkelfonds-2026-2027"]
    assert beside < whole


def test_another_budget_took_over_what_was_reserved_used_and_paid(desk: FilledDesk) -> None:
    accounts = {row.id: row for row in all_of(desk, LedgerAccount)}
    moved = [one for one in all_of(desk, Transfer) if one.kind is TransferKind.REASSIGN]
    assert {accounts[one.credit_account_id].kind for one in moved} == set(REASSIGNABLE)
    lines = desk.read(lambda s: {line.id: line.slug for line in funding_lines(s)})
    assert {lines[accounts[one.credit_account_id].funding_line_id] for one in moved} == {
        "gelderland-ontwikkelfonds-2026-2027"
    }


def test_the_history_of_a_budget_reads_from_its_beginning(desk: FilledDesk) -> None:
    seen: dict[int, list[Any]] = {}
    lines = {row.id: row.funding_line_id for row in all_of(desk, LedgerAccount)}
    for transfer in sorted(all_of(desk, Transfer), key=lambda one: one.id):
        seen.setdefault(lines[transfer.credit_account_id], []).append(transfer)
    assert len(seen) == 8
    for transfers in seen.values():
        assert transfers[0].kind is TransferKind.FUND
        assert [one.at for one in transfers] == sorted(one.at for one in transfers)
    events = sorted(all_of(desk, AuditEvent), key=lambda one: one.id)
    assert [one.at for one in events] == sorted(one.at for one in events)


# Time and people -------------------------------------------------------------------------------------------------------


def test_nothing_happened_in_the_future_or_before_the_two_years(desk: FilledDesk) -> None:
    planned = {
        ("conversation", "planned_for"),
        ("taken_quarter", "starts_at"),
        ("objection", "hearing_on"),
        ("access_link", "expires_at"),
        ("access_link", "ends_at"),
        ("sign_in_link", "expires_at"),
    }

    def instants(session: Session) -> list[tuple[str, str, Any, Any]]:
        found = []
        for table in load_models().sorted_tables:
            for column in table.columns:
                if type(column.type).__name__ == "UtcDateTime" and (table.name, column.name) not in planned:
                    lowest, highest = session.execute(select(func.min(column), func.max(column))).one()
                    if lowest is not None:
                        found.append((table.name, column.name, lowest, highest))
        return found

    seen = desk.read(instants)
    assert len(seen) > 20
    assert [entry for entry in seen if not NOW - timedelta(days=731) <= entry[2] <= entry[3] <= NOW] == []


def test_everybody_is_invented(desk: FilledDesk) -> None:
    applications = all_of(desk, Application)
    people = [application.learner_name or application.name for application in applications]
    assert all(any(name.endswith(surname) for surname in SURNAMES) for name in people)
    addresses = [contact.email for contact in all_of(desk, Contact) if contact.email]
    addresses += [account.email for account in all_of(desk, Account)]
    assert addresses
    assert all(address.endswith("@example.nl") for address in addresses)
    numbers = [question.employer_kvk for question in all_of(desk, DevelopmentQuestion) if question.employer_kvk]
    numbers += [provider.kvk_number for provider in all_of(desk, Provider)]
    assert all(number.startswith("0000") for number in numbers)
    assert all(provider.iban[4:8] == "DEMO" and iban.is_valid(provider.iban) for provider in all_of(desk, Provider))


def test_aid_to_employers_stands_in_the_register_in_time_but_the_newest_is_due(desk: FilledDesk) -> None:
    awards = desk.read(lambda s: register_of_aid(s, actor=Actor(Audience.REGION)))
    due = [one for one in awards if one.duty is not None]
    assert 0 < len(due) < len(awards) / 2
    assert all(one.due_on >= local_date(NOW) for one in due)


def test_everybody_lives_in_the_municipality_of_the_postcode(desk: FilledDesk) -> None:
    def check(session: Session) -> set[str]:
        places = catalogue(session).references
        seen = set()
        for question in session.scalars(select(DevelopmentQuestion)):
            if postcode := question.facts.get("residence_postcode"):
                found = municipalities_for_postcode(places, postcode, local_date(NOW))
                seen.add(question.facts["residence_municipality"])
                assert not found or question.facts["residence_municipality"] in {item.code for item in found}
        return seen

    assert len(desk.read(check) & set(desk.read(lambda s: region(s).municipalities))) >= 6


def test_there_is_staff_for_every_role_two_advisors_and_one_of_one_team(desk: FilledDesk) -> None:
    roles = [account.role for account in all_of(desk, Account)]
    assert set(roles) == set(Role)
    assert roles.count(Role.ADVISOR) == 3
    assert roles.count(Role.OWNER) == 4


def test_decisions_give_their_reasons_in_whole_sentences(desk: FilledDesk) -> None:
    for decision in all_of(desk, Decision):
        assert len(decision.rationale) > 60
        assert "{" not in decision.rationale
        assert decision.rationale.endswith(".")


def test_older_mail_was_sent_and_the_newest_waits_in_the_outbox(desk: FilledDesk) -> None:
    messages = all_of(desk, OutboxMessage)
    assert {message.kind for message in messages} == {MessageKind.EMAIL, MessageKind.LETTER}, (
        "nobody there asked for texts"
    )
    assert {message.state for message in messages} == {MessageState.QUEUED, MessageState.SENT}
    waiting = [message for message in messages if message.state is MessageState.QUEUED]
    oldest = {MessageKind.EMAIL: timedelta(days=3), MessageKind.LETTER: timedelta(days=7)}
    assert all(message.created_at > NOW - oldest[message.kind] for message in waiting)
