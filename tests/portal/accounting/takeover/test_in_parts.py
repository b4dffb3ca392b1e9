"""A large takeover in parts: nothing twice, nothing left out, the same books as in one go; and back again, also from halfway."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.periods.actions import add_period, lay_down_closing
from portal.accounting.periods.models import PeriodLength, PeriodState
from portal.accounting.takeover import parts as in_parts
from portal.accounting.takeover.actions import lay_down_undo, return_administration, undo_administration
from portal.accounting.takeover.carrying import CannotCarry
from portal.accounting.takeover.comparing import Touched
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.moving import right_plan
from portal.accounting.takeover.parts import (
    begin_taking_over,
    begin_undoing,
    carry_part,
    is_large,
    keep_trial,
    plan_to_carry,
    trial_parts,
    try_part,
    undo_count,
    undo_part,
)
from portal.ledger.models import Transfer
from portal.ledger.queries import figures, transfer_count
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.actions import expire_voucher
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, SYSTEM
from tests.portal.accounting.accounts_of import SECOND_OF_REGION
from tests.portal.accounting.takeover.administrations import (
    VOUCHERS,
    changed,
    empty_desk,
    laid_down,
    rows,
    sent,
    taken_over,
)
from tests.portal.accounting.takeover.test_takeover import WHY, breaks, of_vouchers

SECOND = SECOND_OF_REGION
IN_ONE_GO = 33
"""Bookings of the whole administration."""


def begun(session: Session) -> EarlierAdministration:
    one = laid_down(session)
    begin_taking_over(session, administration=one, seen_hash=one.content_hash, actor=SECOND, now=NOW)
    return one


def go_on(session: Session, one: EarlierAdministration, most: int) -> int:
    """One part by a process that knows nothing of those before."""
    session.expire_all()
    plan, _total = plan_to_carry(session, administration=one)
    return carry_part(session, administration=one, plan=plan, actor=SECOND, now=NOW, most=most)


def carried(session: Session, most: int) -> EarlierAdministration:
    one = begun(session)
    while one.state is AdministrationState.CARRYING:
        go_on(session, one, most)
    return one


def undone_in_parts(session: Session, one: EarlierAdministration, most: int) -> None:
    lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    begin_undoing(session, administration=one, actor=SECOND, now=NOW)
    while one.state is AdministrationState.UNDOING:
        session.expire_all()
        undo_part(session, administration=one, actor=SECOND, now=NOW, most=most)


def books(session: Session) -> Any:
    return figures(session, by=("funding_line_id",)), transfer_count(session)


def nothing_left(session: Session) -> bool:
    held = figures(session, by=("funding_line_id",)).values()
    return breaks(session) == [] and not any(one.reserved_cents or one.spent_cents for one in held)


def test_in_one_go_it_is_the_same(session: Session) -> None:
    """What the next test compares with: of a takeover in one go the books as they are."""
    one = taken_over(session)
    assert (books(session)[1], len(of_vouchers(session, one)), one.carried) == (IN_ONE_GO, 7, 0)


@pytest.mark.parametrize("most", [1, 3, 100])
def test_parts_of_every_size_make_the_same_books(session: Session, most: int) -> None:
    one = carried(session, most)
    assert (one.state, one.tables, one.mapping, one.is_whole) == (AdministrationState.TAKEN_OVER, {}, {}, True)
    kinds = one.tried_sums or {}
    assert all(files == booked for line in kinds.values() for files, booked in line.values())
    assert sorted(of_vouchers(session, one)) == ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6", "B-1"]
    assert set(session.scalars(select(Transfer.at).where(Transfer.voucher_id.is_not(None)))) == {NOW}
    assert books(session)[1] == IN_ONE_GO
    assert breaks(session) == []


def test_a_part_that_was_not_kept_is_done_again_and_once(session: Session) -> None:
    one = begun(session)
    go_on(session, one, 4)
    before = books(session)
    dying = session.begin_nested()
    go_on(session, one, 4)
    dying.rollback()
    session.expire_all()
    assert (one.carried, books(session)) == (4, before), "as after a process that died"
    while one.state is AdministrationState.CARRYING:
        go_on(session, one, 4)
    assert breaks(session) == [] and len(of_vouchers(session, one)) == 7


def test_halfway_it_is_not_taken_over_and_only_who_may_goes_on(session: Session) -> None:
    one = begun(session)
    go_on(session, one, 9)
    assert one.state is AdministrationState.CARRYING and not one.is_whole and one.tables, "the rows are still needed"
    plan, _total = plan_to_carry(session, administration=one)
    with pytest.raises(Refusal) as own:
        carry_part(session, administration=one, plan=plan, actor=REGION, now=NOW)
    assert own.value.code == "own_preparation"
    with pytest.raises(Refusal):
        carry_part(session, administration=one, plan=plan, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        begin_taking_over(session, administration=one, seen_hash=one.content_hash, actor=SECOND, now=NOW)


def test_what_was_seen_is_what_is_done(session: Session) -> None:
    one = laid_down(session)
    with pytest.raises(Conflict) as other:
        begin_taking_over(session, administration=one, seen_hash="0" * 64, actor=SECOND, now=NOW)
    assert other.value.code == "content_changed" and one.state is AdministrationState.LAID_DOWN


def test_other_sums_than_those_of_the_trial_are_not_taken_over(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, real = begun(session), in_parts.sums_in_books

    def tampered(*args: Any, **named: Any) -> Any:
        sums = real(*args, **named)
        first = next(iter(sums))
        return {**sums, first: {kind: cents + 1 for kind, cents in sums[first].items()}}

    monkeypatch.setattr(in_parts, "sums_in_books", tampered)
    with pytest.raises(Conflict) as refused:
        go_on(session, one, 100)
    assert refused.value.code == "sums_differ_after_all"


@pytest.mark.parametrize("parts", [0, 1, 5, 9, 14])
def test_what_stopped_halfway_is_undone_from_every_place(session: Session, parts: int) -> None:
    one = begun(session)
    if parts:
        go_on(session, one, parts)
    undone_in_parts(session, one, 2)
    assert (one.state, one.tables, one.mapping) == (AdministrationState.UNDONE, {}, {}) and nothing_left(session)


@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_whole_is_undone_in_parts_and_in_one_go(session: Session, most: int) -> None:
    one = taken_over(session)
    assert undo_count(session, administration=one) == 8
    undone_in_parts(session, one, most)
    assert one.state is AdministrationState.UNDONE and one.taken_back == 8 and nothing_left(session)
    with pytest.raises(Conflict):
        undo_part(session, administration=one, actor=SECOND, now=NOW)


@pytest.mark.parametrize("to_be_undone", [False, True])
def test_no_period_is_closed_while_only_a_part_is_written(session: Session, to_be_undone: bool) -> None:
    one, after = begun(session), datetime(2026, 4, 1, 9, tzinfo=UTC)
    period = add_period(session, length=PeriodLength.MONTH, first_day=date(2026, 3, 1), actor=REGION, now=NOW)
    go_on(session, one, 1)
    if to_be_undone:
        lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    with pytest.raises(Conflict) as halfway:
        lay_down_closing(session, period=period, actor=REGION, now=after)
    assert halfway.value.code == "takeover_halfway" and one.name in str(halfway.value)
    if to_be_undone:
        return_administration(session, administration=one, actor=REGION, now=NOW)
    while one.state is AdministrationState.CARRYING:
        go_on(session, one, 100)
    lay_down_closing(session, period=period, actor=REGION, now=after)
    assert period.state is PeriodState.LAID_DOWN, "once it is whole"


def test_what_is_given_back_stands_where_it_stood(session: Session) -> None:
    one = begun(session)
    go_on(session, one, 5)
    lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        go_on(session, one, 5)
    return_administration(session, administration=one, actor=REGION, now=NOW)
    assert one.state is AdministrationState.CARRYING
    while one.state is AdministrationState.CARRYING:
        go_on(session, one, 5)
    assert breaks(session) == []
    lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    undo_administration(session, administration=one, actor=SECOND, now=NOW)
    assert nothing_left(session)


def test_a_voucher_that_somebody_used_between_two_parts_stops_the_undoing(session: Session) -> None:
    one = begun(session)
    go_on(session, one, 8)
    later = NOW.replace(hour=NOW.hour + 1)
    mine = session.scalars(select(Voucher).where(Voucher.released_cents == 0, Voucher.redeemed_cents == 0)).first()
    assert mine is not None
    expire_voucher(session, voucher=mine, today=mine.valid_until.replace(year=2027), actor=SYSTEM, now=later)
    with pytest.raises(Touched):
        lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)


# The trial run ---------------------------------------------------------------------------------------------------------


def tried(session: Session, one: EarlierAdministration) -> None:
    plan = right_plan(session, one, NOW)
    sums = [
        try_part(session, administration=one, plan=plan, part=part, actor=REGION, now=NOW) for part in trial_parts(plan)
    ]
    keep_trial(session, administration=one, seen_hash=one.content_hash, plan=plan, booked=sums, actor=REGION, now=NOW)


@pytest.mark.parametrize("together", [1, 3, 10])
def test_a_trial_in_parts_finds_the_sums_of_the_whole(
    session: Session, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_parts, "VOUCHERS", together)
    whole = taken_over(session).tried_sums
    session.rollback()
    one = sent(session, rows(empty_desk(session)))
    before = books(session)
    tried(session, one)
    assert one.was_tried and one.tried_sums == whole
    assert books(session) == before and of_vouchers(session, one) == {} and breaks(session) == []


def test_a_trial_of_files_that_changed_meanwhile_is_not_kept(session: Session) -> None:
    one = sent(session, rows(empty_desk(session)))
    plan = right_plan(session, one, NOW)
    with pytest.raises(Conflict) as changed_since:
        keep_trial(session, administration=one, seen_hash="0" * 64, plan=plan, booked=[], actor=REGION, now=NOW)
    assert changed_since.value.code == "content_changed" and not one.was_tried
    with pytest.raises(Conflict) as differ:
        keep_trial(session, administration=one, seen_hash=one.content_hash, plan=plan, booked=[], actor=REGION, now=NOW)
    assert differ.value.code == "sums_differ"


@pytest.mark.parametrize(("amount", "fits"), [("2.100", False), ("500", True)])
def test_the_vouchers_of_one_person_count_together_however_small_the_parts(
    session: Session, amount: str, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_parts, "VOUCHERS", 1)
    whose = {"name": "Kim Bakker", "born": "17-05-1990", "postcode": "9990 AA", "house_number": "1"}
    filled = rows(empty_desk(session))
    filled = changed(changed(filled, VOUCHERS, 0, amount=amount, **whose), VOUCHERS, 2, **whose)
    one = sent(session, {kind: each for kind, each in filled.items() if kind.value != "totals"})
    if fits:
        tried(session, one)
        assert one.was_tried
        return
    with pytest.raises(CannotCarry) as above:
        tried(session, one)
    assert above.value.params["why"] == "cap_exhausted" and not one.was_tried


def test_what_a_page_can_wait_for_is_not_long_work(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sent(session, rows(empty_desk(session)))
    assert one.row_count == 19 and not is_large(one)
    monkeypatch.setattr(in_parts, "AT_ONCE", 18)
    assert is_large(one)
