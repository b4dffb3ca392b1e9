"""Computing a mix for a record, and keeping it unchanged."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from matching.problem import LockedShare, Locks
from matching.problem.proposal import Share, problem_hash
from portal.awarding.answering import check_mix, indicative_answer, price_of_locks, question_for_matching
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import (
    answer_of,
    latest_proposal,
    proposal_by_public_id,
    proposals_of,
    stored_insight,
    stored_override,
    stored_proposal,
)
from portal.cases.contents import save_borrowing, save_costs, save_facts, save_had_before
from portal.cases.pledges.actions import Contribution, ask_pledge, expect_pledge, give_pledge
from portal.cases.questions.models import CostInput, HadBeforeInput, Route
from portal.platform.errors import Conflict, Refusal
from tests.factories import (
    ADVISOR,
    NOW,
    REGION,
    SAM,
    a_draft,
    a_question,
    a_voucher,
    an_application,
    employer,
    resident,
)

TODAY = date(2026, 3, 2)


def test_a_draft_gets_an_answer_that_is_not_stored(session: Session) -> None:
    draft = a_draft(session, costs=[CostInput("tuition", 300_000)])
    answer = indicative_answer(session, question=draft, on=TODAY)
    assert answer.proposal is not None and answer.explanation is not None
    assert (answer.proposal.status, answer.proposal.own_contribution_cents) == ("proven", 50_000)
    assert [(used.offer, used.cents) for used in answer.explanation.used] == [("leervoucher", 250_000)]
    old = answer.verdict("oude-regeling")
    assert old is not None and old.availability.state == "ended"
    assert session.scalar(select(func.count()).select_from(ProposalRecord)) == 0


def test_without_costs_the_answer_says_which_schemes_could_pay_up_to_what(session: Session) -> None:
    draft = a_draft(session, costs=[])
    answer = indicative_answer(session, question=draft, on=TODAY)
    assert answer.proposal is None
    assert ("leervoucher", 250_000) in [(one.scheme, one.up_to_cents) for one in answer.possible_payments]


def test_an_unknown_fact_leaves_a_scheme_possible_and_never_refused(session: Session) -> None:
    draft = a_draft(session)
    save_facts(session, question=draft, facts={"residence_municipality": "unknown"}, actor=resident(draft), now=NOW)
    answer = indicative_answer(session, question=draft, on=TODAY)
    verdict = answer.verdict("leervoucher")
    assert verdict is not None and verdict.status == "unknown" and verdict.missing_facts == ("residence_municipality",)
    assert answer.proposal is not None and answer.proposal.own_contribution_cents == 120_000


def test_a_proposal_is_kept_word_for_word(session: Session) -> None:
    question = an_application(session)
    row = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    mix = stored_proposal(row)
    problem = answer_of(session, record=row).problem
    assert matching.violations(problem, mix.shares) == []
    assert problem_hash(problem) == row.problem_hash == mix.problem_hash
    assert row.scheme_versions["leervoucher"]["version"] == 1
    stored = json.loads(row.answer_json)
    assert {"question", "facts", "proposal", "verdicts", "explanation"} <= stored.keys()
    assert "Sam" not in row.answer_json and "Sam" not in row.problem_json, "no name in what matching sees"
    assert row.question_revision == question.revision
    session.commit()
    with pytest.raises(Exception, match="append-only"):
        session.execute(ProposalRecord.__table__.update().values(status="proven"))
    session.rollback()


def test_the_same_record_gives_the_same_problem_twice(session: Session) -> None:
    question = an_application(
        session, costs=[CostInput("tuition", 70_000), CostInput("books", 9_000), CostInput("materials", 8_000)]
    )
    rows = [make_proposal(session, question=question, actor=ADVISOR, now=NOW) for _ in range(2)]
    assert rows[0].problem_hash == rows[1].problem_hash
    assert stored_proposal(rows[0]).shares == stored_proposal(rows[1]).shares
    assert latest_proposal(session, question=question, actor=ADVISOR) is rows[1]


def test_expected_money_counts_for_an_indication_and_given_money_for_a_proposal(session: Session) -> None:
    draft = a_draft(session, costs=[CostInput("travel", 40_000)])
    expect_pledge(session, question=draft, money=Contribution("fixed", 40_000), actor=resident(draft), now=NOW)
    answer = indicative_answer(session, question=draft, on=TODAY)
    assert answer.proposal is not None and answer.proposal.own_contribution_cents == 0

    question = a_question(session, costs=[CostInput("travel", 40_000)])
    ask_pledge(session, question=question, employer_name="X", employer_email="x@y.example", actor=ADVISOR, now=NOW)
    before = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    assert before.own_contribution_cents == 40_000
    give_pledge(
        session,
        question=question,
        money=Contribution("up_to", 30_000),
        name="Baas",
        function=None,
        actor=employer(question),
        now=NOW,
    )
    assert make_proposal(session, question=question, actor=ADVISOR, now=NOW).own_contribution_cents == 10_000


def test_a_loan_is_used_only_as_far_as_was_asked(session: Session) -> None:
    draft = a_draft(session, costs=[CostInput("tuition", 300_000)])
    save_borrowing(session, question=draft, up_to_cents=30_000, actor=resident(draft), now=NOW)
    answer = indicative_answer(session, question=draft, on=TODAY)
    assert answer.proposal is not None
    assert (answer.proposal.repayable_cents, answer.proposal.own_contribution_cents) == (30_000, 20_000)


def test_what_this_desk_awarded_before_is_looked_up_under_the_pseudonym(session: Session) -> None:
    a_voucher(session, applicant=SAM, costs=[CostInput("tuition", 200_000)])
    again = an_application(session, applicant=SAM, costs=[CostInput("tuition", 200_000)])
    stranger = an_application(session, costs=[CostInput("tuition", 200_000)])
    for question, left in ((again, 100_000), (stranger, 0)):
        row = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
        assert row.own_contribution_cents == left, "300,000 a year per person"


def test_what_was_declared_counts_while_this_desk_knows_nothing(session: Session) -> None:
    draft = a_draft(session, costs=[CostInput("tuition", 200_000)])
    entries = [
        HadBeforeInput("leervoucher", 150_000, date(2026, 1, 5)),
        HadBeforeInput("leervoucher", 300_000, date(2025, 5, 5)),
    ]
    save_had_before(session, question=draft, entries=entries, actor=resident(draft), now=NOW)
    answer = indicative_answer(session, question=draft, on=TODAY)
    assert answer.proposal is not None and answer.proposal.own_contribution_cents == 50_000, "only this year counts"
    asked = question_for_matching(session, question=draft, on=date(2026, 1, 1), confirmed_only=True)
    assert [entry.amount_cents for entry in asked.had_before] == [300_000]


def test_an_advisors_mix_is_checked_with_its_price(session: Session) -> None:
    question = an_application(session)
    good = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=100_000)]
    found = check_mix(session, question=question, shares=good, today=TODAY)
    assert found.fits and found.own_contribution_cents == 20_000
    assert found.price is not None and (found.price.own_cents, found.price.public_cents) == (20_000, -20_000)
    wrong = [
        Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=250_001),
        Share(line="k9", offer="nergens", funding_line=None, cents=1),
    ]
    bad = check_mix(session, question=question, shares=wrong, today=TODAY)
    assert not bad.fits and {one.code for one in bad.violations} >= {"line_overpaid", "unknown_line", "unknown_offer"}
    unasked = check_mix(session, question=a_question(session), shares=good, today=TODAY)
    assert unasked.violations == () and unasked.not_applied == ("leervoucher",) and not unasked.fits


def test_what_explains_a_proposal_is_kept_as_it_was_found(session: Session) -> None:
    question = an_application(session, costs=[CostInput("tuition", 300_000)])
    row = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    kept = stored_insight(row)
    assert kept is not None and kept == answer_of(session, record=row).insight()
    assert {one.offer: one.code for one in kept.worths} == {"leervoucher": "saves"}
    assert kept.interval.now_cents == row.own_contribution_cents == 50_000
    raised = next(one for one in kept.levers if one.kind == "ceiling_raised")
    assert (raised.who, raised.gain_cents, raised.params["to_cents"]) == ("scheme_owner", 50_000, 300_000)
    assert stored_override(row) is None


def test_a_proposal_from_before_that_was_kept_can_still_be_shown(session: Session) -> None:
    row = make_proposal(session, question=an_application(session), actor=ADVISOR, now=NOW)
    old = {key: value for key, value in json.loads(row.answer_json).items() if key != "insight"}
    session.expunge(row)
    row.answer_json = json.dumps(old)
    assert stored_insight(row) is None and answer_of(session, record=row).proposal == stored_proposal(row)


def test_who_fixes_an_amount_says_why_and_the_price_is_kept(session: Session) -> None:
    question = an_application(session)
    locks = Locks(shares=(LockedShare(line="k1", offer="leervoucher", cents=50_000),))
    for reason in (None, "  "):
        with pytest.raises(Refusal) as refused:
            make_proposal(session, question=question, actor=ADVISOR, now=NOW, locks=locks, reason=reason)
        assert refused.value.code == "override_without_reason"
    row = make_proposal(session, question=question, actor=ADVISOR, now=NOW, locks=locks, reason=" De rest later. ")
    kept = stored_override(row)
    assert kept is not None and kept.reason == "De rest later."
    assert (kept.price.own_cents, kept.price.rest_cents, kept.price.public_cents) == (70_000, 70_000, -70_000)
    assert kept.price == price_of_locks(session, question=question, locks=locks, today=TODAY)
    out = price_of_locks(session, question=question, locks=Locks(forbidden=("leervoucher",)), today=TODAY)
    assert (out.own_cents, out.public_cents, out.schemes_difference) == (120_000, -120_000, -1)
    assert price_of_locks(session, question=question, locks=Locks(), today=TODAY).free, "the control"


def test_a_proposal_needs_costs_an_advisor_and_an_open_question(session: Session) -> None:
    question = a_question(session)
    with pytest.raises(Refusal):
        make_proposal(session, question=question, actor=resident(question), now=NOW)
    with pytest.raises(Conflict):
        make_proposal(session, question=a_draft(session), actor=ADVISOR, now=NOW)
    save_costs(session, question=question, costs=[], actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal) as refused:
        make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    assert refused.value.code == "no_costs"


def test_proposals_are_seen_by_the_advisor_and_who_asked(session: Session) -> None:
    question, other = an_application(session), a_question(session)
    row = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    for actor, sees in ((ADVISOR, True), (resident(question), True), (resident(other), False), (REGION, False)):
        assert (proposal_by_public_id(session, public_id=row.public_id, actor=actor) is row) is sees
        assert bool(proposals_of(session, question=question, actor=actor)) is sees


def test_the_employer_route_leaves_half_with_the_employer(session: Session) -> None:
    draft = a_draft(session, route=Route.EMPLOYER, costs=[CostInput("tuition", 100_000)])
    answer = indicative_answer(session, question=draft, on=TODAY)
    assert answer.proposal is not None
    assert (answer.proposal.employer_contribution_cents, answer.proposal.own_contribution_cents) == (50_000, 0)
