"""Beside every act stand the values before and after of what it decided, however it was written, and never a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Engine, Enum, Integer, event, select, text, update
from sqlalchemy.orm import Session

from portal.paying.payments.actions import cancel_batch, leave_out, make_batch
from portal.people.audit.actions import record
from portal.people.audit.decided import DECIDED
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import decided_in, events_of
from portal.platform.database import UtcDateTime, load_models, unit_of_work
from portal.platform.guarded import write_guarded
from portal.spending.changes.actions import extend_voucher
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher
from tests.portal.people.audit.replayed import replayed, unsaid


def said_of(engine: Engine, action: str) -> dict[str, Any]:
    """What the last event of an act says."""

    def look(session: Session) -> dict[str, Any]:
        newest = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc()).limit(1)
        return decided_in(session, event=session.scalars(newest).one())

    return unit_of_work(engine, look, read_only=True)


def the_voucher(session: Session) -> Voucher:
    return session.scalars(select(Voucher)).one()


def redeem(session: Session) -> None:
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=the_voucher(session), bill=Bill("F-1", NOW.date(), 50_000), actor=pia, now=NOW)


def test_a_redemption_says_the_states_the_amounts_and_what_was_booked(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    unit_of_work(engine, redeem)
    found = said_of(engine, "voucher.redeemed")
    assert found["voucher:1"] == {"state": ["issued", "partly_redeemed"], "redeemed_cents": [0, 50_000]}
    assert found["redemption:1"]["amount_cents"] == [None, 50_000]
    booked = sorted(values["kind"][1] for key, values in found.items() if key.startswith("transfer:"))
    assert "spend" in booked
    assert unit_of_work(engine, unsaid, read_only=True) == [] == unit_of_work(engine, replayed, read_only=True)[1]


def test_a_day_is_said_as_it_was_and_as_it_becomes(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    before = unit_of_work(engine, the_voucher, read_only=True).valid_until
    after = before + timedelta(days=14)

    def extend(session: Session) -> None:
        extend_voucher(
            session, voucher=the_voucher(session), until=after, reason="De opleider is ziek.", actor=ADVISOR, now=NOW
        )

    unit_of_work(engine, extend)
    assert said_of(engine, "voucher.extended")["voucher:1"]["valid_until"] == [before.isoformat(), after.isoformat()]


def test_the_log_says_the_value_before_that_was_there_and_not_the_one_that_was_loaded(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    with Session(engine, expire_on_commit=False) as stale:
        held = the_voucher(stale)
        stale.commit()
        assert held.redeemed_cents == 0
        unit_of_work(engine, redeem)
        write_guarded(stale, held, otherwise=None, redeemed_cents=Voucher.redeemed_cents + 100)
        record(stale, actor=ADVISOR, action="voucher.more", object_kind="voucher", object_id=1, now=NOW)
        stale.commit()
    assert said_of(engine, "voucher.more") == {"voucher:1": {"redeemed_cents": [50_000, 50_100]}}


def test_an_update_of_many_says_each_and_what_is_undone_is_not_said(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)

    def work(session: Session) -> None:
        voucher = the_voucher(session)
        voucher.blocked_at, voucher.blocked_by, voucher.block_reason = NOW, "account:901", "Een vraag."
        session.flush()
        trial = session.begin_nested()
        session.execute(update(Voucher).values(starts_on=date(2026, 9, 1)))
        the_voucher(session).valid_until += timedelta(days=1)
        session.flush()
        trial.rollback()
        session.execute(update(Voucher).where(Voucher.id > 0).values(starts_on=date(2026, 10, 1)))
        record(session, actor=ADVISOR, action="voucher.moved", object_kind="voucher", object_id=1, now=NOW)

    unit_of_work(engine, work)
    found = said_of(engine, "voucher.moved")
    assert list(found) == ["voucher:1"] and sorted(found["voucher:1"]) == ["blocked_at", "starts_on"]
    assert found["voucher:1"]["starts_on"][1] == "2026-10-01"


@pytest.mark.parametrize(("written", "reads"), [({"starts_on": date(2026, 9, 1)}, 2), ({"public_id": "another"}, 0)])
def test_only_what_an_update_writes_is_read_before_and_after(
    session: Session, written: dict[str, Any], reads: int
) -> None:
    a_voucher(session)
    session.flush()
    asked: list[str] = []

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    event.listen(session.connection(), "before_cursor_execute", note)
    session.execute(update(Voucher).where(Voucher.id > 0).values(**written))
    assert len(asked) == 1 + reads


def test_each_act_of_one_transaction_says_its_own(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    unit_of_work(engine, redeem)
    unit_of_work(engine, _give_account)

    def work(session: Session) -> None:
        batch = make_batch(session, actor=REGION, now=NOW)
        leave_out(session, payment=batch.payments[0], actor=REGION, now=NOW)
        cancel_batch(session, batch=batch, reason="Fout.", actor=REGION, now=NOW)

    unit_of_work(engine, work)
    assert said_of(engine, "batch.made")["payment:1"]["state"] == [None, "planned"]
    assert said_of(engine, "batch.payment_left_out") == {"payment:1": {"state": ["planned", "cancelled"]}}
    assert said_of(engine, "batch.cancelled") == {"payment_batch:1": {"state": ["draft", "cancelled"]}}


def _give_account(session: Session) -> None:
    session.execute(text("UPDATE provider SET iban = 'NL39RABO0300065264'"))


def test_control_a_value_that_was_written_past_the_acts_is_not_said(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    assert unit_of_work(engine, unsaid, read_only=True) == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE voucher SET amount_cents = amount_cents + 1"))
    assert len(unit_of_work(engine, unsaid, read_only=True)) == 1


def test_an_event_says_nothing_before_its_transaction_ended(session: Session, now: datetime) -> None:
    record(session, actor=ADVISOR, action="a.b", object_kind="voucher", object_id=1, now=now)
    session.flush()
    (event,) = events_of(session, object_kind="voucher", object_id=1)
    assert decided_in(session, event=event) == {}


OF_NO_PERSON = {
    ("chart_account", "number"),
    ("chart_account", "name"),
    ("campaign", "name"),
    ("accounting_period", "sha256"),
    ("earlier_administration", "content_hash"),
    ("award_round", "scheme"),
    ("award_round", "points_json"),
}
"""Words that can be about nobody: what an account of the general ledger, a campaign and a scheme are called, the hash of a statement of sums or
of a whole administration, and points per number of an application."""


@pytest.mark.parametrize("table", DECIDED)
def test_only_states_amounts_days_and_ids_are_said(table: str) -> None:
    columns = load_models().tables[table].c
    assert isinstance(columns.id.type, Integer)
    said = (Enum, Integer, BigInteger, Boolean, Date, UtcDateTime)
    words = [name for name in DECIDED[table] if not isinstance(columns[name].type, said)]
    assert [name for name in words if (table, name) not in OF_NO_PERSON] == []
    said_of_people = {name for name in DECIDED[table] if (table, name) not in OF_NO_PERSON}
    assert not {"birth_date", "iban", "name"} & said_of_people
