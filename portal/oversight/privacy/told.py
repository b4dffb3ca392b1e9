"""All words that are kept of a case, for its person (AVG 15), by the table of what is held: so a new column is among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Column, String, Table, Text, select
from sqlalchemy.orm import Session

from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding
from portal.oversight.privacy.holdings.rules import Without
from portal.oversight.privacy.holdings.ways import columns_to_case, of_cases, table_called
from portal.platform.sealed_columns import SealedText

NOT_TOLD: Mapping[str, str] = {
    "note": "Notes of staff: who asks for them gets them from the desk.",
    "conversation.notes": "Notes of staff: who asks for them gets them from the desk.",
    "invoice.accepted_note": "Notes of staff: who asks for them gets them from the desk.",
    "preparation": "Not decided yet; the decision says it.",
    "two_person_act": "Not decided yet; the decision says it.",
    "decision_hearing": "The decision says it.",
    "team_move": "Notes of staff: who asks for them gets them from the desk.",
    "legal_hold": "Why the region keeps a case, mostly a case in court.",
    "flag": "A look into what stands out.",
    "voucher.block_reason": "May be about a look into what stands out.",
    "awaited_share": "Who of the desk noted it.",
    "proposal": "What was computed with: the answers, which are told by themselves.",
    "pledge.given_by_name": "Who spoke for the employer.",
    "pledge.declined_by_name": "Who spoke for the employer.",
    "payment": "Whose account was paid stands with the invoice or with what the person gets.",
    "reassignment": "From which budget was paid.",
    "outcome_by_hand": "What two of the region noted of a payment.",
    "reported_state": "What the bank said of a payment.",
    "objection.third_name": "Of another who objects.",
    "objection.third_interest": "Of another who objects.",
    "objection.third_street": "Of another who objects.",
    "objection.third_postcode": "Of another who objects.",
    "objection.third_city": "Of another who objects.",
    "objection.interest_reason": "Of another who objects.",
}
"""Tables and columns that are not told of by themselves, and why."""
_OF_OFFICIALS = ("by_name", "by_function", "advisor_name", "_by", "reference", "_key", "way")


def told_tables() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """The tables of which is told, and their columns with words."""
    for name, held in HOLDINGS.items():
        table = table_called(name)
        if not isinstance(held, Holding) or not columns_to_case(table) or name in NOT_TOLD:
            continue
        if held.family in (Family.PSEUDONYMS, Family.LETTERS):
            continue
        columns = [column for column in _words(table, held) if f"{name}.{column.name}" not in NOT_TOLD]
        if columns:
            yield table, columns


def _words(table: Table, held: Holding) -> Iterator[Column[Any]]:
    named = held.becomes or dict.fromkeys(column.name for column in table.columns)
    for name, becomes in named.items():
        column = table.c[name]
        sealed = isinstance(column.type, SealedText)
        plain = type(column.type) in (String, Text) and (
            bool(held.becomes) or name in ("text", "name", "email", "phone")
        )
        if (sealed or plain) and not isinstance(becomes, Without) and not name.endswith(_OF_OFFICIALS):
            yield column


def kept_words(session: Session, *, question_id: int) -> Iterator[tuple[str, str | date]]:
    """The words and days of one row after another, with the name of their table. What is owed to another is not told."""
    for table, columns in told_tables():
        rows = select(*columns).where(of_cases(table, [question_id])).order_by(table.c.id)
        if "to_another" in table.c:
            rows = rows.where(table.c.to_another.is_(False))
        for row in session.connection().execute(rows):
            for value in row:
                if value is not None and str(value).strip():
                    yield table.name, value
