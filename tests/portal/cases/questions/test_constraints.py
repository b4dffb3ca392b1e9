"""Every CHECK of a question, and of what hangs on it, refuses: state, instant and person stand or fall together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import CheckConstraint, Table, literal_column, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.actions import add_note, plan_conversation
from portal.cases.conversations.models import Conversation, InformationRequest, Note
from portal.cases.conversations.requests import ask_more
from portal.cases.diaries.models import TalkWay
from portal.cases.evidence.actions import note_seen
from portal.cases.evidence.models import Evidence
from portal.cases.evidence.queries import piece_in_words
from portal.cases.owners.actions import claim_case
from portal.cases.owners.models import CaseOwner
from portal.cases.pledges.actions import Contribution, ask_pledge, expect_pledge
from portal.cases.pledges.models import Pledge
from portal.cases.questions.models import Contact, DevelopmentQuestion, QuestionCostLine, Route
from portal.cases.representatives.actions import Authorisation, authorise_representative
from portal.cases.representatives.models import Representative
from portal.cases.same_person.actions import judge_double
from portal.cases.same_person.models import DoubleJudgement, DoubleVerdict, PersonAlias
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.platform.numbers.models import NumberSeries
from portal.spending.providers.models import Provider, ProviderApproval
from portal.spending.vouchers.models import Award, AwardPart, Redemption, Voucher
from tests.factories import ADVISOR, NOW, SYSTEM, a_draft, a_provider, a_question, a_region, a_voucher, an_application

AT = NOW
Change = dict[str, object]

QUESTION: dict[str, Change] = {
    "draft_until_submitted": {"state": "draft"},
    "submitted_by_someone": {"submitted_by": None},
    "numbered_when_submitted": {"reference_number": None},
    "reference_date_when_submitted": {"reference_date": None},
    "applied_by_someone": {"applied_at": AT},
    "applied_has_instant": {"state": "applied"},
    "submitted_is_not_applied": {"applied_at": AT, "applied_by": "resident"},
    "waiting_has_instant": {"state": "waiting"},
    "decided_by_someone": {"state": "decided", "decided_at": AT, "applied_at": AT, "applied_by": "x"},
    "decided_has_instant": {"state": "decided"},
    "decided_stays_decided": {
        "decided_at": AT,
        "decided_by": "x",
        "applied_at": AT,
        "applied_by": "x",
        "state": "applied",
    },
    "decided_on_application": {"state": "decided", "decided_at": AT, "decided_by": "x"},
    "referred_by_someone": {"state": "referred", "referred_at": AT},
    "referred_has_instant": {"state": "referred"},
    "referred_stays_referred": {"referred_at": AT, "referred_by": "x"},
    "withdrawn_by_someone": {"state": "withdrawn", "withdrawn_at": AT},
    "withdrawn_has_instant": {"state": "withdrawn"},
    "set_aside_by_someone_for_a_reason": {
        "state": "set_aside",
        "set_aside_at": AT,
        "set_aside_by": "x",
        "applied_at": AT,
        "applied_by": "x",
    },
    "set_aside_has_instant": {"state": "set_aside"},
    "set_aside_on_application": {
        "state": "set_aside",
        "set_aside_at": AT,
        "set_aside_by": "x",
        "set_aside_reason": "x",
    },
    "closed_by_someone_for_a_reason": {"state": "closed", "closed_at": AT, "closed_by": "x"},
    "closed_has_instant": {"state": "closed"},
    "borrowing_not_negative": {"borrow_up_to_cents": -1},
    "revision_positive": {"revision": 0},
    "kvk_of_employer_route": {"employer_kvk": "12345678"},
    "question_state": {"state": "lost"},
    "route": {"route": "third"},
    "close_reason": {"state": "closed", "closed_at": AT, "closed_by": "x", "close_reason": "bored"},
}
DRAFT: dict[str, Change] = {"applied_after_submitted": {"applied_at": AT, "applied_by": "resident"}}
LINE: dict[str, Change] = {
    "amount_positive": {"amount_cents": 0},
    "amount_without_vat_within": {"amount_without_vat_cents": 120_001},
    "bearer": {"bearer": "nobody"},
}
CONTACT: dict[str, Change] = {
    "email_when_by_email": {"email": None},
    "phone_when_by_phone": {"way": "phone"},
    "address_when_by_post": {"way": "post"},
    "contact_way": {"way": "pigeon"},
}
SERIES: dict[str, Change] = {"last_number_positive": {"last_number": 0}}
EXPECTED_PLEDGE: dict[str, Change] = {
    "kind_with_amount": {"kind": None},
    "amount_positive": {"amount_cents": -5},
    "amount_when_promised": {"kind": None, "amount_cents": None},
    "asked_has_instant": {"state": "asked"},
    "asked_by_someone": {"asked_at": AT, "employer_email": "a@b.example"},
    "asked_has_address": {"asked_at": AT, "asked_by": "x"},
    "given_has_instant": {"state": "given"},
    "given_by_someone": {"state": "given", "given_at": AT},
    "declined_has_instant": {"state": "declined"},
    "pledge_state": {"state": "maybe"},
    "pledge_kind": {"kind": "some"},
}
TALK: dict[str, Change] = {
    "held_has_instant": {"state": "held"},
    "held_by_someone": {"state": "held", "held_at": AT},
    "cancelled_has_instant": {"state": "cancelled"},
    "cancelled_by_someone": {"state": "cancelled", "cancelled_at": AT},
    "missed_has_instant": {"state": "missed"},
    "missed_by_someone": {"state": "missed", "missed_at": AT},
    "takes_time": {"minutes": 0},
    "sequence_not_negative": {"sequence": -1},
    "conversation_state": {"state": "dreamt"},
    "talk_way": {"way": "smoke"},
}
NOTE: dict[str, Change] = {"text_not_empty": {"text": ""}}
REQUEST: dict[str, Change] = {
    "answered_with_text": {"answered_at": AT, "answered_by": "x"},
    "answered_by_someone": {"answered_at": AT, "answer": "x"},
    "ended_by_someone": {"ended_at": AT},
    "answered_or_ended": {"answered_at": AT, "answered_by": "x", "answer": "x", "ended_at": AT, "ended_by": "x"},
    "given_with_the_answer": {"given": {"training_start": "2026-09-01"}},
    "only_given_answers_are_looked_at": {"looked_at": NOW, "looked_by": "x"},
    "looked_at_by_someone": {"looked_by": "x"},
}
EVIDENCE: dict[str, Change] = {
    "piece_given": {"piece": ""},
    "judged_has_instant": {"judged_at": None, "judged_by": None},
    "judged_by_someone": {"judged_by": None},
    "returned_for_a_reason": {"reason": "Onleesbaar."},
    "without_file_only_seen": {"state": "handed_in", "judged_at": None, "judged_by": None},
    "evidence_state": {"state": "lost"},
}
APPLICATION: dict[str, Change] = {
    "person_has_birth_date": {"birth_date": None},
    "employer_has_kvk_number": {"kvk_number": "12345678"},
    "employer_names_learner": {"kind": "employer", "kvk_number": "12345678"},
    "receipt_order_positive": {"receipt_order": 0},
    "stopped_days_not_negative": {"stopped_days": -1},
    "decision_weeks_positive": {"decision_weeks": 0},
    "completed_not_before_receipt": {"completed_at": AT.replace(year=2025)},
    "applicant_kind": {"kind": "robot"},
}
OWN_APPLICATION: dict[str, Change] = {"kvk_number_eight_digits": {"kvk_number": "1234567"}}
OWNER: dict[str, Change] = {"given_by_someone": {"given_by": ""}}
REPRESENTATIVE: dict[str, Change] = {
    "ended_by_someone": {"ended_at": AT},
    "confirmed_by_someone": {"confirmed_at": AT},
    "second_person": {"confirmed_at": AT, "confirmed_by": ADVISOR.reference},
    "has_a_name": {"name": ""},
    "proof_was_seen": {"proof": ""},
    "representative_kind": {"kind": "neighbour"},
}
JUDGEMENT: dict[str, Change] = {
    "keys_in_order": {"first_key": "c" * 64},
    "judged_by_someone": {"judged_by": ""},
    "double_verdict": {"verdict": "maybe"},
}
ALIAS: dict[str, Change] = {"alias_of_another": {"counted_under": "b" * 64}}
PLACE: dict[str, Change] = {
    "wanted_positive": {"wanted_cents": 0},
    "agreed_by_someone": {"agreed_by": ""},
    "offered_has_instant": {"state": "offered"},
    "waiting_was_not_offered": {"offered_at": AT},
    "left_has_instant": {"state": "left"},
    "left_by_someone": {"state": "left", "left_at": AT},
    "place_state": {"state": "dreamt"},
}
PROVIDER: dict[str, Change] = {
    "kvk_number_eight_digits": {"kvk_number": "1"},
    "withdrawn_has_instant": {"state": "withdrawn"},
    "withdrawn_by_someone": {"state": "withdrawn", "withdrawn_at": AT},
    "provider_state": {"state": "new"},
}
APPROVAL: dict[str, Change] = {
    "withdrawn_has_instant": {"state": "withdrawn"},
    "withdrawn_by_someone": {"state": "withdrawn", "withdrawn_at": AT, "withdrawn_reason": "x"},
    "withdrawn_for_a_reason": {"state": "withdrawn", "withdrawn_at": AT, "withdrawn_by": "x"},
    "approval_state": {"state": "perhaps"},
}
AWARD: dict[str, Change] = {"amount_positive": {"amount_cents": 0}}
PART: dict[str, Change] = {"amount_positive": {"amount_cents": 0}}
VOUCHER: dict[str, Change] = {
    "amount_positive": {"amount_cents": 0, "state": "expired", "expired_at": AT},
    "counters_not_negative": {"released_cents": -1},
    "never_more_than_amount": {"released_cents": 120_001, "state": "expired", "expired_at": AT},
    "live_while_something_is_open": {"state": "expired", "expired_at": AT},
    "issued_is_untouched": {"redeemed_cents": 1, "redeemed_at": AT},
    "redeemed_has_amount": {"state": "partly_redeemed"},
    "redeemed_has_instant": {"state": "partly_redeemed", "redeemed_cents": 1},
    "settled_has_instant": {"settled_at": AT, "settled_by": "x", "settled_cents": 0},
    "settled_by_someone_at_an_amount": {"settled_by": "x"},
    "settled_within_use": {
        "state": "settled",
        "released_cents": 120_000,
        "settled_at": AT,
        "settled_by": "x",
        "settled_cents": 1,
    },
    "recovered_within_use": {"recovered_cents": 1},
    "blocked_by_someone_for_a_reason": {"blocked_by": "x"},
    "blocked_while_live": {
        "state": "expired",
        "released_cents": 120_000,
        "expired_at": AT,
        "blocked_at": AT,
        "blocked_by": "x",
        "block_reason": "x",
    },
    "reserved_has_instant": {"reserved_at": AT},
    "expired_has_instant": {"state": "expired", "released_cents": 120_000},
    "revoked_has_instant": {"state": "revoked", "released_cents": 120_000},
    "revoked_by_someone_for_a_reason": {"state": "revoked", "released_cents": 120_000, "revoked_at": AT},
    "valid_from_issue": {"valid_until": AT.date().replace(year=2025)},
    "code_twelve_letters": {"code": "ABC"},
    "voucher_state": {"state": "lost", "released_cents": 120_000},
}
REDEMPTION: dict[str, Change] = {
    "amount_positive": {"amount_cents": 0},
    "invoice_number_given": {"invoice_number": ""},
    "credited_within_amount": {"credited_cents": 10**9},
    "redemption_kind": {"kind": "gift"},
}


def a_redemption(session: Session) -> None:
    from tests.portal.spending.vouchers.test_redeeming import invoice

    _, pia = a_provider(session)
    invoice(session, a_voucher(session), pia, 1_000)


def a_talk(session: Session) -> None:
    later = NOW.replace(day=20)
    plan_conversation(
        session, question=a_question(session), planned_for=later, way=TalkWay.DESK, place=None, actor=ADVISOR, now=NOW
    )


def a_request(session: Session) -> None:
    day = NOW.date().replace(day=16)
    ask_more(session, question=a_question(session), text="Offerte?", answer_by=day, actor=ADVISOR, now=NOW)


def a_piece(session: Session) -> None:
    pieces = [piece_in_words("Offerte")]
    note_seen(session, question=a_question(session), pieces=pieces, received_at=NOW, actor=ADVISOR, now=NOW)


def an_owner(session: Session) -> None:
    ada = create_account(session, email="ada@x.example", display_name="Ada", role=Role.ADVISOR, actor=SYSTEM, now=NOW)
    claim_case(session, question=a_question(session), actor=replace(ADVISOR, account_id=ada.id), now=NOW)


def a_representative(session: Session) -> None:
    authorise_representative(
        session,
        question=a_question(session),
        given=Authorisation("parent", "Mo", "Akte", NOW.date(), seen=True),
        actor=ADVISOR,
        now=NOW,
    )


def a_double(session: Session) -> None:
    a_region(session)
    keys = ("a" * 64, "b" * 64)
    judge_double(session, keys=keys, verdict=DoubleVerdict.SAME, question_id=1, actor=ADVISOR, now=NOW)


def a_place(session: Session) -> None:
    application = application_by_question(session, question=an_application(session))
    assert application is not None
    session.add(
        WaitingPlace(
            application_id=application.id,
            scheme="leervoucher",
            wanted_cents=1,
            agreed_on=NOW.date(),
            agreed_at=NOW,
            agreed_by="x",
        )
    )


def an_expected_pledge(session: Session) -> None:
    from tests.factories import resident

    draft = a_draft(session)
    expect_pledge(session, question=draft, money=Contribution("fixed", 5_000), actor=resident(draft), now=NOW)


CASES = [
    (DevelopmentQuestion, QUESTION, a_question),
    (DevelopmentQuestion, DRAFT, a_draft),
    (QuestionCostLine, LINE, a_draft),
    (Contact, CONTACT, a_question),
    (NumberSeries, SERIES, a_question),
    (Pledge, EXPECTED_PLEDGE, an_expected_pledge),
    (Conversation, TALK, a_talk),
    (Note, NOTE, lambda s: add_note(s, question=a_question(s), text="x", actor=ADVISOR, now=NOW)),
    (InformationRequest, REQUEST, a_request),
    (Evidence, EVIDENCE, a_piece),
    (Application, APPLICATION, an_application),
    (Application, OWN_APPLICATION, lambda s: an_application(s, route=Route.EMPLOYER)),
    (CaseOwner, OWNER, an_owner),
    (Representative, REPRESENTATIVE, a_representative),
    (DoubleJudgement, JUDGEMENT, a_double),
    (PersonAlias, ALIAS, a_double),
    (WaitingPlace, PLACE, a_place),
    (Provider, PROVIDER, a_provider),
    (ProviderApproval, APPROVAL, lambda s: a_provider(s, schemes=["leervoucher"])),
    (Award, AWARD, a_voucher),
    (AwardPart, PART, a_voucher),
    (Voucher, VOUCHER, a_voucher),
    (Redemption, REDEMPTION, a_redemption),
]
EACH = [
    pytest.param(model, name, change, make, id=f"{model.__tablename__}-{name}")
    for model, changes, make in CASES
    for name, change in changes.items()
]


@pytest.mark.parametrize(("model", "name", "change", "make"), EACH)
def test_the_check_refuses(session: Session, model: type, name: str, change: Change, make: object) -> None:
    make(session)  # type: ignore[operator]
    session.flush()
    table: Table = model.__table__  # type: ignore[attr-defined]
    words = (
        "state",
        "route",
        "way",
        "kind",
        "bearer",
        "close_reason",
        "verdict",
    )  # past the check that SQLAlchemy makes itself
    raw = {
        key: literal_column(f"'{value}'") if isinstance(value, str) and key in words else value
        for key, value in change.items()
    }
    with pytest.raises(IntegrityError) as refused:
        session.execute(update(table).values(**raw))
    assert f"ck_{table.name}_{name}" in str(refused.value.orig)
    session.rollback()


def test_no_check_is_left_untested() -> None:
    tested = {f"ck_{model.__tablename__}_{name}" for model, changes, _ in CASES for name in changes}
    declared = {
        str(check.name)
        for model, _, _ in CASES
        for check in model.__table__.constraints  # type: ignore[attr-defined]
        if isinstance(check, CheckConstraint)
    }
    assert declared == tested


def test_a_second_open_request_and_a_second_live_voucher_are_refused_by_the_database(session: Session) -> None:
    a_request(session)
    first = session.query(InformationRequest).one()
    copy = InformationRequest(
        question_id=first.question_id,
        text="nog een",
        answer_by=first.answer_by,
        asked_on=first.asked_on,
        asked_at=AT,
        asked_by="x",
    )
    session.add(copy)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_asking_a_pledge_twice_keeps_one_row(session: Session) -> None:
    question = a_question(session)
    for _ in range(2):
        ask_pledge(
            session, question=question, employer_name="Baas", employer_email="baas@werk.example", actor=ADVISOR, now=NOW
        )
    assert session.query(Pledge).one().asked_times == 2
