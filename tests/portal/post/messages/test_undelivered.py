"""A mail that does not arrive: what is formal goes on paper, terms run from the letter, and the person hears of it."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select, true
from sqlalchemy.orm import Session

from portal import migrations
from portal.cases.questions.actions import tell_asker
from portal.commands import opening
from portal.commands.cli import main
from portal.papers.correspondence import NoRecipient
from portal.papers.letter_content import ensure_letter
from portal.papers.sending import refusal_of, send_mail
from portal.papers.undelivered import note_by_hand, report_of, take_in_reports
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.post.letters.actions import post_letters
from portal.post.letters.queries import made_known_on, print_queue
from portal.post.messages.actions import COMES_BACK_WITHIN, mark_sent, mark_trouble, retry, set_consent
from portal.post.messages.models import MessageKind, MessageState, MessageTopic, OutboxMessage, UndeliveredMail
from portal.post.messages.queries import mail_fails, may_mail, undelivered
from tests.factories import ADVISOR, NOW, a_decision, a_question
from tests.mails import text_of
from tests.portal.demo.conftest import open_region

HERE, HOST = "https://loket.example", "loket.example"
TODAY = NOW.date()
LATER = NOW + timedelta(hours=1)
FIGURES = {"amount_cents": 12_300}
REPORT = """From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: noreply@loket.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 10:00:00 +0100

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} user unknown
--b
Content-Type: {kind}

From: noreply@loket.example
To: Sam de Vries <sam@voorbeeld.example>
Message-ID: <{id}@{host}>
Subject: Er is een besluit

