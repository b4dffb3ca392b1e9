"""`loket config`, `loket doctor` and `loket sbom`: what an operator reads, and that no secret is in it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from portal.commands.cli import main
from portal.commands.doctor import said_of
from portal.commands.safety import safety, server_safety
from portal.commands.sbom import bill_of, packages_in
from portal.oversight.running import A_NIGHT, Aspect, Sign, running
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.audit.queries import BACKED_UP, DRILLED
from portal.platform.config import CHECKOUT, load_settings
from portal.platform.database import unit_of_work
from portal.platform.jobs.models import JobItem, JobState
from portal.platform.room import MEGABYTE, Room, is_tight, room_in
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageState
from tests.factories import NOW

SECRETS = {"SECRET_KEY": "1a2b3c4d5e6f7a8b9c0d" * 2, "METRICS_TOKEN": "9f8e7d6c5b4a39281706" * 2}


def loket(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def test_every_setting_says_its_value_and_where_it_comes_from_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk:wachtwoord@db.example/desk")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "metrics_token").write_text(SECRETS["METRICS_TOKEN"] + "\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "given"))
    monkeypatch.setenv("SECRET_KEY", SECRETS["SECRET_KEY"])
    shown = {one["name"]: one for one in json.loads(loket("config", "--json").output)}
    assert shown["SECRET_KEY"]["value"] == "(hidden, 40 characters)" and shown["SECRET_KEY"]["origin"] == "environment"
    assert shown["METRICS_TOKEN"]["origin"] == "credential file"
    assert load_settings().metrics_token.get_secret_value() == SECRETS["METRICS_TOKEN"]
    assert shown["PORT"]["origin"] == "default" and shown["BACKUP_KEY"]["value"] == "(empty)"
    assert shown["DATABASE_URL"]["value"] == "postgresql://desk:***@db.example/desk"
    for output in (loket("config").output, loket("config", "--json").output):
        assert not [secret for secret in (*SECRETS.values(), "wachtwoord") if secret in output]
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("DATABASE_URL")
    shown = {one["name"]: one["origin"] for one in json.loads(loket("config", "--json").output)}
    assert shown["SECRET_KEY"] == shown["DATABASE_URL"] == "made in STATE_DIR"
    monkeypatch.setenv("BACKUP_KEY", "too easy")
    refused = loket("config")
    assert refused.exit_code == 2 and "BACKUP_KEY: too easy to guess" in refused.output


def test_what_waits_is_stuck_or_old_is_seen(engine: Engine) -> None:
    roomy = Room(50 * 2**30, 100 * 2**30)

    def signs(room: Room = roomy, after: timedelta = timedelta(0)) -> dict[Aspect, Sign]:
        found = unit_of_work(engine, lambda s: running(s, room=room, minimum_mb=256, at=NOW + after), read_only=True)
        assert set(said_of(found)) == set(Aspect)
        return found.signs()

    assert signs()[Aspect.BACKUP] is signs()[Aspect.JOBS] is signs()[Aspect.DRILL] is Sign.WARNING, "never done"
    actor = Actor.system("tests")

    def work(session: object) -> None:
        message = NewMessage("email", "account/sign_in", "account", "account", 1)
        enqueue(session, message=message, now=NOW)  # type: ignore[arg-type]
        enqueue(session, message=NewMessage("email", "account/sign_in", "account", "account", 2), now=NOW)  # type: ignore[arg-type]
        for action in (BACKED_UP, DRILLED):
            record(session, actor=actor, action=action, object_kind="backup", object_id="x", now=NOW)  # type: ignore[arg-type]
        values = {"job": "note", "attempts": 1, "due_at": NOW}
        states = (
            {"state": JobState.DONE, "done_at": NOW},
            {"state": JobState.DEAD, "trouble": "x"},
            {"state": JobState.LEASED, "lease": "x", "leased_until": NOW},
        )
        for number, more in enumerate(states):
            session.add(JobItem(item=str(number), **values, **more))  # type: ignore[attr-defined]

    unit_of_work(engine, work)
    now = signs()
    assert now[Aspect.MAIL] is now[Aspect.JOBS] is now[Aspect.BACKUP] is now[Aspect.STUCK] is Sign.OK
    assert now[Aspect.GIVEN_UP] is Sign.WARNING
    later = signs(after=timedelta(minutes=40))
    assert later[Aspect.MAIL] is later[Aspect.JOBS] is later[Aspect.STUCK] is Sign.WARNING
    assert signs(after=timedelta(hours=2))[Aspect.MAIL] is Sign.WRONG
    assert signs(after=A_NIGHT + timedelta(hours=1))[Aspect.BACKUP] is Sign.WARNING
    assert signs(Room(200 * MEGABYTE, 10**12))[Aspect.DISK] is Sign.WRONG
    assert signs(Room(300 * MEGABYTE, 10**12))[Aspect.DISK] is Sign.WARNING
    assert MessageState.QUEUED


def test_what_others_can_read_and_a_role_that_owns_the_books_are_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    settings = load_settings()
    assert [one.status for one in safety(settings)] == ["ok"]
    (settings.state_dir / "secret_key").chmod(0o644)
    [found] = safety(settings)
    assert found.status == "warning" and "secret_key (644)" in found.message
    roles = [one.message for one in server_safety(engine)]
    assert [("superuser" in one) for one in roles] == ([True] if engine.dialect.name == "postgresql" else [])


def test_room_is_looked_at_anew_each_time(tmp_path: Path) -> None:
    free = room_in(tmp_path / "not" / "there").free
    assert not is_tight(tmp_path, 0) and not is_tight(tmp_path, 1) and is_tight(tmp_path, free // MEGABYTE + 1000)


def test_the_bill_of_materials_has_every_package_of_the_lock_with_its_hashes() -> None:
    packages = packages_in((CHECKOUT / "requirements-run.lock").read_text(encoding="utf-8"))
    bill = bill_of(packages)
    assert bill["bomFormat"] == "CycloneDX" and len(bill["components"]) == len(packages) > 60
    assert all(one["hashes"] and one["purl"].startswith("pkg:pypi/") for one in bill["components"])
    assert bill == bill_of(packages), "the same each time"
    refs = {one["bom-ref"] for one in bill["components"]} | {"ontwikkelloket"}
    assert all(set(one["dependsOn"]) <= refs and one["ref"] in refs for one in bill["dependencies"])
    own = next(one for one in bill["dependencies"] if one["ref"] == "ontwikkelloket")["dependsOn"]
    assert any(ref.startswith("pkg:pypi/flask@") for ref in own)
