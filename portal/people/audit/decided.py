"""What a transaction decides on: the value before and after of states, amounts and days, noted while it is written.

The log says them beside the act. Nobody has to remember it: whatever is written on one of these fields in a session is noted, by
a record that changed, by a guarded write, or by an update of many. Only fields without personal data stand here.
"""

from __future__ import annotations

import enum
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from portal.platform.among import among

#: Per table the fields that are decided on. A table has a whole number as its key, ``id``.
DECIDED: dict[str, tuple[str, ...]] = {
    "account": ("role", "grade", "only_own_teams", "disabled_at", "reviewed_at"),
    "agreement": ("signed_on",),
    "agreement_duty": ("kind", "amount_cents", "due_on", "repeated", "done_on", "dropped_at"),
    "agreement_party": ("signed_on",),
    "accounting_period": ("state", "first_day", "last_day", "sha256"),
    "application": ("applied_on", "completed_at", "stopped_days", "decision_weeks"),
    "attendance": ("started_on", "ended_on", "ended_how"),
    "audit_sample": ("size", "award_from", "award_to"),
    "award": ("amount_cents", "counted_on"),
    "award_part": ("funding_line_id", "amount_cents", "awarded_on"),
    "awaited_share": ("outcome", "expected_cents", "granted_cents", "outcome_on"),
    "books_answer": ("check_id",),
    "campaign": ("name", "ended_at"),
    "ceiling_announcement": ("ceiling_cents", "announced_on"),
    "cofinancing": ("state", "amount_cents", "period_from", "period_to"),
    "cofinancing_duty": ("amount_cents", "before_on"),
    "chart_account": ("number", "name"),
    "closed_books": ("closed_until",),
    "collection_charge": ("kind", "amount_cents", "received_cents", "waived_cents"),
    "collection_step": ("kind", "until_on", "about_on"),
    "conversation": ("state", "planned_for"),
    "correction": ("on_word", "answer"),
    "cost_line": ("amount_cents", "amount_without_vat_cents", "due_on"),
    "decision": ("kind",),
    "decision_outcome": ("outcome", "amount_cents"),
    "development_question": ("state", "reference_date", "respond_by", "decide_by", "close_reason"),
    "digest_subscription": ("last_week",),
    "earlier_administration": ("state", "content_hash"),
    "employer_address": ("proof", "ended_at"),
    "evidence": ("state",),
    "expense": ("state", "counted_cents", "funding_line_id", "invoice_date", "booked_on", "reversed_at"),
    "feedback": ("answer",),
    "forecast": ("data_day", "until"),
    "funder_promise": ("promised_cents", "promised_on"),
    "funding_line": ("period_from", "period_to", "price_permille"),
    "group_declaration": ("aid_cents",),
    "hand_over": ("kind", "until"),
    "hearing": ("answer_by", "view_on"),
    "iban_change": ("state",),
    "inflow_plan": ("valid_from", "per_month"),
    "information_request": ("answer_by", "asked_on", "answered_on"),
    "instalment": ("state", "due_on", "amount_cents", "received_cents"),
    "invoice": ("state", "kind", "total_cents", "amount_cents"),
    "line_price": ("funding_line_id", "price_permille", "scarce_permille"),
    "line_prices": ("state", "number"),
    "leftover": ("funding_line_id", "to_line_id", "amount_cents"),
    "letter": ("dated", "object_by"),
    "mandate": ("up_to_cents", "valid_from", "valid_until"),
    "objection": (
        "state",
        "outcome",
        "waiver",
        "received_on",
        "counts_on",
        "term_ended_on",
        "heard_on",
        "decide_by",
        "interested",
    ),
    "default_notice": ("due_on", "received_on", "first_on", "penalty_days", "amount_cents", "none_because"),
    "objection_repair": ("answer_by", "repaired_on"),
    "further_delay": ("basis", "until"),
    "channel_outage": ("began_at", "ended_at", "withdrawn_at"),
    "own_debt": ("kind", "state", "amount_cents", "paid_on"),
    "own_interest": ("over_cents", "first_on", "last_on", "before_cents", "amount_cents"),
    "penalty_again": ("penalty_days", "before_cents", "amount_cents"),
    "payment": ("state", "amount_cents", "executed_on", "returned_on"),
    "payment_batch": ("state", "execution_on"),
    "plan_approval": ("approved_on", "refused_on"),
    "plan_change": ("asked_on",),
    "pledge": ("state", "amount_cents"),
    "preparation": ("kind", "state", "amount_cents"),
    "provider": ("state",),
    "provider_approval": ("state",),
    "provider_registration": ("state",),
    "surety": ("state", "limit_permille", "most_cents"),
    "surety_room": ("room_cents", "exposure_cents", "braked"),
    "rebalance": ("state", "until", "saved_cents"),
    "award_round": ("state", "scheme", "received_until", "points_json"),
    "own_proof": ("proved_at",),
    "rebalance_move": ("outcome", "from_line_id", "to_line_id", "amount_cents"),
    "reassignment": ("from_line_id", "to_line_id", "amount_cents"),
    "recovery": ("state", "amount_cents", "received_cents", "written_off_cents"),
    "recovery_entry": ("kind", "amount_cents", "extra_cents"),
    "redemption": ("kind", "amount_cents", "credited_cents", "released_cents"),
    "register_entry": ("amount_cents",),
    "region_training": ("as_of", "retired_at"),
    "repayment": ("state", "amount_cents", "paid_on"),
    "resettlement": (
        "before_cents",
        "settled_cents",
        "unclaimed_cents",
        "forgiven_cents",
        "repaid_cents",
        "restored_cents",
    ),
    "scheme_version": ("state", "in_force_from", "in_force_until", "last_day"),
    "seen_warning": ("until", "severity"),
    "sent_outcome": ("total_cents",),
    "set_off": ("amount_cents", "ground"),
    "set_off_undone": ("pay_by",),
    "settlement": ("ground", "settled_cents", "corrected_cents", "claimed_cents", "released_cents", "breached_on"),
    "text_number": ("proved_at",),
    "training_import": ("state", "entered", "corrected", "refused"),
    "tranche": ("amount_cents", "expected_on", "called_on", "dropped_at"),
    "tranche_receipt": ("state", "amount_cents", "received_on"),
    "transfer": ("kind", "amount_cents"),
    "undelivered_mail": ("as_letter", "address_fails", "settled_at"),
    "voucher": (
        "state",
        "amount_cents",
        "redeemed_cents",
        "released_cents",
        "recovered_cents",
        "settled_cents",
        "valid_until",
        "starts_on",
        "blocked_at",
    ),
    "waiting_place": ("state", "wanted_cents", "agreed_on"),
    "winding_down": ("step", "last_day", "laid_down_at", "called_off_at", "done_at"),
    "work_package": ("period_from", "period_to"),
    "work_package_budget": ("budget_cents",),
}

