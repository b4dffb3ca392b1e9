"""Everything of one employer together: what it asked, for whom, what came of it, and the aid that it had.

For the employer itself: `rows_of_employer` looks at what its `Actor` may act for, the rest at KvK numbers that its address speaks
for (`portal.cases.employers.queries.numbers_of_employer`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers.state_aid import counts_as_aid
from portal.awarding.decisions.models import Decision
from portal.awarding.state_aid import AidOfUndertaking, aid_of
from portal.awarding.undertakings import group_of
from portal.cases.applications.models import Application
from portal.cases.employers.queries import BundledPlace, places_of
from portal.cases.linked.models import GroupDeclaration
from portal.cases.linked.queries import said_last
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.questions.queries import questions_by_ids
from portal.framework.catalogue.queries import region, scheme_version
from portal.people.actor import Actor
from portal.platform.among import among
from portal.spending.vouchers.models import Award, Voucher


@dataclass(frozen=True)
class EmployerRow:
    """One employee with one training: the question, and what came of it."""

    question: DevelopmentQuestion
    place: BundledPlace | None
    """Its place among those that were sent together; None for a question that was sent alone."""
    application: Application | None
    decision: Decision | None
    """The last decision."""
    vouchers: tuple[Voucher, ...]

    @property
    def person(self) -> str:
        """For whom it is, as far as is known: the name in the application, else what the employer called the employee."""
        if self.application is not None and self.application.learner_name:
            return self.application.learner_name
        return self.place.person if self.place is not None else self.question.learner_name or ""

    @property
    def awarded_cents(self) -> int:
        """What was awarded for it, in cents, less what was taken back."""
        return sum(one.amount_cents - one.released_cents - one.recovered_cents for one in self.vouchers)


def rows_of_employer(session: Session, *, actor: Actor) -> list[EmployerRow]:
    """All that an employer sent, the newest first; what was sent together stands together, in its own order."""
    ids = actor.questions | ({actor.question_id} if actor.question_id is not None else set())
    found = questions_by_ids(session, question_ids=ids, actor=actor)
    sent = {key: one for key, one in found.items() if one.route is Route.EMPLOYER and not one.is_draft}
    places, numbers = places_of(session, question_ids=list(sent)), list(sent)
    applications = {one.question_id: one for one in _of(session, Application, numbers)}
    decisions = {one.question_id: one for one in _of(session, Decision, numbers)}
    vouchers: dict[int, list[Voucher]] = defaultdict(list)
    for voucher in _of(session, Voucher, numbers):
        vouchers[voucher.question_id].append(voucher)
    rows = [
        EmployerRow(one, places.get(key), applications.get(key), decisions.get(key), tuple(vouchers[key]))
        for key, one in sent.items()
    ]
    return sorted(rows, key=_order)


def _of(session: Session, model: Any, numbers: Sequence[int]) -> list[Any]:
    return list(session.scalars(select(model).where(among(model.question_id, numbers)).order_by(model.id)))


def _order(row: EmployerRow) -> tuple[float, int, int]:
    sent = row.question.submitted_at
    bundle = row.place.bundle if row.place is not None else row.question.id
    return -sent.timestamp() if sent is not None else 0.0, -bundle, row.place.position if row.place is not None else 0


# Aid -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AwardedAid:
    """One award to the employer, as it stands now, in cents."""

    question: DevelopmentQuestion
    learner: str
    scheme: str
    scheme_version: int
    awarded_on: date
    awarded_cents: int
    used_cents: int
    given_back_cents: int
    """What lapsed, was revoked or came back."""
    is_de_minimis: bool

    @property
    def net_cents(self) -> int:
        """What it comes to now."""
        return self.awarded_cents - self.given_back_cents


@dataclass(frozen=True)
class SaidOfAid:
    """What the employer declared on one application: its own aid from elsewhere, and that of its group."""

    question: DevelopmentQuestion
    said_on: date
    own_cents: int | None
    """None when it did not say."""
    numbers: tuple[str, ...]
    group_cents: int


@dataclass(frozen=True)
class RoomForAid:
    """How much de-minimis aid an undertaking had in three years and may still have."""

    kvk_number: str
    group: tuple[str, ...]
    """The other numbers that are one undertaking with it."""
    aid: AidOfUndertaking


@dataclass(frozen=True)
class AidYear:
    """The year of an employer."""

    year: int
    awards: tuple[AwardedAid, ...]
    said: tuple[SaidOfAid, ...]

    @property
    def awarded_cents(self) -> int:
        """What was awarded in the year, as it comes to now."""
        return sum(one.net_cents for one in self.awards)

    @property
    def used_cents(self) -> int:
        """What was paid of it."""
        return sum(one.used_cents for one in self.awards)

    @property
    def de_minimis_cents(self) -> int:
        """What of it counts as de-minimis aid."""
        return sum(one.net_cents for one in self.awards if one.is_de_minimis)


def years_of_employer(session: Session, *, kvk_numbers: Sequence[str]) -> list[int]:
    """The years in which the employer applied or got something, the last first."""
    rows = (
        select(Application.applied_on, Award.awarded_on)
        .outerjoin(Award, Award.question_id == Application.question_id)
        .where(Application.kvk_number.in_(kvk_numbers))
    )
    return sorted({day.year for row in session.execute(rows) for day in row if day is not None}, reverse=True)


def aid_year(session: Session, *, kvk_numbers: Sequence[str], year: int) -> AidYear:
    """What was awarded to the employer in a year, and what it declared in that year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    awarded = (
        select(Award, Voucher, Application, DevelopmentQuestion)
        .join(Voucher, Voucher.award_id == Award.id)
        .join(Application, Application.question_id == Award.question_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Award.question_id)
        .where(Application.kvk_number.in_(kvk_numbers), Award.awarded_on.between(first, last))
        .order_by(Award.awarded_on, Award.id)
    )
    said = (
        select(Application, DevelopmentQuestion, GroupDeclaration)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .outerjoin(GroupDeclaration, (GroupDeclaration.question_id == Application.question_id) & said_last())
        .where(Application.kvk_number.in_(kvk_numbers), Application.applied_on.between(first, last))
        .order_by(Application.applied_on, Application.id)
    )
    declared = [_said(session, *row) for row in session.execute(said)]
    return AidYear(
        year,
        tuple(_awarded(session, *row) for row in session.execute(awarded)),
        tuple(one for one in declared if one is not None),
    )


