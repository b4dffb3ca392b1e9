"""The outbox: a message is there with its act, leaves once, and holds no personal data until it is sent."""

from __future__ import annotations

import mailbox
import re
import smtplib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.questions.models import ContactDetails, ContactWay, CostInput, Route
from portal.papers.correspondence import NoRecipient, compose
from portal.papers.sending import send_mail, transport
from portal.people.accounts.actions import create_account, disable_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import usable_access_link, usable_sign_in_link
from portal.people.actor import Actor
from portal.platform.config import Settings, load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.post.messages.actions import (
    ATTEMPTS,
    LEASE,
    NewMessage,
    claim_next,
    enqueue,
    mark_sent,
    mark_trouble,
    retry,
)
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.post.messages.queries import message_by_public_id, messages_about, oldest_waiting, outbox, outbox_counts
from tests.mails import text_of
from tests.snapshots import made_once

SYSTEM = Actor.system("tests")
PORTAL = Path(__file__).parents[4] / "portal"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(portal_env="test", state_dir=tmp_path, base_url="https://loket.example")


def queue(session: Session, now: datetime, **changes: object) -> OutboxMessage:
    values = {
        "kind": "email",
        "template": "account/sign_in",
        "recipient": "account",
        "object_kind": "account",
        "object_id": 1,
    }
    return enqueue(session, message=NewMessage(**{**values, **changes}), now=now)  # type: ignore[arg-type]


def add_account(session: Session, now: datetime) -> Account:
    return create_account(
        session, email="noor@loket.example", display_name="Noor Östlund", role=Role.ADVISOR, actor=SYSTEM, now=now
    )


# The queue -------------------------------------------------------------------------------------------------------------


def test_the_same_message_is_queued_once(session: Session, now: datetime) -> None:
    first = queue(session, now)
    assert queue(session, now) is first
    assert queue(session, now, version=2) is not first
    assert queue(session, now, kind="letter") is not first
    assert len(outbox(session)) == 3
    assert outbox_counts(session)[MessageState.QUEUED] == 3


