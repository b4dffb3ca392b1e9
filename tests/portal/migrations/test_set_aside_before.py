"""Revision 0053: what is set aside gets the decision that its letter spoke of, and a decision to set aside is kept both ways."""

from __future__ import annotations

from sqlalchemy import Engine, select, text

from portal.awarding.decisions.models import Decision, DecisionKind, SchemeOutcome
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage
from tests.factories import BODY
from tests.portal.awarding.test_setting_aside import aside, incomplete

AS_BEFORE = """
UPDATE development_question SET state = 'set_aside', waiting_since = NULL, set_aside_by = 'account:1',
  set_aside_reason = 'Geen offerte.', set_aside_at = (SELECT set_aside_at FROM development_question WHERE id = :like)
WHERE id = :question
"""


def test_a_decision_to_set_aside_is_kept_both_ways_and_one_of_before_gets_its_decision(migrated: Engine) -> None:
    def two(session) -> tuple[int, int]:
        return aside(session)[0].id, incomplete(session).id

    like, question = unit_of_work(migrated, two)
    downgrade(migrated, revision="0050")
    with migrated.begin() as connection:
        kept = connection.execute(text("SELECT question_id, kind, referred_to FROM decision")).all()
        assert kept == [(like, "referred", "set_aside")]
        assert connection.execute(text("SELECT outcome FROM decision_outcome")).scalars().all() == ["rejected"]
        told = "SELECT count(*) FROM outbox_message WHERE template = 'application/set_aside'"
        assert connection.execute(text(told)).scalar() == 1
        connection.execute(text(AS_BEFORE), {"like": like, "question": question})
    upgrade(migrated)

    def after(session) -> None:
        first, second = session.scalars(select(Decision).order_by(Decision.id)).all()
        assert (first.question_id, second.question_id) == (like, question)
        for decision, reason in ((first, "De offerte ontbreekt."), (second, "Geen offerte.")):
            assert (decision.kind, decision.rationale) == (DecisionKind.SET_ASIDE, reason)
            [outcome] = decision.outcomes
            assert (outcome.outcome, outcome.reason, outcome.deciding_body_nl) == (
                SchemeOutcome.SET_ASIDE,
                reason,
                BODY,
            )
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/set_aside")).one()
        assert message.version == first.id

    unit_of_work(migrated, after, read_only=True)
