"""The monitor over 100,000 cases: registers, cross tables and the dashboard as their pages come, and how long a plot takes.

Nothing of an earlier answer is kept between two pages: each reads its rows anew, as the first one does after something changed.
Milliseconds of processor time of the server where it does the work itself (SQLite), else of the clock: other work on the machine
does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from math import ceil
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.accounting.crosstables.queries import CrossAsked, CrossMeasure, cross_table
from portal.accounting.plots.drawing import picture_of, svg_of
from portal.accounting.plots.plot import Plot, PlotName
from portal.accounting.plots.queries import plot
from portal.accounting.registers.asked import RegisterFilter, RegisterName, RegisterOrder
from portal.accounting.registers.dimensions import Dimension
from portal.accounting.registers.queries import register
from portal.accounting.scope import scope_of
from portal.ledger.queries import line_figures
from portal.platform.database import unit_of_work
from tests.benchmarks.books import both
from tests.benchmarks.papers import fill_whole
from tests.benchmarks.reports import CONTROLLER, VOUCHERS

PAGE = 50
TIMES = 5
"""So often each page is asked for."""
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2027, 12, 31)
PAIRS = (
    (Dimension.MUNICIPALITY, Dimension.ROUTE),
    (Dimension.MUNICIPALITY, Dimension.SECTOR),
    (Dimension.MONTH, Dimension.SCHEME),
    (Dimension.AGE, Dimension.LEVEL),
)
Page = Callable[[Session], Any]


def _of_register(name: RegisterName, order: RegisterOrder, *, page: int = 0) -> Page:
    asked = RegisterFilter(order=order)
    return lambda session: register(session, name=name, asked=asked, actor=CONTROLLER, limit=PAGE, offset=page * PAGE)


def _far(session: Session, name: RegisterName) -> int:
    """A page far down that there is: the twentieth, or the last."""
    first = register(session, name=name, asked=RegisterFilter(), actor=CONTROLLER, limit=0)
    assert first is not None
    return min(20, max(0, first.count - 1) // PAGE)


def _of_table(rows: Dimension, columns: Dimension, measure: CrossMeasure) -> Page:
    asked = CrossAsked(rows, columns, measure, *YEAR)
    return lambda session: cross_table(session, asked=asked, actor=CONTROLLER)


def _dashboard(session: Session) -> Any:
    scope = scope_of(session, actor=CONTROLLER)
    assert scope is not None
    return line_figures(session, funding_line_ids=scope.line_ids)


def pages(session: Session) -> dict[str, Page]:
    """What people open: each register from the newest on and far down, cross tables of a year, and the dashboard."""
    found: dict[str, Page] = {"dashboard": _dashboard}
    for name in RegisterName:
        found[f"{name}"] = _of_register(name, RegisterOrder.NEWEST)
        found[f"{name} far"] = _of_register(name, RegisterOrder.OLDEST, page=_far(session, name))
    for rows, columns in PAIRS:
        for measure in (CrossMeasure.VOUCHERS, CrossMeasure.REDEEMED, CrossMeasure.PEOPLE):
            found[f"{rows} x {columns} {measure}"] = _of_table(rows, columns, measure)
    return found


def milliseconds(engine: Engine, page: Page) -> float:
    """One page, in a unit of work of its own, as a request has it."""
    clock = time.process_time if engine.dialect.name == "sqlite" else time.perf_counter

    def work(session: Session) -> float:
        start = clock()
        assert page(session) is not None
        return (clock() - start) * 1000

    return unit_of_work(engine, work, read_only=True)


def per_page(engine: Engine, times: int = TIMES) -> dict[str, list[float]]:
    """The milliseconds of each page, from fast to slow."""
    found = unit_of_work(engine, pages, read_only=True)
    return {name: sorted(milliseconds(engine, page) for _ in range(times)) for name, page in found.items()}


def p95(times: list[float]) -> float:
    """The time within which 95 of 100 came, of times from fast to slow."""
    return times[ceil(0.95 * len(times)) - 1]


def drawn(shown: Plot) -> tuple[float, float]:
    """Milliseconds to draw a plot for the first time, and from memory."""
    picture_of.cache_clear()
    taken = []
    for _ in range(2):
        start = time.process_time()
        assert svg_of(shown)
        taken.append((time.process_time() - start) * 1000)
    return taken[0], taken[1]


def plots(engine: Engine) -> list[Plot]:
    """Every plot of the desk."""

    def work(session: Session) -> list[Plot]:
        made = (plot(session, name=name, actor=CONTROLLER, today=TODAY) for name in PlotName)
        return [one for one in made if one is not None]

    return unit_of_work(engine, work, read_only=True)


def lines(vouchers: int = VOUCHERS) -> Iterator[tuple[str, float, str, float | None]]:
    """The figures, on both databases; the slowest counts."""
    slowest, first, cached = [], 0.0, 0.0
    with both() as engines:
        for engine in engines:
            fill_whole(engine, vouchers)
            every = sorted(one for times in per_page(engine).values() for one in times)
            slowest.append(p95(every))
            yield f"monitor_100k_ms_{engine.dialect.name}", slowest[-1], "ms", 300
            for shown in plots(engine):
                svg_of(shown)  # what draws is read once per process
                took, kept = drawn(shown)
                first, cached = max(first, took), max(cached, kept)
    yield "monitor_100k_ms", max(slowest), "ms", 300
    yield "plot_ms", first, "ms", 400
    yield "plot_cached_ms", cached, "ms", 20
