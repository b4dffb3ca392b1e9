"""Every figure over generated lives of vouchers is what an outsider counts with plain SQL, and its rows add up to it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import OVERLAPPING, REGISTRY, Breakdown, Counting
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import FigureBook, figure_book
from portal.oversight.lead_times import lead_times
from portal.people.actor import Actor, Audience
from tests.factories import REGION
from tests.portal.accounting.figures.lives import SHORTAGE, WHOLE, a_life, forecasts_on

CONTROLLER = Actor(Audience.CONTROLLER, account_id=77, display_name="Coos Controleur")
PERIODS = (
    FigurePeriod(*WHOLE, date(2027, 12, 31)),
    FigurePeriod(date(2026, 3, 20), date(2026, 4, 20), date(2027, 12, 31)),
    FigurePeriod(*WHOLE, date(2026, 4, 10)),
)
IN = "BETWEEN :first AND :last"
BALANCE = (
    "SELECT coalesce(sum(CASE WHEN c.kind IN ({kinds}) THEN amount_cents ELSE 0 END), 0)"
    " - coalesce(sum(CASE WHEN d.kind IN ({kinds}) THEN amount_cents ELSE 0 END), 0)"
    " FROM transfer t JOIN ledger_account c ON c.id = t.credit_account_id"
    " JOIN ledger_account d ON d.id = t.debit_account_id WHERE booked_on {when}"
)
VOUCHERS = f"FROM voucher v JOIN award a ON a.id = v.award_id JOIN development_question q ON q.id = v.question_id WHERE v.issued_on {IN}"
OUTCOMES = "FROM outcome WHERE asked_at >= :first AND asked_at < :after"


def balance(*kinds: str, when: str = "<= :last") -> str:
    return BALANCE.format(kinds=", ".join(f"'{kind}'" for kind in kinds), when=when)


RESERVED = balance("reserved") + " AND (c.funding_line_id = l.id OR d.funding_line_id = l.id)"
JSON = {
    "sqlite": {
        "sector": "->> '$.training_sector'",
        "expected": "x.value ->> '$.expected'",
        "line": "x.value ->> '$.line'",
        "each": "json_each(f.figures, '$.lines')",
    },
    "postgresql": {
        "sector": "->> 'training_sector'",
        "expected": "CAST(x ->> 'expected' AS bigint)",
        "line": "x ->> 'line'",
        "each": "json_array_elements(f.figures -> 'lines')",
    },
}
"""How each database reads what is kept as JSON."""
RECOUNTS: dict[str, str] = {
    "budget": "SELECT sum(CASE kind WHEN 'fund' THEN amount_cents ELSE -amount_cents END) FROM transfer"
    " WHERE kind IN ('fund', 'return') AND booked_on <= :last",
    "received": f"SELECT coalesce(sum(amount_cents), 0) FROM transfer WHERE kind = 'fund' AND booked_on {IN}",
    "committed": balance("reserved"),
    "available": balance("available"),
    "expected": "SELECT coalesce(sum({expected}), 0) FROM forecast f, {each} x JOIN funding_line l ON l.slug = {line}"
    f" WHERE f.id = (SELECT max(id) FROM forecast WHERE data_day <= :last) AND ({RESERVED}) > 0",
    "spent": balance("spent", "paid", when=IN),
    "paid": balance("paid", when=IN),
    "redeemed_cents": f"SELECT coalesce(sum(amount_cents), 0) FROM transfer WHERE kind = 'spend' AND booked_on {IN}",
    "recovered": f"SELECT coalesce(sum(amount_cents), 0) FROM transfer WHERE kind = 'recover' AND booked_on {IN}",
    "released": f"SELECT coalesce(sum(CASE kind WHEN 'release' THEN amount_cents ELSE 0 END), 0) - ({{again}}) FROM transfer WHERE booked_on {IN}",
    "vouchers_awarded": f"SELECT count(*) {VOUCHERS}",
    "vouchers_employer": f"SELECT count(*) {VOUCHERS} AND q.route = 'employer'",
    "vouchers_individual": f"SELECT count(*) {VOUCHERS} AND q.route = 'individual'",
    "awarded_cents": f"SELECT coalesce(sum(v.amount_cents), 0) {VOUCHERS}",
    "awarded_by_cost": f"SELECT coalesce(sum(p.amount_cents), 0) FROM award_part p JOIN award a ON a.id = p.award_id WHERE a.awarded_on {IN}",
    "people": f"SELECT count(DISTINCT a.person_key) {VOUCHERS}",
    "employers": f"SELECT count(DISTINCT a.employer_key) {VOUCHERS} AND q.route = 'employer'",
    "vouchers_technology": f"SELECT count(*) {VOUCHERS} AND q.facts {{sector}} = 'technology'",
    "vouchers_shortage": f"SELECT count(*) {VOUCHERS} AND (q.facts {{sector}} = 'technology'"
    " AND q.reference_date >= '2024-01-01' OR q.facts {sector} = 'care' AND q.reference_date >= '2026-04-20')"
    " AND q.reference_date <= '2027-12-31'",
    "vouchers_redeemed": f"SELECT count(DISTINCT voucher_id) FROM transfer WHERE kind = 'spend' AND booked_on {IN}",
    "vouchers_lapsed": "SELECT count(*) FROM voucher WHERE expired_at >= :first AND expired_at < :after",
    "questions": "SELECT count(*) FROM development_question WHERE submitted_at >= :first AND submitted_at < :after",
    "outcomes_asked": f"SELECT count(*) {OUTCOMES}",
    "outcomes_answered": f"SELECT count(*) {OUTCOMES} AND answered_at < :after",
    "outcomes_finished": f"SELECT count(*) {OUTCOMES} AND answered_at < :after AND result IN ('completed', 'certificate', 'diploma')",
    "outcomes_at_work": f"SELECT count(*) {OUTCOMES} AND answered_at < :after AND work_after IN ('same_job', 'other_job', 'self_employed')",
    "outcomes_looked_before": f"SELECT count(*) {OUTCOMES} AND answered_at < :after AND work_before = 'looking'",
    "outcomes_found_work": f"SELECT count(*) {OUTCOMES} AND answered_at < :after AND work_before = 'looking'"
    " AND work_after IN ('same_job', 'other_job', 'self_employed')",
    "outcomes_not_without": f"SELECT count(*) {OUTCOMES} AND answered_at < :after AND without_fund IN ('no', 'later', 'smaller')",
}
AGAIN = f"""SELECT coalesce(sum(r.amount_cents), 0) FROM transfer r WHERE r.kind = 'reserve' AND r.booked_on {IN}
 AND EXISTS (SELECT 1 FROM transfer e WHERE e.kind = 'release' AND e.voucher_id = r.voucher_id AND e.at = r.at)"""
"""What was laid down again in the act that took its reservation apart: that was not set free."""


def recounted(session: Session, key: str, period: FigurePeriod) -> Any:
    """A figure by SQL that knows nothing of the portal. Of none of these acts the day differs between UTC and here."""
    query = RECOUNTS[key].replace("{again}", AGAIN)
    for name, written in JSON[session.get_bind().dialect.name].items():
        query = query.replace(f"{{{name}}}", written)
    after = date.fromordinal(period.end.toordinal() + 1)
    days = {"first": period.first, "last": period.end, "after": after}
    return session.execute(text(query), {name: f"{day}" for name, day in days.items() if f":{name}" in query}).scalar()


def book_of(session: Session, period: FigurePeriod) -> FigureBook:
    found = figure_book(session, actor=CONTROLLER, period=period)
    assert found is not None
    return found


@pytest.fixture(params=(1, 2), ids=("life 1", "life 2"))
def lived(session: Session, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr("portal.accounting.figures.making.shortage_versions", lambda _session: SHORTAGE)
    a_life(session, request.param)
    forecasts_on(session, *(period.end - timedelta(days=number) for number, period in enumerate(PERIODS)))
    return session


def test_every_figure_is_what_an_outsider_counts(lived: Session) -> None:
    told = 0
    for period in PERIODS:
        book = book_of(lived, period)
        for key in RECOUNTS:
            assert book.total(key) == recounted(lived, key, period), (key, period)
            told += bool(book.total(key))
        awarded = int(book.total("vouchers_awarded") or 0)
        technology = int(book.total("vouchers_technology") or 0)
        assert book.total("share_technology") == (Fraction(technology, awarded) if awarded else None)
        shortage = int(book.total("vouchers_shortage") or 0)
        assert book.total("share_shortage") == (Fraction(shortage, awarded) if awarded else None)
    assert told > 40, "the lives were not empty"


def test_rows_and_breakdowns_add_up_to_the_figure(lived: Session) -> None:
    for period in PERIODS[:2]:
        book = book_of(lived, period)
        for key, figure in REGISTRY.items():
            if figure.counting not in (Counting.SUM, Counting.DISTINCT):
                continue
            assert sum(row.amount for row in book.rows(key)) == book.total(key), key
            for by in figure.by:
                cells = book.by(key, by)
                for name, value in cells.items():
                    assert sum(row.amount for row in book.rows(key, by, name)) == value, (key, by, name)
                together = sum(int(value or 0) for value in cells.values())
                once = figure.counting is Counting.SUM or (key not in ("people", "employers") and by not in OVERLAPPING)
                assert together == book.total(key) if once else together >= int(book.total(key) or 0), (key, by)


def test_what_was_awarded_is_spent_reserved_or_set_free(lived: Session) -> None:
    book = book_of(lived, PERIODS[0])
    total = {key: int(book.total(key) or 0) for key in REGISTRY if REGISTRY[key].counting is Counting.SUM}
    assert total["awarded_cents"] == total["committed"] + total["spent"] + total["released"] + total["recovered"]
    assert total["budget"] == total["available"] + total["committed"] + total["spent"]
    assert total["awarded_by_cost"] == total["awarded_cents"] > 0


def test_control_a_transfer_that_figures_do_not_know_is_found(lived: Session) -> None:
    period = PERIODS[0]
    book = book_of(lived, period)
    row = lived.execute(text("SELECT max(id) FROM transfer WHERE kind = 'fund'")).scalar()
    columns = "kind, debit_account_id, credit_account_id, amount_cents, booked_on, at, actor_id"
    lived.execute(
        text(f"INSERT INTO transfer (key, {columns}) SELECT 'planted', {columns} FROM transfer WHERE id = {row}")
    )
    assert book.total("budget") != recounted(lived, "budget", period)
    assert book_of(lived, period).total("budget") == recounted(lived, "budget", period)


def test_an_earlier_day_tells_what_was_known_then(lived: Session) -> None:
    early, late = book_of(lived, PERIODS[2]), book_of(lived, PERIODS[0])
    assert 0 < int(early.total("vouchers_awarded") or 0) < int(late.total("vouchers_awarded") or 0)
    assert early.total("budget") == late.total("budget")
    with pytest.raises(ValueError, match="broken down"):
        late.by("budget", Breakdown.SECTOR)


def test_the_region_sees_what_its_controller_sees_and_an_advisor_nothing(lived: Session) -> None:
    assert figure_book(lived, actor=Actor(Audience.ADVISOR, account_id=1), period=PERIODS[0]) is None
    mine = figure_book(lived, actor=REGION, period=PERIODS[0])
    assert mine is not None and mine.total("spent") == book_of(lived, PERIODS[0]).total("spent")


def test_lead_times_are_those_that_the_desk_measures(lived: Session) -> None:
    period = PERIODS[0]
    book = book_of(lived, period)
    told = {one.step.value: one for one in lead_times(lived, actor=REGION, first=period.first, last=period.last)}
    for step in ("reaction", "talk", "decision", "whole"):
        items = book.items(f"lead_{step}")
        assert len(items) == told[step].n
        assert told[step].p50_days in (None, book.total(f"lead_{step}"))
    assert told["decision"].p50_days is not None
