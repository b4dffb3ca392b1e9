"""Paying later or less, or not: decisions with a letter, a last day to object, and what comes of a founded objection."""

from __future__ import annotations

import json
from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import letter_content
from portal.paying.collecting import queries
from portal.paying.collecting.actions import remind_debtor
from portal.paying.collecting.models import CollectionStep, StepKind
from portal.paying.collecting.queries import charged_cents, standing_of
from portal.paying.collecting.relief import defer_payment, refuse_relief, waive_charges
from portal.paying.recoveries import monthly_terms, plan_instalments, write_off
from portal.paying.settlements.models import Recovery
from portal.platform.errors import Refusal
from portal.post.letters.queries import last_day_to_object
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import told_in
from portal.second_look.objections.remedies import ObjectionDraft
from schemes.region import CollectingSettings
from tests.factories import ADVISOR, NOBODY, NOW, SECOND, asker
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, at, sent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON = PAY_BY - 10 * DAY
WITH_COSTS = CollectingSettings(reminder_cost_cents=8_00, reminder_cost_high_cents=19_00)


def newest(session: Session, kind: DecisionKind) -> Decision:
    found = session.scalars(select(Decision).where(Decision.kind == kind).order_by(Decision.id.desc())).first()
    assert found is not None
    return found


def letter(session: Session, decision: Decision) -> tuple[str, str]:
    """What its letter says, in Dutch and in English; it names a last day to object."""
    [(template, version)] = told_in(session, decision=decision)
    rows = select(OutboxMessage).where(OutboxMessage.template == template, OutboxMessage.version == version)
    made = letter_content(session, message=session.scalars(rows).one(), dated=ON, now=at(ON))
    assert made.object_by == last_day_to_object(ON)
    dutch, english = (json.dumps(one, ensure_ascii=False) for one in (made.blocks, made.english))
    return dutch.replace("\xa0", " "), english


def founded(session: Session, decision: Decision, draft: ObjectionDraft) -> Decision:
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    objection = receive_objection(
        session, decision=decision, received_on=ON, grounds="Te zwaar.", committee=False, actor=asker(question),
        now=at(ON),
    )  # fmt: skip
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=at(ON))
    decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=at(ON))
    return session.get_one(Decision, objection.new_decision_id)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        work()
    return no.value.code


def plan(session: Session, claim: Recovery, parts: int = 3) -> None:
    terms = monthly_terms(amount_cents=claim.open_cents, number=parts, first_on=PAY_BY)
    plan_instalments(session, recovery=claim, terms=terms, actor=ADVISOR, now=at(ON), reason="U vroeg erom.")


def test_paying_later_is_a_decision_with_a_letter_and_a_last_day_to_object(session: Session) -> None:
    claim = sent(session)
    until = PAY_BY + 30 * DAY
    by = {"recovery": claim, "until": until, "reason": "U bent ziek.", "now": at(ON)}
    assert refused(lambda: defer_payment(session, actor=NOBODY, **by)) == "not_yours"  # type: ignore[arg-type]
    step = defer_payment(session, actor=ADVISOR, **by)  # type: ignore[arg-type]
    decision = session.get_one(Decision, step.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.PUT_OFF, 60_000)
    assert session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one()
    dutch, english = letter(session, decision)
    assert "U bent ziek." in dutch and "4:94" in dutch and "bezwaar maken" in dutch and "can object" in english
    plan(session, claim)
    agreed = newest(session, DecisionKind.PUT_OFF)
    dutch, _ = letter(session, agreed)
    assert agreed is not decision and "€ 200" in dutch and "U vroeg erom." in dutch
    new = founded(
        session,
        agreed,
        ObjectionDraft(
            ObjectionOutcome.FOUNDED, "Zes termijnen.",
            terms=tuple(monthly_terms(amount_cents=60_000, number=6, first_on=PAY_BY)),
        ),
    )  # fmt: skip
    assert new.kind is DecisionKind.PUT_OFF and claim.plan == 2
    assert "rechtbank" in letter(session, new)[0], "then one appeals"
    assert len([one for one in claim.instalments if one.plan == 2]) == 6


