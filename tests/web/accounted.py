"""What the region accounts for, of two funders: a work package, an expense and co-financing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.actions import add_cofinancing_evidence, claim_cofinancing
from portal.accounting.expenses.actions import approve_expense, lay_down_expense
from portal.accounting.takeover.actions import keep_administration
from portal.accounting.takeover.columns import TableKind
from portal.accounting.winding_down.actions import begin_winding_down
from portal.accounting.work_packages.actions import add_work_package
from portal.cases.origins.actions import make_campaign
from portal.framework.funding.models import Agreement, Funder
from portal.framework.funding.queries import funders, funding_lines
from portal.people.actor import Actor, Audience
from portal.post.files.actions import Vault
from tests.portal.accounting.accounts_of import bill, evidence, money, terms
from tests.web.asked import NOW

COLLEAGUE = Actor(Audience.REGION, account_id=990, display_name="Cor Collega")
SECOND_COLLEAGUE = Actor(Audience.REGION, account_id=991, display_name="Bea Collega")


def accounted(session: Session, *, vault: Vault) -> dict[str, str]:
    """The ids, as the world keeps them: of the first funder, and `other` of another one; and the code of a campaign."""
    package = add_work_package(session, terms=terms(), actor=COLLEAGUE, now=NOW)
    made = {"package": package.public_id, "administration": _administration(session)}
    made["campaign"] = make_campaign(session, code="flyer", name="Flyer", actor=COLLEAGUE, now=NOW).code
    first, second = funders(session)[:2]
    for name, funder in (("", first), ("other ", second)):
        line = next(one for one in funding_lines(session) if one.funder_id == funder.id)
        paper = bill(100, 21, f"{name}1", invoice_date=date(2026, 1, 5))
        expense = lay_down_expense(
            session, paper=paper, package=package, line=line, vault=vault, actor=COLLEAGUE, now=NOW
        )
        approve_expense(session, expense=expense, actor=SECOND_COLLEAGUE, now=NOW)
        agreement = _agreement(session, funder)
        entry = claim_cofinancing(
            session, agreement=agreement, contribution=money(own_share=True), actor=COLLEAGUE, now=NOW
        )
        add_cofinancing_evidence(
            session, entry=entry, evidence=evidence(), payment=evidence(), vault=vault, actor=COLLEAGUE, now=NOW
        )
        made |= {f"{name}expense": expense.public_id, f"{name}entry": entry.public_id, f"{name}deal": agreement.slug}
    ending = {"last_day": date(2026, 12, 31), "reason": "Het geld loopt af.", "actor": COLLEAGUE, "now": NOW}
    made["winding"] = begin_winding_down(session, funder=first, schemes=[], **ending).public_id  # type: ignore[arg-type]
    return made


def _administration(session: Session) -> str:
    """A file of an earlier administration that somebody sent."""
    table = {"headings": ["Budgetregel", "Bedrag"], "rows": [[2, ["onbekend", "100"]]]}
    read = {TableKind.BUDGETS: table}
    return keep_administration(session, name="fonds.xlsx", read=read, actor=COLLEAGUE, now=NOW).public_id


def _agreement(session: Session, funder: Funder) -> Agreement:
    """An agreement with this funder; a new one when it has none."""
    known = session.scalars(select(Agreement).where(Agreement.funder_id == funder.id)).first()
    if known is None:
        known = Agreement(
            slug=f"met-{funder.slug}"[:80], funder_id=funder.id, title_nl="Afspraak", title_en="Deal", created_at=NOW
        )
        session.add(known)
        session.flush()
    return known
