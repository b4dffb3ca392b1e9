"""The logs: six fields, names instead of values, and nothing that can be changed afterwards."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import Viewing, record, record_viewings
from portal.people.audit.models import AuditEvent, ViewingEvent
from portal.people.audit.queries import events_of, viewings_of

ADVISOR = Actor(Audience.ADVISOR, account_id=4, display_name="Fatima", origin="0" * 32)


def test_an_act_is_logged_with_who_what_which_result_where_and_when(session: Session, now: datetime) -> None:
    record(
        session,
        actor=ADVISOR,
        action="question.approved",
        object_kind="question",
        object_id=9,
        now=now,
        fields=("wish",),
    )
    session.flush()
    (event,) = events_of(session, object_kind="question", object_id=9)
    assert (event.actor, event.role, event.action) == ("account:4", "advisor", "question.approved")
    assert (event.object_kind, event.object_id, event.result) == ("question", "9", "done")
    assert (event.origin, event.at, event.fields) == ("0" * 32, now, ["wish"])


@pytest.mark.parametrize("field", ["Fatima el Amrani", "7411 AB", "a@b.nl", "wish: lasser", ""])
def test_a_value_where_a_name_belongs_is_refused(session: Session, now: datetime, field: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        record(
            session,
            actor=ADVISOR,
            action="question.saved",
            object_kind="question",
            object_id=1,
            now=now,
            fields=(field,),
        )


def test_a_look_is_logged_without_a_name(session: Session, now: datetime) -> None:
    record_viewings(session, viewings=[Viewing(ADVISOR, 9, "advisor.question")], now=now)
    session.flush()
    (look,) = viewings_of(session, question_id=9)
    assert (look.actor, look.role, look.screen, look.at) == ("account:4", "advisor", "advisor.question", now)


@pytest.mark.parametrize("model", [AuditEvent, ViewingEvent])
def test_the_logs_cannot_be_changed_or_emptied(session: Session, now: datetime, model: type) -> None:
    record(session, actor=ADVISOR, action="a.b", object_kind="question", object_id=9, now=now)
    record_viewings(session, viewings=[Viewing(ADVISOR, 9, "advisor.question")], now=now)
    session.commit()
    for statement in (update(model).values(actor="somebody else"), delete(model)):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)
        session.rollback()
