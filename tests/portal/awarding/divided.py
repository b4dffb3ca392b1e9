"""Proefland with a voucher that is divided in a round, and applications of some people."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound
from portal.awarding.divisions.queries import DividedRow, Division
from portal.framework.loading import load_region
from portal.people.actor import Actor, Audience
from tests.factories import ADVISOR, NOW, PROEFLAND, SYSTEM, a_mandate, an_application
from tests.portal.awarding.order_of_receipt.money import leave
from tests.snapshots import begin_with
from tests.web.planned import a_round

PLANNER = Actor(Audience.REGION, account_id=931, display_name="Pia Planner")
UNTIL = NOW.date() + timedelta(days=7)
AFTER = NOW + timedelta(days=8)
ALL = 120_000
"""What the voucher pays each of them at most, in cents."""


def divided_by(session: Session, folder: Path, method: str, *, cents: int = 10**9) -> None:
    """Load Proefland from a copy in `folder`, with a leervoucher that is divided by this method and so many cents for it."""
    shutil.copytree(PROEFLAND, folder)
    scheme = folder / "schemes" / "leervoucher.yaml"
    scheme.write_text(f"{scheme.read_text().rstrip()}\nbudget: {{distribution: {method}}}\n")
    begin_with(session, ("proefland by", method), lambda empty: _open(empty, folder))
    if cents < 10**9:
        leave(session, {"rijk-leren": cents, "provincie-breed": 0})


def _open(session: Session, folder: Path) -> None:
    load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    a_mandate(session, ADVISOR)


def applications(session: Session, number: int) -> None:
    """So many people apply, a minute apart."""
    for place in range(number):
        an_application(session, now=NOW + timedelta(minutes=place))


def a_division() -> Division:
    """Of one application."""
    return Division(
        AFTER.date(), (DividedRow("AV-2026-0001", ALL, ALL, (("rijk-leren", ALL),), 0, "ab" * 32),), ALL, 100.0
    )


def open_already(session: Session, **other: object) -> AwardRound:
    """A round by lot that is over, or another one, as a row."""
    made = a_round(session)
    for name, value in other.items():
        setattr(made, name, value)
    session.flush()
    return made
