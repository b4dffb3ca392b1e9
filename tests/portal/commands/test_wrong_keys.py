"""A desk with another key than its data were sealed with does not start, writes nothing, and says in words what is to be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.commands.backups.sealing import Sealing
from portal.commands.cli import main
from portal.migrations import head_revision
from portal.oversight.privacy.fitting import unfitting_fields
from portal.people.accounts.models import Role
from portal.people.factors.actions import key_of, seal
from portal.people.factors.models import CodeApp
from portal.platform.config import CHECKOUT
from portal.platform.database import unit_of_work
from portal.platform.field_keys import (
    KeyRing,
    RingSource,
    use_field_keys,
)
from portal.post.files.actions import Vault
from portal.post.files.models import FileKind, ScanState, StoredFile
from tests.factories import NOW, a_provider, a_question
from tests.field_keys import FIELD_KEYS
from tests.portal.oversight.privacy.test_sealing import stands
from tests.web.browser import make_account

SECRET, OTHER = "fedcba9876543210" * 4, "0123456789abcdef" * 4
PLACE = "ab" * 20
RING = KeyRing.read(FIELD_KEYS)
ANOTHER = KeyRing(RING.index, (("t0", b"\7" * 32),))
MISSING = KeyRing(RING.index, (("t1", b"\7" * 32),))
INDEX = KeyRing(b"\7" * 32, RING.keys)
WRONG: dict[str, tuple[dict[str, str], str, bool]] = {
    "the ring lacks a key": ({"FIELD_KEYS": MISSING.written()}, "has no key t0", True),
    "the ring has another key": ({"FIELD_KEYS": ANOTHER.written()}, "has another key t0", True),
    "the ring is gone": ({"FIELD_KEYS": ""}, "has no key t0", True),
    "the ring has another index": ({"FIELD_KEYS": INDEX.written()}, "has another index", True),
    "the secret is another": ({"SECRET_KEY": OTHER}, "SECRET_KEY does not open the files", True),
    "the secret opens no second step": ({"SECRET_KEY": OTHER}, "SECRET_KEY does not open the second steps", False),
    "the key of backups is another": ({"BACKUP_KEY": OTHER}, "BACKUP_KEY is another", False),
}
"""Every key that may be wrong, what the doctor says of it, and whether the desk does not start with it."""
NOTHING_STORED = {"METRICS_TOKEN", "Sessions", "Certificate", "Chain"}
"""Rows of `docs/security/keys.md` with which nothing stands sealed."""


def loket(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


@pytest.fixture(autouse=True)
def same_keys_after() -> Iterator[None]:
    yield
    use_field_keys(RingSource(FIELD_KEYS, None, ""))


@pytest.fixture
def desk(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A desk with people, a file, a second step and a sealed backup."""
    state = tmp_path / "var"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})
    settings = {"DATABASE_URL": engine.url.render_as_string(hide_password=False), "STATE_DIR": str(state)}
    for name, value in {**settings, "SECRET_KEY": SECRET, "BACKUP_KEY": SECRET, "FIELD_KEYS": FIELD_KEYS}.items():
        monkeypatch.setenv(name, value)
    account = make_account(engine, Role.ADVISOR)
    Vault.under(state, SECRET).put(PLACE, b"%PDF a bill")
    (state / "backups").mkdir()
    with (state / "backups" / "loket-20260301T000000Z.zip").open("wb") as file:
        sealing = Sealing(file, SECRET)
        sealing.write(b"a backup")
        sealing.finish()

    def fill(session: Session) -> None:
        a_question(session)
        provider, _ = a_provider(session)
        provider.iban = "NL91ABNA0417164300"
        sealed = seal("JBSWY3DPEHPK3PXP", key=key_of(SECRET), account_id=account.id)
        session.add(CodeApp(account_id=account.id, sealed=sealed, last_step=1, made_at=NOW))
        session.add(
            StoredFile(
                place=PLACE,
                kind=FileKind.PDF,
                sha256="0" * 64,
                size_bytes=11,
                pages=1,
                scan_state=ScanState.NOT_SCANNED,
                uploaded_at=NOW,
                uploaded_by="resident",
            )
        )

    unit_of_work(engine, fill)
    return engine


def test_every_key_that_seals_something_is_tried_here() -> None:
    page = (CHECKOUT / "docs" / "security" / "keys.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!Key \||-)`?([A-Z_a-z]+)", page.partition("## What stands sealed")[0], re.MULTILINE)
    tried = {"Ring" if "ring" in name else "BACKUP_KEY" if "backups" in name else "SECRET_KEY" for name in WRONG}
    assert set(rows) == tried | NOTHING_STORED


def test_control_with_the_right_keys_the_doctor_finds_them_right_and_commands_run(desk: Engine) -> None:
    said = loket("doctor").output
    for about in ("keys of fields", "key of files", "key of second steps"):
        assert f"{about}: opens what is stored" in said
    assert "key of backups: opens loket-20260301T000000Z.zip" in said
    assert loket("keys", "show").exit_code == 0


@pytest.mark.parametrize("kind", WRONG)
def test_with_a_wrong_key_it_does_not_start_writes_nothing_and_says_what_to_do(
    desk: Engine, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, words, refuses = WRONG[kind]
    with Session(desk) as session:
        before = stands(session)
    if kind == "the secret opens no second step":  # a desk that was taken in under another secret has its files anew
        (Path(loket_state(monkeypatch)) / "files" / PLACE).unlink()
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    served: list[object] = []
    monkeypatch.setattr("portal.commands.serving._serve", lambda *args, **_more: served.append(args))
    for command in (("serve",), ("keys", "show"), ("jobs", "run")):
        answer = loket(*command)
        if refuses:
            assert answer.exit_code == 2 and words in answer.output and "put back the key" in answer.output, command
    assert bool(served) is not refuses
    said = loket("doctor")
    assert said.exit_code == 1 and words in said.output and "Traceback" not in said.output
    if refuses:
        with Session(desk) as session:
            assert stands(session) == before


def loket_state(monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder with the state of this desk."""
    import os

    return os.environ["STATE_DIR"]


def test_gunicorn_is_told_so_before_it_makes_a_process(
    desk: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from portal.commands import wsgi

    monkeypatch.setenv("FIELD_KEYS", MISSING.written())
    with pytest.raises(SystemExit) as ended:
        wsgi.desk()
    assert ended.value.code == 4 and "has no key t0" in capsys.readouterr().err


def test_one_damaged_row_is_no_wrong_key(desk: Engine) -> None:
    unit_of_work(desk, lambda s: [a_question(s), a_question(s)])
    with desk.begin() as connection:
        connection.execute(
            text("UPDATE contact SET name = '$t0$' || substr(name, 5, 20) || 'AAAAAAAAAAAAAAAAAAAAAA' WHERE id = 1")
        )
    with Session(desk) as session:
        assert list(unfitting_fields(session)) == []
