"""State aid: one undertaking has one room, whatever it asks, in how many questions, and at which moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.answering import check_mix
from portal.awarding.decision_receipts import receipt_of_decision
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.reductions import revoke_award
from portal.awarding.state_aid import AidOfUndertaking, aid_of
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.ledger.invariants import verify
from portal.ledger.models import CapGuard
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.publishing.replay.queries import past_questions
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, ALL_CHECKED, ASKED, COMPANY, NOW, SAM, a_voucher, an_application, approve
from tests.portal.at_once import Act, at_once
from tests.portal.awarding.aid_region import MOST, USED, with_aid
from tests.portal.awarding.test_top_ups import dearer, more

ROOM = 100_000
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def aid(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, lambda session: with_aid(session, tmp_path / "proefland"))


def asked(
    session: Session, cents: int, *, room: int | None = ROOM, kvk: str = "12345678", now: datetime = NOW
) -> DevelopmentQuestion:
    """A question of an employer about a training of which the scheme pays half: so many cents."""
    return an_application(
        session,
        route=Route.EMPLOYER,
        costs=[CostInput("tuition", 2 * cents)],
        facts={} if room is None else {USED: MOST - room},
        applicant=replace(COMPANY, kvk_number=kvk),
        now=now,
    )


def full(cents: int) -> list[Share]:
    return [Share(line="k1", offer="bedrijfsvoucher", funding_line="provincie-breed", cents=cents)]


def voucher_of(session: Session, question: DevelopmentQuestion) -> Voucher:
    return session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()


def awarded(session: Session) -> int:
    assert verify(session) == [] and ledger_breaks(session) == []
    given_back = Voucher.released_cents + Voucher.recovered_cents
    return session.scalar(select(func.sum(Voucher.amount_cents - given_back))) or 0


def refused(session: Session, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refusal, session.begin_nested():
        act()
    session.expire_all()
    return refusal.value


@pytest.mark.parametrize("later", [timedelta(0), 40 * DAY], ids=["that day", "weeks later"])
def test_a_second_question_of_one_company_gets_what_the_first_one_left(session: Session, later: timedelta) -> None:
    approve(session, asked(session, 60_000))
    second = asked(session, 100_000, now=NOW + later)
    refused(session, lambda: approve(session, second, shares=full(40_001), now=NOW + later))
    approve(session, second, now=NOW + later)
    assert voucher_of(session, second).amount_cents == 40_000 and awarded(session) == ROOM


def test_when_nothing_is_left_nothing_is_awarded_and_another_company_has_its_own_room(session: Session) -> None:
    approve(session, asked(session, 100_000))
    second = asked(session, 100_000)
    for shares in (None, full(100_000)):
        refused(session, lambda given=shares: approve(session, second, shares=given))
    approve(session, asked(session, 100_000, kvk="87654321"))
    assert awarded(session) == 2 * ROOM, "the control"


def test_a_raise_takes_from_the_same_room(session: Session) -> None:
    first, second = asked(session, 50_000), asked(session, 40_000)
    approve(session, first)
    approve(session, second)
    voucher = voucher_of(session, first)
    dearer(session, voucher, 100_000)
    why = refused(session, lambda: more(session, voucher, 10_001))
    assert (why.code, why.field, why.params["at_most_cents"]) == ("above_de_minimis_room", "amount", 10_000)
    more(session, voucher, 10_000)
    assert awarded(session) == ROOM


def test_the_guard_alone_stops_a_raise_that_the_rules_let_through(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(session, 90_000)
    approve(session, first)
    voucher = voucher_of(session, first)
    dearer(session, voucher, 100_000)
    monkeypatch.setattr("portal.awarding.top_ups._within_the_mix", lambda *_: None)
    why = refused(session, lambda: more(session, voucher, 10_001))
    assert (why.code, why.field) == ("cap_exhausted", "amount") and "staatssteun" in str(why.message)
    more(session, voucher, 10_000)
    assert awarded(session) == ROOM


def test_what_was_revoked_can_be_given_again(session: Session) -> None:
    first = asked(session, 100_000)
    approve(session, first)
    revoke_award(session, voucher=voucher_of(session, first), basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=NOW)
    approve(session, asked(session, 100_000))
    assert awarded(session) == ROOM


def test_who_says_nothing_is_held_to_what_was_said_last(session: Session) -> None:
    approve(session, asked(session, 60_000))
    silent = asked(session, 100_000, room=None)
    why = refused(session, lambda: approve(session, silent, shares=full(40_001)))
    assert isinstance(why, MixNoLongerFits)
    assert [(one.code, one.params["room_cents"]) for one in why.reasons] == [("above_de_minimis_room", 40_000)]
    approve(session, silent, shares=full(40_000))
    assert awarded(session) == ROOM


def test_after_three_years_an_award_takes_no_room_any_more(session: Session) -> None:
    first = asked(session, 60_000)
    approve(session, first)
    application = application_by_question(session, question=first)
    for now, here in ((datetime(2029, 3, 1, 9, tzinfo=UTC), 60_000), (datetime(2029, 3, 2, 9, tzinfo=UTC), 0)):
        found = aid_of(session, question=first, application=application, on=now.date())
        assert found == AidOfUndertaking(MOST, MOST - ROOM, here)


def test_the_receipt_says_that_the_desk_looked_up_its_own_part(session: Session) -> None:
    approve(session, asked(session, 60_000))
    second = asked(session, 40_000)
    receipt = receipt_of_decision(session, decision=approve(session, second), actor=ADVISOR)
    assert receipt is not None
    [fact] = [one for one in receipt.content.facts if one.key == USED]
    assert (fact.value, fact.source) == (MOST - ROOM + 60_000, "looked_up")


def alone(session: Session, work: str, cents: int) -> DevelopmentQuestion:
    """A question of Sam for so many cents; the learning voucher pays all of it while there is room."""
    facts = {USED: MOST - ROOM, "work_situation": work}
    return an_application(session, applicant=SAM, costs=[CostInput("tuition", cents)], facts=facts)


def test_who_is_self_employed_has_one_room_too(session: Session) -> None:
    approve(session, alone(session, "self_employed", 60_000))
    second = alone(session, "self_employed", 60_000)
    more_than_left = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=40_001)]
    refused(session, lambda: approve(session, second, shares=more_than_left))
    approve(session, second)
    assert voucher_of(session, second).amount_cents == 40_000


def test_to_an_employee_it_is_no_aid_and_takes_no_room(session: Session) -> None:
    for _ in range(2):
        approve(session, alone(session, "employed", 60_000))
    a_voucher(session)
    assert awarded(session) == 240_000, "the control"
    assert session.scalar(select(CapGuard.id).where(CapGuard.scheme.like("aid%"))) is None


def approves(question_id: int, cents: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
        draft = Draft(proposal, "Past.", ALL_CHECKED, shares=full(cents))
        return lambda: approve_proposal(session, question=question, draft=draft, actor=ADVISOR, now=NOW)

    return read


@pytest.mark.parametrize(("cents", "done"), [(60_000, 1), (50_000, 2)])
def test_two_questions_of_one_company_at_once_do_not_both_take_the_last_room(
    engine: Engine, cents: int, done: int
) -> None:
    ids = [unit_of_work(engine, lambda session: asked(session, cents).id) for _ in range(2)]
    outcomes = at_once(engine, *(approves(one, cents) for one in ids))
    assert outcomes.count("done") == done, outcomes
    with Session(engine) as session:
        assert awarded(session) == done * cents <= ROOM


def test_who_looks_at_what_could_take_the_place_of_an_award_does_not_count_it_as_aid_that_was_had(
    session: Session,
) -> None:
    question = asked(session, ROOM)
    approve(session, question)
    again = check_mix(session, question=question, shares=full(ROOM), today=NOW.date())
    assert "above_de_minimis_room" not in [one.code for one in again.violations]
    above = check_mix(session, question=question, shares=full(ROOM + 1), today=NOW.date())
    assert "above_de_minimis_room" in [one.code for one in above.violations], "the control"
    other = asked(session, ROOM)
    late = check_mix(session, question=other, shares=full(1), today=NOW.date())
    assert "above_de_minimis_room" in [one.code for one in late.violations], "to another question it was had"


def test_a_replay_counts_the_aid_of_other_questions_as_it_was_then_and_never_its_own(session: Session) -> None:
    first = asked(session, 60_000)
    approve(session, first)
    second = asked(session, 40_000, now=NOW + DAY)
    approve(session, second, now=NOW + DAY)
    asked(session, 10_000, kvk="87654321", now=NOW + DAY)
    had = [question.facts[USED] - (MOST - ROOM) for question, _ in past_questions(session)]
    assert had == [0, 60_000, 0]
