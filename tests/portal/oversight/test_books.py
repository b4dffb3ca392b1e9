"""Looking at the books finds every state that no act makes: each is made by hand here, on both databases, beside sound books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import Reservation, fund, reserve
from portal.ledger.invariants import Break
from portal.ledger.reassigning import BetweenLines, reassign
from portal.oversight.books import books_job, look_at_books
from portal.paying.books.actions import answer_check
from portal.paying.books.queries import last_check, stopping_check
from portal.paying.payments.models import Payment, PaymentState
from portal.people.actor import Actor
from portal.people.audit.anchors import kept_anchors
from portal.people.audit.models import AuditEvent, AuditLink
from portal.platform.append_only import unprotect_statements
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.jobs.actions import run_jobs
from portal.spending.vouchers.models import Award, AwardPart, Voucher
from tests.factories import ADMIN, NOW, REGION, SYSTEM, a_region, a_voucher
from tests.portal.paying.payments.test_payments import LATER, PAYER, SECOND, a_sent_batch, owed

__all__ = ["owed"]

Damage = Callable[[Session, Voucher], object]


def the_line(session: Session, slug: str) -> int:
    found = funding_line_by_slug(session, slug=slug)
    assert found is not None
    return found.id


def counted_nowhere(session: Session, voucher: Voucher) -> None:
    wanted = [Reservation(the_line(session, "rijk-leren"), 500, voucher.id)]
    reserve(session, reservations=wanted, decision_id=voucher.award.decision_id, actor_id="account:901", now=NOW)


def moved_without_a_record(session: Session, voucher: Voucher) -> None:
    lines = BetweenLines(the_line(session, "rijk-leren"), the_line(session, "provincie-breed"), 5_000)
    reassign(session, voucher_id=voucher.id, lines=lines, actor_id="account:901", now=NOW, note="by hand")


def changed_payment(**values: Any) -> Damage:
    def damage(session: Session, _voucher: Voucher) -> None:
        one = select(Payment.id).order_by(Payment.id).limit(1).scalar_subquery()
        session.execute(update(Payment).where(Payment.id == one).values(values))

    return damage


def on_another_line(session: Session, voucher: Voucher) -> None:
    other = the_line(session, "provincie-breed")
    session.execute(update(AwardPart).where(AwardPart.award_id == voucher.award_id).values(funding_line_id=other))


def raised_too_far(session: Session, voucher: Voucher) -> None:
    for table, key in ((Award, Award.id), (AwardPart, AwardPart.award_id)):
        mine = key == voucher.award_id
        session.execute(update(table).where(mine).values(amount_cents=table.amount_cents + 200_000))


def in_another_name(session: Session, voucher: Voucher) -> None:
    session.execute(update(Voucher).where(Voucher.id == voucher.id).values(beneficiary_key="another"))


def not_in_the_log(session: Session, _voucher: Voucher) -> None:
    line = the_line(session, "rijk-leren")
    fund(session, funding_line_id=line, amount_cents=100, actor_id="account:999", now=NOW)


def taken_out_of_the_log(session: Session, _voucher: Voucher) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        for table in ("audit_event", "audit_link"):
            for statement in unprotect_statements("sqlite", table):
                session.execute(text(statement))
    place, event = session.execute(select(AuditLink.place, AuditLink.event_id).order_by(AuditLink.place.desc())).first()  # type: ignore[misc]
    session.execute(delete(AuditLink).where(AuditLink.place == place))
    session.execute(delete(AuditEvent).where(AuditEvent.id == event))


STATES: dict[str, tuple[str, Damage]] = {
    "a reservation that counts to no cap": ("A4", counted_nowhere),
    "a re-assignment without its record": ("R1", moved_without_a_record),
    "a sent payment of another amount than its spends": ("P4", changed_payment(amount_cents=1)),
    "a sent payment to another account": ("P5", changed_payment(iban="NL91ABNA0417164300")),
    "another account in the file": ("P6", changed_payment(iban="NL91ABNA0417164300")),
    "parts on another line than was reserved": ("A2", on_another_line),
    "money out by a file that is not in the books": ("P6", changed_payment(state=PaymentState.CANCELLED)),
    "an award above the cap per award": ("A3", raised_too_far),
    "a voucher in another name than its award": ("A5", in_another_name),
    "money moved by an act that is not logged": ("L1", not_in_the_log),
    "an event taken out of the log": ("L2", taken_out_of_the_log),
}


def looked(session: Session) -> list[Break]:
    session.flush()
    session.expire_all()
    return look_at_books(session).breaks


@pytest.mark.parametrize("state", STATES)
def test_a_state_that_no_act_makes_is_found(session: Session, owed: Any, state: str) -> None:
    voucher = owed[0]
    a_sent_batch(session)
    assert looked(session) == [], "sound before"
    invariant, damage = STATES[state]
    damage(session, voucher)
    session.flush()
    assert invariant in {found.invariant for found in looked(session)}


def test_a_new_account_that_was_confirmed_after_the_release_is_no_break(session: Session, owed: Any) -> None:
    from portal.paying.account_numbers.actions import ask_iban_change, decide_iban_change
    from tests.factories import ADVISOR
    from tests.factories import SECOND as OTHER

    _, provider, pia = owed
    a_sent_batch(session)
    new = {"iban": "NL91ABNA0417164300", "how": "Gebeld.", "payer": None}
    change = ask_iban_change(session, provider=provider, **new, actor=ADVISOR, now=LATER)
    decide_iban_change(session, change=change, confirm=True, payer=None, actor=OTHER, now=LATER)
    assert pia is not None and looked(session) == []


# Each night --------------------------------------------------------------------------------------------------------------


def a_night(engine: Engine, at: datetime, folder: Path | None = None) -> None:
    job = books_job(lambda _session, now: [now.date().isoformat()], actor=Actor.system("tests"), state_dir=folder)
    run = run_jobs(engine, jobs=[job], now=at)
    assert (run.failed, run.dead) == ({}, {})


def test_the_night_writes_when_it_looked_what_it_found_and_anchors_the_log(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    unit_of_work(engine, a_voucher)
    a_night(engine, now, tmp_path)
    check = unit_of_work(engine, last_check, read_only=True)
    assert check is not None and (check.ran_at, check.breaks, check.found) == (now, 0, [])
    assert check.transfers > 0 and check.events > 0
    anchors, strange = kept_anchors(tmp_path)
    assert (len(anchors), strange) == (1, []) and anchors[0].places == check.events
    assert unit_of_work(engine, stopping_check, read_only=True) is None


def test_the_log_is_looked_at_in_the_night_too(engine: Engine, now: datetime, tmp_path: Path) -> None:
    unit_of_work(engine, a_region)
    (tmp_path / "audit-anchors.txt").write_text(f"2026-03-01T01:00:00+00:00 9999 {'0' * 64}\nrubbish\n")
    a_night(engine, now, tmp_path)
    check = unit_of_work(engine, last_check, read_only=True)
    assert check is not None and [one[0] for one in check.found] == ["L2", "L2"]


# What a break stops --------------------------------------------------------------------------------------------------------


def broken(session: Session, at: datetime, *subjects: str) -> Any:
    from portal.paying.books.actions import keep_check

    breaks = [Break("I2", subject, "guard 1, transfers 2") for subject in subjects]
    return keep_check(session, transfers=1, events=1, breaks=breaks, actor=SYSTEM, now=at)


def test_a_break_stops_release_and_export_until_somebody_wrote_why_payments_go_on(session: Session, owed: Any) -> None:
    from portal.paying.payments.actions import export_batch, make_batch, release_batch

    batch = make_batch(session, actor=REGION, now=NOW)
    check = broken(session, NOW, "funding line 1")
    with pytest.raises(Refusal, match="boekhouding klopt niet") as refused:
        release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    assert refused.value.code == "books_broken"
    for reason, who, code in ((" ", REGION, "reason_missing"), ("Gezien.", ADMIN, "not_yours")):
        with pytest.raises(Refusal) as refused:
            answer_check(session, check=check, reason=reason, actor=who, now=NOW)
        assert refused.value.code == code
    answer_check(session, check=check, reason="De leverancier herstelt het.", actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        answer_check(session, check=check, reason="Nog eens.", actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    broken(session, LATER, "funding line 1", "funding line 2")
    with pytest.raises(Refusal) as refused:
        export_batch(session, batch=batch, actor=REGION, now=LATER)
    assert refused.value.code == "books_broken"


def test_what_was_answered_does_not_stop_again_the_next_night_and_something_else_does(
    session: Session, now: datetime
) -> None:
    a_region(session)
    check = broken(session, now, "funding line 1")
    assert stopping_check(session) is check
    answer_check(session, check=check, reason="Bekend.", actor=REGION, now=now)
    broken(session, now, "funding line 1")
    assert stopping_check(session) is None
    other = broken(session, now, "funding line 1", "funding line 2")
    assert stopping_check(session) is other
    broken(session, now)
    assert stopping_check(session) is None, "the books are right again"
