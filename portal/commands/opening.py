"""What every command that uses the database begins with: the settings, the engine, and clear errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from portal.platform.clock import now
from portal.platform.config import Settings, load_settings
from portal.platform.database import make_engine, unit_of_work
from portal.platform.errors import BadSettings, PortalError, Refusal
from portal.platform.field_keys import use_field_keys
from portal.platform.i18n import use_locale

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.people.actor import Actor
    from portal.post.files.actions import Vault

OPERATORS = "en"
"""The language of who runs a desk."""
ENGINE = "portal.engine"
"""Under which name the engine of a command stands in its context."""
Command = TypeVar("Command", bound=Callable[..., Any])


def clear_errors(command: Command) -> Command:
    """Turn what the portal refuses, and a database that cannot be used, into a line on stderr: exit code 2 for settings, 1 else.

    Who runs a desk reads English, as in the help and the log; a command with --lang refuses in that language.
    """

    @wraps(command)
    def inner(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except BadSettings as error:
            for problem in error.problems:
                click.echo(f"loket: {problem}", err=True)
            raise SystemExit(2) from None
        except PortalError as error:
            if isinstance(error, Refusal):
                _log_refusal(error)
            with use_locale(options.get("lang", OPERATORS)):
                click.echo(f"loket: {error}", err=True)
            raise SystemExit(1) from None
        except DatabaseError as error:
            if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
                raise  # a fault of this program
            click.echo(f"loket: {_unusable(error)}", err=True)
            raise SystemExit(1) from None

    return inner  # type: ignore[return-value]


def _unusable(error: DatabaseError) -> str:
    context = click.get_current_context(silent=True)
    engine = context.meta.get(ENGINE) if context is not None else None
    where = engine.url.render_as_string(hide_password=True) if engine is not None else "of DATABASE_URL"
    why = " ".join(str(error.orig).split()).removesuffix(".")
    return f"the database {where} cannot be used: {why}. Set DATABASE_URL right, start its server, or restore a backup of it."


def _log_refusal(refusal: Refusal) -> None:
    """A command that was refused stands in the audit log, as a page that was."""
    from portal.people.actor import Actor

    context, names = click.get_current_context(silent=True), []
    engine = context.meta.get(ENGINE) if context is not None else None
    while context is not None and context.parent is not None:
        names.append((context.info_name or "").replace("-", "_"))
        context = context.parent
    if engine is not None:
        path = ".".join(reversed(names))
        log_refusal(engine, Actor.system(f"loket {path}"), f"command.{path}", ("command", path), refusal)


def log_refusal(engine: Engine, actor: Actor, action: str, about: tuple[str, str], refusal: Refusal) -> None:
    """Write that an act of a program was refused, in a transaction of its own."""
    from portal.people.audit.actions import record_refusal

    def work(session: Session) -> None:
        record_refusal(session, actor=actor, action=action, about=about, reason=refusal.code, now=now())

    unit_of_work(engine, work)


def refused_items(engine: Engine, actor: Actor) -> Callable[[str, str, Refusal], None]:
    """What `run_jobs` is to tell of items that were refused: they stand in the audit log."""
    return lambda job, item, refusal: log_refusal(engine, actor, f"job.{job}", ("job", item[:80]), refusal)


def open_desk() -> tuple[Settings, Engine]:
    """The settings and an engine on the database they name, closed when the command ends."""
    settings = load_settings()
    use_field_keys(settings.ring_source)
    engine = make_engine(settings.database_url)
    if (context := click.get_current_context(silent=True)) is not None:
        context.call_on_close(engine.dispose)
        context.meta[ENGINE] = engine
    return settings, engine


def load_region_once(engine: Engine, folder: Path, *, at: datetime | None = None) -> None:
    """Load the region from its folder into a database that has none, now or as if it were `at`.

    Raises ``PortalError`` with what is wrong in the files.
    """
    from portal.framework.catalogue.queries import has_region
    from portal.framework.loading import load_region
    from portal.people.actor import Actor
    from schemes.basics.findings import BadFile

    if unit_of_work(engine, has_region, read_only=True):
        return
    click.echo(f"Loading the region from {folder}")
    actor = Actor.system("loket run")
    try:
        unit_of_work(engine, lambda session: load_region(session, folder=folder, actor=actor, now=at or now()))
    except BadFile as bad:
        raise PortalError(str(bad)) from None


def fill_index(engine: Engine) -> None:
    """Let everything be found in a desk that is older than the index by which it is found."""
    from portal.oversight.finding.keeping import rebuild_when_empty
    from portal.platform.database import load_models

    load_models()
    if number := unit_of_work(engine, rebuild_when_empty):
        click.echo(f"{number} things can be found")


def vault_of(settings: Settings) -> Vault:
    """Where the files of invoices lie, sealed as the screens seal them."""
    from portal.post.files.actions import Vault

    return Vault.under(settings.state_dir, settings.secret_key.get_secret_value())


def open_ready_desk() -> tuple[Settings, Engine]:
    """As `open_desk`, on a database with the tables of this program, of which the keys open what is stored.

    Raises ``WrongSchema`` or ``BadSettings`` otherwise.
    """
    from portal.migrations import require_head
    from portal.platform.database import load_models

    settings, engine = open_desk()
    require_head(engine)
    load_models()
    require_keys(settings, engine)
    return settings, engine


def require_keys(settings: Settings, engine: Engine) -> None:
    """Nothing is read or written with keys that do not fit. Raises ``BadSettings`` with what to do."""
    from portal.oversight.privacy.fitting import require_fitting_keys

    keys = {"secret": settings.secret_key.get_secret_value(), "state_dir": settings.state_dir}
    unit_of_work(engine, lambda session: require_fitting_keys(session, **keys), read_only=True)  # type: ignore[arg-type]
