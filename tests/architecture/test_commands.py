"""`loket` starts light, and the wheel that is built from here works outside the checkout."""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from portal.commands.cli import COMMANDS, main

CHECKOUT = Path(__file__).resolve().parents[2]
HEAVY = ("flask", "sqlalchemy", "ortools", "wtforms", "alembic", "pandas", "numpy")


EXAMPLE = sorted((CHECKOUT / "matching" / "examples").glob("*.yaml"))[0]
SCHEMAS = [("schema", "question"), ("schema", "scheme"), ("schema", "problem")]
LIGHT_FIRST: list[tuple[str, ...]] = [("--help",), *SCHEMAS, ("match", str(EXAMPLE))]
"""Commands that one interpreter runs in this order: what each has loaded at most, it may load with those before it too."""


def loaded_after(*commands: tuple[str, ...]) -> dict[tuple[str, ...], set[str]]:
    """Which heavy packages an interpreter has imported when it is done with each of these commands, one after the other."""
    program = (
        "import sys, json\n"
        "from portal.commands.cli import main\n"
        f"for command in {list(commands)!r}:\n"
        "    try: main(list(command))\n"
        "    except SystemExit as end: assert not end.code, end.code\n"
        f"    print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = [set(json.loads(line)) for line in ran.stderr.strip().splitlines()[-len(commands) :]]
    return dict(zip(commands, said, strict=True))


@pytest.fixture(scope="module")
def loaded() -> dict[tuple[str, ...], set[str]]:
    """What was loaded after each of the light commands."""
    return loaded_after(*LIGHT_FIRST)


def test_help_imports_nothing_heavy(loaded: dict[tuple[str, ...], set[str]]) -> None:
    assert loaded["--help",] == set()


@pytest.mark.parametrize("kind", ["question", "scheme", "problem"])
def test_printing_a_schema_imports_nothing_heavy(loaded: dict[tuple[str, ...], set[str]], kind: str) -> None:
    assert loaded["schema", kind] == set()


def test_matching_a_question_imports_no_web_and_no_database(loaded: dict[tuple[str, ...], set[str]]) -> None:
    found = loaded["match", str(EXAMPLE)]
    assert found & {"flask", "sqlalchemy", "wtforms", "alembic", "pandas", "numpy"} == set()
    assert "ortools" in found, "what is loaded is seen"


@pytest.mark.parametrize(("name", "looks"), [("schema", False), ("db", True)])
def test_a_command_that_is_over_at_once_looks_for_nothing_to_let_go(
    name: str, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    module = SimpleNamespace(
        **{COMMANDS[name][0].partition(":")[2]: click.Command(name, callback=lambda: seen.append(gc.isenabled()))}
    )
    monkeypatch.setattr(importlib, "import_module", lambda _name: module)
    assert CliRunner().invoke(main, [name]).exit_code == 0
    assert seen == [looks] and gc.isenabled()


def test_preparing_the_database_imports_no_solver() -> None:
    command = ("db", "--help")
    assert "ortools" not in loaded_after(command)[command]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_exists_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_a_mistyped_command_suggests_the_right_one() -> None:
    result = CliRunner().invoke(main, ["vouchrs"])
    assert result.exit_code == 2
    assert "Did you mean 'vouchers'?" in result.output


# The wheel --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, source)
    for name in ("portal", "matching", "schemes", "templates"):
        shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are those of this environment, without this checkout."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )
    with zipfile.ZipFile(wheel) as packed:  # code of Python alone: to unpack it is all there is to installing it
        [about] = [name for name in packed.namelist() if name.endswith(".dist-info/WHEEL")]
        assert b"Root-Is-Purelib: true" in packed.read(about)
        packed.extractall(packages)
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return folder


def run_installed(installed: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the installed loket outside the checkout. The finder of an editable install must not lead back to it."""
    program = (
        "import sys; sys.meta_path = [f for f in sys.meta_path if '__editable__' not in getattr(f, '__module__', '')]; "
        "from importlib.metadata import entry_points; main = entry_points(group='console_scripts')['loket'].load(); "
        "import portal; "
        f"assert not portal.__file__.startswith({str(CHECKOUT / 'portal')!r}), portal.__file__; main()"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"STATE_DIR": str(installed / "var"), "PORTAL_ENV": "demo"}
    return subprocess.run(
        [installed / "venv" / "bin" / "python", "-c", program, *args],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_has_everything_that_is_not_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert any(name.startswith("portal/templates/") and name.endswith("layout.html") for name in names)
    kept = {
        "templates": "portal/templates",
        "schemes/catalogue": "schemes/catalogue",
        "matching/examples": "matching/examples",
    }
    for folder, target in kept.items():
        for path in (CHECKOUT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{target}/{path.relative_to(CHECKOUT / folder)}" in names
    for path in (CHECKOUT / "portal" / "migrations").rglob("*.py"):
        assert str(path.relative_to(CHECKOUT)) in names
    for path in (CHECKOUT / "portal" / "web" / "static").rglob("*.*"):
        assert str(path.relative_to(CHECKOUT)) in names
    assert {
        "portal/migrations/script.py.mako",
        "portal/translations/en/LC_MESSAGES/messages.po",
    } <= names
    assert not any(name.split("/")[0] in ("tests", "templates") for name in names)


def test_the_installed_loket_runs_outside_the_checkout(installed: Path) -> None:
    shown = run_installed(installed, "--help")
    assert shown.returncode == 0, shown.stderr
    assert "match" in shown.stdout


def test_the_installed_loket_matches_a_question(installed: Path) -> None:
    example = sorted((CHECKOUT / "matching" / "examples").glob("*.yaml"))[0]
    shutil.copy(example, installed / "question.yaml")
    matched = run_installed(installed, "match", "question.yaml", "--json")
    assert matched.returncode == 0, matched.stderr
    assert json.loads(matched.stdout)


def test_the_installed_loket_makes_a_database(installed: Path) -> None:
    made = run_installed(installed, "db", "upgrade")
    assert made.returncode == 0, made.stderr
    assert (installed / "var" / "ontwikkelloket.db").exists()
    assert run_installed(installed, "db", "check").returncode == 0


def test_the_installed_desk_finds_its_templates(installed: Path) -> None:
    program = (
        "import sys; sys.meta_path = [f for f in sys.meta_path if '__editable__' not in getattr(f, '__module__', '')]; "
        "from portal.platform.config import TEMPLATES; print(TEMPLATES / 'layout.html', (TEMPLATES / 'layout.html').is_file())"
    )
    ran = subprocess.run(
        [installed / "venv" / "bin" / "python", "-c", program],
        cwd=installed,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip().endswith("True")
    assert str(CHECKOUT) not in ran.stdout
