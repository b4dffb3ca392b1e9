"""Where people come from: campaigns, counts at the door in one row per day, and what goes with a question and leaves with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.origins.actions import (
    count_at_door,
    end_campaign,
    make_campaign,
    note_begun,
    note_heard_from,
    rename_campaign,
    take_up_campaign,
)
from portal.cases.origins.models import Campaign, DoorCount, DoorStep, HeardFrom, QuestionOrigin
from portal.cases.origins.queries import campaign_by_code, campaigns, known_code
from portal.cases.questions.actions import discard_draft, expire_drafts
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION, a_draft, a_question, asker

DAY = NOW.date()


def origins(session: Session) -> list[tuple[int, str | None, HeardFrom | None]]:
    session.expire_all()
    return [(one.question_id, one.code, one.heard_from) for one in session.scalars(select(QuestionOrigin))]


def test_a_campaign_is_made_once_and_known_by_its_code_in_any_case(session: Session) -> None:
    made = make_campaign(session, code=" Flyer-Mei ", name=" Flyer in mei ", actor=REGION, now=NOW)
    assert (made.code, made.name, made.made_by) == ("flyer-mei", "Flyer in mei", REGION.reference)
    assert campaigns(session) == [made]
    assert [known_code(session, text=text) for text in ("flyer-mei", " FLYER-MEI", "flyer", "", "%", "x" * 90)] == [
        "flyer-mei", "flyer-mei", "", "", "", "",
    ]  # fmt: skip
    for code, name, field in (
        ("flyer-mei", "Weer", "code"), ("a", "Kort", "code"), ("-a", "Streep", "code"), ("a b", "Ruimte", "code"),
        ("a" * 21, "Lang", "code"), ("goed", " ", "name"), ("goed", "x" * 101, "name"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            make_campaign(session, code=code, name=name, actor=REGION, now=NOW)
        assert refused.value.field == field
    with pytest.raises(Refusal):
        make_campaign(session, code="goed", name="Goed", actor=ADVISOR, now=NOW)


def test_a_campaign_gets_another_name_ends_and_goes_on_and_its_link_counts_all_the_time(session: Session) -> None:
    one = make_campaign(session, code="flyer", name="Flyer", actor=REGION, now=NOW)
    other = make_campaign(session, code="beurs", name="Beurs", actor=REGION, now=NOW + timedelta(days=1))
    by: dict[str, Any] = {"campaign": one, "actor": REGION, "now": NOW}
    rename_campaign(session, name=" Flyer in mei ", seen_name="Flyer", **by)
    assert (one.name, one.code) == ("Flyer in mei", "flyer")
    for name, seen, code in (("Flyer", "Flyer", "campaign_changed"), (" ", "Flyer in mei", "name_missing")):
        with pytest.raises(Refusal) as refused:
            rename_campaign(session, name=name, seen_name=seen, **by)
        assert refused.value.code == code and one.name == "Flyer in mei"
    end_campaign(session, **by | {"campaign": other})
    assert (other.ended_at, other.ended_by) == (NOW, REGION.reference)
    assert campaigns(session) == [one, other], "what runs stands first, though it is older"
    assert known_code(session, text="beurs") == "beurs" and campaign_by_code(session, code="beurs") == other
    with pytest.raises(Conflict):
        end_campaign(session, **by | {"campaign": other})
    take_up_campaign(session, **by | {"campaign": other})
    assert other.ended_at is None is other.ended_by and campaigns(session) == [other, one]
    with pytest.raises(Conflict):
        take_up_campaign(session, **by | {"campaign": other})
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts[-3:] == ["campaign.renamed", "campaign.ended", "campaign.taken_up"]
    for act in (end_campaign, take_up_campaign):
        with pytest.raises(Refusal):
            act(session, **by | {"actor": ADVISOR})
    with pytest.raises(Refusal):
        rename_campaign(session, name="x", seen_name="Flyer in mei", **by | {"actor": ADVISOR})


def test_an_end_without_somebody_who_said_so_cannot_be_written(session: Session) -> None:
    one = make_campaign(session, code="flyer", name="Flyer", actor=REGION, now=NOW)
    with pytest.raises(IntegrityError, match="ended_by_someone"), session.begin_nested():
        session.execute(update(Campaign).where(Campaign.id == one.id).values(ended_at=NOW))


def test_counts_of_a_day_stand_in_one_row_per_step_and_campaign(session: Session) -> None:
    for number in (2, 3):
        count_at_door(session, counts={(DAY, DoorStep.VISIT, ""): number, (DAY, DoorStep.VISIT, "flyer"): 1})
    count_at_door(session, counts={(DAY + timedelta(days=1), DoorStep.VISIT, ""): 1})
    rows = {(one.day, one.code): one.number for one in session.scalars(select(DoorCount))}
    assert rows == {(DAY, ""): 5, (DAY, "flyer"): 2, (DAY + timedelta(days=1), ""): 1}


def test_what_is_kept_of_a_question_is_a_campaign_and_an_answer_and_goes_with_it(session: Session) -> None:
    one, other = a_draft(session), a_draft(session)
    for question, code in ((one, "flyer"), (other, "")):
        note_begun(session, question=question, code=code, actor=Actor.anonymous(), now=NOW)
    begun = {row.code: row.number for row in session.scalars(select(DoorCount)) if row.step is DoorStep.BEGUN}
    assert begun == {"flyer": 1, "": 1} and origins(session) == [(one.id, "flyer", None)]
    note_heard_from(session, question=one, heard_from=HeardFrom.UWV, actor=asker(one), now=NOW)
    note_heard_from(session, question=other, heard_from=None, actor=asker(other), now=NOW)
    assert origins(session) == [(one.id, "flyer", HeardFrom.UWV)]
    note_heard_from(session, question=other, heard_from=HeardFrom.FLYER, actor=asker(other), now=NOW)
    discard_draft(session, question=one, actor=asker(one), now=NOW)
    assert origins(session) == [(other.id, None, HeardFrom.FLYER)]
    assert expire_drafts(session, now=NOW + timedelta(days=60)) == 1 and origins(session) == []
    assert session.scalars(select(DevelopmentQuestion)).all() == []


def test_only_who_asked_says_how_and_only_a_draft_is_begun(session: Session) -> None:
    draft = a_draft(session)
    sent = a_question(session)
    with pytest.raises(Refusal):
        note_heard_from(session, question=draft, heard_from=HeardFrom.UWV, actor=asker(sent), now=NOW)
    with pytest.raises(Conflict):
        note_heard_from(session, question=sent, heard_from=HeardFrom.UWV, actor=asker(sent), now=NOW)
    with pytest.raises(Conflict):
        note_begun(session, question=sent, code="flyer", actor=Actor.anonymous(), now=NOW)
    assert origins(session) == [] and not session.scalars(select(DoorCount)).all()
