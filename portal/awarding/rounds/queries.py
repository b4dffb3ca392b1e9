"""Reads of rounds: which schemes have them, who takes part, what the money could be, and what a division came to."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundMethod
from portal.awarding.divisions.queries import DividedRow, Division, promised
from portal.awarding.order_of_receipt.queries import claims_of, undecided
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_in_force, schemes_in_force
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import available_cents
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date

if TYPE_CHECKING:
    from matching.plan.rounds import Method, RoundApplication

READERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})
METHODS: dict[RoundMethod, Method] = {
    RoundMethod.RANKING: "ranking",
    RoundMethod.LOTTERY: "lot",
    RoundMethod.PRO_RATA: "proportion",
}


@dataclass(frozen=True)
class RoundInput:
    """All that a round is divided from; nothing of it asks the database for more."""

    on: date
    method: RoundMethod
    seed: str
    applications: tuple[RoundApplication, ...]
    holds: dict[str, int]


def schemes_with_rounds(session: Session, *, on: date) -> dict[str, RoundMethod]:
    """The schemes of this desk whose money is not divided in the order of receipt, with how it is."""
    found = {}
    for scheme in schemes_in_force(session, on=on):
        budget = scheme.definition.budget
        if scheme.definition.administered == "here" and budget is not None and budget.distribution in set(RoundMethod):
            found[scheme.slug] = RoundMethod(budget.distribution)
    return found


def rounds(session: Session, *, actor: Actor) -> list[AwardRound]:
    """Every round, the newest first; none for who does not see the accounts."""
    if actor.audience not in READERS:
        return []
    return list(session.scalars(select(AwardRound).order_by(AwardRound.id.desc())))


def round_by_public_id(session: Session, *, public_id: str, actor: Actor) -> AwardRound | None:
    """The round with this id; None when there is none, or for who does not see the accounts."""
    if actor.audience not in READERS:
        return None
    return session.scalar(select(AwardRound).where(AwardRound.public_id == public_id))


def points_of(round_: AwardRound) -> dict[str, int]:
    """Per number of application its points; empty when none were given."""
    return dict(json.loads(round_.points_json)) if round_.points_json is not None else {}


def round_input(session: Session, *, round_: AwardRound, on: date) -> RoundInput:
    """Who takes part (complete, not decided), what the scheme could pay each at most, and what there is.

    What an earlier round divided is theirs: they ask for the rest, and it is not there to be divided again.
    """
    from matching.plan.rounds import RoundApplication

    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*undecided())
        .order_by(Application.receipt_order)
    ).all()
    taking_part = {
        application.number: application
        for application, _question in rows
        if round_.scheme in application.schemes
        and application.completed_at is not None
        and local_date(application.completed_at) <= round_.received_until
    }
    mine = [(row[0], row[1]) for row in rows if row[0].number in taking_part]
    points = points_of(round_)
    had = {number: one.by_scheme.get(round_.scheme, 0) for number, one in promised(session).items()}
    scheme = scheme_in_force(session, slug=round_.scheme, on=on)
    unit = scheme.definition.rounding_unit_cents if scheme is not None else 1
    asked = tuple(
        RoundApplication(
            claim.id, cents, part.funding_lines, points.get(claim.id, 0), _tie(taking_part[claim.id]), unit
        )
        for claim in claims_of(session, mine, today=on, in_order=False)
        for part in claim.schemes
        if part.scheme == round_.scheme and (cents := part.at_most_cents - had.get(claim.id, 0)) > 0
    )
    free = free_cents(session, lines={line for one in asked for line in one.may})
    return RoundInput(on, round_.method, round_.seed, asked, {slug: max(0, cents) for slug, cents in free.items()})


def free_cents(session: Session, *, lines: Collection[str]) -> dict[str, int]:
    """Per slug of these lines what it holds, less what earlier rounds divided from it and nobody decided on yet; cents."""
    ids = {line.slug: line.id for line in funding_lines(session) if line.slug in lines}
    left = available_cents(session, funding_line_ids=list(ids.values()))
    given = [one.by_line for one in promised(session).values()]
    return {slug: left[key] - sum(one.get(slug, 0) for one in given) for slug, key in ids.items()}


def _tie(application: Application) -> str:
    assert application.completed_at is not None
    return f"{application.completed_at.isoformat()} {application.receipt_order:09d}"


def divided(given: RoundInput) -> Division:
    """The division: who comes first by the method, and lines that change places so that nobody is left out without need."""
    from matching.plan.rounds import divide, lot_of

    method = METHODS[given.method]
    found = divide(given.applications, given.holds, method=method, seed=given.seed)
    asked = {one.id: one for one in given.applications}
    rows = tuple(
        DividedRow(
            one.id,
            asked[one.id].cents,
            one.cents,
            one.lines,
            asked[one.id].points if method == "ranking" else 0,
            lot_of(given.seed, one.id) if method == "lot" else "",
        )
        for one in found.granted
    )
    return Division(given.on, rows, found.most_cents, float(found.part * 100))
