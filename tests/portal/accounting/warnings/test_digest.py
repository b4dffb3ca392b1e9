"""The weekly mail: once a week, for who may and wants it when it is sent, and with the counts of the page of that moment."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounting.warnings.actions import DIGEST, mark_seen, plan_inflow, set_digest
from portal.accounting.warnings.queries import desk_warnings, warnings_now
from portal.accounting.warnings.sentences import KINDS
from portal.cases.questions.models import Route
from portal.commands.due import desk_jobs
from portal.papers.correspondence import NoRecipient, compose
from portal.people.accounts.actions import create_account, disable_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.post.messages.models import OutboxMessage
from tests.factories import NOW, REGION, SYSTEM, a_voucher, an_application
from tests.snapshots import made_once

JOBS = [job for job in desk_jobs() if job.name == "weekly_warnings"]
NAMES = {str(words): kind for kind, words in KINDS.items()}
LATER = NOW + timedelta(days=7 * 22)
"""A Monday with a voucher that ends soon, a term that is past, and no questions for weeks."""


def a_reader(session: Session, role: Role = Role.REGION) -> Account:
    email = f"{role.value}.{len(session.scalars(select(Account)).all())}@voorbeeld.example"
    account = create_account(session, email=email, display_name="Rik de Vries", role=role, actor=SYSTEM, now=NOW)
    set_digest(session, wanted=True, actor=actor_of_account(account), now=NOW)
    return account


@made_once
def a_busy_desk(session: Session) -> None:
    a_voucher(session)
    an_application(session)
    an_application(session)
    plan_inflow(session, route=Route.INDIVIDUAL, per_month=200, valid_from=NOW.date(), actor=REGION, now=NOW)


def queued(engine: Engine) -> list[tuple[int, str, dict[str, Any] | None]]:
    def look(session: Session) -> list[tuple[int, str, dict[str, Any] | None]]:
        rows = select(OutboxMessage).where(OutboxMessage.template == DIGEST).order_by(OutboxMessage.id)
        return [(row.object_id, row.object_kind, row.details) for row in session.scalars(rows)]

    return unit_of_work(engine, look)


def mail(session: Session, account: Account, now: datetime) -> tuple[str, str]:
    message = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template == DIGEST, OutboxMessage.object_id == account.id)
        .order_by(OutboxMessage.id.desc())
    ).first()
    assert message is not None
    made = compose(session, message=message, address="https://loket.example", now=now)
    return made.subject, made.body


def counts_of(body: str) -> dict[str, int]:
    return {NAMES[name]: int(number) for name, number in re.findall(r"^- (.+): (\d+)$", body, re.MULTILINE)}


def shown(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    return {kind.value: number for kind, number in warnings_now(session, actor=actor, now=now).counts.items()}


def test_the_mail_goes_once_a_week_to_who_asked_for_it(engine: Engine) -> None:
    def make(session: Session) -> int:
        a_busy_desk(session)
        silent = a_reader(session, Role.CONTROLLER)
        set_digest(session, wanted=False, actor=actor_of_account(silent), now=NOW)
        return a_reader(session).id

    reader = unit_of_work(engine, make)
    weeks = []
    for days in (0, 0, 1, 6, 7, 8, 13, 14):
        run_jobs(engine, jobs=JOBS, now=LATER + timedelta(days=days))
        weeks.append(len(queued(engine)))
    assert weeks == [1, 1, 1, 1, 2, 2, 2, 3]
    assert {one for one, _, _ in queued(engine)} == {reader}
    assert all(details is None for _, _, details in queued(engine)), (
        "the outbox holds no figures: they are of the moment of sending"
    )


def test_the_mail_counts_what_the_page_of_its_reader_counts_at_that_moment(engine: Engine) -> None:
    def make(session: Session) -> tuple[Account, Account]:
        a_busy_desk(session)
        return a_reader(session), a_reader(session, Role.CONTROLLER)

    one, other = unit_of_work(engine, make)
    run_jobs(engine, jobs=JOBS, now=LATER)

    def check(session: Session) -> None:
        region, controller = session.merge(one), session.merge(other)
        actor = actor_of_account(region)
        for now in (LATER, LATER + timedelta(days=3)):
            subject, body = mail(session, region, now)
            assert counts_of(body) == shown(session, actor, now)
            total = sum(counts_of(body).values())
            assert total == len(desk_warnings(session, actor=actor, now=now)) >= 3
            assert subject.startswith(f"{total} waarschuwingen") and f"In totaal {total}." in body
        before = counts_of(mail(session, region, LATER)[1])
        found = desk_warnings(session, actor=actor, now=LATER)[0]
        mark_seen(session, key=found.key, note="Gezien.", until=LATER.date(), actor=actor, now=LATER)
        after = counts_of(mail(session, region, LATER)[1])
        assert sum(after.values()) == sum(before.values()) - 1 and after == shown(session, actor, LATER)
        assert counts_of(mail(session, controller, LATER)[1]) == before, "who did not note it still has it"

    unit_of_work(engine, check)


def test_the_mail_says_no_name_and_no_number_of_a_case(engine: Engine) -> None:
    def make(session: Session) -> Account:
        a_busy_desk(session)
        return a_reader(session)

    one = unit_of_work(engine, make)
    run_jobs(engine, jobs=JOBS, now=LATER)

    def check(session: Session) -> None:
        subject, body = mail(session, session.merge(one), LATER)
        for word in ("Vries", "Sam", "OV-", "technicus", "€"):
            assert word not in subject + body
        assert "/inloggen" in body

    unit_of_work(engine, check)


def test_who_may_not_have_it_any_more_when_it_is_sent_does_not_get_it(engine: Engine) -> None:
    def make(session: Session) -> list[Account]:
        a_busy_desk(session)
        return [a_reader(session) for _ in range(4)]

    accounts = unit_of_work(engine, make)
    run_jobs(engine, jobs=JOBS, now=LATER)
    assert len(queued(engine)) == 4

    def check(session: Session) -> None:
        stays, moved, closed, silent = (session.merge(one) for one in accounts)
        moved.role = Role.ADVISOR
        disable_account(session, account=closed, actor=SYSTEM, now=LATER)
        set_digest(session, wanted=False, actor=actor_of_account(silent), now=LATER)
        session.flush()
        assert counts_of(mail(session, stays, LATER)[1])
        for one in (moved, closed, silent):
            try:
                mail(session, one, LATER)
            except NoRecipient:
                continue
            raise AssertionError("nobody gets this mail who may not have it")

    unit_of_work(engine, check)
    run_jobs(engine, jobs=JOBS, now=LATER + timedelta(days=7))
    assert len(queued(engine)) == 5


def test_a_desk_without_warnings_says_so(engine: Engine) -> None:
    one = unit_of_work(engine, a_reader)
    run_jobs(engine, jobs=JOBS, now=NOW)

    def check(session: Session) -> None:
        subject, body = mail(session, session.merge(one), NOW)
        assert subject == "0 waarschuwingen bij het loket" and "geen waarschuwingen" in body and counts_of(body) == {}

    unit_of_work(engine, check)
