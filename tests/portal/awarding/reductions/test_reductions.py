"""Taking back a part of an award, or all that is open: a decision with mandate, money, a letter, and an objection against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, SchemeOutcome
from portal.awarding.decisions.queries import decision_of
from portal.awarding.reductions import end_after_move, lower_award, revoke_award
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.papers.letter_content import letter_content
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.post.messages.actions import mark_sent, set_consent
from portal.post.messages.models import MessageKind, MessageTopic, OutboxMessage
from portal.post.messages.queries import topic_of
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import last_day_against, objectable
from portal.spending.changes.actions import extend_voucher, note_moved_out
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher, VoucherState
from portal.spending.vouchers.queries import changes_of, ledger_breaks
from tests.factories import ADVISOR, NOW, SECOND, a_mandate, a_provider, a_voucher, asker
from tests.portal.awarding.test_top_ups import dearer, more

TODAY = NOW.date()
LATER = NOW + timedelta(days=10)


def books(session: Session, voucher: Voucher) -> tuple[int, int]:
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == []
    found = figures(session, by=("voucher_id",)).get((voucher.id,), Figures())
    return found.reserved_cents, found.spent_cents


def refusal(session: Session, work: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused, session.begin_nested():
        work()
    session.expire_all()
    return refused.value.code, refused.value.field


def used(session: Session, cents: int = 50_000) -> Voucher:
    """€ 1,200, of which so much was used."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, cents), actor=pia, now=NOW)
    return voucher


def revoke(session: Session, voucher: Voucher) -> Decision:
    return revoke_award(session, voucher=voucher, reason="Gestopt.", actor=ADVISOR, now=NOW)


def lower(session: Session, voucher: Voucher) -> Decision:
    return lower_award(session, voucher=voucher, by_cents=20_000, reason="Korting.", actor=ADVISOR, now=NOW)


def move(session: Session, voucher: Voucher) -> Decision:
    return end_after_move(session, voucher=voucher, moved_on=TODAY, reason="Verhuisd.", actor=ADVISOR, now=NOW)


ACTS = pytest.mark.parametrize(
    ("act", "kind", "template", "left"),
    [
        (revoke, DecisionKind.REVOKED, "reduction/revoked", 50_000),
        (lower, DecisionKind.LOWERED, "reduction/lowered", 100_000),
        (move, DecisionKind.REVOKED, "reduction/moved_ends", 50_000),
    ],
)


@ACTS
def test_each_is_a_decision_by_mandate_about_what_is_left_of_the_award(
    session: Session, act: Callable[..., Decision], kind: DecisionKind, template: str, left: int
) -> None:
    voucher = used(session)
    first = session.get_one(Decision, voucher.award.decision_id)
    made = act(session, voucher)
    assert made.kind is kind
    [outcome] = made.outcomes
    assert (outcome.scheme, outcome.outcome, outcome.amount_cents) == (voucher.scheme, SchemeOutcome.AWARDED, left)
    assert outcome.deciding_body_nl, "in the name of a body"
    assert session.scalar(select(DecisionMandate.mandate_id).where(DecisionMandate.decision_id == made.id)) is not None
    assert books(session, voucher) == (left - 50_000, 50_000)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    assert decision_of(session, question=question, actor=ADVISOR) is first, "the award is still what was decided"
    assert all(change.decision_id == made.id for change in changes_of(session, voucher=voucher))


def test_of_an_unused_voucher_nothing_is_left(session: Session) -> None:
    voucher = a_voucher(session)
    [outcome] = revoke(session, voucher).outcomes
    assert (outcome.outcome, outcome.amount_cents, outcome.reason) == (SchemeOutcome.REJECTED, 0, "Gestopt.")
    assert (voucher.state, books(session, voucher)) == (VoucherState.REVOKED, (0, 0))


@ACTS
def test_its_letter_says_what_is_left_why_and_until_when_one_can_object(
    session: Session, act: Callable[..., Decision], kind: DecisionKind, template: str, left: int
) -> None:
    made = act(session, used(session))
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
    assert (message.version, topic_of(template)) == (made.id, MessageTopic.DECISION)
    content = letter_content(session, message=message, dated=TODAY, now=NOW)
    words = " ".join(str(block) for block in content.blocks)
    assert content.object_by == date(2026, 4, 13) and "13 april 2026" in words
    assert made.rationale in words and "bezwaar" in words
    assert ("1.000" if kind is DecisionKind.LOWERED else "500") in words
    mark_sent(session, message=message, now=NOW + timedelta(days=3))
    assert last_day_against(session, decision=made) == date(2026, 4, 16), "it counts from when it was sent"


