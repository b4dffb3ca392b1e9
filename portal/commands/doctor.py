"""``loket doctor``: look at everything that must be right before the desk opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, open_desk
from portal.commands.safety import Examined, keys_safety, old_backups, safety, sealed_safety, server_safety
from portal.migrations import head_revision, require_head
from portal.platform.clock import now, today
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.equated_days import years_needed, years_without_list
from portal.platform.errors import PortalError

if TYPE_CHECKING:
    from portal.oversight.running import Aspect, Running


@click.command()
@click.option("--strict", is_flag=True, help="Exit code 1 for a warning too.")
@clear_errors
def doctor(strict: bool) -> None:
    """Look at everything that is unsafe, stale or stuck: settings, disk, database, jobs, mail, backups, region and books.

    Exit code 1 when something is wrong.
    """
    settings, engine = open_desk()
    findings = list(examine(settings, engine))
    for found in findings:
        click.echo(f"{found.status:<8} {found.about}: {found.message}")
    if any(found.status == "wrong" or (strict and found.status == "warning") for found in findings):
        raise SystemExit(1)


def examine(settings: Settings, engine: Engine) -> Iterator[Examined]:
    """Every finding, in the order in which things build on each other; stops at a database, or keys, that cannot be used."""
    yield Examined("ok", "settings", f"{settings.portal_env}, {engine.dialect.name}, {settings.address}")
    yield from safety(settings)
    yield calendar_of(today())
    try:
        require_head(engine)
    except PortalError as error:
        yield Examined("wrong", "database", str(error))
        return
    yield Examined("ok", "database", f"revision {head_revision()}")
    yield from server_safety(engine)
    unfit = list(keys_safety(settings, engine))
    yield from unfit
    if any(found.status == "wrong" and found.about == "keys of fields" for found in unfit):
        return
    yield sealed_safety(engine)
    yield old_backups(settings, at=now())
    yield _region(engine, settings.region_dir)
    for look in (_books, _stale_schemes):
        yield look(engine)
    yield from _running(settings, engine)
    if settings.is_production and not (settings.smtp_url or settings.notify_template):
        yield Examined("warning", "mail", "SMTP_URL and NOTIFY_TEMPLATE are empty: mail stays in the outbox")
    yield texts_of(settings, engine)
    yield forms_of(settings, engine)


def _running(settings: Settings, engine: Engine) -> Iterator[Examined]:
    """What waits, is stuck or is old: the same facts and signs as on the page of the administrator."""
    from portal.oversight.running import running
    from portal.platform.room import room_in
    from portal.post.files.scanning import scanner_answers

    settings.state_dir.mkdir(parents=True, exist_ok=True)
    room, minimum, scanner = room_in(settings.state_dir), settings.minimum_free_mb, scanner_answers(settings.clamd)
    found = unit_of_work(
        engine,
        lambda session: running(session, room=room, minimum_mb=minimum, at=now(), scanner=scanner),
        read_only=True,
    )
    for aspect, sign in found.signs().items():
        yield Examined(sign.value, NAMES.get(aspect.value, aspect.value), said_of(found)[aspect])


def calendar_of(day: date) -> Examined:
    """Whether the days on a par with holidays are known of every year in which a term that runs on this day may end."""
    needed = years_needed(day)
    missing = years_without_list(needed)
    if missing:
        named = ", ".join(map(str, missing))
        said = f"no list of days on a par with holidays for {named} (Algemene termijnenwet, article 3)"
        return Examined("warning", "calendar", f"{said}: last days to object may be a day too early")
    return Examined("ok", "calendar", f"days on a par with holidays are known up to {needed[-1]}")


def texts_of(settings: Settings, engine: Engine) -> Examined:
    """Whether text messages leave that people chose to get."""
    from portal.post.messages.queries import number_of_texted

    wanted = unit_of_work(engine, number_of_texted, read_only=True)
    if settings.sends_texts:
        by = "by NotifyNL" if settings.notify_sms_template else "to the folder of mail"
        return Examined("ok", "text messages", f"leave {by}; {wanted} numbers were proved")
    if wanted:
        return Examined("wrong", "text messages", f"{wanted} numbers were proved, and NOTIFY_SMS_TEMPLATE is empty")
    return Examined("ok", "text messages", "nobody is offered them: NOTIFY_SMS_TEMPLATE is empty")


def forms_of(settings: Settings, engine: Engine) -> Examined:
    """Whether the file can be used that says which component of a form answers which question, and fits this region."""
    from portal.framework.catalogue.queries import catalogue, has_region
    from portal.web.api.open_forms import mapping_of
    from schemes.basics.findings import BadFile

    try:
        mapping = mapping_of(settings)
    except BadFile as error:
        return Examined("wrong", "forms", f"OPEN_FORMS_MAPPING: {error}")
    unknown = unit_of_work(
        engine,
        lambda session: mapping.unknown_facts(catalogue(session).facts) if has_region(session) else [],
        read_only=True,
    )
    if unknown and settings.open_forms_mapping is not None:
        return Examined("warning", "forms", f"OPEN_FORMS_MAPPING: this region does not ask {', '.join(unknown)}")
    return Examined("ok", "forms", f"{len(mapping.answers)} questions can be answered by a form")


def _region(engine: Engine, folder: Path) -> Examined:
    from portal.framework.catalogue.queries import has_region

    if not unit_of_work(engine, has_region, read_only=True):
        return Examined("wrong", "region", "none; load one with: loket region load FOLDER")
    if not (folder / "region.yaml").is_file():
        said = f"loaded, but REGION_DIR ({folder}) is no folder of a region: its own texts of letters are not used"
        return Examined("warning", "region", said)
    return Examined("ok", "region", "loaded")


def _books(engine: Engine) -> Examined:
    from portal.commands.ledger import look

    number, breaks = unit_of_work(engine, look, read_only=True)
    if breaks:
        return Examined("wrong", "books", f"{len(breaks)} breaks; see: loket ledger verify")
    return Examined("ok", "books", f"{number} transfers, every invariant holds")


def _stale_schemes(engine: Engine) -> Examined:
    from portal.framework.catalogue.queries import has_region
    from portal.people.actor import Actor
    from portal.publishing.workshop.queries import stale

    day, actor = today(), Actor.system("loket doctor")
    found = unit_of_work(
        engine, lambda session: stale(session, on=day, actor=actor) if has_region(session) else [], read_only=True
    )
    late = [f"{one.slug} ({one.review_on})" for one in found if one.past_review]
    closed = [f"{one.slug} ({one.closed_since})" for one in found if one.closed_since is not None]
    said = [f"past their review date: {', '.join(late)}"] if late else []
    said += [f"with a closed window and no next one: {', '.join(closed)}"] if closed else []
    if said:
        return Examined("warning", "schemes", "; ".join(said))
    return Examined("ok", "schemes", "none is past its review date or has only closed windows")


NAMES = {"mail": "outbox", "books": "books check", "scanner": "virus scanner"}
"""What the doctor calls an aspect otherwise."""


def said_of(found: Running) -> dict[Aspect, str]:
    """What the doctor says of each aspect: the figure, and the command that helps."""
    from portal.oversight.running import Aspect
    from portal.platform.jobs.models import JobState
    from portal.post.messages.models import MessageState

    free, failed, dead = found.room, found.mail.get(MessageState.FAILED, 0), found.jobs.get(JobState.DEAD, 0)
    waits = "nothing waits longer than 5 minutes"
    if found.oldest_mail is not None and found.at - found.oldest_mail > timedelta(minutes=5):
        waits = f"the oldest message waits since {found.oldest_mail:%Y-%m-%d %H:%M} UTC; see: loket messages list"
    return {
        Aspect.DISK: f"{free.percentage}% free ({free.free // 2**20} MB); below {found.minimum_mb} MB nothing is taken in",
        Aspect.MAIL: waits,
        Aspect.UNDELIVERED: f"{failed} messages were given up; see: loket messages list --state failed",
        Aspect.JOBS: f"last done {_moment(found.last_job)}; they are started by: loket jobs run",
        Aspect.GIVEN_UP: f"{dead} items were given up; see: loket jobs list --state dead",
        Aspect.STUCK: f"{found.stuck} items were taken up and not ended",
        Aspect.BOOKS: f"last checked {_moment(found.books_at)}{', payments wait' if found.books_stop else ''}",
        Aspect.BACKUP: f"last made {_moment(found.backup_at)}; make one with: loket backup",
        Aspect.ARCHIVE: f"{_on_their_way(found)}, {found.archive.given_up} were given up; an administrator tries them again"
        " under Archief",
        Aspect.WEBHOOKS: f"{found.webhooks.given_up} words to other systems were given up, the oldest waits since"
        f" {_moment(found.webhooks.oldest)}; an administrator sends them again under Systemen",
        Aspect.SCANNER: _scanner(found),
        Aspect.DRILL: f"last tried {_moment(found.drill_at)}; try one with: loket drill",
    }


def _scanner(found: Running) -> str:
    if found.scanner is None:
        return "none is set (CLAMD): files are not scanned, and every page says so"
    if found.scanner:
        return "clamd answers"
    return f"CLAMD is set and does not answer; the oldest file waits for it since {_moment(found.oldest_unscanned)}"


def _on_their_way(found: Running) -> str:
    if found.archive.oldest is None:
        return "no letter waits"
    return f"{found.archive.on_their_way} letters wait since {_moment(found.archive.oldest)}"


def _moment(instant: datetime | None) -> str:
    return "never" if instant is None else f"{instant:%Y-%m-%d %H:%M} UTC"