--b--
"""


def report(message_id: str, **changes: str) -> bytes:
    """What a mail server sends back."""
    filled = {"to": "Sam@voorbeeld.example", "action": "failed", "status": "5.1.1", "kind": "message/rfc822"}
    return REPORT.format(**filled | {"id": message_id, "host": HOST} | changes).encode()


def sent_mail(session: Session, template: str = "voucher/issued", version: int = 5) -> OutboxMessage:
    """A mail to who asked that has left."""
    question = a_question(session)
    tell_asker(session, question=question, template=template, now=NOW, version=version, details=FIGURES)
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
    mark_sent(session, message=mail, now=NOW)
    return mail


def letters(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == MessageKind.LETTER)))


def noted(session: Session) -> UndeliveredMail:
    return session.scalars(select(UndeliveredMail)).one()


# What takes its place --------------------------------------------------------------------------------------------------


def test_a_formal_mail_that_did_not_arrive_goes_on_paper_once_with_its_figures(session: Session) -> None:
    mail = sent_mail(session)
    for _ in range(2):
        note_by_hand(session, message=mail, actor=ADVISOR, now=LATER)
    [letter] = letters(session)
    assert (letter.template, letter.object_id, letter.version) == (mail.template, mail.object_id, 5)
    assert letter.details == FIGURES and letter.state is MessageState.QUEUED and print_queue(session) == [letter]
    made = noted(session)
    assert made.as_letter and made.address_fails and made.code == "" and made.noticed_by == ADVISOR.reference
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "message.undelivered")).all()
    assert len(events) == 1


def test_from_then_on_all_goes_on_paper_until_the_person_says_how_to_be_reached(session: Session) -> None:
    mail = sent_mail(session)
    asked = {"question_id": mail.object_id, "template": "decision/approved"}
    assert may_mail(session, **asked), "the control"  # type: ignore[arg-type]
    note_by_hand(session, message=mail, actor=ADVISOR, now=LATER)
    assert not may_mail(session, **asked) and mail_fails(session, question_id=mail.object_id)  # type: ignore[arg-type]
    set_consent(session, question_id=mail.object_id, topics=[*MessageTopic], actor_id="resident", now=LATER)
    assert may_mail(session, **asked) and noted(session).settled_by == "resident"  # type: ignore[arg-type]


def test_a_decision_is_made_known_by_the_letter_and_its_term_runs_from_there(session: Session) -> None:
    question, decision = a_decision(session)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/approved")).one()
    asked = {"question_id": question.id, "template": told.template, "version": decision.id}
    mark_sent(session, message=told, now=NOW)
    assert made_known_on(session, **asked) == TODAY, "the control: it arrived"  # type: ignore[arg-type]
    note_by_hand(session, message=told, actor=ADVISOR, now=LATER)
    assert made_known_on(session, **asked) is None  # type: ignore[arg-type]
    [letter] = letters(session)
    question.contact.street, question.contact.house_number = "Kade", "3"  # type: ignore[union-attr]
    question.contact.postcode, question.contact.city = "9990 AA", "Proefstad"  # type: ignore[union-attr]
    posted = TODAY + timedelta(days=2)
    made = ensure_letter(session, message=letter, dated=posted, actor=ADVISOR, now=NOW + timedelta(days=2))
    post_letters(
        session, letters=[made], on=posted, may_leave=true(), actor_id="account:1", now=NOW + timedelta(days=2)
    )
    assert made_known_on(session, **asked) == posted  # type: ignore[arg-type]


def test_what_says_nothing_on_paper_or_came_back_too_late_makes_no_letter(session: Session) -> None:
    question = a_question(session)
    for template in ("question/new_link", "question/reach_changed"):
        tell_asker(session, question=question, template=template, now=NOW, version=9)
    for mail in session.scalars(select(OutboxMessage).where(OutboxMessage.version == 9)).all():
        mark_sent(session, message=mail, now=NOW)
        note_by_hand(session, message=mail, actor=ADVISOR, now=LATER)
        known = undelivered(session, message=mail)
        assert known is not None and not known.as_letter
        assert known.address_fails == (mail.template == "question/new_link"), "the other went to an old address"
    set_consent(session, question_id=question.id, topics=[*MessageTopic], actor_id="resident", now=LATER)
    tell_asker(session, question=question, template="voucher/issued", now=NOW, version=3, details=FIGURES)
    late = session.scalars(select(OutboxMessage).where(OutboxMessage.version == 3)).one()
    mark_sent(session, message=late, now=NOW)
    note_by_hand(session, message=late, actor=ADVISOR, now=NOW + COMES_BACK_WITHIN + timedelta(days=1))
    assert letters(session) == []


def test_only_a_mail_that_left_can_come_back_and_only_the_desk_says_so(session: Session) -> None:
    question = a_question(session)
    mail = session.scalars(select(OutboxMessage)).one()
    with pytest.raises(Conflict):
        note_by_hand(session, message=mail, actor=ADVISOR, now=NOW)
    mark_sent(session, message=mail, now=NOW)
    for actor in (Actor(Audience.RESIDENT, question_id=question.id), Actor(Audience.ADMIN, account_id=3)):
        with pytest.raises(Refusal):
            note_by_hand(session, message=mail, actor=actor, now=NOW)
    note_by_hand(session, message=mail, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        note_by_hand(session, message=letters(session)[0], actor=ADVISOR, now=NOW)


def test_what_goes_on_paper_is_not_mailed_again(session: Session) -> None:
    a_question(session)
    mail = session.scalars(select(OutboxMessage)).one()
    mark_trouble(session, message=mail, trouble="TimeoutError", now=NOW, final=True)
    note_by_hand(session, message=mail, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal, match="brief"):
        retry(session, message=mail, now=NOW)


# What a mail server says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_says_which_mail_and_why(kind: str) -> None:
    found = report_of(report("A" * 22, kind=kind), HOST)
    assert found is not None
    assert (found.message_id, found.status, found.to) == ("A" * 22, "5.1.1", "sam@voorbeeld.example")


def test_what_is_no_report_about_a_mail_of_ours_is_left_alone() -> None:
    right = report("A" * 22)
    nested = (
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3000
    )
    others = (
        report("A" * 22, host="elders.example"), report("A" * 22, action="delayed"), report("A" * 9), b"", b"\x00\xff" * 999,
        right.replace(b"multipart/report", b"multipart/mixed"), right.replace(b"message/delivery-status", b"text/plain"),
        right.replace(b"Message-ID", b"X-Message-ID"), b"Subject: Ik ben op vakantie\n\nTot maandag.", nested,
    )  # fmt: skip
    assert [report_of(one, HOST) for one in others] == [None] * len(others)
    assert report_of(right, HOST) is not None, "the control"


def maildir(folder: Path, *mails: bytes) -> Path:
    """A mailbox with these mails in it."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    for number, mail in enumerate(mails):
        (folder / "new" / f"{number}.host").write_bytes(mail)
    return folder


