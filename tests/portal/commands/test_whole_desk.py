"""A whole desk in one file: from SQLite into either database and out again to the byte; what is wrong in it leaves no trace."""

from __future__ import annotations

import hashlib
import json
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from portal.commands.cli import main
from portal.commands.whole_desk.explaining import readme
from portal.commands.whole_desk.reading import DeskNotEmpty, take_export
from portal.commands.whole_desk.rows import LEFT_OUT, MANIFEST, BrokenExport, exported_tables, type_name
from portal.commands.whole_desk.writing import NoRoomForExport, write_export
from portal.migrations import head_revision
from portal.oversight.finding.queries import find
from portal.people.audit.actions import record
from portal.people.audit.models import ViewingEvent
from portal.platform.database import load_models, make_engine, unit_of_work, written_columns
from portal.post.files.actions import Vault, store_file
from portal.post.files.models import StoredFile
from tests.factories import ADVISOR, NOW, SYSTEM
from tests.portal.accounting.a_desk import a_desk
from tests.portal.post.files.hostile import pdf
from tests.snapshots import begin_with

Files = dict[str, bytes]
SECRET = "the secret of a desk, for tests only"


@pytest.fixture
def full(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A desk on SQLite with money in every state and a file that was handed in."""
    path = tmp_path / "full.db"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")

    def fill(session: Session) -> None:
        begin_with(session, "a desk with money in every state", lambda empty: a_desk(empty, tmp_path / "elsewhere"))
        paid = NOW + timedelta(days=40)
        record(session, actor=SYSTEM, action="payment.noted", object_kind="payment", object_id=1, now=paid)
        for number in session.scalars(select(StoredFile.place)).all():
            vault_at(tmp_path).put(number, b"%PDF of before")
        store_file(session, vault=vault_at(tmp_path), content=pdf(), name="a.pdf", actor=ADVISOR, now=NOW)

    unit_of_work(engine, fill)
    yield engine
    engine.dispose()


def vault_at(folder: Path, secret: str = SECRET) -> Vault:
    return Vault.under(folder, secret)


def rows_in(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that an export holds, read without it."""
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in exported_tables()
        }


def is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not any(connection.execute(select(1).select_from(t)).first() for t in load_models().sorted_tables)


def files_in(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files, path: Path, *, sealed_again: bool = True) -> Path:
    """A zip of these files; with a manifest that fits them, as somebody who means it would make."""
    if sealed_again and MANIFEST in files:
        manifest = json.loads(files[MANIFEST])
        for entry in manifest["files"]:
            content = files.get(entry["path"], b"")
            entry["sha256"] = hashlib.sha256(content).hexdigest()
        files = {**files, MANIFEST: json.dumps(manifest).encode()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


# There and back --------------------------------------------------------------------------------------------------------


def test_a_desk_comes_over_to_both_databases_and_out_again_to_the_byte(
    full: Engine, engine: Engine, tmp_path: Path
) -> None:
    first, here, there = tmp_path / "first.zip", vault_at(tmp_path), vault_at(tmp_path / "other")
    written = write_export(full, first, vault=here)
    assert is_empty(engine), "the control: nothing is there before"
    taken = take_export(engine, first, vault=there)
    assert (taken.rows, taken.files) == (written.rows, written.files) and taken.files == 3
    assert rows_in(engine) == rows_in(full)
    assert {place.name: place.read_bytes() for place in there.folder.iterdir()} == {
        place.name: place.read_bytes() for place in here.folder.iterdir()
    }
    again = write_export(engine, tmp_path / "again.zip", vault=there)
    assert again.path.read_bytes() == first.read_bytes() and again.sha256 == written.sha256
    numbered = unit_of_work(engine, lambda session: _a_file(session, there))
    assert numbered == max(row[0] for row in rows_in(full)["stored_file"]) + 1, "the numbering goes on"
    assert unit_of_work(engine, lambda session: find(session, text="DV-", actor=ADVISOR)) is not None


def _a_file(session: Session, vault: Vault) -> int:
    return store_file(session, vault=vault, content=pdf(), name="b.pdf", actor=ADVISOR, now=NOW).id


def test_opened_files_come_into_a_desk_with_another_key_and_sealed_ones_do_not(
    full: Engine, engine: Engine, tmp_path: Path
) -> None:
    there = vault_at(tmp_path / "other", "another secret, that nobody else has")
    sealed = write_export(full, tmp_path / "sealed.zip", vault=vault_at(tmp_path)).path
    with pytest.raises(BrokenExport, match=r"SECRET_KEY") as broken:
        take_export(engine, sealed, vault=there)
    assert broken.value.file.startswith("files/") and "--open-files" in broken.value.remedy
    assert is_empty(engine) and not list(there.folder.iterdir())
    opened = write_export(full, tmp_path / "opened.zip", vault=vault_at(tmp_path), opened=True).path
    take_export(engine, opened, vault=there)
    assert write_export(engine, tmp_path / "b.zip", vault=there, opened=True).path.read_bytes() == opened.read_bytes()
    place = next(name for name in files_in(opened) if name.startswith("files/"))
    assert files_in(opened)[place].startswith(b"%PDF") and not files_in(sealed)[place].startswith(b"%PDF")


def test_a_file_that_cannot_be_opened_is_left_out_and_said(full: Engine, engine: Engine, tmp_path: Path) -> None:
    gone = sorted(vault_at(tmp_path).folder.iterdir())[0]
    gone.write_bytes(b"damaged")
    done = write_export(full, tmp_path / "a.zip", vault=vault_at(tmp_path))
    assert done.gone == [gone.name] and f"files/{gone.name}" not in files_in(done.path)
    assert take_export(engine, done.path, vault=vault_at(tmp_path / "other")).files == done.files


def test_nothing_is_written_over(full: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"mine")
    for path in (tmp_path / "a.zip", tmp_path / "nowhere" / "a.zip"):
        with pytest.raises(NoRoomForExport):
            write_export(full, path, vault=vault_at(tmp_path))
    assert (tmp_path / "a.zip").read_bytes() == b"mine"


def test_a_desk_that_is_not_empty_takes_nothing_in(full: Engine, tmp_path: Path) -> None:
    path = write_export(full, tmp_path / "a.zip", vault=vault_at(tmp_path)).path
    before = rows_in(full)
    with pytest.raises(DeskNotEmpty, match="not empty"):
        take_export(full, path, vault=vault_at(tmp_path / "other"))
    assert rows_in(full) == before


# What is wrong ---------------------------------------------------------------------------------------------------------


def _row(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Files], Files]:
    """The first row of a table, changed."""

    def changed(files: Files) -> Files:
        first, _, rest = files[f"tables/{name}.jsonl"].partition(b"\n")
        row = json.loads(first)
        change(row)
        return {**files, f"tables/{name}.jsonl": json.dumps(row).encode() + b"\n" + rest}

    return changed


