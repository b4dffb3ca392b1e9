"""What the monitor is measured over is there: every page answers over a few vouchers and has rows, and every plot is drawn."""

from __future__ import annotations

from sqlalchemy import Engine

from portal.accounting.plots.plot import PlotName
from tests.benchmarks.monitor import drawn, p95, per_page, plots
from tests.benchmarks.papers import fill_whole

FEW = 60


def test_every_page_and_plot_of_the_monitor_is_measured(engine: Engine) -> None:
    fill_whole(engine, FEW)
    every = per_page(engine, times=1)
    assert len(every) == 1 + 2 * 8 + 4 * 3 and all(times[0] > 0 for times in every.values())
    shown = plots(engine)
    assert [one.name for one in shown] == list(PlotName)
    first, cached = drawn(shown[0])
    assert first > cached and p95([1.0] * 95 + [9.0] * 5) == 1.0
