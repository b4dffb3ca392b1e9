"""Erasing people: gone from every table and from search, with the books, the log and the protection of tables as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.conversations.actions import add_note
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.ledger.models import Transfer
from portal.oversight.books import look_at_books
from portal.oversight.finding.hidden_words import hidden
from portal.oversight.finding.keeping import follow
from portal.oversight.finding.models import SearchEntry, SearchTerm
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.oversight.privacy.retention.actions import (
    WantedTerm,
    confirm_term,
    erase_batch,
    lay_down_term,
    note_erased,
    plan_erasures,
)
from portal.oversight.privacy.retention.due import due_cases
from portal.oversight.privacy.retention.models import ErasedCase, ErasureBatch
from portal.oversight.privacy.retention.queries import erased_on
from portal.people.accounts.models import AccessLink
from portal.people.audit.actions import Viewing, record_viewings
from portal.people.audit.chain import chain_events
from portal.people.audit.models import ViewingEvent
from portal.people.audit.verifying import chain_breaks
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.spending.vouchers.actions import expire_voucher
from portal.spending.vouchers.models import Award, Voucher
from tests.factories import ADVISOR, NOW, REGION, SAM, SYSTEM, a_question, a_voucher, resident
from tests.portal.oversight.privacy.everywhere import places_of
from tests.portal.oversight.privacy.test_terms import SECOND_REGION

PERSON = ("Sam de Vries", "sam@voorbeeld.example", "Dorpsstraat", "1990-05-17")
TEN_YEARS = KeptFor(10, TermUnit.YEARS)
WELL_AFTER = NOW + timedelta(days=11 * 366)


def laid_down(session: Session, *kinds: Kept, term: KeptFor = TEN_YEARS) -> None:
    """Terms that two people laid down."""
    for kind in kinds:
        laid = lay_down_term(session, wanted=WantedTerm(kind, term, "Taak", "Lijst"), actor=REGION, now=NOW)
        confirm_term(session, laid=laid, actor=SECOND_REGION, now=NOW)


def erase_all(session: Session) -> int:
    """Plan and erase what is due well after."""
    plan_erasures(session, actor=SYSTEM, now=WELL_AFTER)
    waiting = session.scalars(
        select(ErasureBatch).where(ErasureBatch.done_at.is_(None)).order_by(ErasureBatch.id)
    ).all()
    return sum(erase_batch(session, batch=one, actor=SYSTEM, now=WELL_AFTER) for one in waiting)


def test_of_an_awarded_case_nobody_is_left_and_the_books_are_as_they_were_on_both_databases(session: Session) -> None:
    voucher = a_voucher(session)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    add_note(session, question=question, text="Sam de Vries belde over de opleiding.", actor=ADVISOR, now=NOW)
    record_viewings(session, viewings=[Viewing(ADVISOR, question.id, "advisor.question")], now=NOW)
    follow(session)
    chain_events(session)
    assert places_of(session, *PERSON) >= {"contact.name", "application.birth_date", "note.text"}, "the control"
    assert session.scalar(select(SearchTerm.entry_id).where(SearchTerm.word == hidden("vries"))) is not None
    laid_down(session, Kept.AWARDED, Kept.LETTERS, Kept.INVOICES, Kept.VIEWING)
    cut = local_date(WELL_AFTER)
    assert list(session.scalars(due_cases(Kept.AWARDED, cut=cut, today=cut))) == [], "the voucher can still be used"
    last = voucher.valid_until + timedelta(days=1)
    expire_voucher(session, voucher=voucher, today=last, actor=SYSTEM, now=noon_of(last))
    key, totals = session.scalars(select(Award.person_key)).one(), sums(session)
    assert erase_all(session) >= 1
    chain_events(session)
    assert places_of(session, *PERSON, str(key)) == set()
    assert erased_on(session, question_id=question.id) == WELL_AFTER
    assert sums(session) == totals and look_at_books(session).breaks == []
    assert list(chain_breaks(session)) == []
    assert session.scalar(select(func.count()).select_from(ViewingEvent)) == 0
    assert session.scalar(select(AccessLink.id).where(AccessLink.question_id == question.id)) is None
    follow(session)
    assert session.scalar(select(SearchTerm.entry_id).where(SearchTerm.word == hidden("vries"))) is None
    assert session.scalar(select(SearchEntry.id).where(SearchEntry.question_id == question.id)) is not None, "by number"
    assert erase_all(session) == 0, "done once"
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(Decision).values(rationale="Anders"))


def noon_of(day: date) -> datetime:
    """An instant on a day."""
    return datetime.combine(day, time(12), UTC)


def sums(session: Session) -> list[tuple[object, ...]]:
    """What was booked, per kind."""
    rows = select(Transfer.kind, func.count(), func.sum(Transfer.amount_cents)).group_by(Transfer.kind)
    return sorted((tuple(row) for row in session.execute(rows)), key=str)


def test_a_person_with_another_case_keeps_the_key_until_the_last_case_is_erased(session: Session) -> None:
    first, second = (a_voucher(session, applicant=SAM, costs=(CostInput("tuition", 30_000 + more),)) for more in (0, 1))
    keys = set(session.scalars(select(Award.person_key)))
    assert len(keys) == 1, "the control: the same person"
    for voucher, left in ((first, keys), (second, set())):
        ids = [voucher.question_id]
        erase_parts(session, parts=(Family.CASE,), question_ids=ids, now=WELL_AFTER)
        note_erased(session, parts=(Family.CASE,), question_ids=ids, batch_id=None, actor=SYSTEM, now=WELL_AFTER)
        assert set(session.scalars(select(Award.person_key))) & keys == left
    assert set(session.scalars(select(Award.person_key))) == set(session.scalars(select(Voucher.beneficiary_key)))


def test_a_batch_is_erased_once_and_what_is_not_due_stays(session: Session) -> None:
    gone, stays = a_question(session), a_question(session)
    withdraw_question(session, question=gone, reason=None, actor=resident(gone), now=NOW)
    laid_down(session, Kept.UNAPPLIED, term=KeptFor(1, TermUnit.YEARS))
    assert erase_all(session) == 1
    assert [row.question_id for row in session.scalars(select(ErasedCase))] == [gone.id]
    assert stays.contact is not None and stays.contact.name == "Sam de Vries"
    assert gone.contact is not None and (gone.contact.name, gone.contact.email, gone.facts) == ("gewist", None, {})
    with pytest.raises(Conflict):
        erase_batch(session, batch=session.scalars(select(ErasureBatch)).one(), actor=SYSTEM, now=WELL_AFTER)