def room_for_aid(session: Session, *, kvk_number: str, on: date) -> RoomForAid | None:
    """What the undertaking with this number had and may still have; None before it applied, or without a ceiling."""
    rows = (
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(Application.kvk_number == kvk_number)
        .order_by(Application.id.desc())
        .limit(1)
    )
    last = session.execute(rows).one_or_none()
    aid = aid_of(session, question=last[1], application=last[0], on=on) if last is not None else None
    if aid is None or aid.most_cents is None:
        return None
    return RoomForAid(kvk_number, tuple(sorted(group_of(session, kvk_number) - {kvk_number})), aid)


def _awarded(
    session: Session, award: Award, voucher: Voucher, application: Application, question: DevelopmentQuestion
) -> AwardedAid:
    held = scheme_version(session, slug=award.scheme, version=award.scheme_version)
    rules = region(session).settings.de_minimis
    return AwardedAid(
        question=question,
        learner=application.learner_name or "",
        scheme=award.scheme,
        scheme_version=award.scheme_version,
        awarded_on=award.awarded_on,
        awarded_cents=award.amount_cents,
        used_cents=voucher.used_cents,
        given_back_cents=voucher.released_cents + voucher.recovered_cents,
        is_de_minimis=held is not None and counts_as_aid(held.definition, rules, question.route.value, question.facts),
    )


def _said(
    session: Session, application: Application, question: DevelopmentQuestion, group: GroupDeclaration | None
) -> SaidOfAid | None:
    """None when nothing was declared on the application."""
    told = question.facts.get(region(session).settings.de_minimis.used_fact)
    own = told if isinstance(told, int) and not isinstance(told, bool) else None
    if own is None and group is None:
        return None
    numbers, cents = (group.numbers, group.aid_cents) if group is not None else ((), 0)
    return SaidOfAid(question, application.applied_on, own, numbers, cents)
