"""What every command that uses the database begins with: the settings, the engine, and clear errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy import Engine

from portal.config import Settings, load_settings
from portal.database import make_engine
from portal.errors import BadSettings, PortalError

Command = TypeVar("Command", bound=Callable[..., Any])


def clear_errors(command: Command) -> Command:
    """Turn the portal's own errors into a line on stderr and exit code 2 for settings, 1 for the rest."""

    @wraps(command)
    def inner(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except BadSettings as error:
            for problem in error.problems:
                click.echo(f"loket: {problem}", err=True)
            raise SystemExit(2) from None
        except PortalError as error:
            click.echo(f"loket: {error}", err=True)
            raise SystemExit(1) from None

    return inner  # type: ignore[return-value]


def open_desk() -> tuple[Settings, Engine]:
    """The settings and an engine on the database they name, closed when the command ends."""
    settings = load_settings()
    engine = make_engine(settings.database_url)
    if (context := click.get_current_context(silent=True)) is not None:
        context.call_on_close(engine.dispose)
    return settings, engine


def open_ready_desk() -> tuple[Settings, Engine]:
    """As `open_desk`, on a database with the tables of this program. Raises ``WrongSchema`` otherwise."""
    from portal.database import load_models
    from portal.migrations import require_head

    settings, engine = open_desk()
    require_head(engine)
    load_models()
    return settings, engine
