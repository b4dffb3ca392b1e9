"""The log read from its beginning: what it says that every record is by now, and where it contradicts itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.audit.decided import DECIDED, said
from portal.people.audit.models import AuditEvent, AuditLink
from portal.platform.database import load_models

MONEY = (
    "application",
    "award",
    "award_part",
    "decision",
    "instalment",
    "invoice",
    "mandate",
    "payment",
    "payment_batch",
    "reassignment",
    "recovery",
    "recovery_entry",
    "redemption",
    "repayment",
    "resettlement",
    "settlement",
    "transfer",
    "voucher",
    "waiting_place",
)
"""Tables of which every value is decided by an act that is logged; of an application also since when it is complete."""


def replayed(session: Session) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Per record the last values that the log says; and where a value before is not the value after of the time before."""
    known: dict[str, dict[str, Any]] = {}
    wrong = []
    rows = select(AuditLink.place, AuditEvent.action, AuditLink.decided)
    rows = rows.join(AuditEvent, AuditEvent.id == AuditLink.event_id).order_by(AuditLink.place)
    for place, action, decided in session.execute(rows):
        for key, fields in decided.items():
            record = known.setdefault(key, {})
            for name, (before, after) in fields.items():
                if key.partition(":")[0] in MONEY and record.get(name) != before:
                    wrong.append(f"{place} {action} {key} {name}: {record.get(name)} by then, {before} before")
                record[name] = after
    return known, wrong


def unsaid(session: Session) -> list[str]:
    """Every value of a record about money that the log does not say, or says otherwise."""
    known, tables, found = replayed(session)[0], load_models().tables, []
    for table in MONEY:
        names = DECIDED[table]
        columns = tables[table].c
        for number, *values in session.execute(select(columns.id, *(columns[name] for name in names))):
            record = known.get(f"{table}:{number}", {})
            for name, value in zip(names, values, strict=True):
                if record.get(name) != said(value):
                    found.append(f"{table} {number} {name}: {value}, but the log says {record.get(name)}")
    return found