def test_refusing_to_let_somebody_pay_later_or_less_is_a_decision_too(session: Session) -> None:
    claim = sent(session)
    by = {"recovery": claim, "actor": ADVISOR, "now": at(ON)}
    assert refused(lambda: refuse_relief(session, refused=StepKind.DEFERRED, reason="x", **by)) == "refusal_unknown"  # type: ignore[arg-type]
    assert refused(lambda: refuse_relief(session, refused=StepKind.NOT_WAIVED, reason=" ", **by)) == "reason_missing"  # type: ignore[arg-type]
    for kind, words, decided in (
        (StepKind.NOT_DEFERRED, "U krijgt geen uitstel", DecisionKind.PUT_OFF),
        (StepKind.NOT_WAIVED, "laten vervallen", DecisionKind.WAIVED),
    ):
        step = refuse_relief(session, refused=kind, reason="U kunt betalen.", **by)  # type: ignore[arg-type]
        decision = session.get_one(Decision, step.decision_id)
        assert (decision.kind, decision.outcomes[0].amount_cents) == (decided, 0)
        dutch, _ = letter(session, decision)
        assert "U kunt betalen." in dutch and (words in dutch or kind is StepKind.NOT_DEFERRED)
    standing = standing_of(session, recovery=claim, today=PAY_BY + DAY)
    assert standing is not None and standing.due_on == PAY_BY, "nothing is put off by it"
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "Toch.")
    assert refused(lambda: founded(session, newest(session, DecisionKind.PUT_OFF), draft)) == "terms_missing"


def test_letting_a_part_go_is_a_decision_and_a_founded_objection_lets_more_go(session: Session) -> None:
    claim = sent(session)
    entry = write_off(session, recovery=claim, amount_cents=10_000, reason="Weinig inkomen.", actor=ADVISOR, now=at(ON))
    decision = session.get_one(Decision, entry.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.WAIVED, 10_000)
    dutch, english = letter(session, decision)
    assert "€ 100" in dutch and "€ 500" in dutch and "4:94a" in dutch and "Weinig inkomen." in dutch
    assert "can object" in english
    without = ObjectionDraft(ObjectionOutcome.FOUNDED, "Meer.")
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    assert question is not None and without.amount_cents is None
    more = ObjectionDraft(ObjectionOutcome.FOUNDED, "Meer.", amount_cents=15_000)
    new = founded(session, decision, more)
    assert (new.kind, claim.written_off_cents, claim.open_cents) == (DecisionKind.WAIVED, 25_000, 35_000)


def test_letting_costs_go_is_a_decision(session: Session) -> None:
    claim = sent(session)
    late = at(PAY_BY + 8 * DAY)
    with patch.object(queries, "collecting_settings", lambda _session: WITH_COSTS):
        remind_debtor(session, recovery=claim, actor=ADVISOR, now=late)
    assert waive_charges(session, recovery=claim, reason="Te zwaar.", actor=ADVISOR, now=late) == 1_900
    decision = newest(session, DecisionKind.WAIVED)
    dutch, _ = letter(session, decision)
    assert "€ 19" in dutch and charged_cents(session, recovery=claim) == 0
    steps = session.scalars(select(CollectionStep).where(CollectionStep.recovery_id == claim.id)).all()
    assert all(one.decision_id is None for one in steps), "a reminder is no decision"


def test_control_who_has_no_mandate_decides_nothing(session: Session) -> None:
    claim = sent(session)
    before = len(session.scalars(select(Decision)).all())
    with patch("portal.framework.mandates.actions.mandate_for", lambda *_args, **_named: None):
        for act in (lambda: plan(session, claim), lambda: write_off(
            session, recovery=claim, amount_cents=100, reason="x", actor=ADVISOR, now=NOW
        )):  # fmt: skip
            assert refused(act) == "no_mandate"
    assert len(session.scalars(select(Decision)).all()) == before and claim.plan == 0
