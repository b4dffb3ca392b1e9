"""Rounds: a seed of which only the print is told, everybody at once, lots that anybody can draw again, nobody left out without need."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundMethod, RoundState
from portal.awarding.divisions.queries import Division, division_of, latest_round
from portal.awarding.rounds.actions import drop_round, give_points, keep_division, open_round
from portal.awarding.rounds.queries import (
    divided,
    points_of,
    round_by_public_id,
    round_input,
    rounds,
    schemes_with_rounds,
)
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, a_region
from tests.portal.awarding.divided import AFTER, ALL, PLANNER, UNTIL, a_division, applications, divided_by, open_already

SCHEME = "leervoucher"


def opened(session: Session) -> AwardRound:
    return open_round(session, scheme=SCHEME, received_until=UNTIL, actor=PLANNER, now=NOW)


def kept(session: Session, one: AwardRound) -> Division:
    division = divided(round_input(session, round_=one, on=AFTER.date()))
    keep_division(session, award_round=one, division=division, actor=PLANNER, now=AFTER)
    assert division_of(one) == division
    return division


def test_lots_are_drawn_by_a_seed_that_nobody_knew_and_everybody_can_draw_again(
    session: Session, tmp_path: Path
) -> None:
    divided_by(session, tmp_path / "proefland", "lottery", cents=2 * ALL)
    one = opened(session)
    assert one.seed_print == sha256(one.seed.encode()).hexdigest()
    applications(session, 3)
    with pytest.raises(Refusal, match="nog aanvragen bij"):
        keep_division(session, award_round=one, division=a_division(), actor=PLANNER, now=NOW)
    division = kept(session, one)
    lots = [sha256(f"{one.seed}:{row.number}".encode()).hexdigest() for row in division.rows]
    assert lots == sorted(lots) == [row.lot for row in division.rows]
    assert [row.granted_cents for row in division.rows] == [ALL, ALL, 0] and division.most_cents == division.cents
    assert one.state is RoundState.DIVIDED and latest_round(session, scheme=SCHEME) is one
    assert [each.id for each in rounds(session, actor=PLANNER)] == [one.id] and rounds(session, actor=ADVISOR) == []
    assert round_by_public_id(session, public_id=one.public_id, actor=ADVISOR) is None
    for act in (
        lambda: keep_division(session, award_round=one, division=division, actor=PLANNER, now=AFTER),
        lambda: drop_round(session, award_round=one, actor=PLANNER, now=AFTER),
    ):
        with pytest.raises(Conflict):
            act()
    assert session.query(AuditEvent).filter(AuditEvent.action.like("award_round.%")).count() == 2


def test_points_rank_and_in_proportion_everybody_gets_the_same_part(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "ranking", cents=ALL)
    one = opened(session)
    applications(session, 2)
    numbers = sorted(each.id for each in round_input(session, round_=one, on=AFTER.date()).applications)
    one.method = RoundMethod.PRO_RATA
    equal = divided(round_input(session, round_=one, on=AFTER.date()))
    assert [row.granted_cents for row in equal.rows] == [ALL // 2, ALL // 2] and equal.part_percent == 50
    one.method = RoundMethod.RANKING
    with pytest.raises(Refusal, match="hele getallen"):
        give_points(session, award_round=one, points={numbers[0]: -1}, actor=PLANNER, now=NOW)
    give_points(session, award_round=one, points={numbers[0]: 40, numbers[1]: 70}, actor=PLANNER, now=NOW)
    assert points_of(one) == {numbers[0]: 40, numbers[1]: 70}
    rows = kept(session, one).rows
    assert [(row.number, row.points, row.granted_cents) for row in rows] == [(numbers[1], 70, ALL), (numbers[0], 40, 0)]


def test_who_may_not_and_what_does_not_fit_is_refused(session: Session) -> None:
    a_region(session)
    assert schemes_with_rounds(session, on=NOW.date()) == {}, "every scheme here goes in the order of receipt"
    with pytest.raises(Refusal, match="niet in een ronde"):
        opened(session)
    one = open_already(session)
    assert session.query(AwardRound).count() == 1 and latest_round(session, scheme=SCHEME) is one
    with pytest.raises(Refusal, match="tellen geen punten"):
        give_points(session, award_round=one, points={}, actor=PLANNER, now=NOW)
    for act in (
        lambda: open_round(session, scheme=SCHEME, received_until=UNTIL, actor=ADVISOR, now=NOW),
        lambda: give_points(session, award_round=one, points={}, actor=ADVISOR, now=NOW),
        lambda: keep_division(session, award_round=one, division=a_division(), actor=ADVISOR, now=AFTER),
        lambda: drop_round(session, award_round=one, actor=ADVISOR, now=NOW),
    ):
        with pytest.raises(Refusal, match="niet doen"):
            act()
    wrong = ({"seed": "short"}, {"state": RoundState.DIVIDED}, {"points_json": "{}"}, {"dropped_at": NOW})
    for values in wrong:
        with pytest.raises(IntegrityError), session.begin_nested():
            open_already(session, scheme="another", **values)
    with pytest.raises(IntegrityError, match=r"award_round"), session.begin_nested():
        open_already(session)
    drop_round(session, award_round=one, actor=PLANNER, now=NOW)
    assert one.state is RoundState.DROPPED and latest_round(session, scheme=SCHEME) is None


def test_a_second_round_of_a_scheme_waits_for_the_first_and_a_day_that_passed_is_none(
    session: Session, tmp_path: Path
) -> None:
    divided_by(session, tmp_path / "proefland", "lottery")
    assert schemes_with_rounds(session, on=NOW.date()) == {SCHEME: RoundMethod.LOTTERY}
    with pytest.raises(Refusal, match="vandaag of een dag"):
        open_round(session, scheme=SCHEME, received_until=UNTIL.replace(year=2025), actor=PLANNER, now=NOW)
    opened(session)
    with pytest.raises(Conflict, match="al een ronde"):
        opened(session)