def test_the_database_refuses_a_double_and_half_a_step(session: Session, now: datetime) -> None:
    first = queue(session, now)
    session.commit()
    session.add(
        OutboxMessage(
            public_id="x",
            kind=first.kind,
            template=first.template,
            recipient=first.recipient,
            object_kind=first.object_kind,
            object_id=first.object_id,
            version=first.version,
            locale="nl",
            state=MessageState.QUEUED,
            attempts=0,
            created_at=now,
            due_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    for state, constraint in (("SENT", "sent_and_at"), ("SENDING", "sending_and_lease"), ("FAILED", "failed_and_at")):
        found = session.scalars(select(OutboxMessage)).one()
        found.state = MessageState[state]
        with pytest.raises(IntegrityError, match=constraint):
            session.flush()
        session.rollback()


def test_a_message_is_taken_by_one_sender_and_again_when_its_lease_runs_out(session: Session, now: datetime) -> None:
    message = queue(session, now)
    assert claim_next(session, now=now) is message
    assert claim_next(session, now=now) is None
    assert claim_next(session, now=now + LEASE) is None
    assert claim_next(session, now=now + LEASE + timedelta(seconds=1)) is message
    assert message.attempts == 2


def test_many_senders_at_once_never_take_the_same_message(engine: Engine, now: datetime) -> None:
    for number in range(20):
        unit_of_work(engine, lambda s, n=number: queue(s, now, object_id=n))
    taken: list[int] = []

    def sender() -> None:
        while (message := unit_of_work(engine, lambda s: claim_next(s, now=now))) is not None:
            taken.append(message.id)

    threads = [threading.Thread(target=sender) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_trouble_means_later_and_after_eight_times_a_person(session: Session, now: datetime) -> None:
    message, at = queue(session, now), now
    for attempt in range(1, ATTEMPTS + 1):
        assert claim_next(session, now=at) is message
        mark_trouble(session, message=message, trouble="ConnectionRefusedError", now=at)
        if attempt < ATTEMPTS:
            assert message.state is MessageState.QUEUED
            assert message.due_at == at + timedelta(minutes=2**attempt)
            assert claim_next(session, now=at) is None
            at = message.due_at
    assert message.state is MessageState.FAILED
    retry(session, message=message, now=at)
    assert claim_next(session, now=at) is message
    mark_sent(session, message=message, now=at)
    with pytest.raises(Refusal):
        retry(session, message=message, now=at)


def test_how_long_mail_waits_can_be_seen(session: Session, now: datetime) -> None:
    assert oldest_waiting(session) is None
    queue(session, now, kind="letter")
    assert oldest_waiting(session) is None
    message = queue(session, now)
    assert oldest_waiting(session) == now
    assert message_by_public_id(session, public_id=message.public_id) is message
    assert len(messages_about(session, object_kind="account", object_id=1)) == 2


# Words and addresses ---------------------------------------------------------------------------------------------------


@pytest.fixture
@made_once
def question_id(session: Session, now: datetime) -> int:
    """A question that was sent, with an e-mail in the outbox."""
    from portal.cases.contents import save_costs, save_wish
    from portal.cases.questions.actions import start_question, submit_question
    from portal.framework.loading import load_region
    from portal.people.actor import Audience

    load_region(session, folder=PORTAL.parent / "schemes" / "catalogue" / "stedendriehoek", actor=SYSTEM, now=now)
    question = start_question(session, route=Route.INDIVIDUAL, language="nl", actor=SYSTEM, now=now)
    asker = Actor(Audience.RESIDENT, question_id=question.id)
    save_wish(session, question=question, wish="CANARY", goals=[], actor=asker, now=now)
    save_costs(session, question=question, costs=[CostInput("tuition", 100_00)], actor=asker, now=now)
    contact = ContactDetails(way=ContactWay.EMAIL, name="Fatima el Amrani", email="fatima@voorbeeld.example")
    submit_question(session, question=question, contact=contact, actor=asker, now=now)
    session.commit()
    return question.id


def test_a_mail_says_that_something_waits_and_gives_a_link_that_works(
    session: Session, now: datetime, question_id: int
) -> None:
    (message,) = messages_about(session, object_kind="question", object_id=question_id)
    made = compose(session, message=message, address="https://loket.example", now=now)
    assert (made.to.name, made.to.email) == ("Fatima el Amrani", "fatima@voorbeeld.example")
    assert made.subject == "Wij hebben uw vraag ontvangen"
    assert "CANARY" not in made.body
    assert "Fatima" not in made.subject + made.body
    token = re.search(r"https://loket\.example/toegang/(\S+)", made.body)
    assert token
    link = usable_access_link(session, token=token[1], now=now)
    assert link is not None
    assert link.question_id == question_id
    assert "OV-2026-0001" in made.body
    assert not re.search(r"\n{3,}|[ \t]\n|\{|\}", made.body), made.body


def test_a_person_without_an_address_is_a_reason_not_a_fault(session: Session, now: datetime, question_id: int) -> None:
    letter = queue(
        session,
        now,
        kind="letter",
        template="question/received",
        recipient="resident",
        object_kind="question",
        object_id=question_id,
    )
    with pytest.raises(NoRecipient, match="no_postal_address"):
        compose(session, message=letter, address="", now=now)
    asked = queue(
        session, now, template="pledge/asked", recipient="employer", object_kind="question", object_id=question_id
    )
    with pytest.raises(NoRecipient, match="no_email_address"):
        compose(session, message=asked, address="", now=now)
    gone = queue(
        session, now, template="question/received", recipient="resident", object_kind="question", object_id=999
    )
    with pytest.raises(NoRecipient, match="question_gone"):
        compose(session, message=gone, address="", now=now)


# Sending ---------------------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def waiting(engine: Engine, now: datetime) -> str:
    """The public id of a sign-in mail that waits."""

    def work(session: Session) -> str:
        account = add_account(session, now)
        return queue(session, now, object_id=account.id).public_id

    return unit_of_work(engine, work)


def state_of(engine: Engine, public_id: str) -> OutboxMessage:
    found = unit_of_work(engine, lambda s: message_by_public_id(s, public_id=public_id), read_only=True)
    assert found is not None
    return found


def test_outside_production_mail_goes_to_a_folder(
    engine: Engine, settings: Settings, now: datetime, waiting: str
) -> None:
    deliver = transport(settings)
    assert deliver is not None
    done = send_mail(engine, settings=settings, deliver=deliver, clock=Clock(now))
    assert (done.sent, done.postponed, done.given_up) == (1, 0, 0)
    box = mailbox.Maildir(settings.state_dir / "mail")
    (kept,) = [message_from_bytes(box.get_bytes(key), policy=modern) for key in box.keys()]  # noqa: SIM118
    box.close()
    assert kept["Message-ID"] == f"<{waiting}@loket.example>"
    assert kept["Subject"] == "Uw link om in te loggen"
    assert "noor@loket.example" in kept["To"]
    assert kept["Content-Language"] == "nl"
    body = text_of(kept)
    token = re.search(r"https://loket\.example/inloggen/(\S+)", body)
    assert token
    assert unit_of_work(engine, lambda s: usable_sign_in_link(s, token=token[1], now=now), read_only=True) is not None
    assert state_of(engine, waiting).state is MessageState.SENT
    assert send_mail(engine, settings=settings, deliver=deliver, clock=Clock(now)).sent == 0


@pytest.mark.parametrize("error", [ConnectionRefusedError(), smtplib.SMTPServerDisconnected("x"), TimeoutError()])
def test_a_mail_server_that_is_away_means_later(
    engine: Engine, settings: Settings, now: datetime, waiting: str, error: Exception
) -> None:
    def away(_mail: EmailMessage) -> None:
        raise error

    assert send_mail(engine, settings=settings, deliver=away, clock=Clock(now)).postponed == 1
    kept = state_of(engine, waiting)
    assert (kept.state, kept.trouble) == (MessageState.QUEUED, type(error).__name__)
    sent: list[EmailMessage] = []
    later = Clock(now + timedelta(minutes=2))
    assert send_mail(engine, settings=settings, deliver=sent.append, clock=later).sent == 1
    assert len(sent) == 1


def test_a_sender_that_dies_after_handing_over_sends_the_same_message_id_again(
    engine: Engine, settings: Settings, now: datetime, waiting: str
) -> None:
    sent: list[EmailMessage] = []

    def deliver_and_die(mail: EmailMessage) -> None:
        sent.append(mail)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_mail(engine, settings=settings, deliver=deliver_and_die, clock=Clock(now))
    assert state_of(engine, waiting).state is MessageState.SENDING
    later = Clock(now + LEASE + timedelta(seconds=1))
    assert send_mail(engine, settings=settings, deliver=sent.append, clock=later).sent == 1
    assert [mail["Message-ID"] for mail in sent] == [f"<{waiting}@loket.example>"] * 2


def test_a_message_to_nobody_is_given_up_at_once_and_shown(
    engine: Engine, settings: Settings, now: datetime, waiting: str
) -> None:
    def close(session: Session) -> None:
        account = session.scalars(select(Account)).one()
        disable_account(session, account=account, actor=SYSTEM, now=now)

    unit_of_work(engine, close)
    done = send_mail(engine, settings=settings, deliver=lambda _mail: None, clock=Clock(now))
    assert done.given_up == 1
    assert (state_of(engine, waiting).state, state_of(engine, waiting).trouble) == (MessageState.FAILED, "account_gone")


def test_production_without_a_mail_server_sends_nothing(tmp_path: Path) -> None:
    production = Settings(portal_env="production", state_dir=tmp_path)
    assert transport(production) is None
    assert transport(Settings(portal_env="demo", state_dir=tmp_path)) is not None


class FakeServer:
    """Stands in for smtplib.SMTP; says what it can do and remembers what was asked."""

    asked: list[str]

    def __init__(self, *extensions: str) -> None:
        self.extensions, self.asked = extensions, []

    def __call__(self, host: str, port: int, **_options: object) -> FakeServer:
        self.asked.append(f"connect {host}:{port}")
        return self

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.asked.append("quit")

    def ehlo(self) -> tuple[int, bytes]:
        return 250, b""

    def has_extn(self, name: str) -> bool:
        return name in self.extensions

    def starttls(self, **_options: object) -> None:
        self.asked.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.asked.append(f"login {user} {password}")

    def send_message(self, _mail: EmailMessage) -> None:
        self.asked.append("send")


@pytest.fixture
def smtp(settings: Settings) -> Callable[[], None]:
    configured = settings.model_copy(update={"smtp_url": "smtp://loket:p%40ss@mail.example:587"})
    deliver = transport(configured)
    assert deliver is not None
    return lambda: deliver(EmailMessage())


def test_mail_leaves_by_smtp_over_tls(smtp: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    server = FakeServer("starttls")
    monkeypatch.setattr(smtplib, "SMTP", server)
    smtp()
    assert server.asked == ["connect mail.example:587", "starttls", "login loket p@ss", "send", "quit"]


def test_a_password_is_never_sent_without_tls(smtp: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    server = FakeServer()
    monkeypatch.setattr(smtplib, "SMTP", server)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        smtp()
    assert "send" not in server.asked


def test_letters_wait_to_be_printed(engine: Engine, settings: Settings, now: datetime) -> None:
    unit_of_work(engine, lambda s: queue(s, now, kind=MessageKind.LETTER))
    assert send_mail(engine, settings=settings, deliver=lambda _mail: None, clock=Clock(now)).sent == 0
