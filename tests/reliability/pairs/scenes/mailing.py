"""Reports by mail, and money that was matched with the wrong tranche: each act at the same moment as the others."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.scheduled_reports.actions import (
    ScheduleTerms,
    ask_for_reports,
    end_reports,
    make_scheduled_report,
)
from portal.accounting.scheduled_reports.models import ReportSchedule, ScheduleEvery
from portal.accounting.tranches.actions import change_tranche, drop_tranche, receive_from_bank
from portal.accounting.tranches.models import Tranche, TrancheReceipt
from portal.accounting.undone_receipts import ask_undo, keep_receipt, undo_receipt
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from tests.factories import NOW, REGION, SYSTEM, a_region
from tests.reliability.pairs.acts import PROGRAM, REGIONS, SECOND_REGION, Found, Scene, by, row, the
from tests.reliability.pairs.scenes.agreements import DUE, LINE, an_open_tranche

ASKED = NOW - timedelta(days=60)
TERMS = ScheduleTerms(None, ScheduleEvery.MONTH, 2, "nl")
SCHEDULE, TRANCHE = the(ReportSchedule), the(Tranche)
REASON = "Dit geld is van een andere termijn."


def _reader(session: Session, _who: int) -> Actor:
    return actor_of_account(session.scalars(select(Account).where(Account.email == "lezer@voorbeeld.example")).one())


READER = Found(_reader)
"""One person, twice at once: two windows."""


def a_reader(session: Session, *, since: datetime) -> Actor:
    """Who reads reports, at a desk with a region."""
    a_region(session)
    reader = create_account(
        session,
        email="lezer@voorbeeld.example",
        display_name="Lena Lezer",
        role=Role.CONTROLLER,
        actor=SYSTEM,
        now=since,
    )
    return actor_of_account(reader)


def _wanted(session: Session) -> None:
    """A report over February that is due today."""
    ask_for_reports(session, terms=TERMS, actor=a_reader(session, since=ASKED), now=ASKED)


WANTED = Scene(
    "a report by mail that is due",
    _wanted,
    (
        row(make_scheduled_report, schedule=SCHEDULE, first=date(2026, 2, 1), actor=PROGRAM),
        row(end_reports, schedule=SCHEDULE, actor=READER),
        row(
            ask_for_reports,
            "every quarter",
            terms=ScheduleTerms(None, ScheduleEvery.QUARTER, 2, "nl"),
            actor=READER,
        ),
    ),
)


def _matched(session: Session) -> None:
    tranche = an_open_tranche(session)
    receive_from_bank(session, tranche=tranche, line=LINE.look(session, 0), actor=REGION, now=NOW + timedelta(days=3))


def _asked(session: Session) -> None:
    _matched(session)
    ask_undo(session, receipt=RECEIPT.look(session, 0), reason=REASON, actor=REGION, now=NOW)


RECEIPT = the(TrancheReceipt, state="received")
MATCHED = Scene(
    "money that was matched with the wrong tranche",
    _matched,
    (
        row(ask_undo, receipt=RECEIPT, reason=REASON, actor=REGIONS),
        row(change_tranche, tranche=TRANCHE, amount_cents=45_000, expected_on=DUE, actor=REGIONS),
        row(drop_tranche, tranche=TRANCHE, reason="Komt niet meer.", actor=REGIONS),
    ),
)
UNDOING = Scene(
    "money of which somebody asked to undo the match",
    _asked,
    (
        row(undo_receipt, receipt=RECEIPT, actor=by(SECOND_REGION)),
        row(keep_receipt, receipt=RECEIPT, actor=REGIONS),
        row(change_tranche, tranche=TRANCHE, amount_cents=45_000, expected_on=DUE, actor=REGIONS),
    ),
)

SCENES = (WANTED, MATCHED, UNDOING)
