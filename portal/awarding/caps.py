"""The caps that an award counts towards, as the ledger guards them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching.offers.earlier_awards import had_before, years_later
from portal.awarding.earlier_awards import declared_elsewhere
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.same_person.queries import keys_of_person
from portal.framework.catalogue.queries import SchemeInForce
from portal.ledger.guards import PeriodCap, hold_caps
from portal.ledger.models import CapGuard
from portal.ledger.queries import Figures, figures
from portal.spending.vouchers.models import Award
from portal.spending.vouchers.queries import awards_for_training, awards_held
from schemes.basics.costs import HadBefore
from schemes.basics.values import value_on
from schemes.definition.amounts import Cap as CapRule

MOVING = ("before_award", "from_first_award")
"""Periods that move with the awards. Their guard has one name for ever; what lies outside of the period is added to the limit."""
FIRST = "first"


def caps_of_award(
    session: Session, scheme: SchemeInForce, application: Application, question: DevelopmentQuestion, award: Award
) -> tuple[PeriodCap, ...]:
    """The caps per person, employer or training that an award counts towards, each with its limit for this holder now.

    The guards are locked first, those of every pseudonym that is confirmed to be the same person: so the room that is worked out
    from the awards is the room until the end of the transaction. To be called when the funding lines at stake are locked, right
    before the money is reserved. The limit is what the guard counts and that room. What was declared of elsewhere takes room too.
    """
    on, found = award.counted_on, dict[tuple[str, str, str], PeriodCap]()
    rules = [
        (rule, limit, who)
        for rule in scheme.definition.caps
        if (limit := value_on(rule.amount_cents, on)) is not None
        and (who := _holder(rule, application, award, question)) is not None
    ]
    keys = {(rule.per, rule.period, rule.years): _keys(session, rule, scheme.slug, who, on) for rule, _, who in rules}
    counted = hold_caps(session, [key for each in keys.values() for key in each])
    said = declared_elsewhere(session, question=question, application=application)
    declared = [one for one in said if one.scheme == scheme.slug]
    held = _held_cents(session, award)
    for rule, limit, who in rules:
        key = keys[rule.per, rule.period, rule.years][0]
        others = [*_booked(session, scheme.slug, rule, who, award), *declared]
        left = counted[key] + max(0, limit - held - taken_cents(rule, others, on))
        if rule.period not in MOVING:
            left = min(left, max(0, limit - taken_cents(rule, declared, on)))
        known = found.get(key)
        found[key] = PeriodCap(*key, left if known is None else min(left, known.limit_cents))
    return tuple(found.values())


@dataclass(frozen=True)
class RoomUnderCap:
    """How much of a cap of a scheme a holder has used, and what is left of it for a new award, in cents."""

    scheme: str
    rule: CapRule
    limit_cents: int
    taken_cents: int

    @property
    def left_cents(self) -> int:
        """What is left."""
        return max(0, self.limit_cents - self.taken_cents)


def rooms_of(
    session: Session,
    *,
    schemes: Iterable[SchemeInForce],
    person_key: str | None,
    employer_key: str | None,
    declared: Sequence[HadBefore],
    on: date,
) -> list[RoomUnderCap]:
    """What is left for a holder under each cap per person or employer, on a day: as an award on that day would be counted.

    To look at: an award is guarded by `caps_of_award`, under lock. `declared` is what was had elsewhere.
    """
    booked = {
        "person": awards_held(session, person_key=person_key, employer_key=None),
        "employer": awards_held(session, person_key=None, employer_key=employer_key),
    }
    found = []
    for scheme in schemes:
        elsewhere = [one for one in declared if one.scheme == scheme.slug]
        for rule in scheme.definition.caps:
            limit = value_on(rule.amount_cents, on)
            if limit is None or not {"person": person_key, "employer": employer_key}.get(rule.per):
                continue
            here = [
                HadBefore(scheme=scheme.slug, amount_cents=one.cents, awarded_on=one.day)
                for one in booked[rule.per].get(scheme.slug, [])
                if one.cents > 0
            ]
            found.append(RoomUnderCap(scheme.slug, rule, limit, taken_cents(rule, [*here, *elsewhere], on)))
    return found


def _holder(rule: CapRule, application: Application, award: Award, question: DevelopmentQuestion) -> str | None:
    """Under what a cap is counted, a pseudonym or a training; None when it is no cap of a holder, or there is none.

    What was awarded stays counted for the training that it was awarded for, whatever becomes of the question.
    """
    training = award.training_key or question.training_key
    keys = {"person": application.person_key, "employer": application.employer_key, "training": training}
    return keys.get(rule.per) or None


def _keys(session: Session, rule: CapRule, scheme: str, who: str, on: date) -> list[tuple[str, str, str]]:
    """The key of the guard of a cap, and after it those of the other pseudonyms of the same person."""
    others = sorted(keys_of_person(session, who) - {who}) if rule.per == "person" else []
    holders = [who] if rule.per == "training" else [f"{rule.per}:{one}" for one in (who, *others)]
    return [(scheme, holder, _name_of_period(session, rule, scheme, holder, on)) for holder in holders]


def _name_of_period(session: Session, rule: CapRule, scheme: str, holder: str, on: date) -> str:
    """The name of the period; a guard that has the name of a first award keeps it, whatever becomes of that award."""
    name = period_key(rule, on)
    if name != FIRST:
        return name
    mine = (CapGuard.scheme == scheme, CapGuard.holder_key == holder)
    named = select(CapGuard.period_key).where(
        *mine, or_(CapGuard.period_key == FIRST, CapGuard.period_key.like("from:%"))
    )
    return session.scalar(named.order_by(CapGuard.id).limit(1)) or FIRST


def _held_cents(session: Session, award: Award) -> int:
    """What the books hold for the award already: nothing for a new one."""
    if award.voucher is None:
        return 0
    held = figures(session, by=("voucher_id",), voucher_ids=[award.voucher.id]).get((award.voucher.id,), Figures())
    return held.reserved_cents + held.spent_cents


def _booked(session: Session, scheme: str, rule: CapRule, who: str, award: Award) -> list[HadBefore]:
    """What this desk awarded besides to the holder, net of what was released, under all pseudonyms; or for the training."""
    if rule.per == "training":
        found = awards_for_training(session, training_key=who, schemes=[scheme], but=award.id)
    else:
        person, employer = (who, None) if rule.per == "person" else (None, who)
        found = awards_held(session, person_key=person, employer_key=employer, but=award.id)
    return [
        HadBefore(scheme=scheme, amount_cents=one.cents, awarded_on=one.day)
        for one in found.get(scheme, [])
        if one.cents > 0
    ]


def taken_cents(rule: CapRule, awards: Sequence[HadBefore], on: date) -> int:
    """What other awards take of a cap on a day; one on a later application of the same period that was decided earlier too."""
    counted = []
    for award in awards:
        later = award.awarded_on > on
        if later and not _same_period(rule, award.awarded_on, on):
            continue
        counted.append(award.model_copy(update={"awarded_on": on}) if later else award)
    return had_before(rule, counted, on)


def _same_period(rule: CapRule, later: date, on: date) -> bool:
    if rule.period in MOVING:
        return later < years_later(on, rule.years or 0)
    return period_key(rule, later) == period_key(rule, on)


def period_key(rule: CapRule, on: date) -> str:
    """The name of the period of a cap in which a day falls. A period that moves has one name for ever."""
    if rule.period == "calendar_year":
        return f"year:{on.year}"
    if rule.period == "school_year":
        return f"school:{on.year if on.month >= 8 else on.year - 1}"
    if rule.period == "before_award":
        return f"last:{rule.years}"
    return FIRST if rule.period == "from_first_award" else "ever"
