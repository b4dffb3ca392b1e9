"""`loket demo` works in demo mode, on a desk with a region, and nowhere else."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.commands.cli import main


@pytest.fixture
def empty_desk(tmp_path: Path, sqlite_migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_ENV", "demo")
    shutil.copyfile(sqlite_migrated, tmp_path / "ontwikkelloket.db")
    return tmp_path


def test_fresh_doors_are_printed_for_everybody_who_has_an_account(empty_desk: Path, now: datetime) -> None:
    from portal.platform.config import CHECKOUT

    region = CHECKOUT / "schemes" / "catalogue" / "stedendriehoek"
    assert CliRunner().invoke(main, ["region", "load", str(region)]).exit_code == 0
    filled = CliRunner().invoke(main, ["demo", "load", "--questions", "0"])
    assert (filled.exit_code, filled.output) == (0, "0 questions added\n")
    doors = CliRunner().invoke(main, ["demo", "doors"])
    assert doors.exit_code == 0
    for audience in ("Resident", "Employer", "Advisor", "Scheme owner", "Region", "Administrator"):
        assert f"\n{audience}" in "\n" + doors.output


@pytest.mark.parametrize("command", ["load", "doors"])
def test_outside_demo_mode_both_are_refused(empty_desk: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("PORTAL_ENV", "test")
    refused = CliRunner().invoke(main, ["demo", command])
    assert refused.exit_code == 2
    assert "demo mode" in refused.output
