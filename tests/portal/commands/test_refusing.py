"""Every command refuses bad input in words: what, where, and how to mend it. Never a traceback, never exit code 0."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from portal.commands.cli import main
from portal.commands.opening import clear_errors
from portal.migrations import downgrade, upgrade
from portal.platform.database import make_engine
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

ASKED = "matching/examples/lasser-wordt-technicus.yaml"
SLUG = "ontwikkelfonds-individueel"
GOOD = {
    **dict.fromkeys(("question", "subject"), ASKED),
    **dict.fromkeys(("target", "old", "new"), SLUG),
    "kind": "question", "email": "a@example.nl", "name": "Anja", "role": "admin", "number": "12",
    "url": "https://onderwijs.example/api",
}  # fmt: skip
"""What stands where another parameter is tried; a file that is needed and not named here is one that is not there."""
NAMES = {
    "region": "nergens", "target": "nergens", "old": "nergens", "new": "nergens", "on": "2026-13-45", "instant": "gisteren",
    "email": "nobody", "name": " ", "number": "no such thing", "kind": "no such thing", "organisation": "nergens",
    "only": "nergens", "url": "http://nergens", "into": "mysql://nergens/x",
}  # fmt: skip
"""A bad value per parameter that is plain text. A new one needs a row here, or in `ANYTHING`."""
ANYTHING = {"organisation_name", "reason", "address"}
"""Any text is good."""
WRITES = {"db backup", "db export", "trainings export", "backup"}
"""Commands of which the file or folder is one to write."""
ANY_FILE = {"messages undelivered"}
"""Any file is a mail, which is about something else."""
READERS = {"match", "solve", "verify", "schema", "plan", "scheme", "receipt", "algorithm-register"}
"""Commands that only read files: what they say of those is in the language of --lang, Dutch by default."""
NO_DATABASE = READERS | {
    "sbom",
    "config",
    "audit check-bundle",
    "scenario run",
    "trainings import",
    "trainings fetch",
    "keys new",
}
"""Commands that open no database before they looked at what was given, or none at all."""
MENDS = {"db upgrade", "run", "db import", "restore", "db backup"}
"""Commands for a database without the tables of now, and the copy of one as it is."""
DUTCH = re.compile(r"\b(niet|het|een|deze|dit|geen|wordt|bestaat|kies|staat|er is|van de|kolom)\b", re.IGNORECASE)


def leaves(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(group, click.Group):
        yield path, group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from leaves(found, (*path, name))


@cache
def commands() -> dict[str, click.Command]:
    return {" ".join(path): found for path, found in leaves(main)}


def bad_values(name: str, one: click.Parameter, folder: Path) -> list[str]:
    """What nobody may give for a parameter of a command; empty when anything is good."""
    if isinstance(one.type, click.Path):
        beneath = folder / "notes.txt" / "x.json"
        if name in WRITES or not isinstance(one, click.Argument):
            return [str(beneath)]
        files = [folder / "missing.yaml", folder, *([] if name in ANY_FILE else [folder / "binary", folder / "empty"])]
        return [str(beneath), *(str(file) for file in files)]
    if isinstance(one.type, click.Choice):
        return ["nothing"]
    if isinstance(one.type, click.DateTime):
        return ["2026-13-45", "gisteren"]
    if isinstance(one.type, (click.IntRange, click.FloatRange)) or one.type is click.INT:
        return ["x"]
    if getattr(one, "is_flag", False) or one.name in ANYTHING:
        return []
    return [NAMES[str(one.name)]]


def line(name: str, folder: Path, tried: click.Parameter | None = None, value: str = "") -> list[str]:
    """A command with what it needs, one parameter of which is tried."""
    words = name.split()
    for one in commands()[name].params:
        if one is not tried and not one.required:
            continue
        said = value if one is tried else _good(one, folder)
        words += [said] if isinstance(one, click.Argument) else [one.opts[0], said]
    return words


def _good(one: click.Parameter, folder: Path) -> str:
    if one.name == "out":
        return str(folder / "out.json")
    if isinstance(one.type, click.Choice):
        return str(GOOD.get(str(one.name)) if GOOD.get(str(one.name)) in one.type.choices else one.type.choices[0])
    return str(GOOD.get(str(one.name), folder / "missing.yaml"))


def loket(words: list[str], **environment: str) -> Result:
    return CliRunner().invoke(main, words, env={"PORTAL_ENV": "test", **environment})


def wrong(result: Result, *, english: bool) -> list[str]:
    """What a refusal lacks."""
    said = (result.stderr or result.stdout).strip()  # the report of the doctor is what it says
    found = [] if result.exit_code not in (0, None) else [f"exit code {result.exit_code}"]
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        found.append(f"traceback: {result.exception!r}")
    found += [] if len(said) > 20 else [f"says nothing: {said!r}"]
    found += ["Dutch"] if english and DUTCH.search(said) else []
    return [f"{one} | {said[:200]}" for one in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a desk in it, and files that are no good for anything."""
    made = tmp_path_factory.mktemp("refusing")
    (made / "binary").write_bytes(bytes(range(256)))
    (made / "empty").write_bytes(b"")
    (made / "notes.txt").write_text("No database and no file of ours. " * 99, encoding="utf-8")
    engine = make_engine(f"sqlite:///{made / 'desk.db'}")
    upgrade(engine)
    engine.dispose()
    shutil.copy(made / "desk.db", made / "old.db")
    engine = make_engine(f"sqlite:///{made / 'old.db'}")
    downgrade(engine, revision="0090")
    engine.dispose()
    return made


