"""Every way in which money is awarded wants a complete application, and a ground that somebody chose for what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.actions import approve_proposal, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.proposals.actions import make_proposal
from portal.cases.applications.completeness import declare_complete, lose_place
from portal.cases.applications.models import Application
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.second_look.in_one_go import OneGo, StepRefused, settle_in_one_go
from portal.second_look.objections.actions import (
    ObjectionDraft,
    decide_objection,
    receive_objection,
    waive_hearing,
)
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason
from portal.second_look.preparations.actions import decide_prepared, prepare_deciding_again, prepare_decision
from portal.second_look.preparations.models import Preparation
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, NOW, OWN_FACTS, SECOND, a_mandate, an_application, approve
from tests.portal.cases.owners.test_owning import ada

LATER = NOW + timedelta(days=7)
WHY = "Past bij de vraag naar technici."
BOTH = ["leervoucher", "materiaalvoucher"]
"""Of these two the second pays nothing for a training without materials: the decision refuses it."""


@dataclass(frozen=True)
class Way:
    """One way: the case before it, and the act with a draft."""

    name: str
    before: Callable[[Session, list[str]], DevelopmentQuestion]
    act: Callable[[Session, DevelopmentQuestion, RefusalGround | None], Any]

    def __str__(self) -> str:
        return self.name


def applied(session: Session, schemes: list[str]) -> DevelopmentQuestion:
    return an_application(session, schemes=schemes)


def decided(session: Session, schemes: list[str]) -> DevelopmentQuestion:
    question = an_application(session, schemes=schemes)
    approve(session, question)
    return question


def objected(session: Session, schemes: list[str]) -> DevelopmentQuestion:
    """Rejected, and whoever objects need not be heard."""
    question = an_application(session, schemes=schemes)
    decision = reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/rejected")).one()
    mark_sent(session, message=letter, now=NOW)
    received: dict[str, Any] = {"received_on": LATER.date(), "grounds": "Wel.", "committee": False}
    objection = receive_objection(session, decision=decision, **received, actor=SECOND, now=LATER)
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=LATER)
    return question


def laid_down(session: Session, schemes: list[str]) -> DevelopmentQuestion:
    question = applied(session, schemes)
    draft = the_draft(session, question, OWN_FACTS)
    prepare_decision(session, question=question, draft=draft, actor=SECOND, now=LATER)
    return question


def the_draft(session: Session, question: DevelopmentQuestion, ground: RefusalGround | None) -> Draft:
    propose = make_proposal if question.state is QuestionState.APPLIED else propose_again
    return Draft(propose(session, question=question, actor=ADVISOR, now=LATER), WHY, ALL_CHECKED, ground=ground)


def with_draft(act: Callable[..., Any]) -> Callable[[Session, DevelopmentQuestion, RefusalGround | None], Any]:
    def do(session: Session, question: DevelopmentQuestion, ground: RefusalGround | None) -> Any:
        draft = the_draft(session, question, ground)
        return act(session, question=question, draft=draft, actor=ADVISOR, now=LATER)

    return do


def by_an_objection(session: Session, question: DevelopmentQuestion, ground: RefusalGround | None) -> Any:
    objection = session.scalars(select(Objection).where(Objection.question_id == question.id)).one()
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, WHY, new=the_draft(session, question, ground))
    return decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=LATER)


def as_second_person(session: Session, question: DevelopmentQuestion, ground: RefusalGround | None) -> Any:
    row = session.scalars(select(Preparation).where(Preparation.question_id == question.id)).one()
    row.ground = ground.value if ground is not None else ""
    session.flush()
    return decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=ADVISOR, now=LATER)


def in_one_go(session: Session, question: DevelopmentQuestion, ground: RefusalGround | None) -> Any:
    wanted = OneGo(WHY, ALL_CHECKED, ground=ground)
    known = session.scalars(select(Account).where(Account.role == Role.ADVISOR)).first()
    me = actor_of_account(known) if known is not None else ada(session)
    if known is None:
        a_mandate(session, me)
    return settle_in_one_go(session, question=question, wanted=wanted, agree=lambda _record: None, actor=me, now=LATER)


WAYS = (
    Way("approve", applied, with_draft(approve_proposal)),
    Way("prepare", applied, with_draft(prepare_decision)),
    Way("decide again", decided, with_draft(decide_again)),
    Way("prepare deciding again", decided, with_draft(prepare_deciding_again)),
    Way("by an objection", objected, by_an_objection),
    Way("as the second person", laid_down, as_second_person),
    Way("in one go", applied, in_one_go),
)
every_way = pytest.mark.parametrize("way", WAYS, ids=str)


def refused(session: Session, way: Way, question: DevelopmentQuestion, ground: RefusalGround | None) -> Refusal:
    """It is refused, and nothing of it stays."""
    with pytest.raises(Refusal) as raised, session.begin_nested():
        way.act(session, question, ground)
    assert not isinstance(raised.value, MixNoLongerFits)
    return raised.value.why if isinstance(raised.value, StepRefused) else raised.value


@every_way
def test_what_a_mix_refuses_needs_a_ground_that_somebody_chose(session: Session, way: Way) -> None:
    question = way.before(session, BOTH)
    missing = refused(session, way, question, None)
    assert (missing.code, missing.field) == ("ground_missing", "ground"), "it used to be the applicant's own facts"
    assert refused(session, way, question, RefusalGround.OTHER_FACTS).code == "not_heard", "the hearing follows it"
    way.act(session, question, OWN_FACTS)


@every_way
def test_control_without_a_refusal_no_ground_is_asked(session: Session, way: Way) -> None:
    question = way.before(session, BOTH[:1])
    way.act(session, question, None)


@every_way
def test_an_incomplete_application_is_not_awarded_before_somebody_completes_it(session: Session, way: Way) -> None:
    question = way.before(session, BOTH[:1])
    before = session.scalars(select(Voucher.id)).all()
    application = session.scalars(select(Application).where(Application.question_id == question.id)).one()
    lose_place(session, question=question, application=application, actor=ADVISOR, now=LATER)
    code = "evidence_not_in" if way.name == "in one go" else "incomplete"
    assert refused(session, way, question, None).code == code
    assert session.scalars(select(Voucher.id)).all() == before
    declare_complete(session, question=question, application=application, received_at=LATER, actor=ADVISOR, now=LATER)
    way.act(session, question, None)


def test_an_incomplete_application_can_be_rejected(session: Session) -> None:
    question = applied(session, BOTH[:1])
    application = session.scalars(select(Application)).one()
    lose_place(session, question=question, application=application, actor=ADVISOR, now=LATER)
    made = reject_question(
        session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=LATER
    )
    assert isinstance(made, Decision) and made.kind is DecisionKind.REJECTED


def test_what_was_withdrawn_cannot_be_called_complete(session: Session) -> None:
    question = applied(session, BOTH[:1])
    application = session.scalars(select(Application)).one()
    lose_place(session, question=question, application=application, actor=ADVISOR, now=LATER)
    question.state, question.withdrawn_at, question.withdrawn_by = QuestionState.WITHDRAWN, LATER, "resident"
    session.flush()
    with pytest.raises(Conflict):
        declare_complete(
            session, question=question, application=application, received_at=LATER, actor=ADVISOR, now=LATER
        )
