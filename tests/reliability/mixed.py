"""Everything that moves the money of a voucher at once: award, redeem, expire, revoke, re-assign, and lower the budget.

One attempt is one act, chosen by the number of the attempt, so that a race can be repeated. An act that meets a rule of the desk
(no room, not live any more, an earlier application first) is refused and leaves nothing behind.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState
from portal.framework.funding.actions import lower_budget
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger import actions as ledger
from portal.ledger import reassigning
from portal.ledger.actions import fund, give_back
from portal.ledger.queries import available_cents
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import payers_of
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import LIVE_STATES, Voucher, VoucherState
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_provider, a_region, an_application, approve
from tests.snapshots import begin_with

AMOUNT = 25_000
PATIENCE = 30
HESITATION = 0.03  # seconds between looking and writing, in the control
LINES = ("rijk-leren", "provincie-breed")
ACTS = ("award", "award", "award", "redeem", "redeem", "expire", "revoke", "reassign", "lower")
PLENTY = 10**10


def prepare(session: Session, *, applications: int, awarded: int, left_cents: int) -> None:
    """Applications of 25,000 cents; the first ones have a voucher, and two budgets have this much left."""
    key = ("a mix of acts", applications, awarded, left_cents)
    begin_with(session, key, lambda empty: _prepare(empty, applications, awarded, left_cents))


def _prepare(session: Session, applications: int, awarded: int, left_cents: int) -> None:
    a_region(session)
    a_provider(session)
    lines = {line.slug: line.id for line in funding_lines(session)}
    for slug in LINES:
        fund(session, funding_line_id=lines[slug], amount_cents=PLENTY, actor_id="system", now=NOW)
    for number in range(applications):
        question = an_application(session, costs=[CostInput("tuition", AMOUNT)])
        if number < awarded:
            approve(session, question)
    left = available_cents(session, funding_line_ids=lines.values())
    for slug, line in lines.items():
        keep = left_cents if slug in LINES else 0
        gone = left[line] - keep
        if gone:
            give_back(session, funding_line_id=line, amount_cents=gone, actor_id="system", now=NOW, note="race")


def step(engine: Engine, number: int) -> None:
    """One act, as the desk does it."""
    unit_of_work(engine, lambda session: _step(session, number), attempts=PATIENCE)


def step_unguarded(engine: Engine, number: int) -> None:
    """The control: the same acts without the guard of the budget, and with a moment between looking and writing."""

    def look_away(*_arguments: Any) -> None:
        time.sleep(HESITATION)

    with (
        patch.object(ledger, "move_budgets", look_away),
        patch.object(reassigning, "move_budgets", look_away),
        patch("portal.awarding.decisions.reserving.keep_order_of_receipt", lambda *_a, **_k: None),
    ):
        unit_of_work(engine, lambda session: _step(session, number), attempts=PATIENCE)


def _step(session: Session, number: int) -> None:
    chance = random.Random(number)
    act = chance.choice(ACTS)
    if act == "award":
        award_next(session)
    elif act == "lower":
        line = session.scalars(select(FundingLine).where(FundingLine.slug == chance.choice(LINES))).one()
        lower_budget(session, line=line, amount_cents=chance.randint(1, AMOUNT), reason="race", actor=SYSTEM, now=NOW)
    else:
        states = (*LIVE_STATES, VoucherState.REDEEMED) if act == "reassign" else LIVE_STATES
        some = session.scalars(select(Voucher.id).where(Voucher.state.in_(states)).order_by(Voucher.id)).all()
        if not some:
            raise Refusal("nothing_live", "race")
        _change(session, session.get_one(Voucher, chance.choice(some)), act, chance)


def award_next(session: Session) -> None:
    """Approve the application that came first of those that are not decided."""
    waiting = select(DevelopmentQuestion).where(DevelopmentQuestion.state == QuestionState.APPLIED)
    question = session.scalars(waiting.order_by(DevelopmentQuestion.id).limit(1)).first()
    if question is None:
        raise Refusal("all_decided", "race")
    approve(session, question)


def _change(session: Session, voucher: Voucher, act: str, chance: random.Random) -> None:
    if act == "redeem":
        redeem_voucher(
            session,
            voucher=voucher,
            bill=Bill(f"F{chance.random()}", date(2026, 3, 2), chance.randint(1, AMOUNT)),
            actor=_provider(session),
            now=NOW,
        )
    elif act == "expire":
        later = local_date(NOW) + timedelta(days=400)
        expire_voucher(session, voucher=voucher, today=later, actor=SYSTEM, now=NOW)
    elif act == "revoke":
        revoke_voucher(session, voucher=voucher, reason="race", actor=ADVISOR, now=NOW)
    else:
        held = payers_of(session, voucher=voucher)  # reserved, or used and not yet paid
        if not held:
            raise Refusal("nothing_held", "race")
        payer = chance.choice(held)
        goal = next(line for line in funding_lines(session) if line.slug in LINES and line.id != payer.line.id)
        reassign_voucher(
            session,
            voucher=voucher,
            takeover=Takeover(
                from_line=payer.line, to_line=goal, amount_cents=chance.randint(1, payer.cents), stands=payer.stands
            ),
            reason="race",
            actor=REGION,
            now=NOW,
        )


def _provider(session: Session) -> Actor:
    provider = session.scalars(select(Provider).order_by(Provider.id)).first()
    assert provider is not None
    return Actor(Audience.PROVIDER, account_id=9001, organisation_id=provider.organisation_id, display_name="Pia")
