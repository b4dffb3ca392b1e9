"""Revision 0019 knows the stops of a term that were counted before, and keeps extensions that were put back both ways."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.cases.applications.models import TermStop
from portal.cases.conversations.requests import answer_more, ask_more, end_request
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from portal.spending.changes.actions import extend_voucher
from portal.spending.changes.putting_back import put_back_extension
from tests.factories import ADVISOR, NOW, a_voucher, an_application, asker

DAY = timedelta(days=1)


def filled(session: Session) -> None:
    """One application of which two requests are over and one waits, and a voucher of which the extension was put back."""
    question = an_application(session)
    for days, answered in ((1, 4), (10, None), (40, 41)):
        at = NOW + days * DAY
        request = ask_more(
            session, question=question, text="Offerte?", answer_by=(at + 14 * DAY).date(), actor=ADVISOR, now=at
        )
        if answered is not None:
            answer_more(session, request=request, answer="Hier.", actor=asker(question), now=NOW + answered * DAY)
        else:
            end_request(session, request=request, actor=ADVISOR, now=at + 20 * DAY)
    at = NOW + 50 * DAY
    ask_more(session, question=question, text="Nog iets?", answer_by=(at + 14 * DAY).date(), actor=ADVISOR, now=at)
    voucher = a_voucher(session)
    extend_voucher(session, voucher=voucher, until=date(2026, 12, 31), reason="Ziek.", actor=ADVISOR, now=NOW)
    put_back_extension(session, voucher=voucher, reason="Vergissing.", actor=ADVISOR, now=NOW)


def stops(engine: Engine) -> list[tuple[date, date]]:
    with Session(engine) as session:
        rows = session.execute(select(TermStop.first_on, TermStop.last_on).order_by(TermStop.first_on))
        return [(row.first_on, row.last_on) for row in rows]


def kinds(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT kind FROM voucher_change ORDER BY id")))


def test_stops_and_extensions_are_kept_both_ways(migrated: Engine) -> None:
    unit_of_work(migrated, filled)
    today = NOW.date()
    before = stops(migrated)
    assert before == [(today + 2 * DAY, today + 3 * DAY), (today + 11 * DAY, today + 24 * DAY)]
    assert kinds(migrated) == ["extended", "put_back"]
    downgrade(migrated, revision="0016")
    assert kinds(migrated) == ["extended", "extended"]
    upgrade(migrated)
    assert stops(migrated) == before, "a request that is still open counts when it is over"
    assert kinds(migrated) == ["extended", "put_back"]
