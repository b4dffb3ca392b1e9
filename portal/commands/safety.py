"""What the doctor looks at for safety: who may read the state folder, which keys there are, what the database role may."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, String, func, select, text, type_coerce
from sqlalchemy.orm import Session

from portal.cases.questions.models import Contact
from portal.commands.backups.form import backups_in
from portal.commands.backups.sealing import CannotUnseal, is_sealed, unsealed
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.field_keys import RING_FILE
from portal.platform.sealed_columns import NOT_SEALED

CLOCKS_APART = 5.0
"""Seconds that the clock of the database may differ from that of the desk."""
LONG_AGO = timedelta(days=35)
"""A month and some days: so long a backup may lie here without a remark."""
BACKUP_NAME = re.compile(r"loket-\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Examined:
    """One thing that was looked at."""

    status: Literal["ok", "warning", "wrong"]
    about: str
    message: str


def safety(settings: Settings) -> Iterator[Examined]:
    """What of the settings and the files is not safe."""
    open_to_others = [path for path in _private(settings.state_dir) if _mode(path) & 0o077]
    if open_to_others:
        named = ", ".join(f"{path.name} ({_mode(path):o})" for path in open_to_others)
        status: Literal["warning", "wrong"] = "wrong" if settings.is_production else "warning"
        yield Examined(
            status, "files", f"others on this machine can read {named} in {settings.state_dir}: chmod go= there"
        )
    else:
        yield Examined("ok", "files", "what lies in the state folder is read by its owner alone")
    if settings.is_production:
        if not settings.backup_key.get_secret_value():
            yield Examined("warning", "backup key", "BACKUP_KEY is empty: backups lie open, and hold no key")
        if (settings.state_dir / "secret_key").exists():
            said = "a secret_key lies in STATE_DIR, beside the data; keep SECRET_KEY elsewhere and remove that file"
            yield Examined("warning", "keys", said)
        if (settings.state_dir / RING_FILE).exists():
            said = (
                f"{RING_FILE} lies in STATE_DIR, beside the data; keep it elsewhere as FIELD_KEYS and remove that file"
            )
            yield Examined("warning", "keys", said)
        if not settings.payer_iban:
            yield Examined("warning", "payments", "PAYER_IBAN is empty: no batch can be released")


def _private(folder: Path) -> list[Path]:
    """What lies in the state folder that holds personal data or keys."""
    if not folder.is_dir():
        return []
    patterns = ("*.db", "*.db-wal", "secret*", "key*", "files", "backups/*", "audit-anchors*")
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def keys_safety(settings: Settings, engine: Engine) -> Iterator[Examined]:
    """Whether the keys open what is stored: fields, files, second steps, and the newest backup here."""
    from portal.oversight.privacy.fitting import REMEDY, unfitting_fields, unfitting_files, unfitting_steps
    from portal.platform.database import load_models, unit_of_work

    load_models()
    secret = settings.secret_key.get_secret_value()
    looks: tuple[tuple[str, Callable[[Session], Iterator[str]]], ...] = (
        ("keys of fields", unfitting_fields),
        ("key of files", lambda session: unfitting_files(session, secret=secret, state_dir=settings.state_dir)),
        ("key of second steps", lambda session: unfitting_steps(session, secret=secret)),
    )
    for about, look in looks:
        wrong = unit_of_work(engine, lambda session, look=look: list(look(session)), read_only=True)  # type: ignore[misc]
        for problem in wrong:
            yield Examined("wrong", about, f"{problem}: {REMEDY}")
        if not wrong:
            yield Examined("ok", about, "opens what is stored")
    yield _key_of_backups(settings)


def _key_of_backups(settings: Settings) -> Examined:
    """Whether the newest sealed backup here opens with the key of today."""
    about = "key of backups"
    for path in reversed(_backups(settings)):
        with path.open("rb") as file:
            if not is_sealed(file):
                continue
            try:
                next(unsealed(file, settings.backup_key.get_secret_value()))
            except CannotUnseal as error:
                said = f"{path.name}: {error}; keep the key of that day too, and make a backup with that of today: loket backup"
                return Examined("wrong", about, said)
            return Examined("ok", about, f"opens {path.name}")
    return Examined("ok", about, "no sealed backup lies here")


def sealed_safety(engine: Engine) -> Examined:
    """Whether people stand there with a name that is not sealed: from before it was."""
    name = type_coerce(Contact.name, String())
    plain = select(func.count()).select_from(Contact).where(func.substr(name, 1, 1) != "$", name.not_in(NOT_SEALED))
    with engine.connect() as connection:
        number = connection.execute(plain).scalar_one()
    if number:
        said = f"{number} people stand with a name that everybody who reads the database can read: loket keys seal"
        return Examined("warning", "sealed fields", said)
    return Examined("ok", "sealed fields", "names, birth dates, addresses and account numbers stand sealed")


def old_backups(settings: Settings, *, at: datetime) -> Examined:
    """Whether backups lie here for so long that many who were erased since are still in them."""
    made = {
        path.name: at - datetime.strptime(f"{path.stem}+0000", "loket-%Y%m%dT%H%M%SZ%z") for path in _backups(settings)
    }
    old = [name for name, age in made.items() if age > LONG_AGO]
    if old:
        said = f"{len(old)} backups are older than {LONG_AGO.days} days, the first is {old[0]}: who was erased since is in them"
        return Examined("warning", "old backups", f"{said}; remove them, or: loket backup --keep 14")
    return Examined("ok", "old backups", f"none here is older than {LONG_AGO.days} days")


def _backups(settings: Settings) -> list[Path]:
    return [path for path in backups_in(settings.state_dir / "backups") if BACKUP_NAME.fullmatch(path.stem)]


def server_safety(engine: Engine) -> Iterator[Examined]:
    """What of the database server is not safe: a role that may change what is append-only, a clock that runs apart."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        superuser = bool(
            connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar()
        )
        owner = connection.execute(text("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'transfer'"))
        owns = bool(owner.scalar())
        theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    if superuser or owns:
        what = "is a superuser" if superuser else "owns the tables"
        said = f"the role of the desk {what}: it could take the protection off the books; run `loket db upgrade` as another role"
        yield Examined("warning", "database role", said)
    else:
        yield Examined("ok", "database role", "owns no table and is no superuser")
    apart = abs((theirs - now()).total_seconds())
    if apart > CLOCKS_APART:
        yield Examined("warning", "clock", f"the clock of the database differs {apart:.0f} s from that of the desk")
