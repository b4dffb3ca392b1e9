"""Short messages by NotifyNL, with answers as the service gives them: handed over once, refused, put off, and what did not arrive."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import tell_asker
from portal.commands.doctor import texts_of
from portal.papers.sending import send_texts, take_back, text_transport
from portal.platform import clock
from portal.platform.config import Settings, load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import BadSettings
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage, TextNumber, UndeliveredMail
from tests.factories import NOW, a_question
from tests.portal.cases.own_contact.test_texts import CALLED, NUMBER, TOLD
from tests.portal.papers.test_notify import BUSY, SECRET, SERVICE, Service

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TEMPLATE = "8f0b2a44-9f3a-4d0e-8f5d-0f6a1c2d3e4f"
TAKEN = {
    "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": "x",
    "content": {"body": "x", "from_number": "Loket"},
}
WRONG = {"status_code": 400, "errors": [{"error": "ValidationError", "message": "phone_number Not enough digits"}]}
FAILED = {"type": "sms", "phone_number": NUMBER, "status": "permanent-failure"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    key = SecretStr(f"loket-{SERVICE}-{SECRET}")
    here = {"portal_env": "test", "state_dir": tmp_path, "base_url": "https://loket.example"}
    return load_settings(**here, notify_key=key, notify_sms_template=TEMPLATE)


def a_text(session: Session) -> None:
    question = a_question(session, contact=CALLED)
    session.add(TextNumber(question_id=question.id, asked_at=NOW, asked_by="resident", proved_at=NOW))
    session.flush()
    tell_asker(session, question=question, template=TOLD, now=NOW)


def sent(engine: Engine, settings: Settings) -> tuple[int, int, int]:
    deliver = text_transport(settings)
    assert deliver is not None
    with clock.frozen(NOW):
        done = send_texts(engine, settings=settings, deliver=deliver, clock=lambda: NOW)
    return done.sent, done.postponed, done.given_up


def message(engine: Engine) -> OutboxMessage:
    by_text = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.SMS)
    return unit_of_work(engine, lambda s: s.scalars(by_text).one(), read_only=True)


def test_a_short_message_is_handed_over_once_with_its_number(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_of_work(engine, a_text)
    service = Service(monkeypatch, 201, TAKEN)
    assert sent(engine, settings) == (1, 0, 0) and sent(engine, settings) == (0, 0, 0)
    [(url, told, _headers)] = service.asked
    assert url == "https://api.notifynl.nl/v2/notifications/sms" and told["template_id"] == TEMPLATE
    assert told["phone_number"] == NUMBER and told["reference"] == message(engine).public_id
    assert "https://loket.example/toegang/" in told["personalisation"]["body"] and "Sam" not in str(told)


@pytest.mark.parametrize(
    ("status", "answer", "trouble"),
    [(429, BUSY, "notify_429"), (500, [], "notify_500"), (0, TimeoutError(), "TimeoutError")],
)
def test_a_short_message_that_may_pass_is_tried_again(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, status: int, answer: Any, trouble: str
) -> None:
    unit_of_work(engine, a_text)
    Service(monkeypatch, status, answer)
    assert sent(engine, settings) == (0, 1, 0)
    assert (message(engine).state, message(engine).trouble) == (MessageState.QUEUED, trouble)


def test_a_number_that_is_none_goes_on_paper(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_of_work(engine, a_text)
    Service(monkeypatch, 400, WRONG)
    assert sent(engine, settings) == (0, 0, 1)
    made = unit_of_work(engine, lambda s: s.scalars(select(UndeliveredMail)).one())
    assert made.as_letter and made.address_fails and made.code == "5.1.3"


@pytest.mark.parametrize(("status", "fails"), [("permanent-failure", True), ("temporary-failure", False)])
def test_what_did_not_arrive_goes_on_paper_and_is_noted_once(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, status: str, fails: bool
) -> None:
    unit_of_work(engine, a_text)
    Service(monkeypatch, 201, TAKEN)
    sent(engine, settings)
    lost = {"notifications": [FAILED | {"reference": message(engine).public_id, "status": status}]}
    service = Service(monkeypatch, 200, lost)
    assert take_back(engine, settings=settings, clock=lambda: NOW) == {"undelivered": 1}
    assert take_back(engine, settings=settings, clock=lambda: NOW) == {"known": 1}
    assert "template_type=sms" in service.asked[0][0], "mail leaves otherwise, so nothing of it is asked"
    made = unit_of_work(engine, lambda s: s.scalars(select(UndeliveredMail)).one())
    assert made.as_letter and made.address_fails == fails
    by_post = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.LETTER, OutboxMessage.template == TOLD)
    assert unit_of_work(engine, lambda s: s.scalars(by_post).one()).state is MessageState.QUEUED


def test_without_the_service_it_goes_to_a_folder_and_in_production_nowhere(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_text)
    here = load_settings(portal_env="test", state_dir=tmp_path)
    assert here.sends_texts and sent(engine, here) == (1, 0, 0)
    [file] = (tmp_path / "mail" / "new").iterdir()
    kept = message_from_bytes(file.read_bytes())
    assert NUMBER in str(kept["To"]) and "toegang" in str(kept.get_payload(decode=True))
    live = here.model_copy(update={"portal_env": "production"})
    assert text_transport(live) is None and not live.sends_texts


def test_the_doctor_says_that_messages_wait_which_people_chose(engine: Engine, settings: Settings) -> None:
    live = settings.model_copy(update={"portal_env": "production", "notify_sms_template": ""})
    assert texts_of(live, engine).status == "ok", "the control: nobody chose them"
    unit_of_work(engine, a_text)
    assert texts_of(live, engine).status == "wrong" and texts_of(settings, engine).status == "ok"


def test_a_template_without_a_key_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="NOTIFY_SMS_TEMPLATE"):
        load_settings(portal_env="test", state_dir=tmp_path, notify_sms_template=TEMPLATE)