TRIED = [
    (name, one.name, index)
    for name, found in commands().items()
    for one in found.params
    for index in range(len(bad_values(name, one, Path("x"))))
]


@pytest.mark.parametrize(("name", "parameter", "index"), TRIED)
def test_bad_input_is_refused_in_words(name: str, parameter: str, index: int, folder: Path) -> None:
    one = next(found for found in commands()[name].params if found.name == parameter)
    value = bad_values(name, one, folder)[index]
    desk = {"DATABASE_URL": f"sqlite:///{folder / 'desk.db'}", "STATE_DIR": str(folder)}
    result = loket(line(name, folder, one, value), **desk)
    assert wrong(result, english=name.split()[0] not in READERS) == [], value


DATABASES = {
    "no address": "nonsense",
    "another kind": "mysql://loket@localhost/loket",
    "a text file": "sqlite:///{folder}/notes.txt",
    "below a file": "sqlite:///{folder}/notes.txt/desk.db",
    "an empty one": "sqlite:///{folder}/new.db",
    "an older one": "sqlite:///{folder}/old.db",
    "a server that is not there": "postgresql://loket:geheim@127.0.0.1:1/loket",
}


OPENED = [
    (name, database)
    for name in commands()
    if name not in NO_DATABASE and name.split()[0] not in READERS
    for database in DATABASES
    if name not in MENDS or database not in ("an empty one", "an older one")
]


@pytest.mark.parametrize(("name", "database"), OPENED)
def test_a_database_that_cannot_be_used_is_refused_in_words(name: str, database: str, folder: Path) -> None:
    result = loket(
        line(name, folder), DATABASE_URL=DATABASES[database].format(folder=folder), STATE_DIR=str(folder / "state")
    )
    assert wrong(result, english=True) == []
    assert "geheim" not in result.output, "the password of the database"


def test_every_command_is_tried() -> None:
    tried = {name for name, _, _ in TRIED} | {one for one in commands() if one not in NO_DATABASE}
    assert set(commands()) - tried == {"config", "keys new"}, "nothing is given to them, and no database opened"


def test_a_refusal_of_an_act_is_said_in_english_unless_another_language_is_asked() -> None:
    @click.command()
    @click.option("--lang")
    @clear_errors
    def act(**_options: Any) -> None:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))

    @click.command()
    @clear_errors
    def plain() -> None:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))

    assert CliRunner().invoke(plain).stderr == "loket: You cannot do this here.\n"
    assert CliRunner().invoke(act, ["--lang", "nl"]).stderr == "loket: Dit kunt u hier niet doen.\n"


def test_control_a_traceback_a_silent_end_exit_code_0_and_dutch_are_found() -> None:
    @click.command()
    @click.argument("how")
    def bad(how: str) -> None:
        click.echo("Dit bestand bestaat niet, kies een ander.", err=True)
        if how == "fails":
            raise KeyError(how)
        raise SystemExit(0 if how == "good" else 1)

    @click.command()
    def silent() -> None:
        raise SystemExit(1)

    assert "traceback" in wrong(CliRunner().invoke(bad, ["fails"]), english=False)[0]
    assert "exit code 0" in wrong(CliRunner().invoke(bad, ["good"]), english=False)[0]
    assert "Dutch" in wrong(CliRunner().invoke(bad, ["x"]), english=True)[0]
    assert "says nothing" in wrong(CliRunner().invoke(silent), english=True)[0]
