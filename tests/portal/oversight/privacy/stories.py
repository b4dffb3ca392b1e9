"""The stories of `lived`: one case of every end, begun on a day, with what is to go of it and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.models import Decision
from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind, OwnDebtState
from portal.cases.conversations.actions import add_note
from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import CloseReason, ContactDetails, DevelopmentQuestion
from portal.cases.rights.actions import answer_right, ask_right
from portal.cases.rights.models import PrivacyRequest, Right
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import Kept
from portal.oversight.privacy.retention.actions import end_hold, hold_case
from portal.oversight.privacy.retention.models import LegalHold
from portal.people.accounts.actions import create_account, disable_account, issue_sign_in_link
from portal.people.accounts.models import Role, SignInLink
from portal.people.audit.actions import Viewing, record_viewings
from portal.people.audit.models import ViewingEvent
from portal.post.files.actions import note_scan
from portal.post.letters.actions import DrawnLetter, keep_letter
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import receive_objection, withdraw_objection
from portal.spending.attendance import confirm_start
from portal.spending.invoices.actions import Paper, accept_invoice, submit_invoice
from portal.spending.vouchers.actions import expire_voucher
from portal.spending.vouchers.models import Voucher
from tests.factories import (
    ADVISOR,
    MAIL,
    OWN_FACTS,
    REGION,
    SECOND,
    SYSTEM,
    a_draft,
    a_provider,
    a_question,
    a_region,
    a_voucher,
    an_application,
    resident,
    somebody,
)
from tests.portal.oversight.privacy.lived import Desk, Thing, after, noon
from tests.portal.post.files.hostile import pdf
from tests.web.canaries.birds import account_number

A_DAY = timedelta(days=1)
"""What is ended by an act on a day does not hold anything up that night; a hold until a day does."""


def tell(desk: Desk, start: datetime) -> None:
    """One case of every end, begun on a day."""
    desk.do(lambda s: a_region(s))
    for story in (_draft, _withdrawn, _closed, _refused, _objected, _owed, _expired, _used, _held, _asked, _work):
        desk.do(lambda s, story=story: story(s, desk, start))


def _mail(word: str) -> ContactDetails:
    return replace(MAIL, name=f"Sam {word}", email=f"{word.lower()}@voorbeeld.example")


def _papers(session: Session, desk: Desk, question: DevelopmentQuestion, word: str, ended: date, kind: Kept) -> None:
    """A letter and a note with the name in it; they go with the letters and with the case."""
    mine = select(OutboxMessage).where(OutboxMessage.object_kind == "question", OutboxMessage.object_id == question.id)
    message = session.scalars(mine).first()
    assert message is not None
    drawn = DrawnLetter("Brief", {"to": [word]}, b"%PDF-1.7 " + word.encode(), ended)
    keep_letter(session, message=message, drawn=drawn, actor_id="system", now=noon(ended))
    add_note(session, question=question, text=f"{word} belde.", actor=ADVISOR, now=noon(ended))
    desk.goes(kind, ended, word, Family.CASE, Family.INDEX)
    desk.goes(Kept.LETTERS, ended, word, Family.LETTERS)


def _draft(session: Session, desk: Desk, start: datetime) -> None:
    question = a_draft(session, now=start)
    word = desk.word()
    question.wish = word
    desk.goes(Kept.DRAFTS, start.date(), word, Family.CASE)


def _asked_by(session: Session, desk: Desk, start: datetime) -> tuple[DevelopmentQuestion, str]:
    word = desk.word()
    return a_question(session, now=start, contact=_mail(word)), word


def _withdrawn(session: Session, desk: Desk, start: datetime) -> None:
    question, word = _asked_by(session, desk, start)
    at = after(start, 10)
    withdraw_question(session, question=question, reason=word, actor=resident(question), now=at)
    _papers(session, desk, question, word, at.date(), Kept.UNAPPLIED)


def _closed(session: Session, desk: Desk, start: datetime) -> None:
    question, word = _asked_by(session, desk, start)
    at = after(start, 12)
    close_question(session, question=question, reason=next(iter(CloseReason)), actor=ADVISOR, now=at)
    _papers(session, desk, question, word, at.date(), Kept.UNAPPLIED)


def _rejected(session: Session, desk: Desk, start: datetime) -> tuple[DevelopmentQuestion, Decision, str]:
    word = desk.word()
    who = replace(somebody(), name=f"Sam {word}", street=word)
    question = an_application(session, now=start, contact=_mail(word), applicant=who)
    made = reject_question(
        session,
        question=question,
        rationale=f"{word} past niet.",
        ground=OWN_FACTS,
        actor=ADVISOR,
        now=after(start, 20),
    )
    return question, made, word


def _refused(session: Session, desk: Desk, start: datetime) -> None:
    question, _, word = _rejected(session, desk, start)
    _papers(session, desk, question, word, after(start, 20).date(), Kept.REFUSED)


def _objected(session: Session, desk: Desk, start: datetime) -> None:
    """The case is over when the objection is."""
    question, decision, word = _rejected(session, desk, start)
    at, end = after(start, 30), after(start, 95)
    objection = receive_objection(
        session, decision=decision, received_on=at.date(), grounds=word, committee=False, actor=ADVISOR, now=at
    )
    withdraw_objection(session, objection=objection, actor=ADVISOR, now=end)
    _papers(session, desk, question, word, end.date(), Kept.REFUSED)


def _owed(session: Session, desk: Desk, start: datetime) -> None:
    """The region owes something by its decision: the case is over when that lapsed or was paid."""
    question, decision, word = _rejected(session, desk, start)
    end = after(start, 400)
    debt = OwnDebt(
        decision_id=decision.id,
        question_id=question.id,
        kind=OwnDebtKind.PENALTY,
        to_another=False,
        amount_cents=23_00,
        owed_since=after(start, 20),
    )
    session.add(debt)
    session.flush()
    number = debt.id

    def lapse(later: Session, now: datetime) -> None:
        owed = later.get_one(OwnDebt, number)
        owed.state, owed.lapsed_at, owed.lapsed_by = OwnDebtState.LAPSED, now, "system"

    desk.later.append((end.date(), lapse))
    _papers(session, desk, question, word, end.date(), Kept.REFUSED)


def _awarded(session: Session, desk: Desk, start: datetime) -> tuple[DevelopmentQuestion, Voucher, str]:
    word = desk.word()
    who = replace(somebody(), name=f"Sam {word}", street=word)
    voucher = a_voucher(session, now=start, contact=_mail(word), applicant=who)
    return session.get_one(DevelopmentQuestion, voucher.question_id), voucher, word


def _expired(session: Session, desk: Desk, start: datetime) -> None:
    question, voucher, word = _awarded(session, desk, start)
    last = voucher.valid_until + timedelta(days=1)
    expire_voucher(session, voucher=voucher, today=last, actor=SYSTEM, now=noon(last))
    _papers(session, desk, question, word, last, Kept.AWARDED)


def _used(session: Session, desk: Desk, start: datetime) -> None:
    """With an invoice and its file, which have terms of their own."""
    question, voucher, word = _awarded(session, desk, start)
    place, works_there = a_provider(session, now=start)
    place.iban = account_number(desk.number)
    at = after(start, 90)
    paper = Paper(
        f"F-{desk.number}",
        at.date(),
        f"Sam {word}",
        voucher.amount_cents,
        voucher.amount_cents,
        pdf(desk.number),
        "f.pdf",
    )
    invoice = submit_invoice(session, voucher=voucher, paper=paper, vault=desk.vault, actor=works_there, now=at)
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=at)
    confirm_start(session, voucher=voucher, started_on=at.date(), actor=resident(question), now=at)
    accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=at)
    _papers(session, desk, question, word, at.date(), Kept.AWARDED)
    desk.goes(Kept.INVOICES, at.date(), word, Family.INVOICES)
    number, file = invoice.file.id, desk.vault.folder / invoice.file.place
    assert file.exists()
    thing = Thing(
        f"the file of {word}", Kept.UPLOADS, at.date(), lambda found: number in found.rows["file"] and file.exists()
    )
    desk.things.append(thing)


def _held(session: Session, desk: Desk, start: datetime) -> None:
    """One case is held until a day, one until somebody ends that: nothing of them goes before."""
    for until in (True, False):
        question, word = _asked_by(session, desk, start)
        at, end = after(start, 10), (after(start, 1500)).date()
        withdraw_question(session, question=question, reason=None, actor=resident(question), now=at)
        before = len(desk.things)
        _papers(session, desk, question, word, at.date(), Kept.UNAPPLIED)
        reason = "Er loopt een zaak bij de rechter over deze vraag."
        held = hold_case(session, question=question, reason=reason, until=end if until else None, actor=REGION, now=at)
        for thing in desk.things[before:]:
            thing.held_until = end if until else end - A_DAY
        if not until:
            number = held.id
            desk.later.append((end, lambda s, now, n=number: _end_hold(s, n, now)))  # type: ignore[misc]


def _end_hold(session: Session, number: int, now: datetime) -> None:
    end_hold(session, held=session.get_one(LegalHold, number), actor=REGION, now=now)


def _asked(session: Session, desk: Desk, start: datetime) -> None:
    """What the person asks of the own data holds the case up until it is answered."""
    question, word = _asked_by(session, desk, start)
    at, end = after(start, 10), after(start, 700).date()
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=at)
    before = len(desk.things)
    _papers(session, desk, question, word, at.date(), Kept.UNAPPLIED)
    me, today = resident(question), at.date()
    asked = ask_right(session, question=question, kind=Right.ACCESS, text="", asked_on=today, actor=me, now=at)
    for thing in desk.things[before:]:
        thing.held_until = end - A_DAY
    desk.later.append((end, lambda s, now, n=asked.id: _answer(s, n, now)))  # type: ignore[misc]


def _answer(session: Session, number: int, now: datetime) -> None:
    request = session.get_one(PrivacyRequest, number)
    answer_right(session, request=request, granted=True, answer="Hier is alles.", actor=ADVISOR, now=now)


def _work(session: Session, desk: Desk, start: datetime) -> None:
    """Who worked here and left, who looked, and a way in that was asked for."""
    name = desk.word()
    account = create_account(
        session, email=f"{name.lower()}@loket.example", display_name=name, role=Role.ADVISOR, actor=SYSTEM, now=start
    )
    issue_sign_in_link(session, account=account, actor=SYSTEM, now=start)
    disable_account(session, account=account, actor=SYSTEM, now=after(start, 40))
    question = a_question(session, now=start)
    record_viewings(session, viewings=[Viewing(ADVISOR, question.id, "advisor.question")], now=start)
    look = session.scalars(select(func.max(ViewingEvent.id))).one()
    link = session.scalars(select(SignInLink).where(SignInLink.account_id == account.id)).one()
    for what, kind, number, ended in (
        ("account", Kept.STAFF, account.id, after(start, 40).date()),
        ("look", Kept.VIEWING, look, start.date()),
        ("link", Kept.LOGS, link.id, link.expires_at.date()),
    ):
        there = lambda found, key=what, n=number: n in found.rows[key]  # noqa: E731
        desk.things.append(Thing(f"{what} {number}", kind, ended, there))  # type: ignore[arg-type]