def box_of(engine: Engine) -> str:
    return unit_of_work(engine, lambda session: sent_mail(session).public_id)


def taken(engine: Engine, source: Path) -> dict[str, int]:
    return dict(take_in_reports(engine, source=source, address=HERE, clock=lambda: LATER))


def test_a_mailbox_is_read_once_and_what_came_back_goes_on_paper(engine: Engine, tmp_path: Path) -> None:
    ours = box_of(engine)
    vacation = b"Subject: Ik ben op vakantie\n\nTot maandag."
    box = maildir(tmp_path / "back", report(ours), vacation, report("B" * 22))
    assert taken(engine, box) == {"undelivered": 1, "other": 2}
    assert taken(engine, box) == {}, "all is marked as seen"
    assert sorted(path.name for path in (box / "cur").iterdir())[0] == "0.host:2,S"
    one = tmp_path / "one.eml"
    one.write_bytes(report(ours))
    assert taken(engine, one) == {"known": 1}
    mbox = tmp_path / "mbox"
    mbox.write_bytes(b"From MAILER-DAEMON Mon Mar  2 10:00:00 2026\n" + report(ours) + b"\n")
    assert taken(engine, mbox) == {"known": 1}
    made = unit_of_work(engine, noted)
    assert (made.how.value, made.code, made.address_fails, made.as_letter) == ("report", "5.1.1", True, True)


@pytest.mark.parametrize(
    "changes", [{"status": "5.2.2"}, {"status": "5.7.1"}, {"to": "oud@voorbeeld.example"}], ids=lambda one: str(one)
)
def test_a_full_box_or_an_old_address_makes_a_letter_and_the_next_is_mailed(
    engine: Engine, tmp_path: Path, changes: dict[str, str]
) -> None:
    assert taken(engine, maildir(tmp_path / "back", report(box_of(engine), **changes))) == {"undelivered": 1}
    made = unit_of_work(engine, noted)
    assert made.as_letter and not made.address_fails


def refusing(code: int, words: bytes) -> Callable[[EmailMessage], None]:
    def deliver(mail: EmailMessage) -> None:
        raise smtplib.SMTPRecipientsRefused({str(mail["To"]): (code, words)})

    return deliver


@pytest.mark.parametrize(
    ("code", "words", "status", "fails"),
    [(550, b"5.1.1 no such user", "5.1.1", True), (550, b"unknown", "550", True), (552, b"5.2.2 full", "5.2.2", False)],
)
def test_an_address_that_the_server_refuses_is_given_up_at_once(
    engine: Engine, tmp_path: Path, code: int, words: bytes, status: str, fails: bool
) -> None:
    unit_of_work(engine, a_question)
    settings = load_settings(portal_env="test", state_dir=tmp_path, base_url=HERE)
    done = send_mail(engine, settings=settings, deliver=refusing(code, words), clock=lambda: NOW)
    assert (done.given_up, done.postponed) == (1, 0)
    made = unit_of_work(engine, noted)
    assert (made.how.value, made.code, made.address_fails, made.as_letter) == ("refusal", status, fails, True)


