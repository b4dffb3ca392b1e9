"""Against a decision one objects; against a decision upon objection one appeals to the court, and the letter says so (Awb 8:1)."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pdfua
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.loading import load_region
from portal.papers.letter_content import LetterContent, draw, letter_content
from portal.papers.stationery import Stationery
from portal.post.letters.queries import last_day_to_object
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import objectable, objection_behind
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    OWN_FACTS,
    PROEFLAND,
    SECOND,
    SYSTEM,
    a_mandate,
    an_application,
    approve,
    asker,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LATER = NOW + timedelta(days=30)
LAST = date(2026, 5, 13)
"""Six weeks after 1 April 2026, the day of the letter."""


def reversed_decision(session: Session, *, now: datetime = LATER) -> tuple[Decision, Decision]:
    """A rejection, and the award that took its place after a founded objection."""
    question = an_application(session)
    first = reject_question(
        session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    objection = receive_objection(
        session, decision=first, received_on=now.date(), grounds="Toch.", committee=False, actor=SECOND, now=now
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=now)
    proposal = propose_again(session, question=question, actor=SECOND, now=now)
    decide_objection(
        session,
        objection=objection,
        draft=ObjectionDraft(
            outcome=ObjectionOutcome.FOUNDED, rationale="Past wel.", new=Draft(proposal, "Past wel.", ALL_CHECKED)
        ),
        actor=SECOND,
        now=now,
    )
    return first, session.get_one(Decision, objection.new_decision_id)


def letter_of(session: Session, decision: Decision, *, texts: Path | None = None) -> LetterContent:
    template = f"decision/{decision.kind.value}"
    message = session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == template, OutboxMessage.version == decision.id)
    ).one()
    return letter_content(session, message=message, dated=LATER.date(), now=LATER, stationery=Stationery(texts))


def words(letter: LetterContent, language: str = "nl") -> str:
    return " ".join(str(block) for block in (letter.blocks if language == "nl" else letter.english))


def test_a_decision_upon_objection_names_the_appeal_with_its_last_day_and_not_the_objection(
    session: Session, tmp_path: Path
) -> None:
    first, new = reversed_decision(session)
    letter, objection = letter_of(session, new), objection_behind(session, decision=new)
    assert objection is not None and objection.number in words(letter) and "Het nummer van uw aanvraag" in words(letter)
    assert letter.object_by == LAST == last_day_to_object(LATER.date())
    assert "in beroep gaan bij de rechtbank" in words(letter) and "13 mei 2026" in words(letter)
    assert "zes weken" in words(letter) and "bezwaar maken" not in words(letter)
    english = words(letter, "en")
    assert "appeal to the court" in english and "13 May 2026" in english and "can object" not in english
    file = tmp_path / "letter.pdf"
    file.write_bytes(draw(letter))
    assert [one.message for one in pdfua.validate(str(file)).findings] == []
    question = session.get_one(DevelopmentQuestion, new.question_id)
    assert objectable(session, question=question, actor=asker(question)) == []
    # The control: the first decision, on the same question, still names the objection and no court.
    plain = words(letter_of(session, first)) + words(letter_of(session, first), "en")
    assert "bezwaar maken" in plain and "can object" in plain
    assert "rechtbank" not in plain and "appeal" not in plain and objection_behind(session, decision=first) is None


def test_an_ordinary_award_names_the_objection_also_beside_a_case_with_an_appeal(session: Session) -> None:
    reversed_decision(session)
    plain = words(letter_of(session, approve(session, an_application(session))))
    assert "bezwaar maken" in plain and "rechtbank" not in plain


def test_the_letter_names_the_court_of_the_region(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "proefland"
    shutil.copytree(PROEFLAND, folder)
    text = (folder / "region.yaml").read_text(encoding="utf-8")
    at = "  email: loket@proefland.example\n"
    court = "  court: {nl: de rechtbank Proefland, en: the District Court of Proefland}\n"
    (folder / "region.yaml").write_text(text.replace(at, at + court), encoding="utf-8")
    load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    for person in (ADVISOR, SECOND):
        a_mandate(session, person)
    _first, new = reversed_decision(session)
    assert "in beroep gaan bij de rechtbank Proefland" in words(letter_of(session, new))
    assert "appeal to the District Court of Proefland" in words(letter_of(session, new), "en")
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "objection/decided")).one()
    decided = letter_content(session, message=message, dated=LATER.date(), now=LATER)
    assert "in beroep gaan bij de rechtbank Proefland" in words(decided)


def test_a_text_of_the_region_that_ends_as_ours_names_the_appeal_too(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "texts" / "letters" / "decision"
    folder.mkdir(parents=True)
    own = (
        '{% block title %}Eigen{% endblock %}{% block body %}{% import "letters/decision/parts.txt" as parts with context %}'
        "{{ parts.object(object_by, reference, desk) }}{% endblock %}"
    )
    for kind in ("approved", "rejected"):
        (folder / f"{kind}.txt").write_text(own, encoding="utf-8")
    first, new = reversed_decision(session)
    assert "beroep" in words(letter_of(session, new, texts=tmp_path))
    assert "beroep" not in words(letter_of(session, first, texts=tmp_path))
