"""Approving: one unit of work with everything in it, or nothing at all."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.problem import Problem
from matching.problem.proposal import Share
from portal.awarding.decisions.actions import approve_proposal, refer_question, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionOutcome, SchemeOutcome
from portal.awarding.decisions.queries import decided_mix, decision_of
from portal.awarding.decisions.requirements import Checks, MixNoLongerFits
from portal.awarding.proposals.actions import make_proposal, renew_proposal
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.contents import save_costs
from portal.cases.conversations.actions import add_note
from portal.cases.questions.models import (
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    QuestionState,
    Route,
)
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import give_back
from portal.ledger.invariants import verify
from portal.ledger.models import Transfer
from portal.ledger.queries import available_cents
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.spending.vouchers.models import Award, Voucher, VoucherState
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    OWN_FACTS,
    SAM,
    SYSTEM,
    a_question,
    an_application,
    approve,
    asker,
    resident,
)

MONEY_AND_PAPER = (Decision, DecisionOutcome, Award, Voucher, Transfer)


def rows(session: Session) -> list[int]:
    return [
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (*MONEY_AND_PAPER, OutboxMessage, AuditEvent)
    ]


def sound(session: Session) -> bool:
    return verify(session) == [] and ledger_breaks(session) == []


def test_approving_writes_decision_award_voucher_reservation_letter_and_audit_together(session: Session) -> None:
    question = an_application(session)
    decision = approve(session, question)
    assert question.state is QuestionState.DECIDED
    assert decision.kind is DecisionKind.APPROVED
    assert [(one.scheme, one.outcome, one.amount_cents) for one in decision.outcomes] == [
        ("leervoucher", SchemeOutcome.AWARDED, 120_000)
    ]
    award = session.scalars(select(Award)).one()
    assert award.amount_cents == sum(part.amount_cents for part in award.parts) == 120_000
    assert award.voucher is not None and award.voucher.state is VoucherState.ISSUED
    assert award.voucher.valid_until.isoformat() == "2026-08-29"  # 180 days after 2 March
    letters = session.scalars(
        select(OutboxMessage.template).where(OutboxMessage.template.startswith("decision/"))
    ).all()
    assert letters == ["decision/approved"]
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert "question.approved" in acts and "voucher.issued" in acts
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    assert available_cents(session, funding_line_ids=[line.id]) == {line.id: 1_000_000 - 120_000}
    assert sound(session)


def test_the_decision_keeps_the_problem_that_its_shares_satisfy(session: Session) -> None:
    from matching import violations

    question = an_application(session)
    decision = approve(session, question)
    mix = decided_mix(decision)
    assert mix is not None and mix.cents_of("leervoucher") == 120_000
    assert violations(Problem.model_validate_json(decision.problem_json or ""), mix.shares) == []
    assert decision.amended is False


@pytest.mark.parametrize("name", ["identity", "purpose", "costs", "nothing_paid_twice"])
def test_each_check_is_needed(session: Session, name: str) -> None:
    question = an_application(session)
    checks = Checks(**{**vars(ALL_CHECKED), name: False})
    with pytest.raises(Refusal) as refused:
        approve(session, question, checks=checks)
    assert (refused.value.code, refused.value.field) == ("not_checked", name)
    assert question.state is QuestionState.APPLIED


def test_a_rationale_is_needed(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Refusal, match="waarom"):
        approve(session, question, rationale="  ")


def test_without_an_application_nothing_can_be_awarded_or_rejected(session: Session) -> None:
    question = a_question(session)
    with pytest.raises(Refusal) as refused:
        approve(session, question)
    assert refused.value.code == "not_applied"
    with pytest.raises(Refusal):
        reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)


def test_only_an_advisor_decides(session: Session) -> None:
    question = an_application(session)
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    for actor in (resident(question), asker(question)):
        with pytest.raises(Refusal):
            approve_proposal(
                session,
                question=question,
                draft=Draft(proposal=proposal, rationale="x", checks=ALL_CHECKED),
                actor=actor,
                now=NOW,
            )


def test_a_question_is_decided_once(session: Session) -> None:
    question = an_application(session)
    approve(session, question)
    before = rows(session)
    proposal = session.scalars(select(Decision)).one().proposal_id
    from portal.awarding.proposals.models import ProposalRecord

    with pytest.raises(Conflict):
        approve_proposal(
            session,
            question=question,
            draft=Draft(proposal=session.get_one(ProposalRecord, proposal), rationale="x", checks=ALL_CHECKED),
            actor=ADVISOR,
            now=NOW,
        )
    assert rows(session) == before


def test_when_the_money_is_gone_nothing_is_written_and_a_new_proposal_fits(session: Session) -> None:
    question = an_application(session, schemes=["leervoucher"])
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    give_back(session, funding_line_id=line.id, amount_cents=950_000, actor_id="system", now=NOW, note="lowered")
    session.commit()
    before = rows(session)
    with pytest.raises(MixNoLongerFits) as misfit:
        approve_proposal(
            session,
            question=question,
            draft=Draft(proposal=proposal, rationale="x", checks=ALL_CHECKED),
            actor=ADVISOR,
            now=NOW,
        )
    assert [reason.funding_line for reason in misfit.value.reasons] == ["rijk-leren"]
    session.refresh(question)
    assert question.state is QuestionState.APPLIED
    assert rows(session) == before, "nothing half-done, without rolling back"
    renewed = renew_proposal(session, question=question, actor=ADVISOR, now=NOW)
    used = {share.funding_line for share in stored_proposal(renewed).shares}
    assert "provincie-breed" in used
    approve_proposal(
        session,
        question=question,
        draft=Draft(proposal=renewed, rationale="x", checks=ALL_CHECKED),
        actor=ADVISOR,
        now=NOW,
    )
    assert sound(session)


def test_a_question_that_changed_needs_a_new_proposal(session: Session) -> None:
    question = an_application(session)
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    save_costs(session, question=question, costs=[CostInput("tuition", 80_000)], actor=ADVISOR, now=NOW)
    with pytest.raises(MixNoLongerFits) as misfit:
        approve_proposal(
            session,
            question=question,
            draft=Draft(proposal=proposal, rationale="x", checks=ALL_CHECKED),
            actor=ADVISOR,
            now=NOW,
        )
    assert [reason.code for reason in misfit.value.reasons] == ["question_changed"]


def test_an_advisors_own_mix_is_awarded_when_it_fits_and_refused_when_it_does_not(session: Session) -> None:
    question = an_application(session)
    lower = [Share(line="k1", offer="leervoucher", funding_line="provincie-breed", cents=50_000)]
    higher = [Share(line="k1", offer="leervoucher", funding_line="provincie-breed", cents=120_001)]
    with pytest.raises(MixNoLongerFits) as misfit:
        approve(session, question, shares=higher)
    assert {reason.code for reason in misfit.value.reasons} >= {"line_overpaid"}
    decision = approve(session, question, shares=lower)
    assert decision.amended
    assert session.scalars(select(Voucher.amount_cents)).all() == [50_000]
    assert json.loads(decision.shares_json or "")["shares"][0]["cents"] == 50_000


def test_a_scheme_that_was_not_applied_for_cannot_be_awarded(session: Session) -> None:
    costs = [CostInput("tuition", 120_000), CostInput("materials", 40_000)]
    question = an_application(session, schemes=["leervoucher"], costs=costs)
    with pytest.raises(MixNoLongerFits) as misfit:
        approve(session, question)
    assert [(one.code, one.scheme) for one in misfit.value.reasons] == [("not_applied", "materiaalvoucher")]
    shares = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=120_000)]
    assert approve(session, question, shares=shares).kind is DecisionKind.APPROVED


def test_a_scheme_that_was_applied_for_but_pays_nothing_is_rejected_in_the_same_decision(session: Session) -> None:
    question = an_application(session, schemes=["leervoucher", "materiaalvoucher"])
    decision = approve(session, question, rejections={"materiaalvoucher": "U hebt geen kosten voor materiaal."})
    assert decision.kind is DecisionKind.PARTLY
    outcomes = {one.scheme: (one.outcome, one.amount_cents, one.reason) for one in decision.outcomes}
    assert outcomes == {
        "leervoucher": (SchemeOutcome.AWARDED, 120_000, None),
        "materiaalvoucher": (SchemeOutcome.REJECTED, 0, "U hebt geen kosten voor materiaal."),
    }


def test_two_schemes_give_two_vouchers_from_one_decision(session: Session) -> None:
    costs = [CostInput("tuition", 120_000), CostInput("materials", 40_000)]
    question = an_application(session, schemes=["leervoucher", "materiaalvoucher"], costs=costs)
    approve(session, question)
    found = session.execute(select(Voucher.scheme, Voucher.amount_cents).order_by(Voucher.scheme)).all()
    assert [tuple(row) for row in found] == [("leervoucher", 120_000), ("materiaalvoucher", 20_000)]
    assert sound(session)


def test_a_mix_that_awards_nothing_is_refused_as_an_approval(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Refusal) as refused:
        approve(session, question, shares=[])
    assert refused.value.code == "nothing_to_award"


def test_the_employer_route_awards_half_and_counts_towards_the_employer(session: Session) -> None:
    question = an_application(session, route=Route.EMPLOYER, costs=[CostInput("tuition", 300_000)])
    approve(session, question)
    award = session.scalars(select(Award)).one()
    assert award.amount_cents == 150_000  # half of 300,000 stays with the employer; the cap of 200,000 is not reached
    assert award.employer_key is not None and award.person_key is not None
    assert question.decide_by is not None and question.decide_by.isoformat() == "2026-04-13"  # six weeks after 2 March


def test_who_wants_to_be_called_gets_the_decision_as_a_letter(session: Session) -> None:
    phone = ContactDetails(way=ContactWay.PHONE, name="Sam", phone="+31570123456")
    question = an_application(session, contact=phone)
    approve(session, question)
    sent = session.execute(select(OutboxMessage.kind, OutboxMessage.template)).all()
    assert [(row[0].value, row[1]) for row in sent] == [("letter", "decision/approved")]


def test_rejecting_gives_reasons_and_no_money(session: Session) -> None:
    question = an_application(session)
    decision = reject_question(
        session, question=question, rationale="De opleiding is al begonnen.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    assert (question.state, decision.kind) == (QuestionState.DECIDED, DecisionKind.REJECTED)
    assert [one.reason for one in decision.outcomes] == ["De opleiding is al begonnen."]
    assert session.scalar(select(func.count()).select_from(Voucher)) == 0
    assert decision_of(session, question=question, actor=resident(question)) is decision
    with pytest.raises(Refusal):
        reject_question(
            session, question=an_application(session), rationale=" ", ground=OWN_FACTS, actor=ADVISOR, now=NOW
        )


def test_referring_is_for_advice_and_not_for_an_application(session: Session) -> None:
    question = a_question(session)
    decision = refer_question(
        session, question=question, referred_to="UWV", explanation="U hebt een WW-uitkering.", actor=ADVISOR, now=NOW
    )
    assert (question.state, decision.referred_to) == (QuestionState.REFERRED, "UWV")
    with pytest.raises(Refusal) as refused:
        refer_question(
            session, question=an_application(session), referred_to="UWV", explanation="x", actor=ADVISOR, now=NOW
        )
    assert refused.value.code == "application_undecided"


def test_a_decision_cannot_be_changed_or_removed(session: Session) -> None:
    question = an_application(session)
    decision = approve(session, question)
    session.commit()
    decision.rationale = "anders"
    with pytest.raises(Exception, match="append-only"):
        session.flush()
    session.rollback()
    with pytest.raises(Exception, match="append-only"):
        session.execute(Decision.__table__.delete())
    session.rollback()


def test_notes_do_not_make_a_proposal_old(session: Session) -> None:
    question = an_application(session)
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    add_note(session, question=question, text="Gebeld.", actor=ADVISOR, now=NOW)
    approve_proposal(
        session,
        question=question,
        draft=Draft(proposal=proposal, rationale="x", checks=ALL_CHECKED),
        actor=ADVISOR,
        now=NOW,
    )
    assert isinstance(question, DevelopmentQuestion) and SAM and SYSTEM
