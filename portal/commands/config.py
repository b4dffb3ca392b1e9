"""``loket config``: every setting, its value with secrets hidden, and where it comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from portal.commands.opening import clear_errors
from portal.platform.config import Settings, credentials_folder, load_settings

ADDRESSES = frozenset({"database_url", "smtp_url"})
"""Settings in which a password may stand."""
OTHERS = ("CREDENTIALS_DIRECTORY", "PROMETHEUS_MULTIPROC_DIR")
"""What is no setting of the desk, and matters to it."""


@dataclass(frozen=True)
class ShownSetting:
    """One setting as it is shown."""

    name: str
    value: str
    origin: str
    meaning: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@clear_errors
def config(as_json: bool) -> None:
    """Every setting: its value, where it comes from (environment, a credential file, made, default), and what it means.

    Secrets are never shown, only how long they are. A setting that does not allow a start is said, with exit code 2.
    """
    shown = list(settings_shown(load_settings()))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in shown], indent=2))
        return
    width, longest = max(len(one.name) for one in shown), max(len(one.origin) for one in shown)
    for one in shown:
        click.echo(f"{one.name:<{width}}  {one.origin:<{longest}}  {one.value}")


def settings_shown(settings: Settings) -> Iterator[ShownSetting]:
    """Every setting, in the order in which they are declared."""
    given = {name.lower() for name in os.environ}
    folder = credentials_folder()
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        yield ShownSetting(
            name.upper(),
            _hidden(name, value),
            _origin(name, given, folder, field.default, value),
            field.description or "",
        )
    for name in OTHERS:
        if name in os.environ:
            yield ShownSetting(name, os.environ[name], "environment", "")


def _hidden(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        length = len(value.get_secret_value())
        return f"(hidden, {length} characters)" if length else "(empty)"
    if name in ADDRESSES and value:
        return make_url(value).render_as_string(hide_password=True)
    return str(value) if str(value) else "(empty)"


def _origin(name: str, given: set[str], folder: Any, default: Any, value: Any) -> str:
    if name in given:
        return "environment"
    if folder is not None and (folder / name).is_file():
        return "credential file"
    if name == "state_dir":
        return "default"
    return "default" if value == default else "made in STATE_DIR"