#: Per record (``voucher:12``) and field the value before and after.
Changes = dict[str, dict[str, list[Any]]]

_NOTED, _KEPT = "audit_decided", "audit_decided_before_savepoints"


def take_changes(session: Session) -> Changes:
    """What was decided since this was asked before in the transaction. A field that has its old value again is left out."""
    noted: Changes = session.info.pop(_NOTED, {})
    real = {key: {name: pair for name, pair in found.items() if pair[0] != pair[1]} for key, found in noted.items()}
    return {key: found for key, found in real.items() if found}


def said(value: object) -> str | int | None:
    """A value as the log says it: a whole number, a word, or a day or instant in ISO 8601."""
    if value is None or (isinstance(value, int | str) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"not a value that is decided on: {value!r}")


def _note(session: Session, table: str, key: int, name: str, before: object, after: object) -> None:
    noted: Changes = session.info.setdefault(_NOTED, {})
    pair = noted.setdefault(f"{table}:{key}", {}).setdefault(name, [said(before), None])
    pair[1] = said(after)


@event.listens_for(Session, "after_flush")
def _note_flushed(session: Session, _context: UOWTransaction) -> None:
    for one in (*session.new, *session.dirty):
        state = inspect(one)
        table = state.mapper.local_table
        for name in DECIDED.get(table.name, ()) if isinstance(table, Table) else ():
            if one in session.new:  # what a default filled in is no history
                _note(session, table.name, one.id, name, None, state.dict.get(name))
            elif (history := state.attrs[name].history).added:
                before = history.deleted[0] if history.deleted else None
                _note(session, table.name, one.id, name, before, history.added[0])


@event.listens_for(Session, "do_orm_execute")
def _note_updated(asked: ORMExecuteState) -> Any:
    """A guarded write, or an update of many: what the rows said before, locked, and what they say after.

    Only of the fields that it writes: what it leaves is the same after.
    """
    if not asked.is_update:
        return None
    statement: Any = asked.statement
    names = _written(statement, DECIDED.get(statement.table.name, ()))
    if not names or statement.whereclause is None:
        return None
    session, table = asked.session, statement.table
    session.flush()
    look = select(table.c.id, *(table.c[name] for name in names))
    before = {row[0]: row for row in session.execute(look.where(statement.whereclause).with_for_update())}
    done = asked.invoke_statement()
    if before:
        for row in session.execute(look.where(among(table.c.id, before))):
            for place, name in enumerate(names, start=1):
                if row[place] != before[row[0]][place]:
                    _note(session, table.name, row[0], name, before[row[0]][place], row[place])
    return done


def _written(statement: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these fields an update writes; one that brings its values in another way may write all."""
    said = statement._values
    if not said:
        return names
    keys = {getattr(column, "key", column) for column in said}
    return tuple(name for name in names if name in keys)


# What is undone was not decided ----------------------------------------------------------------------------------------


@event.listens_for(Session, "after_transaction_create")
def _keep(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_KEPT, {})[transaction] = deepcopy(session.info.get(_NOTED, {}))


@event.listens_for(Session, "after_soft_rollback")
def _put_back(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint that is undone leaves what was noted before it. What only a flush undoes, its savepoint undoes too."""
    if transaction.nested:
        session.info[_NOTED] = session.info.get(_KEPT, {}).pop(transaction, {})
    elif transaction.parent is None:
        for name in (_NOTED, _KEPT):
            session.info.pop(name, None)
