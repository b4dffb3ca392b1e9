"""Short ways to lay down and approve what the region accounts for."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.actions import CofinancingTerms, EvidenceFile
from portal.accounting.cofinancing.models import CofinancingSector
from portal.accounting.expenses.actions import ExpensePaper, approve_expense, lay_down_expense
from portal.accounting.expenses.models import Expense
from portal.accounting.scope import Scope, scope_of
from portal.accounting.work_packages.actions import WorkPackageTerms, add_work_package
from portal.accounting.work_packages.models import WorkPackage
from portal.framework.funding.models import FundingLine
from portal.people.accounts.queries import organisation_by_slug
from portal.people.actor import Actor, Audience
from portal.people.audit.chain import chain_events
from portal.people.audit.models import AuditEvent, AuditLink
from portal.post.files.actions import Vault
from tests.factories import NOW, REGION, a_region
from tests.portal.post.files.hostile import pdf

SECOND_OF_REGION = replace(REGION, account_id=912, display_name="Tweede Persoon")


def terms(number: str = "WP1", **more: Any) -> WorkPackageTerms:
    given = {
        "number": number,
        "title_nl": "Loket",
        "title_en": "Desk",
        "period_from": date(2026, 1, 1),
        "period_to": date(2027, 12, 31),
    }
    return WorkPackageTerms(**(given | more))


def a_package(session: Session, number: str = "WP1", **more: Any) -> WorkPackage:
    a_region(session)
    return add_work_package(session, terms=terms(number, **more), actor=REGION, now=NOW)


def bill(net: int = 10_000, vat: int = 2_100, number: str = "2026-1", **more: Any) -> ExpensePaper:
    given = {
        "supplier": "Drukkerij De Pers bv",
        "description": "Folders voor het loket",
        "invoice_number": number,
        "invoice_date": NOW.date(),
        "net_cents": net,
        "vat_cents": vat,
        "vat_deductible": False,
        "content": pdf(1),
        "file_name": "factuur.pdf",
    }
    return ExpensePaper(**(given | more))


def a_line(session: Session, place: int = 0) -> FundingLine:
    return session.scalars(select(FundingLine).order_by(FundingLine.id).offset(place)).first()  # type: ignore[return-value]


def laid(session: Session, vault: Vault, package: WorkPackage, **more: Any) -> Expense:
    line, by, now = more.pop("line", None) or a_line(session), more.pop("actor", REGION), more.pop("now", NOW)
    return lay_down_expense(session, paper=bill(**more), package=package, line=line, vault=vault, actor=by, now=now)


def booked(session: Session, vault: Vault, package: WorkPackage, **more: Any) -> Expense:
    expense = laid(session, vault, package, **more)
    return approve_expense(session, expense=expense, actor=SECOND_OF_REGION, now=more.get("now", NOW))


def a_vault(folder: Path) -> Vault:
    return Vault(folder / "files", secrets.token_bytes(32))


def whole(session: Session) -> Scope:
    scope = scope_of(session, actor=REGION)
    assert scope is not None
    return scope


def funder_of(session: Session, line: FundingLine) -> Actor:
    organisation = organisation_by_slug(session, slug=line.funder.slug)
    assert organisation is not None
    return Actor(Audience.FUNDER, account_id=77, organisation_id=organisation.id)


def scope_of_funder(session: Session, line: FundingLine) -> Scope:
    scope = scope_of(session, actor=funder_of(session, line))
    assert scope is not None
    return scope


def money(cents: int = 50_000, **more: Any) -> CofinancingTerms:
    given = {
        "contributor": "Werkgeversvereniging",
        "description": "Bijdrage aan het loket",
        "sector": CofinancingSector.PRIVATE,
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 1, 31),
        "cash_cents": cents,
    }
    return CofinancingTerms(**(given | more))


def evidence() -> EvidenceFile:
    return EvidenceFile(pdf(1), "bewijs.pdf")


def said_in_log(session: Session, action: str) -> list[dict[str, Any]]:
    """Per act of this name, the oldest first: what was decided, per field before and after, over all its records."""
    chain_events(session)
    rows = select(AuditLink.decided).join(AuditEvent, AuditEvent.id == AuditLink.event_id)
    found = session.scalars(rows.where(AuditEvent.action == action).order_by(AuditLink.place))
    return [
        {f"{record.split(':')[0]}.{name}": pair for record, of in one.items() for name, pair in of.items()}
        for one in found
    ]
