"""A Proefland in which every rule that money must keep is near: ceilings per year and over years, aid, shares, two people, waiting."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.iban import calc_check_digits

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.questions.models import CostInput
from portal.framework.catalogue.models import RegionRecord
from portal.framework.loading import load_region
from portal.spending.providers.models import Provider
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    PROEFLAND,
    REGION,
    SECOND,
    SYSTEM,
    a_mandate,
    a_provider,
    an_application,
    approve,
    somebody,
)
from tests.snapshots import begin_with

AID_CENTS = 120_000
"""The most aid that one undertaking may have in three years: little, so that walks meet it."""
ALONE_CENTS = 150_000
"""Above this two people decide on a learning voucher."""
LIMITED_CENTS = 180_000
"""What the second person may decide on."""
IBANS = ("NL39RABO0300065264", "NL44RABO0123456789", "NL20INGB0001234567")
NEW_IBANS = tuple(f"NL{calc_check_digits(f'NL00PROF{n:010d}')}PROF{n:010d}" for n in range(1, 9))
"""Of nobody yet: to which providers move."""

_SETTINGS = f"settings: {{de_minimis: {{ceiling_cents: {AID_CENTS}, undertaking_values: []}}}}\n"
_FACT = """
  - key: de_minimis_used_cents
    type: money
    question: {nl: "Hoeveel steun?", en: "How much aid?"}
    why: {nl: Voor het maximum., en: For the most.}
"""
_LINES = """
  - id: gemeente-werk
    funder: provincie
    title: {nl: Werk, en: Work}
    amount_cents: 250000
    earmark: {schemes: [bedrijfsvoucher, materiaalvoucher]}
    period: {from: 2026-01-01, to: 2027-06-30}
"""
_CHANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "region.yaml": (("municipalities:", f"{_SETTINGS}municipalities:"),),
    "facts.yaml": (("\nfacts:", f"\nfacts:{_FACT.rstrip()}"),),
    "funding.yaml": (("amount_cents: 1000000", "amount_cents: 450000"), ("amount_cents: 2000000", "amount_cents: 300000")),
    "schemes/leervoucher.yaml": (
        ("voucher:", f"four_eyes_above_cents: {ALONE_CENTS}\nbudget: {{distribution: order_of_receipt, waiting_list: true}}\nvoucher:"),
        ("{per: person, amount_cents: 300000, period: calendar_year}",
         "{per: person, amount_cents: 300000, period: calendar_year}\n"
         "  - {per: person, amount_cents: 450000, period: before_award, years: 3}"),
        ("keep_rest: true", "keep_rest: true, share_elsewhere: waits"),
    ),
    "schemes/bedrijfsvoucher.yaml": (("public_money: true", "public_money: true\nstate_aid: de_minimis"),),
    "schemes/materiaalvoucher.yaml": (("payee: provider", "payee: resident"),),
}  # fmt: skip


def begin_region(session: Session) -> None:
    """Load that region, with a few vouchers: two people who decide, the second up to less, and two providers with an account number."""
    begin_with(session, "the region of the walks", _open)


def _open(session: Session) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / PROEFLAND.name
        shutil.copytree(PROEFLAND, folder)
        for name, changes in _CHANGES.items():
            file = folder / name
            text = file.read_text()
            for old, new in changes:
                assert old in text, f"{name} has no {old!r} any more"
                text = text.replace(old, new)
            file.write_text(text)
        funding = folder / "funding.yaml"
        funding.write_text(funding.read_text().rstrip() + _LINES)
        load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    session.get_one(RegionRecord, 1).holder_salt = "5a" * 32  # the same in every process: a walk can be walked again
    a_mandate(session, ADVISOR)
    a_mandate(session, SECOND, up_to_cents=LIMITED_CENTS)
    for number in (REGION.account_id, 912):
        a_mandate(session, replace(REGION, account_id=number))
    for _ in range(2):
        a_provider(session)
    for provider, iban in zip(session.scalars(select(Provider).order_by(Provider.id)), IBANS, strict=False):
        provider.iban = iban
    session.flush()
    _first_vouchers(session)


def _first_vouchers(session: Session) -> None:
    """A few people got something already, less than it costs, so that more can follow; one of them for materials."""
    things = [CostInput("materials", 60_000)]
    question = an_application(session, applicant=somebody(4), costs=things, schemes=["materiaalvoucher"])
    approve(session, question)
    for number, cents in ((1, 120_000), (2, 260_000), (3, 140_000)):
        question = an_application(session, applicant=somebody(number), costs=[CostInput("tuition", cents)])
        proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
        shares = [one.model_copy(update={"cents": 70_000}) for one in stored_proposal(proposal).shares]
        draft = Draft(proposal, "Past.", ALL_CHECKED, shares=shares)
        approve_proposal(session, question=question, draft=draft, actor=(ADVISOR, SECOND)[number % 2], now=NOW)
