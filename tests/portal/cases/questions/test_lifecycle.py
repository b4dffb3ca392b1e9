"""From a draft to a closed question: who may do what, and what is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.cases.contents import (
    save_borrowing,
    save_costs,
    save_employer,
    save_facts,
    save_had_before,
    save_training,
    save_wish,
)
from portal.cases.questions.actions import (
    close_question,
    discard_draft,
    expire_drafts,
    start_question,
    submit_question,
    withdraw_question,
)
from portal.cases.questions.models import (
    Bearer,
    CloseReason,
    Contact,
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    HadBeforeInput,
    QuestionCostLine,
    QuestionState,
    Route,
)
from portal.cases.questions.queries import question_by_public_id, questions_by_reference
from portal.oversight.worklist.queries import worklist, worklist_counts
from portal.people.actor import Actor, Audience
from portal.people.audit.queries import events_of
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.numbers.actions import next_number
from portal.post.messages.models import OutboxMessage
from tests.factories import (
    ADMIN,
    ADVISOR,
    MAIL,
    NOBODY,
    NOW,
    OWNER,
    REGION,
    a_draft,
    a_provider,
    a_question,
    a_region,
    an_application,
    employer,
    resident,
)


def test_submitting_gives_a_number_a_reference_date_and_a_mail(session: Session) -> None:
    question = a_question(session)
    assert (question.state, question.reference_number) == (QuestionState.SUBMITTED, "OV-2026-0001")
    assert (question.reference_date, question.respond_by) == (date(2026, 3, 2), date(2026, 3, 5))
    assert question.submitted_by == "resident"
    mail = session.scalars(select(OutboxMessage)).one()
    assert (mail.template, mail.kind.value, mail.object_id) == ("question/received", "email", question.id)
    assert [event.action for event in events_of(session, object_kind="question", object_id=question.id)] == [
        "question.submitted"
    ]
    with pytest.raises(Conflict):
        submit_question(session, question=question, contact=MAIL, actor=resident(question), now=NOW)


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (replace(MAIL, name=" "), "name"),
        (replace(MAIL, email=None), "email"),
        (ContactDetails(ContactWay.PHONE, "Sam"), "phone"),
        (ContactDetails(ContactWay.POST, "Sam", street="Straat", postcode="9990 AA", city="Proefstad"), "house_number"),
    ],
)
def test_a_way_of_contact_needs_its_data(session: Session, contact: ContactDetails, field: str) -> None:
    draft = a_draft(session)
    with pytest.raises(Refusal) as refused:
        submit_question(session, question=draft, contact=contact, actor=resident(draft), now=NOW)
    assert refused.value.field == field
    assert draft.is_draft


def test_by_post_gives_a_letter_and_by_phone_no_message(session: Session) -> None:
    post = ContactDetails(
        ContactWay.POST, "Sam", street="Straat", house_number="1", postcode="9990 AA", city="Proefstad"
    )
    a_question(session, contact=post)
    a_question(session, contact=ContactDetails(ContactWay.PHONE, "Sam", phone="+31612345678"))
    assert [message.kind.value for message in session.scalars(select(OutboxMessage))] == ["letter"]


def test_nothing_asked_is_not_sent(session: Session) -> None:
    a_region(session)
    draft = start_question(session, route="individual", language="nl", actor=NOBODY, now=NOW)
    with pytest.raises(Refusal) as refused:
        submit_question(session, question=draft, contact=MAIL, actor=resident(draft), now=NOW)
    assert refused.value.code == "nothing_asked"


def test_facts_are_checked_merged_and_taken_away(session: Session) -> None:
    draft = a_draft(session)
    me = resident(draft)
    save_facts(
        session,
        question=draft,
        facts={"contract_hours": 32.5, "birth_year": 1990, "goals": ["other_job"]},
        actor=me,
        now=NOW,
    )
    save_facts(session, question=draft, facts={"birth_year": None, "contract_hours": "unknown"}, actor=me, now=NOW)
    assert draft.facts["contract_hours"] == "unknown"
    assert "birth_year" not in draft.facts and draft.facts["goals"] == ["other_job"]
    for facts, field in (
        ({"birth_year": 2090}, "birth_year"),
        ({"contract_hours": 61}, "contract_hours"),
        ({"training_start": "31-02-2026"}, "training_start"),
        ({"residence_municipality": "Deventer"}, "residence_municipality"),
        ({"shoe_size": 43}, "shoe_size"),
    ):
        with pytest.raises(Refusal) as refused:
            save_facts(session, question=draft, facts=facts, actor=me, now=NOW)
        assert refused.value.field == field
        assert str(refused.value.message)


def test_costs_are_replaced_as_a_whole_and_get_their_bearer(session: Session) -> None:
    draft = a_draft(session)
    me = resident(draft)
    costs = [CostInput("tuition", 90_000, "Lesgeld", 80_000), CostInput("wage", 50_000), CostInput("books", 1)]
    save_costs(session, question=draft, costs=costs, actor=me, now=NOW)
    assert [(line.line_key, line.bearer) for line in draft.cost_lines] == [
        ("k1", Bearer.RESIDENT),
        ("k2", Bearer.EMPLOYER),
        ("k3", Bearer.RESIDENT),
    ]
    assert draft.total_cents == 140_001
    for wrong in (CostInput("tuition", 0), CostInput("yacht", 5), CostInput("tuition", 100, None, 101)):
        with pytest.raises(Refusal):
            save_costs(session, question=draft, costs=[wrong], actor=me, now=NOW)
    with pytest.raises(Refusal) as refused:
        save_costs(session, question=draft, costs=[CostInput("tuition", 1)] * 21, actor=me, now=NOW)
    assert refused.value.code == "too_many_costs"
    assert draft.total_cents == 140_001, "a refusal changes nothing"
    save_costs(session, question=draft, costs=[], actor=me, now=NOW)
    assert session.scalar(select(func.count()).select_from(QuestionCostLine)) == 0


def test_the_other_answers_are_kept(session: Session) -> None:
    draft = a_draft(session)
    me = resident(draft)
    save_training(session, question=draft, name=None, provider="vergeten", actor=me, now=NOW)
    assert (draft.training_name, draft.training_provider) == (None, None)
    save_borrowing(session, question=draft, up_to_cents=40_000, actor=me, now=NOW)
    entry = HadBeforeInput("leervoucher", 5_000, date(2025, 1, 2))
    save_had_before(session, question=draft, entries=[entry], actor=me, now=NOW)
    assert draft.had_before == [{"scheme": "leervoucher", "amount_cents": 5_000, "awarded_on": "2025-01-02"}]
    with pytest.raises(Refusal):
        save_borrowing(session, question=draft, up_to_cents=-1, actor=me, now=NOW)
    with pytest.raises(Refusal):
        save_wish(session, question=draft, wish="x" * 2001, goals=[], actor=me, now=NOW)


def test_an_employer_gives_a_kvk_number_and_owes_every_line(session: Session) -> None:
    draft = a_draft(session, route=Route.EMPLOYER)
    assert [line.bearer for line in draft.cost_lines] == [Bearer.EMPLOYER]
    with pytest.raises(Refusal) as refused:
        save_employer(
            session,
            question=draft,
            employer=EmployerDetails("Bakker", "123"),
            learner_name=None,
            actor=employer(draft),
            now=NOW,
        )
    assert refused.value.field == "kvk_number"
    own = a_draft(session)
    with pytest.raises(Refusal):
        save_employer(
            session,
            question=own,
            employer=EmployerDetails("B", "12345678"),
            learner_name=None,
            actor=resident(own),
            now=NOW,
        )


def test_only_who_asked_changes_a_draft_and_only_an_advisor_what_was_sent(session: Session) -> None:
    draft, other = a_draft(session), a_draft(session)
    for actor in (resident(other), employer(draft), ADVISOR, REGION, NOBODY):
        with pytest.raises(Refusal):
            save_wish(session, question=draft, wish="anders", goals=[], actor=actor, now=NOW)
    submit_question(session, question=draft, contact=MAIL, actor=resident(draft), now=NOW)
    with pytest.raises(Conflict):
        save_wish(session, question=draft, wish="anders", goals=[], actor=resident(draft), now=NOW)
    revision = draft.revision
    save_wish(session, question=draft, wish="verbeterd", goals=[], actor=ADVISOR, now=NOW)
    assert (draft.wish, draft.revision) == ("verbeterd", revision + 1)
    events = events_of(session, object_kind="question", object_id=draft.id)
    assert (events[-1].action, events[-1].fields) == ("question.corrected", ["wish", "goals"])


def test_withdrawing_and_closing(session: Session) -> None:
    one, two = a_question(session), a_question(session)
    withdraw_question(session, question=one, reason=None, actor=resident(one), now=NOW)
    assert (one.state, one.withdrawn_by) == (QuestionState.WITHDRAWN, "resident")
    with pytest.raises(Conflict):
        withdraw_question(session, question=one, reason=None, actor=resident(one), now=NOW)
    with pytest.raises(Refusal):
        withdraw_question(session, question=two, reason=None, actor=resident(one), now=NOW)
    close_question(session, question=two, reason=CloseReason.HELPED, actor=ADVISOR, now=NOW)
    assert (two.state, two.close_reason, two.responded_at) == (QuestionState.CLOSED, CloseReason.HELPED, NOW)
    applied = an_application(session)
    with pytest.raises(Refusal) as refused:
        close_question(session, question=applied, reason=CloseReason.OTHER, actor=ADVISOR, now=NOW)
    assert refused.value.code == "application_undecided"
    withdraw_question(session, question=applied, reason="Andere plannen", actor=resident(applied), now=NOW)
    assert applied.withdraw_reason == "Andere plannen"


def test_drafts_end_after_thirty_days_without_a_trace(session: Session) -> None:
    old, young, sent = a_draft(session, now=NOW - timedelta(days=31)), a_draft(session), a_question(session)
    assert expire_drafts(session, now=NOW) == 1
    left = set(session.scalars(select(DevelopmentQuestion.id)))
    assert left == {young.id, sent.id} and old.id not in left
    assert session.scalar(select(func.count()).select_from(QuestionCostLine)) == 2
    assert expire_drafts(session, now=NOW) == 0
    discard_draft(session, question=young, actor=resident(young), now=NOW)
    with pytest.raises(Refusal):
        discard_draft(session, question=sent, actor=resident(sent), now=NOW)
    assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_everybody_sees_only_what_is_theirs(session: Session) -> None:
    draft, sent, own = a_draft(session), a_question(session), a_question(session, route=Route.EMPLOYER)
    _, pia = a_provider(session)

    def sees(question: DevelopmentQuestion, actor: Actor) -> bool:
        return question_by_public_id(session, public_id=question.public_id, actor=actor) is question

    assert sees(draft, resident(draft)) and not sees(draft, ADVISOR)
    assert sees(sent, ADVISOR) and sees(sent, resident(sent)) and sees(own, employer(own))
    assert not sees(sent, employer(sent)), "an employer asked for a pledge does not see the person's question"
    assert not sees(own, resident(own)) and not sees(sent, resident(draft))
    for actor in (OWNER, REGION, ADMIN, NOBODY, pia):
        assert not any(sees(question, actor) for question in (draft, sent, own))
        assert worklist(session, actor=actor, now=NOW) == []
        assert worklist_counts(session, actor=actor, now=NOW).open == 0
    assert question_by_public_id(session, public_id="niets", actor=ADVISOR) is None
    assert questions_by_reference(session, text="ov-2026-0001", actor=ADVISOR) == [sent]
    assert questions_by_reference(session, text="%", actor=ADVISOR) == []
    assert questions_by_reference(session, text="OV", actor=REGION) == []


def test_the_worklist_has_the_earliest_deadline_first_and_says_what_is_late(session: Session) -> None:
    long_ago = a_question(session, now=NOW - timedelta(days=10))
    applied = an_application(session, schemes=["materiaalvoucher"], now=NOW - timedelta(days=70))
    fresh = a_question(session)
    rows = worklist(session, actor=ADVISOR, now=NOW)
    assert [row.public_id for row in rows] == [applied.public_id, long_ago.public_id, fresh.public_id]
    assert [row.overdue for row in rows] == [True, True, False]
    assert (rows[1].age_days, rows[1].municipality, rows[1].asker_name) == (10, "GM9901", "Sam de Vries")
    counts = worklist_counts(session, actor=ADVISOR, now=NOW)
    assert (counts.open, counts.overdue) == (3, 2)
    assert worklist(session, actor=ADVISOR, now=NOW, limit=1, offset=1)[0].public_id == long_ago.public_id


def test_the_worklist_asks_the_database_the_same_number_of_times_for_more_rows(session: Session) -> None:
    from sqlalchemy import event

    def asked() -> int:
        session.expunge_all()
        seen: list[str] = []
        bind = session.get_bind()
        listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(bind, "before_cursor_execute", listen)
        worklist(session, actor=ADVISOR, now=NOW)
        event.remove(bind, "before_cursor_execute", listen)
        return len(seen)

    a_question(session)
    few = asked()
    for _ in range(6):
        a_question(session)
    assert asked() == few


def test_numbers_have_no_doubles_and_no_gaps_when_many_ask_at_once(engine: Engine) -> None:
    def take(_: int) -> int:
        return unit_of_work(engine, lambda session: next_number(session, series="proef", year=2026), attempts=30)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(40))) == list(range(1, 41))


def test_a_new_year_starts_at_one(session: Session) -> None:
    a_question(session, now=NOW)
    assert a_question(session, now=NOW + timedelta(days=365)).reference_number == "OV-2027-0001"
    assert a_question(session, now=NOW).reference_number == "OV-2026-0002"
    assert Audience.RESIDENT