def test_what_may_pass_is_tried_again(engine: Engine, tmp_path: Path) -> None:
    assert refusal_of(TimeoutError()) is None and refusal_of(smtplib.SMTPServerDisconnected()) is None
    unit_of_work(engine, a_question)
    settings = load_settings(portal_env="test", state_dir=tmp_path, base_url=HERE)
    done = send_mail(engine, settings=settings, deliver=refusing(451, b"4.7.1 greylisted"), clock=lambda: NOW)
    assert (done.given_up, done.postponed) == (0, 1)
    assert unit_of_work(engine, lambda s: s.scalars(select(UndeliveredMail)).all()) == []


def test_the_command_and_the_timer_read_the_mailbox(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_region(engine, at=NOW)
    host = "127.0.0.1"  # of the demonstration
    box = maildir(tmp_path / "back", report(box_of(engine), host=host))
    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(opening, "make_engine", lambda _url: engine)
    monkeypatch.setattr(migrations, "require_head", lambda _engine: None)
    run = CliRunner().invoke
    assert run(main, ["messages", "undelivered"]).exit_code == 1, "no mailbox was named"
    assert "undelivered 1, known 0, other 0" in run(main, ["messages", "undelivered", str(box)]).output
    (box / "new" / "again").write_bytes(report("C" * 22, host=host))
    monkeypatch.setenv("BOUNCE_MAILBOX", str(box))
    assert "undelivered 0, known 0, other 1" in run(main, ["messages", "undelivered"]).output
    monkeypatch.setenv("BOUNCE_MAILBOX", str(tmp_path / "nowhere"))
    assert "cannot be read" in run(main, ["jobs", "run"]).output


# The page beside the text ----------------------------------------------------------------------------------------------


def test_a_mail_has_a_page_beside_its_text_with_the_day_and_no_person(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_decision)
    settings = load_settings(portal_env="test", state_dir=tmp_path, base_url=HERE)
    mails: list[EmailMessage] = []
    send_mail(engine, settings=settings, deliver=mails.append, clock=lambda: NOW)
    decision = next(mail for mail in mails if "besluit" in str(mail["Subject"]))
    for kind in ("plain", "html"):
        words = text_of(decision, kind)
        assert "uiterlijk op 13 april 2026" in " ".join(words.split()), words
    for mail in mails:
        shown = text_of(mail, "html")
        assert mail.get_content_type() in ("multipart/alternative", "multipart/mixed")
        assert "Sam" not in shown and "voorbeeld.example" not in shown and "{" not in shown
        assert not any(word in shown for word in ("<img", "<link", "<script", "url(", "src=", "@import"))
        assert shown.count("<a href=") == text_of(mail).count(HERE), "every link is one, and no other"
        assert '<html lang="nl">' in shown


def test_only_the_desk_itself_can_be_opened_from_a_page() -> None:
    from portal.papers.correspondence import Addressee, Composed
    from portal.papers.mail_page import as_page

    body = (
        f"Lees <b>dit</b>:\n\n{HERE}/toegang/abc\n\nOf https://elders.example/x of {HERE}.kwaad.example/y.\n\n123456\n"
    )
    shown = as_page(Composed(Addressee("Sam"), "Er is & iets", body, "nl"), HERE)
    assert shown.count("<a ") == 1 and f'<a href="{HERE}/toegang/abc">' in shown
    assert "&lt;b&gt;dit" in shown and "Er is &amp; iets" in shown and "123456" in shown


def test_a_mail_without_an_address_is_still_a_reason(session: Session, now: datetime) -> None:
    mail = sent_mail(session)
    note_by_hand(session, message=mail, actor=ADVISOR, now=LATER)
    with pytest.raises(NoRecipient, match="no_postal_address"):
        ensure_letter(session, message=letters(session)[0], dated=TODAY, actor=ADVISOR, now=now)
