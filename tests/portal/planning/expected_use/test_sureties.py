"""Expected use: two people lay it down, the room follows what is known, the brake holds by itself, and the books stay whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.plan.forecast.expected_use import ExpectedUse
from matching.plan.forecast.seen import Ended, VoucherSeen
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import fund, give_back
from portal.ledger.invariants import verify
from portal.ledger.queries import line_figures
from portal.paying.reassignments.queries import booked_and_recorded
from portal.planning.expected_use import queries
from portal.planning.expected_use.actions import (
    ask_surety_room,
    begin_surety,
    end_surety,
    keep_surety_room,
    surety_job,
)
from portal.planning.expected_use.models import Surety, SuretyRoom, SuretyState
from portal.planning.expected_use.queries import (
    STEPS,
    judged,
    print_of_both,
    room_input,
    sureties,
    surety_breaks,
    surety_by_public_id,
    surety_of,
    surety_stands,
)
from portal.planning.observed import observed
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.jobs.actions import run_jobs
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_voucher
from tests.portal.planning.sureties import FIRST, a_judgement, a_surety_laid_down, worked_out_room

LATER = NOW + timedelta(days=7)


def kept(session: Session, surety: Surety, free: int, beyond: int, *, now: datetime = NOW, **more: Any) -> SuretyRoom:
    """The room by a judgement that is given."""
    found = a_judgement(session, surety, free=free, beyond=beyond, **more)
    return keep_surety_room(session, surety=surety, judged=found, actor=SYSTEM, now=now)


def begun(session: Session, **other: Any) -> Surety:
    return begin_surety(session, surety=a_surety_laid_down(session, **other), actor=REGION, now=NOW)


def left(session: Session, line: FundingLine | None) -> int:
    assert line is not None
    return line_figures(session, funding_line_ids=[line.id])[line.id].available_cents


def worked_out(session: Session, surety: Surety, on: date) -> ExpectedUse | None:
    """What is judged on a day; it is told as often as it said, whatever is known."""
    steps: list[int] = []
    found = judged(room_input(session, surety=surety, on=on), told=lambda: steps.append(1))
    assert len(steps) == STEPS
    return found.found


def test_a_second_person_lets_it_begin_and_nothing_is_promised_before(session: Session) -> None:
    surety = a_surety_laid_down(session)
    assert surety.vouching_line is None and surety_of(session, line=surety.line) is surety
    with pytest.raises(Refusal, match="zelf voorgelegd"):
        begin_surety(session, surety=surety, actor=FIRST, now=NOW)
    begin_surety(session, surety=surety, actor=REGION, now=NOW)
    own = surety.vouching_line
    assert surety.state is SuretyState.IN_FORCE and own is not None and own.funder_id == surety.guarantor_id
    assert (own.slug, own.earmark, own.price_permille) == ("rijk-leren-garantie", surety.line.earmark, 2000)
    assert left(session, own) == 0 and surety.rooms == [], "nothing is promised before it is worked out"
    room = worked_out_room(session, surety, actor=REGION)
    assert (room.room_cents, room.learned_from, room.sets) == (0, 0, 0), "of one voucher too little is known"
    assert (room.of_day, room.seed) == (local_date(NOW), local_date(NOW).toordinal())
    with pytest.raises(Conflict, match="intussen veranderd"):
        begin_surety(session, surety=surety, actor=REGION, now=NOW)
    assert sureties(session, actor=ADVISOR) == [] and surety_by_public_id(
        session, public_id=surety.public_id, actor=REGION
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"limit_permille": 0}, "0,1%"),
        ({"limit_permille": 101}, "0,1%"),
        ({"most_cents": 0}, "budget zelf"),
        ({"most_cents": 10**11}, "budget zelf"),
        ({"reason": "Zo."}, "hele zin"),
        ({"actor": ADVISOR}, "kunt u hier niet"),
        ({"now": NOW + timedelta(days=9_000)}, "niemand garant"),
    ],
)
def test_what_is_no_surety_is_refused(session: Session, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        a_surety_laid_down(session, **wrong)


def test_for_a_budget_one_surety_at_a_time(session: Session) -> None:
    surety = begun(session)
    with pytest.raises(Conflict, match="al iemand garant"):
        a_surety_laid_down(session)
    end_surety(session, surety=surety, actor=FIRST, now=NOW)
    again = begun(session)
    assert again.vouching_line is not None and again.vouching_line.slug == "rijk-leren-garantie-2"
    with pytest.raises(Refusal, match="niemand garant"):
        a_surety_laid_down(session, slug="rijk-leren-garantie")


def test_what_is_promised_beyond_is_reserved_with_the_guarantor_and_comes_back(session: Session) -> None:
    surety = begun(session)
    own, line = surety.vouching_line, surety.line
    room = kept(session, surety, left(session, line), 400_000)
    assert (room.room_cents, room.exposure_cents, left(session, own)) == (400_000, 0, 400_000)
    taken = left(session, line)
    assert own is not None
    others = update(FundingLine).where(FundingLine.id.not_in([line.id, own.id]))
    session.execute(others.values(period_to=NOW.date() - timedelta(days=1)))
    session.expire_all()
    give_back(session, funding_line_id=line.id, amount_cents=taken, actor_id="account:1", now=NOW, note="Weg.")
    beyond = a_voucher(session)
    assert left(session, own) == 280_000, "the budget itself is empty: the guarantor's pays"
    assert surety_stands(session, surety=surety).exposure_cents == 120_000
    room = kept(session, surety, -120_000, 0, chance=30.0, braked=True, now=LATER)
    assert (room.room_cents, room.braked, room.chance_ppm, left(session, own)) == (0, True, 30_000, 0)
    fund(session, funding_line_id=line.id, amount_cents=taken, actor_id="account:1", now=LATER)
    room = kept(session, surety, taken - 120_000, 0, now=LATER)
    assert room.moved_back_cents == 120_000 and surety_stands(session, surety=surety).exposure_cents == 0
    assert beyond.is_live and booked_and_recorded(session) == [] and list(surety_breaks(session)) == []
    assert verify(session) == []


def test_it_never_vouches_for_more_than_was_laid_down(session: Session) -> None:
    surety = begun(session)
    assert kept(session, surety, left(session, surety.line), 10**9).room_cents == 500_000
    assert list(surety_breaks(session)) == []
    session.execute(update(Surety).values(most_cents=400_000))
    session.expire_all()
    assert [one.invariant for one in surety_breaks(session)] == ["E1"], "the control: more than that is found"


def test_who_ends_it_takes_the_room_away(session: Session) -> None:
    surety = begun(session)
    kept(session, surety, left(session, surety.line), 300_000)
    end_surety(session, surety=surety, actor=FIRST, now=LATER)
    assert surety.state is SuretyState.ENDED and left(session, surety.vouching_line) == 0
    with pytest.raises(Conflict):
        worked_out_room(session, surety, now=LATER)
    with pytest.raises(Conflict):
        ask_surety_room(session, surety=surety, actor=REGION, now=LATER)
    dropped = a_surety_laid_down(session)
    end_surety(session, surety=dropped, actor=FIRST, now=NOW)
    assert dropped.state is SuretyState.DROPPED and list(surety_breaks(session)) == []


def test_the_job_works_the_room_out_with_no_transaction_open_and_again_when_something_was_booked(
    engine: Engine,
) -> None:
    surety = unit_of_work(engine, begun)
    job, writes = surety_job(SYSTEM), list[int]()
    between = job.between
    assert between is not None

    def watched(item: str) -> None:
        between(item)
        if not writes:
            writes.append(unit_of_work(engine, lambda session: a_voucher(session)).id)

    own = replace(job, between=watched)
    assert run_jobs(engine, jobs=[own], now=LATER).failed == {"surety_room": 1}, "somebody booked meanwhile"
    again = LATER + timedelta(minutes=5)
    assert run_jobs(engine, jobs=[own], now=again).done == {"surety_room": 1}
    assert run_jobs(engine, jobs=[own], now=again).done == {}, "once a day"
    rooms = unit_of_work(engine, lambda s: [one.set_by for one in s.get_one(Surety, surety.id).rooms], read_only=True)
    assert rooms == [SYSTEM.reference]
    unit_of_work(engine, lambda s: end_surety(s, surety=s.get_one(Surety, surety.id), actor=FIRST, now=again))
    with Session(engine) as session:
        assert list(job.due(session, again)) == [] and job.act(session, f"{surety.id}:x", again) is False


def test_the_room_is_set_over_the_books_it_was_worked_out_from_and_no_others(session: Session) -> None:
    surety = begun(session)
    before = a_judgement(session, surety, free=left(session, surety.line), beyond=300_000)
    a_voucher(session)
    with pytest.raises(Conflict, match="intussen geboekt"):
        keep_surety_room(session, surety=surety, judged=before, actor=REGION, now=NOW)
    assert surety.rooms == [] and left(session, surety.vouching_line) == 0
    same = a_judgement(session, surety, free=left(session, surety.line), beyond=300_000)
    room = keep_surety_room(session, surety=surety, judged=same, actor=REGION, now=NOW)
    assert (room.room_cents, room.books_print) == (300_000, print_of_both(session, surety=surety))
    assert (room.seed, room.sets, room.learned_from, room.open_vouchers) == (7, 400, 320, 2)
    with pytest.raises(Conflict, match="latere dag"):
        early = replace(same, on=local_date(NOW) - timedelta(days=1))
        keep_surety_room(session, surety=surety, judged=early, actor=REGION, now=NOW)


def test_who_asks_twice_is_sent_to_the_same_work(session: Session) -> None:
    surety = begun(session)
    first, second = (ask_surety_room(session, surety=surety, actor=actor, now=NOW) for actor in (REGION, FIRST))
    assert first.id == second.id and first.about == surety.public_id
    with pytest.raises(Refusal, match="kunt u hier niet"):
        ask_surety_room(session, surety=surety, actor=ADVISOR, now=NOW)


def test_the_room_follows_how_many_vouchers_are_used(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    surety = begun(session)
    on = local_date(LATER)
    assert worked_out(session, surety, on) is None, "of one voucher too little is known"
    known = observed(session, on=on)
    assert known is not None
    segment = known.history.segments[0]

    def with_past(lapsed_in_ten: int) -> None:
        ends = [Ended.LAPSED if number % 10 < lapsed_in_ten else Ended.USED for number in range(400)]
        past = tuple(
            VoucherSeen(
                segment,
                -100,
                100_000,
                26 if end is Ended.LAPSED else number % 20,
                end,
                0 if end is Ended.LAPSED else 100_000,
                26,
            )
            for number, end in enumerate(ends)
        )
        told = replace(known, history=replace(known.history, vouchers=past))
        monkeypatch.setattr(queries, "observed", lambda *_args, **_more: told)

    rooms = []
    for lapsed in (1, 6):
        with_past(lapsed)
        found = worked_out(session, surety, on)
        assert found is not None and not found.braked
        rooms.append(found.free_cents + found.beyond_cents)
    assert rooms[0] < rooms[1], "the fewer are used, the more may be promised"
    assert worked_out(session, surety, surety.line.period_to + timedelta(days=1)) is None


def test_the_table_refuses_one_person_who_does_both(session: Session) -> None:
    surety = a_surety_laid_down(session)
    line = funding_line_by_slug(session, slug="provincie-breed")
    assert line is not None
    surety.state, surety.vouching_line_id = SuretyState.IN_FORCE, line.id
    surety.begun_at, surety.begun_by, surety.begun_by_name = NOW, surety.laid_down_by, "Eva Eerste"
    with pytest.raises(IntegrityError, match="second_person"):
        session.flush()
