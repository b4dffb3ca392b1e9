"""The history played on a desk, a twentieth of it: its books are those of the plan, and a naive order is refused by the desk."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import matching
import portal.demo.history as history
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.liquidity import liquidities
from portal.accounting.reports.document import report_document
from portal.accounting.reports.queries import accountability_report
from portal.accounting.source_report.figures import SourceUnit
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.commands.cli import main
from portal.demo.history import check_history, load_history
from portal.demo.history.plan import REGIO_DEAL, SMALL, HistoryPlan, history_plan
from portal.framework.catalogue.models import RegionRecord
from portal.framework.funding.queries import funding_lines
from portal.ledger.guards import BudgetExhausted
from portal.ledger.invariants import verify
from portal.ledger.queries import line_figures
from portal.paying.payments.models import BatchState, PaymentBatch
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault
from portal.spending.vouchers.models import Voucher

LATER = date(2026, 1, 1)
"""Long after the history ended."""
SYSTEM = Actor.system("tests")


def least_where_order_matters() -> HistoryPlan:
    """The vouchers of the Regio Deal and its expenses in one amount: the least of the plan on which the order matters."""
    plan = history_plan(SMALL)
    expenses = [one for one in plan.expenses if one.line == REGIO_DEAL]
    whole = replace(expenses[0], cents=sum(one.cents for one in expenses))
    vouchers = tuple(one for one in plan.vouchers if one.line == REGIO_DEAL)
    return replace(plan, vouchers=vouchers, expenses=(whole,), instalments=(), contributions=plan.contributions[:1])


def books_are_those_of(plan: HistoryPlan, session: Session) -> None:
    lines = {line.slug: line.id for line in funding_lines(session)}
    figures = line_figures(session, funding_line_ids=list(lines.values()))
    for slug, line_id in lines.items():
        one = figures[line_id]
        assert (one.funded_cents, one.reserved_cents) == (plan.budgets[slug], 0)
        assert one.funded_cents - one.available_cents == plan.spent_cents(slug)
    assert session.scalar(select(func.sum(Voucher.amount_cents))) == plan.awarded_cents
    assert set(session.scalars(select(PaymentBatch.state))) == {BatchState.CLOSED}
    assert verify(session) == []


def test_the_naive_order_is_turned_away_and_the_interleaved_one_is_not(engine: Engine, vault: Vault) -> None:
    plan = least_where_order_matters()
    with pytest.raises(MixNoLongerFits) as refused:
        load_history(engine, plan=plan.without_interleaving(), vault=vault)
    assert [(one.code, one.funding_line) for one in refused.value.reasons] == [("above_available", REGIO_DEAL)]
    assert (
        unit_of_work(engine, lambda s: s.scalar(select(RegionRecord.id)), read_only=True) is None
    )  # nothing half-done
    assert load_history(engine, plan=plan, vault=vault) == len(plan.vouchers)
    unit_of_work(engine, lambda session: books_are_those_of(plan, session), read_only=True)
    with pytest.raises(Refusal) as again:
        load_history(engine, plan=plan, vault=vault)
    assert again.value.code == "desk_not_empty"


def test_the_guard_of_the_budget_turns_it_away_too_when_nothing_else_looks(
    engine: Engine, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "violations", lambda *_problem_and_mix: [])
    plan = least_where_order_matters()
    unused = tuple(replace(one, used_on=None) for one in plan.vouchers)
    with pytest.raises(MixNoLongerFits) as refused:
        load_history(engine, plan=replace(plan, vouchers=unused).without_interleaving(), vault=vault)
    assert [(one.code, one.funding_line) for one in refused.value.reasons] == [("above_available", REGIO_DEAL)]
    assert isinstance(refused.value.__cause__, BudgetExhausted)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_twentieth_of_the_history_gives_the_figures_of_its_plan_and_the_report_of_it(
    engine: Engine, vault: Vault
) -> None:
    plan = history_plan(SMALL)
    assert load_history(engine, plan=plan, vault=vault) == len(plan.vouchers)
    compared = {one.figure.key: one for one in check_history(engine, on=LATER)}
    for key, one in compared.items():
        if one.figure.unit is SourceUnit.CENTS:  # everything is a twentieth, to the cent
            assert one.books == one.figure.value // SMALL.parts, key
        elif one.figure.unit is SourceUnit.PERCENT:
            assert one.is_equal, key
    numbers = [compared[key].books for key in ("vouchers", "vouchers_employer", "employers", "vouchers_technology")]
    assert numbers == [27, 14, SMALL.employers, 8]
    assert not compared["vouchers"].is_equal

    def read(session: Session) -> None:
        books_are_those_of(plan, session)
        for one in liquidities(session, actor=SYSTEM, on=LATER):
            assert min((moved.in_hand_cents for moved in one.days), default=0) >= 0
        period = FigurePeriod(date(2021, 1, 1), date(2024, 12, 31), LATER)
        report = accountability_report(session, actor=SYSTEM, period=period)
        assert report is not None
        assert report.source is not None
        assert [one.books for one in report.source.compared] == [one.books for one in compared.values()]
        source = report_document(report)["source"]
        assert source["title"] == "10. Waar de bron zichzelf tegenspreekt"
        assert [len(table["rows"]) for table in source["tables"]] == [19, 14, 18]

    unit_of_work(engine, read, read_only=True)


def test_the_command_prints_each_figure_and_fails_when_one_differs(
    sqlite_migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_ENV", "demo")
    shutil.copyfile(sqlite_migrated, tmp_path / "ontwikkelloket.db")
    plan = least_where_order_matters()
    without = replace(plan, vouchers=plan.vouchers[:1], expenses=plan.expenses)
    none_yet = CliRunner().invoke(main, ["demo", "history", "--check"])
    assert none_yet.exit_code == 1
    assert "niet gevuld met de historie" in none_yet.output
    monkeypatch.setattr(history, "history_plan", lambda: without)
    loaded = CliRunner().invoke(main, ["demo", "history"])
    assert loaded.exit_code == 1
    assert "1 vouchers added" in loaded.output
    printed = {line.split("  ")[0]: line.split()[-2:] for line in loaded.output.splitlines()}
    assert printed["Vouchers"] == ["niet", "gelijk"]
    assert printed["Waarvan Regio Deal"] == ["niet", "gelijk"]
    again = CliRunner().invoke(main, ["demo", "history", "--check"])
    assert (again.exit_code, again.output) == (1, loaded.output[loaded.output.index("Cijfer") :])
