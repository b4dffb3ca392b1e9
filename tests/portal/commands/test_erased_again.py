"""What was erased stays erased when a backup from before is put back; and the keys are shown, added and sealed with by commands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, String, delete, select, text, type_coerce, update
from sqlalchemy.orm import Session

from portal.cases.questions.models import Contact
from portal.commands.backups.erased import ERASED_FILE, erase_again, list_erased
from portal.commands.cli import main
from portal.commands.safety import sealed_safety
from portal.migrations import head_revision
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.retention.actions import note_erased
from portal.oversight.privacy.retention.models import ErasedCase
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError
from portal.platform.field_keys import RING_FILE, KeyRing, RingSource, use_field_keys, write_ring
from tests.factories import NOW, SYSTEM, a_question
from tests.field_keys import FIELD_KEYS


def test_what_was_erased_after_a_backup_is_erased_again_on_both_databases(engine: Engine, tmp_path: Path) -> None:
    def make(session: Session) -> tuple[int, int]:
        return a_question(session).id, a_question(session).id

    def erase(session: Session) -> None:
        erase_parts(session, parts=(Family.CASE,), question_ids=[gone], now=NOW)
        note_erased(session, parts=(Family.CASE,), question_ids=[gone], batch_id=None, actor=SYSTEM, now=NOW)

    def as_in_the_backup(session: Session) -> None:
        session.execute(delete(ErasedCase))
        session.execute(update(Contact).where(Contact.question_id == gone).values(name="Sam"))

    def names(session: Session) -> list[str]:
        return list(session.scalars(select(Contact.name).order_by(Contact.question_id)))

    gone, stays = unit_of_work(engine, make)
    assert gone < stays
    unit_of_work(engine, erase)
    assert list_erased(engine, tmp_path, now=NOW) == 1
    file = tmp_path / ERASED_FILE
    assert file.stat().st_mode & 0o777 == 0o600 and "Sam" not in file.read_text()
    unit_of_work(engine, as_in_the_backup)
    kept = unit_of_work(engine, names, read_only=True)
    assert kept[0] == "Sam", "the control"
    assert erase_again(engine, file, since=NOW + timedelta(seconds=1), now=NOW) == 0, "erased before that backup"
    assert erase_again(engine, file, since=NOW, now=NOW) == 1
    assert erase_again(engine, file, since=NOW, now=NOW) == 0, "once"
    assert unit_of_work(engine, names, read_only=True) == ["gewist", kept[1]]
    found = select(AuditEvent.id).where(AuditEvent.action == "erasure.again")
    assert len(unit_of_work(engine, lambda session: session.scalars(found).all(), read_only=True)) == 1
    file.write_text("no list\n")
    with pytest.raises(PortalError, match="line 1"):
        erase_again(engine, file, since=NOW, now=NOW)


def test_a_desk_from_before_is_sealed_and_then_with_another_key(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loket(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["keys", *words], catch_exceptions=False)
        return done.exit_code, done.output

    def from_before(session: Session) -> None:
        a_question(session)
        plain = update(Contact.__table__).values(name=type_coerce("Sam", String))  # type: ignore[arg-type]
        session.execute(plain)
        session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})

    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "fedcba9876543210" * 4)
    monkeypatch.setenv("FIELD_KEYS", "")
    unit_of_work(engine, from_before)
    write_ring(tmp_path / RING_FILE, KeyRing.read(FIELD_KEYS))
    use_field_keys(RingSource("", tmp_path / RING_FILE, ""))
    try:
        assert sealed_safety(engine).status == "warning"
        assert loket("show")[0] == 1
        assert "contact: 1 rows sealed" in loket("seal")[1] and "contact" not in loket("seal")[1]
        assert sealed_safety(engine).status == "ok"
        code, said = loket("show")
        assert code == 0 and RING_FILE in said and ", seals" in said
        assert "01 seals from now on" in loket("new")[1] and (tmp_path / RING_FILE).stat().st_mode & 0o777 == 0o600
        assert "t0: stays" in loket("retire")[1], "not before all of it is sealed with the new one"
        assert "sealed with key 01" in loket("seal")[1]
        code, said = loket("show")
        assert code == 0 and "t0: 0 fields" in said
        code, said = loket("retire")
        assert code == 0 and "out of the ring: t0" in said and "t0=" not in (tmp_path / RING_FILE).read_text()
        assert "nothing to take out" in loket("retire")[1] and "t0" not in loket("show")[1]
        monkeypatch.setenv("SECRET_KEY", "another secret than it was, and long")
        assert loket("show")[0] == 0, "a ring in its file needs no secret any more"
        ring = (tmp_path / RING_FILE).read_text()
        monkeypatch.setenv("FIELD_KEYS", ring)
        code, said = loket("new")
        assert code == 0 and "02=" in said and ring.split()[0] in said and (tmp_path / RING_FILE).read_text() == ring
    finally:
        use_field_keys(RingSource(FIELD_KEYS, None, ""))
