"""Who was erased stays erased: a backup from before does not bring them back, and the keys of today do not open what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import Contact
from portal.commands.backups.erased import ERASED_FILE, LISTED, erase_again, list_erased, require_list
from portal.commands.backups.form import BackupRefused
from portal.commands.backups.making import make_backup
from portal.commands.backups.restoring import restore
from portal.commands.cli import main
from portal.commands.safety import old_backups
from portal.oversight.finding.keeping import rebuild
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.oversight.privacy.retention.actions import note_erased
from portal.oversight.privacy.sealing import keys_in_use, seal_some, sealed_tables
from portal.platform import clock
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.field_keys import CannotOpenField, KeyRing, RingSource, use_field_keys
from tests.factories import NOW, SYSTEM, a_question, resident
from tests.field_keys import FIELD_KEYS
from tests.portal.commands.test_backups import elsewhere, settings
from tests.portal.oversight.privacy.everywhere import places_of
from tests.portal.oversight.privacy.lived import lay_down
from tests.portal.oversight.privacy.test_sealing import CANARIES, somebody_known, stands
from tests.web.apps import settings_for

__all__ = ["elsewhere", "settings"]

PARTS = (Family.CASE, Family.LETTERS, Family.UPLOADS)
OF_THE_PERSON = tuple(one for one in CANARIES if not one.startswith("NL"))
"""The account number is that of a provider, which stays."""


@pytest.fixture(autouse=True)
def same_keys_after() -> Iterator[None]:
    yield
    use_field_keys(RingSource(FIELD_KEYS, None, ""))


def with_ring(settings: Settings, ring: KeyRing) -> Settings:
    """The same desk with this ring, also for this process."""
    use_field_keys(RingSource(ring.written(), None, ""))
    return settings.model_copy(update={"field_keys": SecretStr(" ".join(ring.written().split()))})


def erase(engine: Engine, question: int) -> None:
    def work(session: Session) -> None:
        at = NOW + timedelta(hours=1)
        erase_parts(session, parts=PARTS, question_ids=[question], now=at)
        note_erased(session, parts=PARTS, question_ids=[question], batch_id=None, actor=SYSTEM, now=at)

    unit_of_work(engine, work)


def seal_all(engine: Engine) -> None:
    """As ``loket keys seal`` and ``loket search rebuild`` do."""
    for table, _ in sealed_tables():
        while unit_of_work(engine, lambda s, t=table: seal_some(s, table=t, after=0)).written:  # type: ignore[misc]
            pass
    unit_of_work(engine, rebuild)


def told(engine: Engine) -> set[str]:
    """Where something of the person can be read with the keys of this process."""
    return unit_of_work(engine, lambda session: places_of(session, *OF_THE_PERSON), read_only=True)


def test_an_old_backup_neither_brings_anybody_back_nor_opens_with_the_keys_of_today_on_both_databases(
    engine: Engine, settings: Settings, elsewhere: Any, tmp_path: Path
) -> None:
    folder, at_first = tmp_path / "backups", KeyRing.read(FIELD_KEYS)
    desk = with_ring(settings, at_first)
    question = unit_of_work(engine, lambda session: somebody_known(session).id)
    made = make_backup(engine, settings=desk, folder=folder, now=NOW, copying=True)
    assert not made.sealed and told(engine) >= {"contact.name", "application.birth_date"}, "the control"
    erase(engine, question)
    assert told(engine) == set()

    later = at_first.with_new_key()
    desk = with_ring(settings, later)
    seal_all(engine)
    assert unit_of_work(engine, keys_in_use, read_only=True) == {later.newest}
    assert list_erased(engine, folder, now=NOW + timedelta(days=1)) == len(PARTS)

    target, place = elsewhere(bare=engine.dialect.name == "postgresql")
    there = desk.model_copy(update=place)
    today = later.without([name for name, _ in at_first.keys])
    with pytest.raises(BackupRefused, match="other keys for its fields"):
        restore(target, made.path, settings=with_ring(there, today), key="")
    restore(target, made.path, settings=with_ring(there, later), key="")
    assert told(target) >= {"contact.name", "application.birth_date"}, (
        "the control: with the older ring it is all there"
    )

    with_ring(there, today)
    raw = unit_of_work(target, stands, read_only=True).casefold()
    assert [one for one in OF_THE_PERSON if one.casefold() in raw] == []
    for column in (Contact.name, Contact.street, Application.name, Application.birth_date):
        with pytest.raises(CannotOpenField):
            unit_of_work(target, lambda session, one=column: session.scalars(select(one)).all(), read_only=True)  # type: ignore[misc]

    with_ring(there, later)
    assert erase_again(target, folder / ERASED_FILE, since=made.at, now=NOW) == len(PARTS)
    assert told(target) == set()


@pytest.mark.parametrize("database", ["sqlite"])
def test_nothing_is_put_back_of_which_nobody_knows_what_was_erased_since(
    engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loket(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, list(words))
        return done.exit_code, done.output

    made = make_backup(engine, settings=settings, folder=tmp_path / "backups", now=NOW)
    list_erased(engine, made.path.parent, now=NOW)
    file = made.path.with_name(ERASED_FILE)
    require_list(file, since=NOW, now=NOW + LISTED)
    with pytest.raises(BackupRefused, match="goes back 400 days"):
        require_list(file, since=NOW, now=NOW + LISTED + timedelta(days=1))
    monkeypatch.setattr("portal.commands.backup.now", lambda: NOW)
    kept = file.read_text()
    file.unlink()
    for number, (words, code) in enumerate({(): 1, ("--without-list",): 0}.items()):
        monkeypatch.setenv("STATE_DIR", str(tmp_path / f"there{number}"))
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/there{number}/desk.db")
        done, said = loket("restore", str(made.path), *words)
        assert done == code and ("erased since this backup" in said) == bool(code), said
    file.write_text(kept)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "again"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/again/desk.db")
    done, said = loket("restore", str(made.path))
    assert done == 0 and "parts of cases again" in said


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_night_that_erases_somebody_writes_so_beside_the_backups(engine: Engine, settings: Settings) -> None:
    def withdrawn(session: Session) -> str:
        question = a_question(session)
        withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW)
        lay_down(session, {Kept.UNAPPLIED: KeptFor(1, TermUnit.MONTHS)})
        return question.public_id

    def night(days: int) -> list[str]:
        with clock.frozen(NOW + timedelta(days=days)):
            done = CliRunner().invoke(main, ["jobs", "run", "--only", "plan_erasures", "--only", "erase_due"])
        assert done.exit_code == 0, done.output
        return file.read_text().splitlines() if file.exists() else []

    case, file = unit_of_work(engine, withdrawn), settings.state_dir / "backups" / ERASED_FILE
    file.parent.mkdir()
    assert night(20) == [], "nothing was erased"
    assert [case in line for line in night(40)] == [True]


def test_the_doctor_says_that_a_backup_lies_here_too_long(tmp_path: Path) -> None:
    desk, folder = settings_for(tmp_path), tmp_path / "backups"
    folder.mkdir()
    for name in ("loket-20260101T080000Z.sealed", "loket-20260228T080000Z.zip", "loket-strange-Z.zip"):
        (folder / name).touch()
    found = old_backups(desk, at=NOW)
    assert found.status == "warning" and "1 backups" in found.message and "20260101" in found.message
    (folder / "loket-20260101T080000Z.sealed").unlink()
    assert old_backups(desk, at=NOW).status == "ok"
