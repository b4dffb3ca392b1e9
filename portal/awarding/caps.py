"""The caps that an award counts towards, as the ledger guards them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers.earlier_awards import had_before, years_later
from portal.awarding.earlier_awards import awards_of_applicant
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce
from portal.ledger.guards import PeriodCap
from portal.ledger.models import CapGuard
from portal.spending.vouchers.models import Award
from portal.spending.vouchers.queries import awards_before
from schemes.basics.costs import HadBefore
from schemes.basics.values import value_on
from schemes.definition.amounts import Cap as CapRule


def caps_of_award(
    session: Session, scheme: SchemeInForce, application: Application, question: DevelopmentQuestion, award: Award
) -> tuple[PeriodCap, ...]:
    """The caps per person or employer that an award counts towards, each with its limit for this holder now.

    The guard of a cap counts what this desk awarded under this pseudonym. What was declared (and is not in this desk's own
    books) is taken off the limit, and so is what was awarded under other pseudonyms before an advisor confirmed that they are
    one person; what this desk awarded before a window that moves with the day is added to it.
    """
    on, caps = award.counted_on, []
    known = awards_of_applicant(session, application=application, on=on, but=award.id)
    declared = [
        _entry(scheme.slug, int(entry["amount_cents"]), date.fromisoformat(entry["awarded_on"]))
        for entry in question.had_before
        if entry["scheme"] == scheme.slug and scheme.slug not in known
    ]
    for rule in scheme.definition.caps:
        limit = value_on(rule.amount_cents, on)
        person = application.person_key if rule.per == "person" else None
        employer = application.employer_key if rule.per == "employer" else None
        if limit is None or not (person or employer):
            continue
        own = _booked(session, scheme.slug, person, employer, award, exactly=True)
        joined = _booked(session, scheme.slug, person, employer, award, exactly=False) if person else own
        holder = f"{rule.per}:{person or employer}"
        key = period_key(rule, on, [entry.awarded_on for entry in joined or declared])
        taken = had_before(rule, declared, on)
        if len(joined) > len(own):
            left = limit + _counted(session, scheme.slug, holder, key) - had_before(rule, joined, on) - taken
        else:
            moves = rule.period == "before_award"
            outside = sum(entry.amount_cents for entry in own) - had_before(rule, own, on) if moves else 0
            left = limit + outside - taken
        caps.append(PeriodCap(scheme.slug, holder, key, max(0, left)))
    return tuple(caps)


def _counted(session: Session, scheme: str, holder: str, key: str) -> int:
    """What the guard of a cap counts already."""
    mine = (CapGuard.scheme == scheme, CapGuard.holder_key == holder, CapGuard.period_key == key)
    return int(session.scalar(select(CapGuard.used_cents).where(*mine)) or 0)


def _booked(
    session: Session, scheme: str, person: str | None, employer: str | None, award: Award, *, exactly: bool
) -> list[HadBefore]:
    """What this desk awarded before to the holder, net of what was released, under one pseudonym or under all."""
    found = awards_before(session, person_key=person, employer_key=employer, but=award.id, exactly=exactly)
    return [_entry(scheme, cents, day) for cents, day in found.get(scheme, []) if cents > 0]


def _entry(scheme: str, cents: int, day: date) -> HadBefore:
    return HadBefore(scheme=scheme, amount_cents=cents, awarded_on=day)


def period_key(rule: CapRule, on: date, earlier: Sequence[date]) -> str:
    """The name of the period of a cap in which a day falls. A window that moves with the day has one name for ever."""
    if rule.period == "calendar_year":
        return f"year:{on.year}"
    if rule.period == "school_year":
        return f"school:{on.year if on.month >= 8 else on.year - 1}"
    if rule.period == "before_award":
        return f"last:{rule.years}"
    if rule.period != "from_first_award":
        return "ever"
    start: date | None = None
    for day in sorted({*(day for day in earlier if day <= on), on}):
        if start is None or day >= years_later(start, rule.years or 0):
            start = day
    return f"from:{start}"