def _manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Files], Files]:
    def changed(files: Files) -> Files:
        manifest = json.loads(files[MANIFEST])
        change(manifest)
        return {**files, MANIFEST: json.dumps(manifest).encode()}

    return changed


WRONG: tuple[tuple[str, Callable[[Files], Files], str, str], ...] = (
    ("a value of another kind", _row("funder", lambda row: row.update(id="one")), "tables/funder.jsonl", "line 1, id"),
    ("no value", _row("funder", lambda row: row.update(slug=None)), "tables/funder.jsonl", "line 1, slug"),
    ("too long", _row("funder", lambda row: row.update(slug="x" * 81)), "tables/funder.jsonl", "line 1, slug"),
    ("no time zone", _row("funder", lambda r: r.update(created_at="2026-01-01")), "tables/funder.jsonl", "created_at"),
    ("unknown choice", _row("transfer", lambda row: row.update(kind="gift")), "tables/transfer.jsonl", "line 1, kind"),
    ("a column more", _row("funder", lambda row: row.update(more=1)), "tables/funder.jsonl", "line 1"),
    ("a column less", _row("funder", lambda row: row.pop("slug")), "tables/funder.jsonl", "line 1"),
    ("the database", _row("funding_line", lambda r: r.update(funder_id=99)), "tables/funding_line.jsonl", "lines 1 to"),
    ("the books", _row("budget_guard", lambda r: r.update(funded_cents=1)), "tables/", ""),
    ("the log", _row("audit_event", lambda row: row.update(actor="account:9")), "tables/audit_link.jsonl", ""),
    ("no JSON", lambda files: {**files, "tables/funder.jsonl": b"id;slug\n"}, "tables/funder.jsonl", "line 1"),
    ("a row more", lambda f: {**f, "tables/flag.jsonl": f["tables/flag.jsonl"] + b"{}\n"}, "tables/flag.jsonl", "line"),
    ("a row less", lambda files: {**files, "tables/audit_head.jsonl": b""}, "tables/audit_head.jsonl", ""),
    ("a file more", lambda files: {**files, "files/../../evil": b"x"}, "files/../../evil", ""),
    ("a file less", lambda f: {k: v for k, v in f.items() if k != "tables/note.jsonl"}, "tables/note.jsonl", ""),
    ("no manifest", lambda f: {k: v for k, v in f.items() if k != MANIFEST}, MANIFEST, ""),
    ("another revision", _manifest(lambda one: one.update(revision="0001")), MANIFEST, "revision"),
    ("another form", _manifest(lambda one: one.update(version=99)), MANIFEST, "version"),
    ("other columns", _manifest(lambda m: m["files"][1].update(columns=[])), MANIFEST, "columns"),
    (
        "a way out",
        lambda f: _manifest(lambda m: m["files"].append({"path": "files/../../evil", "sha256": ""}))(
            {**f, "files/../../evil": b"x"}
        ),
        "files/../../evil",
        "",
    ),
)


