"""What was agreed with two funders, for the screens of the accounts: of each a party, a duty, a paper, a change and a tranche."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import (
    AgreementPaper,
    DutyTerms,
    add_document,
    add_duty,
    add_party,
    ask_change,
)
from portal.accounting.agreements.models import DutyKind
from portal.accounting.tranches.actions import add_tranche, promise_money
from portal.framework.funding.models import Agreement
from portal.framework.funding.queries import funders
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.post.files.actions import Vault, note_scan
from tests.portal.post.files.hostile import pdf
from tests.web.asked import NOW
from tests.web.browser import SYSTEM

TODAY = NOW.date()
LATER = TODAY + timedelta(days=30)


def agreed(session: Session, *, region: Account, vault: Vault) -> dict[str, str]:
    """The public ids of what there is, by name; what begins with "other" is of another funder than the accounts of funders."""
    actor, ids = actor_of_account(session.merge(region)), {}
    own, other = funders(session)[:2]
    for name, funder in (("", own), ("other ", other)):
        agreement = session.scalars(select(Agreement).where(Agreement.funder_id == funder.id)).first()
        assert agreement is not None
        ids |= {f"{name}{key}": value for key, value in _of(session, agreement, actor, vault).items()}
    return ids


def _of(session: Session, agreement: Agreement, actor: Actor, vault: Vault) -> dict[str, str]:
    party = add_party(session, agreement=agreement, name="De gemeente", signed_on=None, actor=actor, now=NOW)
    report = DutyTerms(DutyKind.REPORT, "Voortgang melden.", due_on=LATER)
    duty = add_duty(session, agreement=agreement, terms=report, actor=actor, now=NOW)
    paper = AgreementPaper(pdf(), "afspraak.pdf", "De afspraak")
    document = add_document(session, agreement=agreement, paper=paper, vault=vault, actor=actor, now=NOW)
    note_scan(session, file=document.file, clean=True, actor=SYSTEM, now=NOW)
    asked = [agreement.funder]
    change = ask_change(
        session, agreement=agreement, what="Meer groepen.", asked_on=TODAY, funders=asked, actor=actor, now=NOW
    )
    promise_money(session, agreement=agreement, amount_cents=100_000, on=TODAY, reason="Brief.", actor=actor, now=NOW)
    tranche = add_tranche(session, agreement=agreement, amount_cents=50_000, expected_on=LATER, actor=actor, now=NOW)
    return {
        "agreement": agreement.slug,
        "party": party.public_id,
        "duty": duty.public_id,
        "document": document.public_id,
        "approval": change.approvals[0].public_id,
        "tranche": tranche.public_id,
    }
