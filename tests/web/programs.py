"""Programs at the interface for tests: a token made by the acts of the desk, and the client that is written from the description."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.framework.tokens.actions import NewToken, approve_token, make_token
from portal.framework.tokens.models import SCOPES_OF, TokenScope
from portal.framework.tokens.queries import tokens
from portal.people.accounts.models import Account
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform import clock
from portal.post.webhooks.actions import NewWebhook, add_webhook
from portal.post.webhooks.models import DeliveryState, WebhookDelivery
from tests.factories import NOW
from tests.web.browser import SYSTEM

KEY = "0123456789abcdef"
SECOND_ADMIN = Actor(Audience.ADMIN, account_id=992, display_name="Tweede Beheerder")
_CLIENTS: dict[str, ModuleType] = {}


def a_token(session: Session, account: Account, scopes: Iterable[TokenScope] | None = None, days: int = 30) -> str:
    """A token of this account that works, by default for everything that its role may."""
    mine, at = session.merge(account), clock.now()
    wanted = NewToken("Proefprogramma", list(SCOPES_OF[mine.role] if scopes is None else scopes), days)
    made, secret = make_token(session, account=mine, wanted=wanted, actor=SYSTEM, now=at)
    if made.waits:
        approve_token(session, token=made, actor=SECOND_ADMIN, now=at)
    return secret


def a_webhook(session: Session) -> dict[str, str]:
    """A system that is told something, and a word to it that was given up."""
    wanted = NewWebhook("Zaaksysteem", "https://zaken.voorbeeld.nl/in", ["question.submitted"])
    hook = add_webhook(session, wanted=wanted, actor=SYSTEM, now=NOW)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).first()
    assert event is not None
    word = WebhookDelivery(
        webhook_id=hook.id,
        event_id=event.id,
        state=DeliveryState.GIVEN_UP,
        trouble="status_500",
        made_at=NOW,
        due_at=NOW,
    )
    session.add(word)
    session.flush()
    return {"webhook": hook.public_id, "webhook delivery": str(word.id)}


def of_programs(session: Session, people: Mapping[Audience, Account]) -> dict[str, str]:
    """A token for everybody of these people who may have one ("token provider"), and a system that is told something."""
    able = {audience: account for audience, account in people.items() if account.role in SCOPES_OF}
    made = {f"token {audience.value}": a_token(session, account) for audience, account in able.items()}
    return {**made, "api token": tokens(session)[0].public_id, **a_webhook(session)}


def call(app: Flask, token: str | None, method: str, path: str, **more: Any) -> TestResponse:
    """What a program gets; the cookies of a browser do not come along."""
    sent = {} if method == "POST" else None
    return app.test_client(use_cookies=False).open(path, method=method, json=sent, headers=bearer(token), **more)


def bearer(token: str | None) -> dict[str, str]:
    """The header of a token."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def the_client(app: Flask, token: str | None = None, language: str = "nl") -> Any:
    """The client of this desk, as `/api/v1/client.py` gives it, that talks to the application directly."""
    source = app.test_client().get("/api/v1/client.py").text
    if source not in _CLIENTS:
        module = ModuleType("ontwikkelloket_client")
        sys.modules[module.__name__] = module
        exec(compile(source, "client.py", "exec"), module.__dict__)
        _CLIENTS[source] = module

    def send(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        path = "/" + address.split("//", 1)[1].partition("/")[2]
        answer = app.test_client(use_cookies=False).open(path, method=method, headers=dict(headers), data=body)
        return answer.status_code, answer.data

    return _CLIENTS[source].Client(token=token, language=language, send=send)


def problem_of(client: Any) -> type[Exception]:
    """What the client raises when something is wrong."""
    raised: type[Exception] = sys.modules[type(client).__module__].ApiProblem
    return raised