def test_so_does_the_letter_of_a_supplementary_award_and_a_longer_term_names_no_objection(session: Session) -> None:
    voucher = a_voucher(session)
    dearer(session, voucher, 10_000)
    made = more(session, voucher, 10_000).decision_id
    extend_voucher(
        session, voucher=voucher, until=voucher.valid_until + timedelta(days=9), reason="x", actor=ADVISOR, now=NOW
    )
    added, longer = (
        letter_content(session, message=one, dated=TODAY, now=NOW)
        for one in session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.template.in_(("voucher/topped_up", "voucher/extended")))
            .order_by(OutboxMessage.id)
        )
    )
    assert added.object_by == date(2026, 4, 13) and "bezwaar" in str(added.blocks) and made is not None
    assert longer.object_by is None and "bezwaar" not in str(longer.blocks), "the control"


def test_it_goes_by_mail_only_with_consent_for_decisions(session: Session) -> None:
    for given, expected in ((MessageTopic.VOUCHER, MessageKind.LETTER), (MessageTopic.DECISION, MessageKind.EMAIL)):
        voucher = a_voucher(session)
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        set_consent(session, question_id=question.id, topics=[given], actor_id="resident", now=NOW)
        made = revoke(session, voucher)
        message = select(OutboxMessage).where(
            OutboxMessage.template == "reduction/revoked", OutboxMessage.version == made.id
        )
        assert session.scalars(message).one().kind is expected


@ACTS
def test_one_objects_to_it_and_a_colleague_decides(
    session: Session, act: Callable[..., Decision], kind: DecisionKind, template: str, left: int
) -> None:
    made = act(session, used(session))
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
    mark_sent(session, message=message, now=NOW)
    question = session.get_one(DevelopmentQuestion, made.question_id)
    assert [one.kind for one in objectable(session, question=question, actor=asker(question))] == [
        kind,
        DecisionKind.APPROVED,
    ]
    objection = receive_objection(
        session,
        decision=made,
        received_on=LATER.date(),
        grounds="Ik ga wel door.",
        committee=False,
        actor=asker(question),
        now=LATER,
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=LATER)
    draft = ObjectionDraft(ObjectionOutcome.UNFOUNDED, "Het klopt.")
    wrong = {"objection": objection, "draft": draft, "now": LATER}
    assert refusal(session, lambda: decide_objection(session, actor=ADVISOR, **wrong))[0] == "involved"
    decide_objection(session, actor=SECOND, **wrong)
    assert objection.outcome is ObjectionOutcome.UNFOUNDED and objection.term_ended_on == date(2026, 4, 13)


def test_the_amount_is_checked_and_what_is_refused_leaves_no_decision(session: Session) -> None:
    voucher = used(session)
    for cents, code in ((0, "amount_not_positive"), (70_000, "nothing_left"), (80_000, "nothing_left")):

        def act(by_cents: int = cents) -> Decision:
            return lower_award(session, voucher=voucher, by_cents=by_cents, reason="x", actor=ADVISOR, now=NOW)

        assert refusal(session, act) == (code, "amount")
    assert refusal(
        session,
        lambda: end_after_move(
            session, voucher=voucher, moved_on=TODAY + timedelta(days=1), reason="x", actor=ADVISOR, now=NOW
        ),
    ) == ("move_out_of_range", "moved_on")
    assert len(session.scalars(select(Decision)).all()) == 1 and books(session, voucher) == (70_000, 50_000)


def test_who_takes_money_off_an_award_needs_a_mandate_for_the_whole_of_it(session: Session) -> None:
    novice = Actor(Audience.ADVISOR, account_id=906, display_name="Noa Nieuw")
    vouchers = [a_voucher(session) for _ in range(3)]
    small = a_mandate(session, novice, up_to_cents=119_999)

    def acts(actor: Actor) -> tuple[Callable[[], object], ...]:
        by: dict[str, Any] = {"reason": "Gestopt", "actor": actor, "now": NOW}
        revoked, lower, moved = vouchers
        return (
            lambda: revoke_award(session, voucher=revoked, **by),
            lambda: lower_award(session, voucher=lower, by_cents=1, **by),
            lambda: end_after_move(session, voucher=moved, moved_on=TODAY, **by),
        )

    for act in acts(novice):
        assert refusal(session, act) == ("no_mandate", None), "also in slices that stay under the limit"
    assert [books(session, one) for one in vouchers] == [(120_000, 0)] * 3 and len(
        session.scalars(select(Decision)).all()
    ) == 3
    note_moved_out(session, voucher=a_voucher(session), moved_on=TODAY, reason="Al begonnen", actor=novice, now=NOW)
    a_mandate(session, novice, up_to_cents=120_000)
    assert small.up_to_cents == 119_999
    for act in acts(novice):
        act()
    assert [books(session, one) for one in vouchers] == [(0, 0), (119_999, 0), (0, 0)]
