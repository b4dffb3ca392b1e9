"""What an applicant had before, as conditions and caps count it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matching.offers.earlier_awards import summed_up
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.same_person.queries import keys_of_person
from portal.framework.catalogue.queries import SchemeInForce, schemes_in_force
from portal.spending.vouchers.models import Award, Voucher, VoucherState
from portal.spending.vouchers.queries import awards_for_training, awards_held
from schemes.basics.costs import HadBefore
from schemes.conditions import Awards
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap


def awards_that_count(
    session: Session, *, question: DevelopmentQuestion, on: date, own_too: bool = True
) -> list[dict[str, object]]:
    """Awards of this desk under the applicant's pseudonyms, and with them what was declared of elsewhere.

    Of schemes with a cap per training, awards to others for the same training are among them: as the sum of what counts alike,
    with `counts_for` training. Without `own_too` the awards of the question itself are left out: for who looks at its whole mix,
    with those in it.
    """
    application = application_by_question(session, question=question)
    but = None if own_too else question.id
    known = (
        {} if application is None else awards_of_applicant(session, application=application, on=on, but_question=but)
    )
    key = question.training_key
    own = [
        HadBefore(
            scheme=scheme,
            amount_cents=award.amount_cents,
            awarded_on=award.counted_on,
            counts_for="everything" if award.training_key == key else "holder",
        )
        for scheme, awards in sorted(known.items())
        for award in awards
    ]
    declared = declared_elsewhere(session, question=question, application=application)
    mine = [*own, *(entry for entry in declared if entry.awarded_on <= on)]
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    ids = {award.award_id for awards in known.values() for award in awards}
    others = _to_others(session, held, key, on, mine, but_awards=ids, but_question=but)
    return [entry.model_dump() for entry in (*mine, *others)]


def had_for_trainings(session: Session, *, keys: Iterable[str], on: date) -> dict[str, list[HadBefore]]:
    """What anybody had for trainings, by what they are counted by, as far as a cap per training counts it on a day."""
    held = schemes_in_force(session, on=on)
    found = {key: _to_others(session, held, key, on, (), but_awards=frozenset()) for key in dict.fromkeys(keys)}
    return {key: entries for key, entries in found.items() if entries}


def _to_others(
    session: Session,
    schemes: Iterable[SchemeInForce],
    training_key: str,
    on: date,
    beside: Sequence[HadBefore],
    *,
    but_awards: Collection[int],
    but_question: int | None = None,
) -> list[HadBefore]:
    """Awards for a training that are not the applicant's own, which are `beside` them, summed up per scheme."""
    capped = {scheme.slug: scheme for scheme in schemes if caps_per_training(scheme.definition)}
    if not capped:
        return []
    awards = awards_for_training(session, training_key=training_key, schemes=capped, but_question=but_question)
    found: list[HadBefore] = []
    for slug, held in sorted(awards.items()):
        entries = [
            HadBefore(scheme=slug, amount_cents=one.cents, awarded_on=day, counts_for="training")
            for one in held
            if one.id not in but_awards and one.cents > 0 and (day := _counts_on(capped[slug], one.day, on)) is not None
        ]
        own = [entry for entry in beside if entry.scheme == slug]
        found += summed_up(caps_per_training(capped[slug].definition), entries, on, own)
    return found


def caps_per_training(definition: SchemeDefinition) -> list[Cap]:
    """The caps per training of a scheme, also those of its variants."""
    every = [*definition.caps, *(cap for variant in definition.variants for cap in variant.caps or ())]
    return [cap for cap in every if cap.per == "training"]


def declared_elsewhere(
    session: Session, *, question: DevelopmentQuestion, application: Application | None
) -> list[HadBefore]:
    """What the applicant said to have had elsewhere, for every award: on this question, and on others that were awarded on.

    What was declared twice counts once. An entry of the day of an award of this desk under the same scheme is that award, and
    counts in the books. An employer says it for itself, a person for herself.
    """
    here = set[tuple[str, date]]()
    said = [_entries(question)]
    if application is not None:
        mine = _holds(session, application)
        rows = select(Award.question_id, Award.scheme, Award.counted_on, Award.awarded_on).where(mine)
        found = session.execute(rows).all()
        here = {(row.scheme, day) for row in found for day in (row.counted_on, row.awarded_on)}
        others = {row.question_id for row in found} - {question.id}
        asked = select(DevelopmentQuestion).where(
            DevelopmentQuestion.id.in_(others), DevelopmentQuestion.route == question.route
        )
        said += [_entries(other) for other in session.scalars(asked.order_by(DevelopmentQuestion.id))]
    most = Counter[tuple[str, date, int]]()
    for entries in said:
        most |= entries
    return [
        HadBefore(scheme=scheme, amount_cents=cents, awarded_on=day)
        for scheme, day, cents in sorted(most.elements())
        if (scheme, day) not in here
    ]


def _entries(question: DevelopmentQuestion) -> Counter[tuple[str, date, int]]:
    return Counter(
        (entry["scheme"], date.fromisoformat(entry["awarded_on"]), int(entry["amount_cents"]))
        for entry in question.had_before
    )


def _holds(session: Session, application: Application) -> ColumnElement[bool]:
    """The awards to the employer that applies, or to the person under any of her pseudonyms."""
    if application.employer_key is not None:
        return Award.employer_key == application.employer_key
    return Award.person_key.in_(keys_of_person(session, application.person_key or ""))


def earlier_awards(session: Session, *, question: DevelopmentQuestion, on: date) -> list[HadBefore]:
    """The earlier awards that count for a question: what conditions and caps look at."""
    return [HadBefore.model_validate(entry) for entry in awards_that_count(session, question=question, on=on)]


@dataclass(frozen=True)
class Had:
    """An earlier award, net of what was released again."""

    amount_cents: int
    counted_on: date
    award_id: int
    training_key: str


def awards_of_applicant(
    session: Session, *, application: Application, on: date, but_question: int | None = None
) -> dict[str, list[Had]]:
    """Per scheme the awards that count for the applicant: under the employer where a cap is per employer, else the person."""
    by_person = awards_held(session, person_key=application.person_key, employer_key=None, but_question=but_question)
    by_employer = awards_held(
        session, person_key=None, employer_key=application.employer_key, but_question=but_question
    )
    found: dict[str, list[Had]] = {}
    question = session.get_one(DevelopmentQuestion, application.question_id)
    for scheme in schemes_in_force(session, on=on, known_at=question.submitted_at):
        employers = application.employer_key is not None and _per_employer(scheme.definition)
        mine = (by_employer if employers else by_person).get(scheme.slug, [])
        counted = [
            Had(one.cents, day, one.id, one.training_key)
            for one in mine
            if one.cents > 0 and (day := _counts_on(scheme, one.day, on)) is not None
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
