"""What was erased stays erased when an older backup is put back: beside the backups lies a list of what was erased since.

Each backup and each night in which something is erased write the list anew: numbers of cases, which part of them, and when; no
data of anybody. Who puts a backup back erases again what the list says was erased after that backup. What terms erase is due
again anyway; what people asked for is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.commands.backups.form import BackupRefused
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.retention.actions import note_erased
from portal.oversight.privacy.retention.models import ErasedCase
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError
from portal.platform.private_files import write_private

ERASED_FILE = "erased.jsonl"
LISTED = timedelta(days=400)
"""So long what was erased stays on the list: longer than backups are kept."""
AT_ONCE = 500


def list_erased(engine: Engine, folder: Path, *, now: datetime) -> int:
    """Write the list in the folder of the backups, in the place of the one before; how many lines it has."""

    def read(session: Session) -> list[dict[str, Any]]:
        rows = (
            select(DevelopmentQuestion.public_id, ErasedCase.part, ErasedCase.erased_at)
            .join(ErasedCase, ErasedCase.question_id == DevelopmentQuestion.id)
            .where(ErasedCase.erased_at > now - LISTED)
            .order_by(ErasedCase.id)
        )
        return [{"case": row[0], "part": row[1].value, "at": row[2].isoformat()} for row in session.execute(rows)]

    lines = unit_of_work(engine, read, read_only=True)
    write_private(folder / ERASED_FILE, "".join(json.dumps(line) + "\n" for line in lines))
    return len(lines)


def require_list(file: Path, *, since: datetime, now: datetime) -> None:
    """Refuse to put a backup back of which nobody knows what was erased since: then people would be there again who were erased.

    Raises ``BackupRefused`` when the list is not there, or does not go back so far.
    """
    remedy = f"take a newer backup, or lay {ERASED_FILE} from where backups are kept beside it"
    again = "; when what was erased since may be there again: --without-list"
    if not file.exists():
        raise BackupRefused(f"{file} is not there: it says what was erased since this backup", remedy + again)
    if since < now - LISTED:
        raise BackupRefused(f"{file} goes back {LISTED.days} days, and this backup is older", remedy + again)


def erase_again(engine: Engine, file: Path, *, since: datetime, now: datetime) -> int:
    """Erase in a backup that was put back what was erased since it was made; how many parts of cases.

    Doing it again erases nothing more. Raises ``PortalError`` for what is no such list.
    """
    actor, number = Actor.system("loket restore"), 0
    wanted: dict[Family, set[str]] = {}
    for case, part, at in _read(file):
        if at >= since:
            wanted.setdefault(part, set()).add(case)
    for part, cases in sorted(wanted.items()):
        for first in range(0, len(cases), AT_ONCE):
            some = sorted(cases)[first : first + AT_ONCE]

            def work(session: Session, part: Family = part, some: list[str] = some) -> int:
                done = select(ErasedCase.question_id).where(ErasedCase.part == part)
                left = select(DevelopmentQuestion.id).where(
                    DevelopmentQuestion.public_id.in_(some), DevelopmentQuestion.id.not_in(done)
                )
                ids = list(session.scalars(left.order_by(DevelopmentQuestion.id)))
                if ids:
                    erase_parts(session, parts=(part,), question_ids=ids, now=now)
                    note_erased(session, parts=(part,), question_ids=ids, batch_id=None, actor=actor, now=now)
                    about = {"object_kind": "retention", "object_id": part.value}
                    record(session, actor=actor, action="erasure.again", now=now, **about)
                return len(ids)

            number += unit_of_work(engine, work)
    return number


def _read(file: Path) -> Iterator[tuple[str, Family, datetime]]:
    for place, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            said = json.loads(line)
            yield str(said["case"]), Family(said["part"]), datetime.fromisoformat(said["at"])
        except (ValueError, KeyError, TypeError):
            raise PortalError(f"line {place} of {file} does not say what was erased") from None
