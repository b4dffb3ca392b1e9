"""Taking an administration over: two people, the sums the same, the books whole; and back again while nobody touched it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import expense_breaks
from portal.accounting.figures.definitions import REGISTRY, Breakdown
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import figure_book
from portal.accounting.takeover import actions
from portal.accounting.takeover.actions import (
    drop_administration,
    lay_down_administration,
    lay_down_undo,
    return_administration,
    take_over_administration,
    try_administration,
    undo_administration,
)
from portal.accounting.takeover.comparing import Touched
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.queries import vouchers_taken_over
from portal.ledger.closing import close_books
from portal.ledger.queries import figures
from portal.oversight.books import look_at_books
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.actions import expire_voucher
from portal.spending.vouchers.models import VoucherState
from tests.factories import NOW, REGION, SYSTEM
from tests.portal.accounting.accounts_of import SECOND_OF_REGION, said_in_log
from tests.portal.accounting.takeover.administrations import (
    VOUCHERS,
    changed,
    empty_desk,
    laid_down,
    rows,
    sent,
    taken_over,
)

TODAY = NOW.date()
WHY = "Het was het bestand van vorig jaar."


def breaks(session: Session) -> list[str]:
    session.flush()
    looked = look_at_books(session, also=(expense_breaks,))
    return [f"{one.invariant} {one.subject}: {one.message}" for one in looked.breaks]


def of_vouchers(session: Session, one: EarlierAdministration) -> dict[str, Any]:
    return {
        taken.reference: (
            taken.voucher.state,
            taken.voucher.redeemed_cents,
            taken.voucher.released_cents,
        )
        for taken in vouchers_taken_over(session, administration=one)
    }


def test_what_was_taken_over_is_in_the_books_as_it_was_in_the_files(session: Session) -> None:
    one = taken_over(session)
    assert (one.state, one.tables, one.mapping) == (AdministrationState.TAKEN_OVER, {}, {}), "the names are gone"
    assert of_vouchers(session, one) == {
        "A-1": (VoucherState.ISSUED, 0, 0),
        "A-2": (VoucherState.PARTLY_REDEEMED, 40_000, 0),
        "A-3": (VoucherState.REDEEMED, 100_000, 0),
        "A-4": (VoucherState.EXPIRED, 35_050, 24_950),
        "A-5": (VoucherState.EXPIRED, 0, 30_000),
        "A-6": (VoucherState.REVOKED, 0, 20_000),
        "B-1": (VoucherState.PARTLY_REDEEMED, 75_000, 0),
    }
    assert one.tried_sums == {
        "provincie-breed": {
            "awarded": [400_000, 400_000],
            "budget": [500_000, 500_000],
            "paid": [100_050, 100_050],
            "redeemed": [150_050, 150_050],
            "released": [74_950, 74_950],
        },
        "rijk-leren": {
            "awarded": [100_000, 100_000],
            "budget": [0, 0],
            "paid": [100_000, 100_000],
            "redeemed": [100_000, 100_000],
            "released": [0, 0],
        },
    }
    assert breaks(session) == []
    by_month = figures(session, by=("voucher_id",), until=NOW.date().replace(month=1, day=31))
    assert sum(one.spent_cents for one in by_month.values()) == 250_050, "each on its own day"
    assert sum(one.paid_cents for one in by_month.values()) == 0


def test_a_dry_run_says_the_sums_and_writes_nothing(session: Session) -> None:
    one = sent(session, rows(empty_desk(session)))
    before = figures(session, by=("funding_line_id",))
    sums = try_administration(session, administration=one, actor=REGION, now=NOW)
    assert sums["provincie-breed"]["awarded"] == [400_000, 400_000] and one.was_tried
    assert figures(session, by=("funding_line_id",)) == before
    assert vouchers_taken_over(session, administration=one) == [] and breaks(session) == []


def test_sums_that_differ_are_refused_and_nothing_is_booked(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    one = laid_down(session)
    before, real = figures(session, by=("funding_line_id",)), actions.sums_in_books

    def tampered(*args: Any, **named: Any) -> Any:
        sums = real(*args, **named)
        first = next(iter(sums.values()))
        return {**sums, next(iter(sums)): {kind: cents + 1 for kind, cents in first.items()}}

    monkeypatch.setattr(actions, "sums_in_books", tampered)
    with pytest.raises(Conflict) as refused:
        confirm(session, one)
    assert refused.value.code == "sums_differ" and figures(session, by=("funding_line_id",)) == before
    monkeypatch.undo()
    confirm(session, one)
    assert breaks(session) == []


def confirm(session: Session, one: EarlierAdministration, actor: Any = SECOND_OF_REGION, seen: str = "") -> None:
    seen = seen or one.content_hash
    take_over_administration(session, administration=one, seen_hash=seen, actor=actor, now=NOW)


def test_it_takes_two_people_and_what_was_seen(session: Session) -> None:
    filled = rows(empty_desk(session))
    one = sent(session, filled)
    with pytest.raises(Refusal) as untried:
        lay_down_administration(session, administration=one, seen_hash=one.content_hash, actor=REGION, now=NOW)
    assert untried.value.code == "not_tried"
    try_administration(session, administration=one, actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        lay_down_administration(session, administration=one, seen_hash="0" * 64, actor=REGION, now=NOW)
    lay_down_administration(session, administration=one, seen_hash=one.content_hash, actor=REGION, now=NOW)
    with pytest.raises(Refusal) as own:
        confirm(session, one, REGION)
    assert own.value.code == "own_preparation"
    with pytest.raises(Conflict) as other:
        confirm(session, one, seen="0" * 64)
    assert other.value.code == "content_changed"
    return_administration(session, administration=one, actor=REGION, now=NOW)
    assert one.is_draft and one.laid_down_by is None
    with pytest.raises(Conflict):
        confirm(session, one)
    drop_administration(session, administration=one, actor=REGION, now=NOW)
    assert (one.state, one.tables) == (AdministrationState.DROPPED, {})


def test_rows_that_somebody_changed_in_the_database_are_not_taken_over(session: Session) -> None:
    one = laid_down(session)
    tables = {**one.tables, "vouchers": {**one.tables["vouchers"], "rows": one.tables["vouchers"]["rows"][:-1]}}
    one.tables = tables
    with pytest.raises(Conflict) as refused:
        confirm(session, one)
    assert refused.value.code == "content_changed" and one.state is AdministrationState.LAID_DOWN


def test_only_the_region_takes_over(session: Session) -> None:
    one = laid_down(session)
    for audience in set(Audience) - {Audience.REGION, Audience.SYSTEM}:
        with pytest.raises(Refusal):
            confirm(session, one, Actor(audience, account_id=77))
    confirm(session, one)


def undone(session: Session, one: EarlierAdministration) -> None:
    lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    undo_administration(session, administration=one, actor=SECOND_OF_REGION, now=NOW)


def every_figure(session: Session, last: date = TODAY) -> dict[str, Any]:
    """All totals, and those by month and funding line, for the region."""
    period = FigurePeriod(NOW.date().replace(month=1, day=1), last, last)
    book = figure_book(session, period=period, actor=REGION)
    assert book is not None
    found: dict[str, Any] = {}
    for key, figure in REGISTRY.items():
        found[key] = book.total(key)
        for by in figure.by & {Breakdown.MONTH, Breakdown.FUNDING_LINE, Breakdown.SCHEME}:
            found[f"{key} {by}"] = {name: value for name, value in book.by(key, by).items() if value}
    return found


def test_undone_the_desk_has_the_figures_it_had(session: Session) -> None:
    filled = rows(empty_desk(session))
    before = every_figure(session)
    one = taken_over(session, filled)
    between = every_figure(session)
    assert (between["vouchers_awarded"], between["awarded_cents"], between["lapsed_cents"]) == (7, 500_000, 54_950)
    assert between["questions"] == 0 and between["lead_decision"] is None, "nobody asked it here"
    undone(session, one)
    assert one.state is AdministrationState.UNDONE and breaks(session) == []
    assert every_figure(session) == before
    again = taken_over(session, filled)
    assert every_figure(session) == between and breaks(session) == []
    assert again.id != one.id


def test_undoing_takes_two_people_a_reason_and_hands_off(session: Session) -> None:
    one = taken_over(session)
    with pytest.raises(Refusal) as short:
        lay_down_undo(session, administration=one, reason="Fout.", actor=REGION, now=NOW)
    assert short.value.field == "reason"
    lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    with pytest.raises(Refusal) as own:
        undo_administration(session, administration=one, actor=REGION, now=NOW)
    assert own.value.code == "own_preparation"
    taken = next(each for each in vouchers_taken_over(session, administration=one) if each.reference == "A-1")
    later = taken.voucher.valid_until.replace(month=9, day=1)
    expire_voucher(session, voucher=taken.voucher, today=later, actor=SYSTEM, now=NOW)
    with pytest.raises(Touched) as touched:
        undo_administration(session, administration=one, actor=SECOND_OF_REGION, now=NOW)
    assert touched.value.references == ("A-1",) and "A-1" in str(touched.value)
    return_administration(session, administration=one, actor=REGION, now=NOW)
    assert (one.state, one.undo_reason) == (AdministrationState.TAKEN_OVER, None)
    with pytest.raises(Touched):
        lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    assert breaks(session) == []


def test_what_stands_in_closed_books_is_not_undone_any_more_and_what_is_taken_over_later_counts_later(
    session: Session,
) -> None:
    filled = rows(empty_desk(session))
    one, last = taken_over(session, filled), date(2026, 2, 28)
    close_books(session, until=last, actor_id=REGION.reference, now=NOW)
    before = every_figure(session, last)
    assert before["vouchers_awarded"] != 0, "the control"
    with pytest.raises(Conflict) as closed:
        lay_down_undo(session, administration=one, reason=WHY, actor=REGION, now=NOW)
    assert closed.value.code == "takeover_closed"
    assert every_figure(session, last) == before and one.state is AdministrationState.TAKEN_OVER


def test_what_is_taken_over_after_its_days_were_closed_counts_on_the_first_open_day_and_can_be_undone(
    session: Session,
) -> None:
    filled, last = rows(empty_desk(session)), date(2026, 2, 28)
    close_books(session, until=last, actor_id=REGION.reference, now=NOW)
    before = every_figure(session, last)
    one = taken_over(session, filled)
    assert every_figure(session, last) == before
    undone(session, one)
    assert one.state is AdministrationState.UNDONE and every_figure(session, last) == before


def test_each_step_stands_in_the_log(session: Session) -> None:
    one = taken_over(session)
    undone(session, one)
    steps = ["sent", "tried", "laid_down", "taken_over", "undo_laid_down", "undone"]
    assert [said_in_log(session, f"administration.{step}") != [] for step in steps] == [True] * 6


def test_a_cap_counts_what_was_taken_over_and_refuses_what_is_above_it(session: Session) -> None:
    provider = empty_desk(session)
    person = {"name": "Kim Bakker", "born": "17-05-1990", "postcode": "9990 AA", "house_number": "1"}
    filled = changed(changed(rows(provider), VOUCHERS, 0, amount="2.100", **person), VOUCHERS, 2, **person)
    filled = {kind: each for kind, each in filled.items() if kind.value != "totals"}
    one = sent(session, filled)
    with pytest.raises(Conflict) as above:
        try_administration(session, administration=one, actor=REGION, now=NOW)
    assert above.value.code == "cannot_carry" and above.value.params["why"] == "cap_exhausted"
    within = sent(session, changed(filled, VOUCHERS, 0, amount="2.000"))
    try_administration(session, administration=within, actor=REGION, now=NOW)