def test_what_is_wrong_is_named_with_file_path_problem_and_remedy_and_leaves_no_trace(
    full: Engine, engine: Engine, tmp_path: Path
) -> None:
    there = vault_at(tmp_path / "other")
    files = files_in(write_export(full, tmp_path / "right.zip", vault=vault_at(tmp_path)).path)
    for what, change, file, path in WRONG:
        with pytest.raises(BrokenExport) as broken:
            take_export(engine, zipped(change(files), tmp_path / "wrong.zip"), vault=there)
        assert broken.value.file.startswith(file) and path in broken.value.path, (what, str(broken.value))
        assert broken.value.problem and broken.value.remedy, what
    changed = {**files, "tables/funder.jsonl": files["tables/funder.jsonl"].replace(b"a", b"b", 1)}
    with pytest.raises(BrokenExport, match="SHA-256"):
        take_export(engine, zipped(changed, tmp_path / "wrong.zip", sealed_again=False), vault=there)
    (tmp_path / "wrong.zip").write_bytes(b"PK, perhaps")
    with pytest.raises(BrokenExport, match="no zip"):
        take_export(engine, tmp_path / "wrong.zip", vault=there)
    assert is_empty(engine) and not (there.folder.exists() and any(there.folder.iterdir()))
    take_export(engine, zipped(files, tmp_path / "wrong.zip"), vault=there)  # the control: unchanged it is taken in


# What is said of it ----------------------------------------------------------------------------------------------------


def test_every_table_and_column_is_documented_and_nothing_refers_to_what_is_left_out() -> None:
    known = {table.name for table in load_models().sorted_tables}
    assert known >= LEFT_OUT.keys()
    told = readme(opened=False)
    for table in exported_tables():
        _, _, about = told.partition(f"### `tables/{table.name}.jsonl`\n\n")
        assert about and not about.startswith("|"), f"{table.name} says what it is"
        about, _, _ = about.partition("\n### ")
        for column in written_columns(table):
            assert f"| `{column.name}` | " in about and type_name(column), column
        assert not {key.column.table.name for key in table.foreign_keys} & LEFT_OUT.keys()
    assert "SECRET_KEY" in told and readme(opened=True) != told


def test_memory_does_not_grow_with_the_rows(engine: Engine, tmp_path: Path) -> None:
    """Ten times as many rows: what is in memory at once stays what it was. The control is a list of them."""
    one = {"actor": "account:1", "role": "advisor", "question_id": 1, "screen": "case", "origin": "x" * 60}
    peaks = []
    for number in (200, 2_000):
        with engine.begin() as connection:
            connection.execute(insert(ViewingEvent), [{"at": NOW, **one}] * number)
        tracemalloc.start()
        write_export(engine, tmp_path / f"{number}.zip", vault=vault_at(tmp_path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 200_000
    assert len(files_in(tmp_path / "2000.zip")["tables/viewing_event.jsonl"]) > 300_000


def test_the_commands_say_what_they_did_and_what_is_wrong(
    full: Engine, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "empty.db")
    monkeypatch.setenv("SECRET_KEY", SECRET)

    def loket(database: str, *args: str) -> tuple[int, str]:
        url = f"sqlite:///{tmp_path / database}"
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
            connection.execute(text("INSERT OR IGNORE INTO alembic_version VALUES (:one)"), {"one": head_revision()})
        engine.dispose()
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("STATE_DIR", str(tmp_path if database == "full.db" else tmp_path / "other"))
        done = CliRunner().invoke(main, ["db", *args])
        return done.exit_code, done.output

    (tmp_path / "here").mkdir()
    code, told = loket("full.db", "export", str(tmp_path / "here"))
    assert code == 0 and "sha256:" in told
    (made,) = (tmp_path / "here").iterdir()
    assert hashlib.sha256(made.read_bytes()).hexdigest() in told
    assert loket("full.db", "import", str(made))[0] == 1
    assert loket("empty.db", "import", str(made)) == (0, loket_ok(told))
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"")
    code, told = loket("empty.db", "import", str(wrong))
    assert code == 1 and all(f"{word}: " in told for word in ("file", "path", "problem", "remedy"))


def loket_ok(told: str) -> str:
    rows, files = (line.split()[-1] for line in told.splitlines()[1:3])
    return f"ok: {rows} rows, {files} files; 29 things can be found\n"
