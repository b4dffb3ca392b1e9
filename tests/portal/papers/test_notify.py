"""Mail by NotifyNL, with answers as the service gives them: handed over once, refused, put off, and what did not arrive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from portal.papers.sending import send_mail, take_back, transport
from portal.platform import clock, outbound
from portal.platform.config import Settings, load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import BadSettings
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage, UndeliveredMail
from tests.factories import NOW, a_question

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SERVICE, SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0", "7d3b1a2c-0f0e-4f3a-9a57-3d1f8a4e2b66"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
TAKEN = {
    "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": "x",
    "uri": "https://api.notifynl.nl/v2/notifications/740e",
}
WRONG = {
    "status_code": 400,
    "errors": [{"error": "ValidationError", "message": "email_address Not a valid email address"}],
}
BUSY = {"status_code": 429, "errors": [{"error": "RateLimitError", "message": "Exceeded rate limit for key type LIVE"}]}


class Service:
    """The service: what it was asked, and what it answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, status: int, answer: Any) -> None:
        self.status, self.answer, self.asked = status, answer, list[tuple[str, Any, Mapping[str, str]]]()
        monkeypatch.setattr(outbound, "ask_public", self.ask)
        monkeypatch.setattr(outbound, "get_public", lambda url, headers: self.ask(url, b"null", headers))

    def ask(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.asked.append((url, json.loads(body), headers))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.status, json.dumps(self.answer).encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    key = SecretStr(f"loket-{SERVICE}-{SECRET}")
    return load_settings(
        portal_env="test",
        state_dir=tmp_path,
        base_url="https://loket.example",
        notify_key=key,
        notify_template=TEMPLATE,
    )


def sent(engine: Engine, settings: Settings) -> tuple[int, int, int]:
    deliver = transport(settings)
    assert deliver is not None
    with clock.frozen(NOW):
        done = send_mail(engine, settings=settings, deliver=deliver, clock=lambda: NOW)
    return done.sent, done.postponed, done.given_up


def message(engine: Engine) -> OutboxMessage:
    by_mail = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.EMAIL)
    return unit_of_work(engine, lambda s: s.scalars(by_mail).one(), read_only=True)


def test_a_mail_is_handed_over_with_its_number_and_signed(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_of_work(engine, a_question)
    service = Service(monkeypatch, 201, TAKEN)
    assert sent(engine, settings) == (1, 0, 0)
    [(url, told, headers)] = service.asked
    assert url == "https://api.notifynl.nl/v2/notifications/email" and told["template_id"] == TEMPLATE
    assert told["email_address"] == "sam@voorbeeld.example" and told["reference"] == message(engine).public_id
    assert told["personalisation"]["subject"] == "Wij hebben uw vraag ontvangen"
    assert "https://loket.example/toegang/" in told["personalisation"]["body"]
    said, mark = headers["Authorization"].removeprefix("Bearer ").rsplit(".", 1)
    right = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), said.encode(), hashlib.sha256).digest()).decode()
    claims = json.loads(base64.urlsafe_b64decode(said.split(".")[1] + "=="))
    assert mark == right.rstrip("=") and claims == {"iss": SERVICE, "iat": int(NOW.timestamp())}


@pytest.mark.parametrize(
    ("status", "answer", "trouble"),
    [(429, BUSY, "notify_429"), (403, {}, "notify_403"), (500, [], "notify_500"), (0, TimeoutError(), "TimeoutError")],
)
def test_what_may_pass_is_tried_again(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, status: int, answer: Any, trouble: str
) -> None:
    unit_of_work(engine, a_question)
    Service(monkeypatch, status, answer)
    assert sent(engine, settings) == (0, 1, 0)
    assert (message(engine).state, message(engine).trouble) == (MessageState.QUEUED, trouble)


def test_an_address_that_is_none_goes_on_paper(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_of_work(engine, a_question)
    Service(monkeypatch, 400, WRONG)
    assert sent(engine, settings) == (0, 0, 1)
    made = unit_of_work(engine, lambda s: s.scalars(select(UndeliveredMail)).one())
    assert made.as_letter and made.address_fails and made.code == "5.1.3"


def test_what_the_service_says_did_not_arrive_goes_on_paper_once(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    unit_of_work(engine, a_question)
    service = Service(monkeypatch, 201, TAKEN)
    assert sent(engine, settings) == (1, 0, 0)
    mine = {
        "reference": message(engine).public_id,
        "status": "permanent-failure",
        "email_address": "Sam@voorbeeld.example",
    }
    others = [mine | {"status": "delivered"}, mine | {"reference": None}, mine | {"reference": "A" * 22}]
    service.status, service.answer = 200, {"notifications": [*others, mine], "links": {}}
    assert take_back(engine, settings=settings, clock=lambda: NOW) == {"undelivered": 1, "other": 1}
    assert take_back(engine, settings=settings, clock=lambda: NOW) == {"known": 1, "other": 1}
    assert service.asked[-1][0].endswith("status=permanent-failure&status=temporary-failure&status=technical-failure")
    service.status = 503
    with pytest.raises(OSError, match="notify_503"):
        take_back(engine, settings=settings, clock=lambda: NOW)


def test_a_desk_that_cannot_use_it_does_not_start(tmp_path: Path, database: str) -> None:
    for more, said in (
        ({"notify_key": "x"}, "NOTIFY_TEMPLATE"),
        ({"notify_url": "http://elders.example"}, "NOTIFY_URL"),
        ({"notify_key": "x", "notify_template": "y", "portal_env": "demo"}, "NOTIFY_KEY"),
    ):
        with pytest.raises(BadSettings, match=said):
            load_settings(**{"portal_env": "test", "state_dir": tmp_path, **more})
