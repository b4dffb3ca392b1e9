"""What an applicant had before, as conditions and caps count it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce, schemes_in_force
from portal.spending.vouchers.models import Award, Voucher, VoucherState
from portal.spending.vouchers.queries import awards_before
from schemes.basics.costs import HadBefore
from schemes.conditions import Awards
from schemes.definition import SchemeDefinition


def awards_that_count(session: Session, *, question: DevelopmentQuestion, on: date) -> list[dict[str, object]]:
    """Awards of this desk under the applicant's pseudonyms; of other schemes (and without awards) what was declared."""
    application = application_by_question(session, question=question)
    known = awards_of_applicant(session, application=application, on=on) if application is not None else {}
    found: list[dict[str, object]] = [
        {"scheme": scheme, "amount_cents": award.amount_cents, "awarded_on": award.counted_on}
        for scheme, awards in sorted(known.items())
        for award in awards
    ]
    for entry in question.had_before:
        declared_on = date.fromisoformat(entry["awarded_on"])
        if entry["scheme"] not in known and declared_on <= on:
            found.append({"scheme": entry["scheme"], "amount_cents": entry["amount_cents"], "awarded_on": declared_on})
    return found


def earlier_awards(session: Session, *, question: DevelopmentQuestion, on: date) -> list[HadBefore]:
    """The earlier awards that count for a question: what conditions and caps look at."""
    return [HadBefore.model_validate(entry) for entry in awards_that_count(session, question=question, on=on)]


@dataclass(frozen=True)
class Had:
    """An earlier award, net of what was released again."""

    amount_cents: int
    counted_on: date


def awards_of_applicant(
    session: Session, *, application: Application, on: date, but: int | None = None
) -> dict[str, list[Had]]:
    """Per scheme the awards that count for the applicant: under the employer where a cap is per employer, else the person."""
    by_person = awards_before(session, person_key=application.person_key, employer_key=None, but=but)
    by_employer = awards_before(session, person_key=None, employer_key=application.employer_key, but=but)
    found: dict[str, list[Had]] = {}
    question = session.get_one(DevelopmentQuestion, application.question_id)
    for scheme in schemes_in_force(session, on=on, known_at=question.submitted_at):
        employers = application.employer_key is not None and _per_employer(scheme.definition)
        mine = (by_employer if employers else by_person).get(scheme.slug, [])
        counted = [
            Had(cents, day) for cents, at in mine if cents > 0 and (day := _counts_on(scheme, at, on)) is not None
        ]
        if counted:
            found[scheme.slug] = counted
    return found


def _own_awards(definition: SchemeDefinition) -> list[Awards]:
    """The conditions that count awards of the scheme itself."""
    found = (condition for _, condition in definition.walk_conditions())
    return [condition for condition in found if isinstance(condition, Awards) and not condition.schemes]


def _per_employer(definition: SchemeDefinition) -> bool:
    """Whether awards count in the name of the employer: a cap or a condition says so."""
    capped = any(cap.per == "employer" for cap in definition.caps)
    return capped or any(condition.per == "employer" for condition in _own_awards(definition))


def _counts_on(scheme: SchemeInForce, day: date, on: date) -> date | None:
    """The day on which an award counts for a question with reference date `on`; None when it does not.

    An award on a later application that was decided earlier takes room too, unless the caps start again between the two.
    """
    if day <= on:
        return day
    periods: set[str] = {cap.period for cap in scheme.definition.caps if cap.per != "award"}
    periods |= {condition.period for condition in _own_awards(scheme.definition)}
    starts_again = periods <= {"calendar_year"}
    return None if starts_again and day.year != on.year else on


def questions_awarded_under(session: Session, *, person_key: str) -> frozenset[int]:
    """The questions with an award that counts under exactly this pseudonym and was not taken back."""
    rows = select(Award.question_id).join(Voucher, Voucher.award_id == Award.id)
    return frozenset(session.scalars(rows.where(Award.person_key == person_key, Voucher.state != VoucherState.REVOKED)))
