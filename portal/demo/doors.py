"""How to enter the demonstration as each audience: addresses that are printed when the desk starts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.accounts.actions import grant_access_link, issue_sign_in_link
from portal.people.accounts.models import EmployerAddress, Role
from portal.people.accounts.queries import accounts
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.employers import arm_employer_link, begin_employer_link
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Voucher, VoucherState

ACTOR = Actor.system("loket run")
LABELS = {
    Role.ADVISOR: "Advisor",
    Role.OWNER: "Scheme owner",
    Role.REGION: "Region",
    Role.PROVIDER: "Provider",
    Role.ADMIN: "Administrator",
    Role.HELPER: "Helper",
    Role.FUNDER: "Funder",
    Role.CONTROLLER: "Controller",
    Role.AUDITOR: "Auditor",
}
FIRST = {Role.PROVIDER: "karin.proefstra@example.nl", Role.OWNER: "olga.eigenaar@example.nl"}
"""Whom to enter as when there are several; otherwise the first by name."""
SECOND = (
    "boris.adviseur@example.nl",
    "tessa.teamlid@example.nl",
    "otto.eigenaar@example.nl",
    "roos.regio@example.nl",
    "ben.beheer@example.nl",
)
"""Who has a door of their own beside the first: some things take two people, and one sees the cases of one team alone."""


def doors(engine: Engine, *, address: str, now: datetime) -> list[tuple[str, str]]:
    """A line per audience: who, and the address to open. Links of accounts work once, for ten minutes."""
    return unit_of_work(engine, lambda session: _doors(session, address, now))


def _doors(session: Session, address: str, now: datetime) -> list[tuple[str, str]]:
    lines = [("Resident", f"{address}/"), ("Employer", f"{address}/werkgever")]
    for label, audience, question_id in _cases(session):
        token = grant_access_link(session, question_id=question_id, audience=audience, actor=ACTOR, now=now)
        record(
            session, actor=ACTOR, action="question.link_issued", object_kind="question", object_id=question_id, now=now
        )
        lines.append((label, f"{address}/toegang/{token}"))
    lines += _employer_at_its_desk(session, address, now)
    active = [account for account in accounts(session) if account.disabled_at is None]
    for role, label in LABELS.items():
        fits = sorted((one for one in active if one.role is role), key=lambda one: one.email != FIRST.get(role))
        for one in (*fits[:1], *(other for other in fits[1:] if other.email in SECOND)):
            token = issue_sign_in_link(session, account=one, actor=ACTOR, now=now)
            record(session, actor=ACTOR, action="account.link_issued", object_kind="account", object_id=one.id, now=now)
            lines.append((f"{label}, {one.display_name}", f"{address}/inloggen/{token}"))
    lines.append(("Anybody with an account", f"{address}/inloggen"))
    return lines


def _employer_at_its_desk(session: Session, address: str, now: datetime) -> list[tuple[str, str]]:
    """The first employer that an address speaks for. The link works once, for ten minutes."""
    known = select(EmployerAddress.email).where(EmployerAddress.ended_at.is_(None)).order_by(EmployerAddress.id)
    email = session.scalar(known.limit(1))
    if email is None:
        return []
    link = begin_employer_link(session, email=email, actor=ACTOR, now=now)
    token = arm_employer_link(session, link=link, now=now)
    kind, action = "employer_link", "employer.link_issued"
    record(session, actor=ACTOR, action=action, object_kind=kind, object_id=link.id, now=now)
    return [("Employer with all its questions", f"{address}/werkgever/inloggen/{token}")]


def _cases(session: Session) -> list[tuple[str, Audience, int]]:
    """Questions that show something: a resident with a voucher, an employer who is asked for a pledge, one that asked itself."""
    voucher = (
        select(DevelopmentQuestion.id)
        .join(Voucher, Voucher.question_id == DevelopmentQuestion.id)
        .where(Voucher.state == VoucherState.ISSUED)
        .order_by(Voucher.id.desc())
        .limit(1)
    )
    pledge = select(Pledge.question_id).where(Pledge.state == PledgeState.ASKED).order_by(Pledge.id.desc()).limit(1)
    wanted = (
        ("Resident with a voucher", Audience.RESIDENT, voucher.where(DevelopmentQuestion.route == Route.INDIVIDUAL)),
        ("Employer asked to contribute", Audience.EMPLOYER, pledge),
        ("Employer with a voucher", Audience.EMPLOYER, voucher.where(DevelopmentQuestion.route == Route.EMPLOYER)),
    )
    found = [(label, audience, session.scalar(query)) for label, audience, query in wanted]
    return [(label, audience, number) for label, audience, number in found if number is not None]
