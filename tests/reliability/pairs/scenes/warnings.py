"""Warnings: the plan, what somebody leaves out, and the weekly mail, each at the same moment as the others."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.warnings.actions import mark_seen, plan_inflow, queue_digest, set_digest, show_again
from portal.cases.questions.models import Route
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from tests.factories import NOW, REGION, SYSTEM, a_region
from tests.reliability.pairs.acts import PROGRAM, REGIONS, Found, Scene, row

TODAY = NOW.date()
KEY = "few_questions.employer"


def _reader(session: Session) -> Account:
    return session.scalars(select(Account).where(Account.email == "lezer@voorbeeld.example")).one()


def _actor(session: Session, _who: int) -> Actor:
    return actor_of_account(_reader(session))


READER = Found(_actor)
"""One person, twice at once: two windows."""
THE_ACCOUNT = Found(lambda session, _who: _reader(session).id)


def _standing(session: Session) -> None:
    a_region(session)
    since = TODAY - timedelta(days=200)
    plan_inflow(session, route=Route.EMPLOYER, per_month=500, valid_from=since, actor=REGION, now=NOW)
    account = create_account(
        session,
        email="lezer@voorbeeld.example",
        display_name="Lena Lezer",
        role=Role.CONTROLLER,
        actor=SYSTEM,
        now=NOW,
    )
    reader = actor_of_account(account)
    set_digest(session, wanted=True, actor=reader, now=NOW)
    mark_seen(session, key=KEY, note="Gezien.", until=TODAY, actor=reader, now=NOW)


STANDING = Scene(
    "a warning that somebody has seen and gets by mail",
    _standing,
    (
        row(mark_seen, key=KEY, note="Wij bellen.", until=TODAY + timedelta(days=3), actor=READER),
        row(show_again, key=KEY, actor=READER),
        row(set_digest, "off", wanted=False, actor=READER),
        row(queue_digest, account_id=THE_ACCOUNT, actor=PROGRAM),
        row(
            plan_inflow,
            "changed",
            route=Route.EMPLOYER,
            per_month=400,
            valid_from=TODAY - timedelta(days=200),
            actor=REGIONS,
        ),
        row(plan_inflow, "from today", route=Route.EMPLOYER, per_month=300, valid_from=TODAY, actor=REGIONS),
    ),
)

SCENES = (STANDING,)
