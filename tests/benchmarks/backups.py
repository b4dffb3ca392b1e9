"""A desk of a gigabyte, database and files: backed up while somebody writes, put back elsewhere and verified, on both databases."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from portal.commands.backups.drilling import drill
from portal.commands.backups.making import make_backup
from portal.ledger.actions import fund, open_accounts
from portal.migrations import head_revision
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.audit.chain import EVENT, START, digest_of
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink, ViewingEvent
from portal.platform.config import Settings, load_settings
from portal.platform.database import make_engine, unit_of_work
from portal.post.files.actions import Vault
from portal.post.files.models import FileKind, ScanState, StoredFile
from tests.benchmarks.books import NOW, Line, both

GIGABYTE = 2**30
AT_ONCE = 50_000
FILES = 400
"""Of a megabyte each; the rest of the gigabyte is the database."""
ACTOR = Actor(Audience.REGION, account_id=1)


def fill(engine: Engine, settings: Settings, *, size: int = GIGABYTE, files: int = FILES) -> int:
    """A desk of this size: files, events in their chain, and looks; its size in bytes."""
    vault = Vault.under(settings.state_dir, settings.secret_key.get_secret_value())

    def begin(session: Any) -> None:
        open_accounts(session, funding_line_id=1)
        fund(session, funding_line_id=1, amount_cents=10**9, actor_id=ACTOR.reference, now=NOW)
        record(session, actor=ACTOR, action="line.funded", object_kind="funding_line", object_id=1, now=NOW)

    unit_of_work(engine, begin)
    places = [secrets.token_hex(20) for _ in range(files)]
    for place in places:
        vault.put(place, secrets.token_bytes(2**20))
    seen = {"scan_state": ScanState.CLEAN, "scanned_at": NOW, "uploaded_at": NOW, "uploaded_by": ACTOR.reference}
    stored = [
        {
            "place": one,
            "public_id": one[:22],
            "kind": FileKind.PDF,
            "sha256": "0" * 64,
            "size_bytes": 2**20,
            "pages": 1,
            **seen,
        }
        for one in places
    ]
    with engine.begin() as connection:
        connection.execute(insert(StoredFile), stored)
        place, digest = connection.execute(text("SELECT places, digest FROM audit_head")).one()
    while size_of(engine) + files * 2**20 < size:
        place, digest = _more(engine, int(place), str(digest) or START)
    return size_of(engine) + files * 2**20


def _more(engine: Engine, place: int, digest: str) -> tuple[int, str]:
    """Many more events in the chain, and as many looks."""
    events, links, looks = [], [], []
    for number in range(place + 1, place + AT_ONCE + 1):
        event = {
            "id": number, "at": NOW + timedelta(seconds=number), "actor": "account:1", "role": "advisor",
            "action": "question.answered", "object_kind": "question", "object_id": str(number % 9999), "result": "done",
            "origin": secrets.token_hex(16), "fields": ["facts", "costs"],
        }  # fmt: skip
        previous, digest = digest, digest_of(digest, number, [event[column.key] for column in EVENT], {})
        events.append(event)
        links.append({"place": number, "event_id": number, "decided": {}, "previous": previous, "digest": digest})
        looks.append(
            {
                "at": event["at"], "actor": "account:1", "role": "advisor", "question_id": number % 9999,
                "screen": "advisor.question", "origin": event["origin"],
            }
        )  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(AuditEvent), events)
        connection.execute(insert(AuditLink), links)
        connection.execute(insert(ViewingEvent), looks)
        connection.execute(AuditHead.__table__.update().values(places=place + AT_ONCE, digest=digest))
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('audit_event', 'id'), :last)"), {"last": place + AT_ONCE}
            )
    return place + AT_ONCE, digest


def size_of(engine: Engine) -> int:
    """Bytes of the database."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        return Path(str(engine.url.database)).stat().st_size


def keep_writing(url: str, pipe: Pipe) -> None:
    """In a process of its own: one act after the other, until it is told to end; then how many, and the longest of them in seconds."""
    engine, longest, number = make_engine(url), 0.0, 0
    while not pipe.poll():
        begun = time.monotonic()
        unit_of_work(
            engine,
            lambda s: record(s, actor=ACTOR, action="line.looked", object_kind="funding_line", object_id=1, now=NOW),
        )
        longest, number = max(longest, time.monotonic() - begun), number + 1
        if number == 20:
            longest = 0.0  # what comes with beginning
            pipe.send("writing")
        time.sleep(0.005)
    pipe.send((number, longest))
    engine.dispose()


@contextmanager
def somebody_writes(url: str) -> Iterator[list[float]]:
    """Somebody writes meanwhile; afterwards the list holds how many acts, and the longest in seconds."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process, told = context.Process(target=keep_writing, args=(url, theirs)), []
    process.start()
    mine.recv()
    try:
        yield told
    finally:
        mine.send("end")
        told += mine.recv()
        process.join()


def measured(engine: Engine, settings: Settings) -> tuple[float, float, float, float]:
    """Seconds of a backup under load, the longest write meanwhile, and seconds of a drill; and megabytes of the backup."""
    folder = settings.state_dir / "backups"
    with somebody_writes(engine.url.render_as_string(hide_password=False)) as told:
        made = make_backup(engine, settings=settings, folder=folder, now=NOW, copying=True)
    done = drill(made.path, settings=settings, key=settings.backup_key.get_secret_value(), now=NOW)
    return made.seconds, told[1], done.rto.total_seconds(), made.size / 2**20


def lines() -> Iterator[Line]:
    """The figures, on both databases."""
    took, stalls = {}, {}
    with both() as engines:
        for engine in engines:
            name = engine.dialect.name
            with tempfile.TemporaryDirectory(prefix="desk-backup-", ignore_cleanup_errors=True) as folder:
                url = engine.url.render_as_string(hide_password=False)
                settings = load_settings(
                    portal_env="test", state_dir=Path(folder), database_url=url, backup_key="0123456789abcdef" * 4
                )
                with engine.begin() as connection:
                    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
                    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})
                size = fill(engine, settings)
                backup, stall, back, packed = measured(engine, settings)
                took[name], stalls[name] = backup + back, stall
                yield (
                    f"backup_1gb_s_{name}",
                    backup,
                    f"s for {size / 2**20:.0f} MB, {packed:.0f} MB packed",
                    None,
                    False,
                )
                yield f"restore_1gb_s_{name}", back, "s, verified", None, False
                yield f"backup_stall_s_{name}", stall, "s, the longest write meanwhile", 0.5, False
    yield "drill_1gb_s", max(took.values()), "s", 300, False
    yield "backup_stall_s", max(stalls.values()), "s", 0.5, False
