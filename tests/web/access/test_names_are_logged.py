"""Whoever of the staff sees a name of somebody who asks leaves a row that says so, on every page that shows one; nobody sees a name who
may not; and no name stands in a mail, a log, a figure or an address.

Everybody who asks gets a name that nobody else has, and everybody opens everything that is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact, DevelopmentQuestion
from portal.papers.correspondence import compose
from portal.paying.payments.models import Repayment
from portal.people.actor import BY_LINK, STAFF, Audience
from portal.people.audit.models import ViewingEvent
from portal.post.messages.models import MessageKind, OutboxMessage
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.models import Voucher
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import NOT_HERE, methods_of, visits
from tests.web.asked import NOW
from tests.web.browser import Browser
from tests.web.world import STAGES, World
from tests.web.worlds import a_world

CANARY = re.compile(r"Kanarie(\d+)vogel")
ADDRESS = re.compile(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"')
SEES_NAMES = {
    Audience.ADVISOR: "advisors work on cases",
    Audience.AUDITOR: "the vouchers of the own sample, whole",
    Audience.HELPER: "the drafts that somebody fills in together with the person",
    Audience.PROVIDER: "the learner of a voucher that is used at this provider",
    Audience.REGION: "who is paid, and what two people decide on",
    Audience.CONTROLLER: "who is paid",
}
"""Who may see names at all, and why. Funders, owners and administrators see none."""
NOT_LOGGED: dict[str, str] = {}
"""Pages that show names of people who ask and log no look, and why."""


def plant(session: Session) -> None:
    """Give everybody who asks a name that nobody else has."""
    for model in (Contact, Application):
        for row in session.scalars(select(model)):
            session.execute(update(model).where(model.id == row.id).values(name=f"Kanarie{row.question_id}vogel"))
    for question in session.scalars(select(DevelopmentQuestion)):
        if question.learner_name:
            question.learner_name = f"Kanarie{question.id}vogel"
    whose = {row[0]: row[1] for row in session.execute(select(Voucher.id, Voucher.question_id))}
    for invoice in session.scalars(select(Invoice)):
        name = f"Kanarie{whose[invoice.voucher_id]}vogel"
        invoice.learner_name, invoice.payee_name = name, name if invoice.payee_name else None
    for owed in session.scalars(select(Repayment).where(Repayment.payee_name.is_not(None))):
        owed.payee_name = f"Kanarie{whose[owed.voucher_id]}vogel"


def looks(session: Session) -> dict[int, int]:
    """How often each case was looked at until now."""
    rows = select(ViewingEvent.question_id, func.count()).group_by(ViewingEvent.question_id)
    return {row[0]: row[1] for row in session.execute(rows)}


def mails(session: Session) -> list[str]:
    """Every mail that waits or was sent, as it is made: its subject and its text."""
    waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == MessageKind.EMAIL))
    made = [compose(session, message=one, address="https://loket.example", now=NOW) for one in waiting if one.details]
    return [f"{one.subject}\n{one.body}" for one in made]


def answers(world: World, audience: Audience) -> Iterator[tuple[str, Any, str]]:
    """Every answer to somebody of this audience who opens what is their own: the endpoint, who is let in, and the text."""
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in methods_of(rule) or rule.endpoint in NOT_HERE or not admits(rule.endpoint, audience):
            continue
        for world.stage in STAGES:
            where = next(iter(visits(world, rule, audience, "own")), None)
            if where is None:
                continue
            answer = world.let_in_as(audience, where.question_id).client.get(where.path)
            text = answer.get_data().decode("utf-8", "ignore")
            answer.close()
            if "loket=" in answer.headers.get("Set-Cookie", ""):
                world.forget(audience, where.question_id)
            yield rule.endpoint, where.question_id, text + answer.headers.get("Location", "")
            if audience in STAFF:
                break


def test_every_name_that_staff_see_is_logged_and_nobody_sees_a_foreign_one(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.do(plant)
    seen_by: dict[Audience, set[int]] = {}
    in_addresses: set[str] = set()
    unlogged: dict[str, set[int]] = {}
    foreign: dict[str, str] = {}
    for audience in sorted({*STAFF, *BY_LINK}):
        before = world.do(looks)
        for endpoint, question_id, text in answers(world, audience):
            after, seen = world.do(looks), {int(number) for number in CANARY.findall(text)}
            seen_by.setdefault(audience, set()).update(seen)
            in_addresses |= {endpoint for link in ADDRESS.findall(text) if CANARY.search(link)}
            if audience in BY_LINK:
                if seen - {question_id or world.question(audience).id}:
                    foreign[f"{audience.value} {endpoint}"] = str(sorted(seen))
            elif seen and audience not in SEES_NAMES:
                foreign[f"{audience.value} {endpoint}"] = str(sorted(seen))
            elif endpoint not in NOT_LOGGED:
                missing = {one for one in seen if after.get(one, 0) <= before.get(one, 0)}
                if missing:
                    unlogged.setdefault(f"{audience.value} {endpoint}", set()).update(missing)
            before = after
    assert foreign == {}
    assert unlogged == {}
    assert all(seen_by.get(audience) for audience in (Audience.ADVISOR, Audience.RESIDENT)), "the control"
    assert in_addresses == set()
    assert [text for text in world.do(mails) if CANARY.search(text)] == []
    figures = Browser(world.app).client.get("/metrics").text
    assert CANARY.search(figures + capsys.readouterr().err) is None


@pytest.fixture
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small desk of this test alone."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("names")) as world:
        yield world
