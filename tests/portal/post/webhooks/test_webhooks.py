"""A system hears of everything it asked for, once it is committed, signed and without a person; it is told again for three days."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal import migrations
from portal.commands import opening
from portal.commands.cli import main
from portal.oversight.running import Aspect, Sign, running
from portal.people.actor import Actor, Audience
from portal.platform.clock import now as clock_now
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.outbound import NotPublic, is_public, public_address, shape_of
from portal.platform.room import Room
from portal.post.webhooks.actions import NewWebhook, add_webhook, end_webhook, send_delivery_again
from portal.post.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from portal.post.webhooks.queries import UnheardWords, secret
from portal.post.webhooks.sending import send_words
from tests.factories import ADMIN, a_question
from tests.portal.demo.conftest import open_region

KEY, HERE = "a key of this desk", "https://loket.voorbeeld.nl"
URL = "https://zaken.voorbeeld.nl/in"


class Other:
    """A system of somebody else: what it heard, and what it answers."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[str, bytes, Mapping[str, str]]] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.heard.append((url, body, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def hooked(engine: Engine, now: datetime, *tells: str) -> Webhook:
    wanted = NewWebhook("Zaaksysteem", URL, tells or ("question.submitted",))
    return unit_of_work(engine, lambda s: add_webhook(s, wanted=wanted, actor=ADMIN, now=now))


def sent(engine: Engine, other: Other, at: datetime) -> dict[str, int]:
    return dict(send_words(engine, key=KEY, address=HERE, post=other.post, clock=lambda: at))


def states(engine: Engine) -> list[tuple[DeliveryState, int]]:
    rows = select(WebhookDelivery.state, WebhookDelivery.attempts).order_by(WebhookDelivery.id)
    return unit_of_work(engine, lambda s: [(row[0], row[1]) for row in s.execute(rows)])


def test_it_hears_once_what_it_asked_for_and_no_person(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, a_question)  # before anybody asked
    hook, other = hooked(engine, now), Other(204)
    question = unit_of_work(engine, a_question)
    assert sent(engine, other, now) == {"sent": 1} and sent(engine, other, now) == {}
    url, body, headers = other.heard[0]
    event = json.loads(body)
    assert url == URL and event["type"] == "nl.ontwikkelloket.question.submitted"
    assert event["subject"] == question.public_id and event["specversion"] == "1.0" and event["time"].endswith("Z")
    assert "Sam" not in body.decode() and "@" not in body.decode()
    moment, mark = headers["Webhook-Timestamp"], headers["Webhook-Signature"]
    right = hmac.new(secret(hook, KEY).encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert mark == f"t={moment},v1={right}" and secret(hook, "another key") != secret(hook, KEY)


def test_what_does_not_arrive_is_sent_again_ever_later_for_three_days_and_then_given_up(
    engine: Engine, now: datetime
) -> None:
    hooked(engine, now)
    unit_of_work(engine, a_question)
    other, at, waits = Other(500, TimeoutError(), NotPublic("private_address"), 302), now, list[timedelta]()
    while states(engine) != [(DeliveryState.GIVEN_UP, len(other.heard))]:
        before = len(other.heard)
        sent(engine, other, at)
        if len(other.heard) > before:
            waits.append(at - now)
        at += timedelta(minutes=1) if at - now < timedelta(hours=3) else timedelta(hours=1)
        assert at - now < timedelta(days=4)
    assert timedelta(days=2, hours=12) < waits[-1] <= timedelta(days=3) and 12 <= len(waits) <= 30
    assert len({body for _url, body, _headers in other.heard}) == 1, "the same word, so that it can be told apart"

    def again() -> None:
        unit_of_work(
            engine,
            lambda s: send_delivery_again(s, delivery=s.scalars(select(WebhookDelivery)).one(), actor=ADMIN, now=at),
        )

    again()
    assert sent(engine, Other(200), at) == {"sent": 1}


def test_what_was_not_heard_is_known_until_it_is_sent_again_or_the_system_is_ended(
    engine: Engine, now: datetime
) -> None:
    def known(at: datetime) -> tuple[UnheardWords, Sign]:
        def look(session: Session) -> tuple[UnheardWords, Sign]:
            found = running(session, room=Room(90, 100), minimum_mb=0, at=at)
            return found.webhooks, found.signs()[Aspect.WEBHOOKS]

        return unit_of_work(engine, look, read_only=True)

    hook = hooked(engine, now)
    assert known(now) == (UnheardWords(0, None), Sign.OK)
    unit_of_work(engine, a_question)
    sent(engine, Other(500), now)
    assert known(now + timedelta(hours=1))[1] is Sign.OK, "it is still sent again"
    assert known(now + timedelta(hours=25)) == (UnheardWords(0, now), Sign.WARNING)
    for hours in range(80):
        sent(engine, Other(500), now + timedelta(hours=hours))
    assert known(now) == (UnheardWords(1, None), Sign.WARNING)
    unit_of_work(engine, lambda s: end_webhook(s, webhook=s.get_one(Webhook, hook.id), actor=ADMIN, now=now))
    assert known(now) == (UnheardWords(0, None), Sign.OK)


def test_who_says_410_or_was_ended_hears_nothing_more(engine: Engine, now: datetime) -> None:
    hook = hooked(engine, now)
    unit_of_work(engine, a_question)
    assert sent(engine, Other(410), now) == {"failed": 1}
    ended = unit_of_work(engine, lambda s: s.get_one(Webhook, hook.id))
    assert ended.ended_why == "gone" and states(engine) == [(DeliveryState.GIVEN_UP, 1)]
    unit_of_work(engine, a_question)
    assert sent(engine, Other(200), now) == {}
    second = hooked(engine, now)
    unit_of_work(engine, a_question)
    unit_of_work(engine, lambda s: end_webhook(s, webhook=s.get_one(Webhook, second.id), actor=ADMIN, now=now))
    assert sent(engine, Other(200), now) == {}


def test_a_system_that_does_not_answer_keeps_nobody_waiting(engine: Engine, now: datetime) -> None:
    hooked(engine, now)
    wanted = NewWebhook("Dashboard", "https://bi.voorbeeld.nl/in", ["question.submitted"])
    unit_of_work(engine, lambda s: add_webhook(s, wanted=wanted, actor=ADMIN, now=now))
    for _ in range(3):
        unit_of_work(engine, a_question)
    heard: list[str] = []

    def post(url: str, _body: bytes, _headers: Mapping[str, str]) -> int:
        heard.append(url)
        if url == URL:
            raise TimeoutError
        return 204

    assert dict(send_words(engine, key=KEY, address=HERE, post=post, clock=lambda: now)) == {"sent": 3, "failed": 1}
    assert heard.count(URL) == 1, "asked once, and again the next time"
    assert sent(engine, Other(204), now + timedelta(minutes=1)) == {"sent": 3}


def test_what_was_undone_is_not_told(engine: Engine, now: datetime) -> None:
    hooked(engine, now)
    with pytest.raises(RuntimeError):
        unit_of_work(engine, lambda s: (a_question(s), _fail()))
    assert sent(engine, Other(200), now) == {}


def _fail() -> None:
    raise RuntimeError


def test_a_sender_that_died_leaves_the_word_to_the_next(engine: Engine, now: datetime) -> None:
    hooked(engine, now)
    unit_of_work(engine, a_question)
    with pytest.raises(KeyboardInterrupt):
        send_words(engine, key=KEY, address=HERE, post=_killed, clock=lambda: now)
    assert sent(engine, Other(200), now) == {}, "it may still be on its way"
    assert sent(engine, Other(200), now + timedelta(minutes=6)) == {"sent": 1}


def _killed(_url: str, _body: bytes, _headers: Mapping[str, str]) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "url",
    [
        "http://zaken.voorbeeld.nl/", "ftp://zaken.voorbeeld.nl/", "https://", "zaken.voorbeeld.nl", "https://localhost/",
        "https://db/", "https://desk.internal/", "https://printer.local/", "https://127.0.0.1/", "https://10.1.2.3/",
        "https://169.254.169.254/latest", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1]/",
        "https://100.64.0.1/", "https://user:pw@zaken.voorbeeld.nl/", "https://zaken.voorbeeld.nl:22/",
        "https://zaken.voorbeeld.nl/\r\nX: y", "https://zaken.voorbeeld.nl/ pad", "https://0.0.0.0/",
    ],
)  # fmt: skip
def test_only_the_public_internet_over_https_is_an_address(url: str, session: object, now: datetime) -> None:
    with pytest.raises(NotPublic):
        shape_of(url)
    wanted = NewWebhook("X", url, ["voucher.issued"])
    with pytest.raises(Refusal) as refused:
        add_webhook(session, wanted=wanted, actor=ADMIN, now=now)  # type: ignore[arg-type]
    assert refused.value.field == "url"


