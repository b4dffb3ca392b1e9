"""Lives of vouchers, made by the acts of the desk at moments of their own: what figures are recounted over."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import VERSION, Forecast
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import pay
from portal.oversight.outcomes.actions import HolderAnswer, answer_outcome
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.people.actor import Actor
from portal.platform.clock import local_date, start_of_day
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import RedemptionSpend, Voucher
from schemes.facts.references import ListItem, ValueVersion
from tests.factories import ADVISOR, COMPANY, NOW, SYSTEM, a_decision, a_provider, a_region, somebody
from tests.snapshots import begin_with

SECTORS = ("technology", "care", None)
PLACES = ("GM9901", "GM9902")


def a_list(first: date, *sectors: str, until: date | None = None) -> ValueVersion:
    """A version of the list of sectors that are short of staff."""
    items = tuple(ListItem(value=one) for one in sectors)
    return ValueVersion.model_validate({"from": first, "until": until, "source": "Invented", "items": items})


SHORTAGE = (
    a_list(date(2024, 1, 1), "technology"),
    a_list(date(2026, 4, 20), "technology", "care", until=date(2027, 12, 31)),
)
"""The list changes while people live; Proefland has none of its own."""


def a_life(session: Session, seed: int) -> None:
    """A desk with the acts of one life."""
    begin_with(session, ("lives", seed), lambda empty: _begun(empty, seed))


def _begun(session: Session, seed: int) -> None:
    a_region(session)
    live(session, seed=seed, acts=45)


def live(session: Session, *, seed: int, acts: int) -> None:
    """So many acts at random, the same for the same seed, each a few days after the one before."""
    chance = random.Random(seed)
    providers = [a_provider(session)[1], a_provider(session)[1]]
    for number in range(acts):
        now = NOW + timedelta(days=2 * number, minutes=number)
        try:
            with session.begin_nested():
                _act(session, chance, providers, number, now)
        except (Refusal, MixNoLongerFits):
            session.expire_all()


def _act(session: Session, chance: random.Random, providers: list[Actor], number: int, now: datetime) -> None:
    kind = chance.choice(("award", "award", "redeem", "redeem", "pay", "expire", "revoke", "answer"))
    found = list(session.scalars(select(Voucher).order_by(Voucher.id)))
    if kind == "award" or not found:
        _award(session, chance, number, now)
        return
    voucher = chance.choice(found)
    if kind == "redeem":
        bill = Bill(f"F{number}", local_date(now), chance.randint(1_000, 90_000))
        redeem_voucher(session, voucher=voucher, bill=bill, actor=chance.choice(providers), now=now)
    elif kind == "pay":
        ids = list(session.scalars(select(RedemptionSpend.transfer_id)))
        if ids:
            pay(session, spend_id=chance.choice(ids), actor_id="system", now=now)
    elif kind == "expire":
        later = local_date(now) + timedelta(days=400)
        expire_voucher(session, voucher=voucher, today=later, actor=SYSTEM, now=now)
    elif kind == "revoke":
        revoke_voucher(session, voucher=voucher, reason="proef", actor=ADVISOR, now=now)
    else:
        asked = set(session.scalars(select(TrainingOutcome.moment).where(TrainingOutcome.voucher_id == voucher.id)))
        left = [moment for moment in Moment if moment not in asked]
        if not left:
            return
        outcome = TrainingOutcome(voucher_id=voucher.id, moment=left[0], asked_at=now)
        session.add(outcome)
        session.flush()
        if chance.random() < 0.7:
            said = HolderAnswer(
                chance.choice(list(TrainingEnd)),
                (Work.LOOKING, Work.LOOKING, Work.SAME_JOB)[voucher.id % 3],
                chance.choice(list(Work)),
                chance.choice(list(WithoutFund)),
            )
            answer_outcome(session, outcome=outcome, answer=said, actor=ADVISOR, now=now)


def _award(session: Session, chance: random.Random, number: int, now: datetime) -> None:
    cents, by_employer = chance.randint(2_500, 90_000), chance.random() < 0.4
    materials = not by_employer and chance.random() < 0.4
    applicant = replace(COMPANY, kvk_number=f"1234567{number % 3}") if by_employer else somebody(number % 7)
    question, _ = a_decision(
        session,
        route=Route.EMPLOYER if by_employer else Route.INDIVIDUAL,
        schemes=["materiaalvoucher"] if materials else None,
        costs=[CostInput("materials" if materials else "tuition", cents)],
        applicant=applicant,
        now=now,
    )
    say(session, question, chance.choice(SECTORS), size=chance.choice((4, 30, 400)), place=chance.choice(PLACES))


def say(
    session: Session, question: DevelopmentQuestion, sector: str | None, *, size: int = 5, place: str = "GM9901"
) -> None:
    """What was answered about the training and the company, as figures read it."""
    key = "employer_municipality" if question.route is Route.EMPLOYER else "residence_municipality"
    facts = {**question.facts, key: place, "employer_size": size}
    question.facts = facts | ({"training_sector": sector} if sector else {})
    session.flush()


WHOLE = (date(2026, 1, 1), date(2027, 12, 31))


def forecasts_on(session: Session, *days: date, without: str | None = None) -> None:
    """A forecast of each of these days, the first one first; each expects something else of every budget line (but one)."""
    for day in sorted(days):
        lines = [
            {"line": line.slug, "expected": 1_000 * day.day + place}
            for place, line in enumerate(funding_lines(session), start=1)
            if line.slug != without
        ]
        session.add(
            Forecast(
                data_day=day,
                until=day + timedelta(weeks=26),
                seed=1,
                paths=10,
                version=VERSION,
                vouchers=1,
                figures={"lines": lines},
                made_at=start_of_day(day),
                made_by="tests",
                made_by_name="",
            )
        )
        session.flush()
