"""By which columns the rows of a table belong to a case: straight, or through what they are about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, or_, select

from portal.platform.among import among
from portal.platform.database import load_models

ROOT, TO_ROOT = "development_question", "question_id"
WAYS: dict[str, tuple[str, ...]] = {
    ROOT: ("id",),
    "term_stop": ("application_id",),
    "linked_undertaking": ("declaration_id",),
    "decision_outcome": ("decision_id",),
    "decision_hearing": ("decision_id",),
    "taking": ("decision_id",),
    "objection_repair": ("objection_id",),
    "further_delay": ("objection_id",),
    "voucher_change": ("voucher_id",),
    "flag": ("voucher_id",),
    "redemption": ("voucher_id",),
    "invoice": ("voucher_id",),
    "reassignment": ("voucher_id",),
    "settlement": ("voucher_id",),
    "resettlement": ("voucher_id",),
    "repayment": ("voucher_id",),
    "recovery": ("voucher_id",),
    "payment": ("redemption_id", "repayment_id", "own_debt_id"),
    "penalty_again": ("notice_id",),
    "outcome_by_hand": ("payment_id",),
    "reported_state": ("payment_id",),
    "recovery_entry": ("recovery_id",),
    "collection_step": ("recovery_id",),
    "collection_charge": ("recovery_id",),
    "interest_undone": ("charge_id",),
    "set_off": ("recovery_id",),
    "set_off_undone": ("set_off_id",),
}


def columns_to_case(table: Table) -> tuple[str, ...]:
    """The columns of a table that lead to a case; none for what belongs to no case."""
    return WAYS.get(table.name) or ((TO_ROOT,) if TO_ROOT in table.c else ())


def of_cases(table: Table, question_ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition for the rows of a table that belong to these cases. Raises ``LookupError`` without a way there."""
    names = columns_to_case(table)
    if not names:
        raise LookupError(f"{table.name} belongs to no case")
    return or_(*(_leads(table, name, question_ids) for name in names))


def _leads(table: Table, name: str, question_ids: Sequence[int]) -> ColumnElement[bool]:
    column = table.c[name]
    if name == TO_ROOT or table.name == ROOT:
        return among(column, question_ids)
    parent = next(iter(column.foreign_keys)).column
    return column.in_(select(parent).where(of_cases(parent.table, question_ids)))


def table_called(name: str) -> Table:
    """The table of that name, of the whole desk."""
    return load_models().tables[name]
