"""Questions that were sent keep the versions they were sent with; new ones get the new version."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.awarding.answering import compute_answer
from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.actions import make_proposal
from portal.cases.applications.actions import apply_for_awards
from portal.cases.questions.models import CostInput
from portal.framework.catalogue.queries import scheme_in_force
from portal.spending.vouchers.models import Award
from tests.drafts import (
    SLUG,
    a_published_draft,
)
from tests.factories import ADVISOR, NOW, a_decision, a_question, approve, asker, somebody

TODAY = NOW.date()
MATERIALS = CostInput("materials", 120_000)
LATER = NOW + timedelta(hours=3)


def held(session: Session, on: date, known_at: datetime | None = None) -> int | None:
    found = scheme_in_force(session, slug=SLUG, on=on, known_at=known_at)
    return found.version if found is not None else None


def test_a_question_of_the_same_day_keeps_the_version_it_was_sent_with(session: Session) -> None:
    running = a_question(session, costs=(MATERIALS,))
    a_published_draft(session, now=LATER)
    new = a_question(session, costs=(MATERIALS,), now=LATER + timedelta(minutes=1))
    assert [held(session, TODAY, question.submitted_at) for question in (running, new)] == [1, 2]
    paid = []
    for question in (running, new):
        assert question.reference_date == TODAY
        answer = compute_answer(session, question=question, on=TODAY, confirmed_only=True)
        assert answer.proposal is not None
        paid.append(sum(share.cents for share in answer.proposal.shares if share.offer == SLUG))
    assert paid == [50_000, 25_000]
    row = make_proposal(session, question=running, actor=ADVISOR, now=LATER + timedelta(hours=1))
    assert row.scheme_versions[SLUG]["version"] == 1


def test_an_application_after_the_publication_is_decided_by_the_version_of_the_question(session: Session) -> None:
    running = a_question(session, costs=(MATERIALS,))
    a_published_draft(session, now=LATER)
    much_later = NOW + timedelta(days=20)
    apply_for_awards(
        session,
        question=running,
        schemes=[SLUG],
        applicant=somebody(),
        confirmed=True,
        actor=asker(running),
        now=much_later,
    )
    decision = approve(session, running, now=much_later)
    award = session.query(Award).filter_by(decision_id=decision.id).one()
    assert (award.scheme_version, award.amount_cents) == (1, 50_000)


def test_a_decision_that_was_taken_keeps_its_version(session: Session) -> None:
    _, decision = a_decision(session, costs=(MATERIALS,), schemes=[SLUG])
    a_published_draft(session, now=LATER)
    award = session.query(Award).filter_by(decision_id=decision.id).one()
    assert (award.scheme_version, award.amount_cents) == (1, 50_000)
    assert session.get(Decision, decision.id) is decision