def test_a_public_name_that_points_into_our_network_is_refused_when_it_is_used() -> None:
    assert shape_of(URL) == ("zaken.voorbeeld.nl", 443)
    assert public_address(URL, lambda _host, _port: ["93.184.216.34"]) == "93.184.216.34"
    for inside in ("10.0.0.7", "::1", "fd00::1", "192.168.1.1", "::ffff:127.0.0.1", "2002:7f00:1::"):
        assert not is_public(inside)
        with pytest.raises(NotPublic):
            public_address(URL, lambda _host, _port, it=inside: ["93.184.216.34", it])


def test_only_an_administrator_sets_up_who_hears(session: object, now: datetime) -> None:
    advisor = Actor(Audience.ADVISOR, account_id=3)
    for wanted in (NewWebhook("X", URL, ["voucher.issued"]),):
        with pytest.raises(Refusal):
            add_webhook(session, wanted=wanted, actor=advisor, now=now)  # type: ignore[arg-type]
    for wanted in (
        NewWebhook(" ", URL, ["voucher.issued"]),
        NewWebhook("X", URL, []),
        NewWebhook("X", URL, ["account.made"]),
    ):
        with pytest.raises(Refusal):
            add_webhook(session, wanted=wanted, actor=ADMIN, now=now)  # type: ignore[arg-type]


def test_the_timer_that_does_what_is_due_tells_them_too(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_region(engine, at=clock_now())
    hooked(engine, clock_now())
    unit_of_work(engine, a_question)
    other = Other(204)
    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(opening, "make_engine", lambda _url: engine)
    monkeypatch.setattr(migrations, "require_head", lambda _engine: None)  # the tables are there without a migration
    monkeypatch.setattr("portal.platform.outbound.post_public", other.post)
    ran = CliRunner().invoke(main, ["jobs", "run"])
    assert "systems: 1 told, 0 not reached" in ran.output, ran.output
    assert len(other.heard) == 1 and states(engine) == [(DeliveryState.SENT, 1)]
