"""What stands around a decision: prepared, heard, waited for, written, objected to."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind, OwnDebtState
from portal.awarding.shares_elsewhere.models import ShareElsewhere
from portal.cases.hearings.models import Hearing
from portal.cases.questions.models import (
    DevelopmentQuestion,
)
from portal.framework.mandates.models import Mandate
from portal.people.actor import Actor
from portal.post.letters.actions import DrawnLetter, keep_letter, start_batch
from portal.post.messages.models import OutboxMessage
from portal.post.registrations.models import LetterRegistration, LetterRegistrationState
from portal.second_look.objections.actions import receive_objection
from portal.second_look.penalties.models import DefaultNotice
from portal.second_look.preparations.models import Preparation, PreparationKind
from tests.web.asked import NOW

LETTER = {
    "title": "Brief",
    "language": "nl",
    "to": [],
    "about": [],
    "summary": [],
    "blocks": [],
    "english": [],
    "words": {},
    "watermark": "",
}


def papers_of_decision(session: Session, decided: DevelopmentQuestion, advisor: Actor) -> dict[str, str]:
    """Make one of each for the decision on this question; their public ids by name."""
    decision = session.scalars(select(Decision).where(Decision.question_id == decided.id)).one()
    objection = receive_objection(
        session, decision=decision, received_on=NOW.date(), grounds="Te weinig", committee=False, actor=advisor, now=NOW
    )
    prepared = Preparation(
        question_id=decided.id,
        kind=PreparationKind.DECIDED_AGAIN,
        proposal_id=decision.proposal_id,
        rationale="Past nu",
        ground="own_facts",
        prepared_at=NOW,
        prepared_by="account:0",
        prepared_by_name="Noa",
    )
    heard = Hearing(
        question_id=decided.id, facts="Woont elders", answer_by=NOW.date(), invited_at=NOW, invited_by="account:0"
    )
    elsewhere = ShareElsewhere(
        question_id=decided.id, decision_id=decision.id, scheme="studielening", expected_cents=100
    )
    pile = start_batch(session, actor_id="account:0", now=NOW)
    late = DefaultNotice(
        question_id=decided.id,
        due_on=NOW.date() - timedelta(days=90),
        received_on=NOW.date() - timedelta(days=80),
        free_until=NOW.date() - timedelta(days=66),
        first_on=NOW.date() - timedelta(days=65),
        recorded_at=NOW,
        recorded_by="account:0",
    )
    damage = OwnDebt(
        decision_id=decision.id,
        question_id=decided.id,
        kind=OwnDebtKind.DAMAGE,
        to_another=False,
        amount_cents=100_00,
        state=OwnDebtState.OPEN,
        owed_since=NOW,
    )
    session.add_all([prepared, heard, elsewhere, late, damage])
    session.flush()
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.object_id == decided.id)).first()
    assert message is not None
    drawn = DrawnLetter("Brief", LETTER, b"%PDF-1.7", NOW.date())
    letter = keep_letter(session, message=message, drawn=drawn, actor_id="account:0", now=NOW)
    lost = LetterRegistration(
        letter_id=letter.id,
        decision_id=decision.id,
        state=LetterRegistrationState.GIVEN_UP,
        trouble="status_500",
        made_at=NOW,
        due_at=NOW,
    )
    session.add(lost)
    session.flush()
    mandate = session.scalars(select(Mandate)).first()
    assert mandate is not None
    made = {"objection": objection, "preparation": prepared, "hearing": heard, "share": elsewhere, "pile": pile}
    made |= {"own debt": damage}
    names = {name: one.public_id for name, one in {**made, "letter": letter, "mandate": mandate}.items()}
    return {**names, "letter registration": str(lost.id)}
