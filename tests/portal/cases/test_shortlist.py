"""The shortlist of a question: at most five trainings, put on it by who asked or by an advisor, until the question is settled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.questions.actions import withdraw_question
from portal.cases.shortlist.actions import drop_from_shortlist, shortlist_training
from portal.cases.shortlist.models import MOST_LISTED, ShortlistedTraining
from portal.cases.shortlist.queries import may_list, shortlist_of
from portal.framework.trainings.actions import enter_training, retire_training
from portal.framework.trainings.models import RegionTraining
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOBODY, NOW, REGION, a_draft, a_question, asker
from tests.portal.cases.test_chosen_training import TERMS


def trainings(session: Session, number: int) -> list[RegionTraining]:
    return [
        enter_training(session, terms=replace(TERMS, reference=f"s-{one}", name=f"Lassen {one}"), actor=REGION, now=NOW)
        for one in range(number)
    ]


def test_five_trainings_at_most_stand_on_it_in_their_order_and_one_that_goes_makes_room(session: Session) -> None:
    question = a_draft(session)
    me, known = asker(question), trainings(session, MOST_LISTED + 1)
    for one in known[:MOST_LISTED]:
        shortlist_training(session, question=question, training=one, actor=me, now=NOW)
    with pytest.raises(Conflict) as twice:
        shortlist_training(session, question=question, training=known[0], actor=me, now=NOW)
    with pytest.raises(Refusal) as full:
        shortlist_training(session, question=question, training=known[-1], actor=me, now=NOW)
    assert (twice.value.code, full.value.code) == ("already_listed", "list_full")
    drop_from_shortlist(session, question=question, training=known[1], actor=me, now=NOW)
    with pytest.raises(Conflict):
        drop_from_shortlist(session, question=question, training=known[1], actor=me, now=NOW)
    shortlist_training(session, question=question, training=known[-1], actor=me, now=NOW)
    listed = shortlist_of(session, question=question, actor=me)
    assert [one.name for one in listed] == ["Lassen 0", "Lassen 2", "Lassen 3", "Lassen 4", "Lassen 5"]
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("shortlist"))).all() == []


def test_the_database_itself_keeps_it_at_five(session: Session) -> None:
    question, [known] = a_draft(session), trainings(session, 1)
    for place in (0, MOST_LISTED + 1):
        row = ShortlistedTraining(
            question_id=question.id, training_id=known.id, place=place, added_at=NOW, added_by="resident"
        )
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(row)
            session.flush()


def test_who_asked_and_after_sending_an_advisor_change_it_and_nobody_else(session: Session) -> None:
    draft, [known, stopped] = a_draft(session), trainings(session, 2)
    for actor in (ADVISOR, NOBODY):
        assert not may_list(draft, actor) and shortlist_of(session, question=draft, actor=actor) == []
        with pytest.raises(Refusal):
            shortlist_training(session, question=draft, training=known, actor=actor, now=NOW)
    sent = a_question(session)
    revision = sent.revision
    shortlist_training(session, question=sent, training=known, actor=ADVISOR, now=NOW)
    shortlist_training(session, question=sent, training=stopped, actor=asker(sent), now=NOW)
    assert sent.revision == revision, "what was asked does not change by it"
    retire_training(session, training=known, actor=REGION, now=NOW)
    assert shortlist_of(session, question=sent, actor=asker(sent)) == [known, stopped], "until somebody takes it off"
    drop_from_shortlist(session, question=sent, training=known, actor=asker(sent), now=NOW)
    with pytest.raises(Conflict):
        shortlist_training(session, question=sent, training=known, actor=ADVISOR, now=NOW)
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("shortlist"))).all()
    assert acts == ["shortlist.added", "shortlist.added", "shortlist.dropped"]
    withdraw_question(session, question=sent, reason=None, actor=asker(sent), now=NOW)
    for actor in (ADVISOR, asker(sent)):
        with pytest.raises(Conflict):
            drop_from_shortlist(session, question=sent, training=stopped, actor=actor, now=NOW)
