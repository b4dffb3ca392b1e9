"""Reads of winding down: which runs, what was closed, what is left, and the fingerprint of the final report."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.period_statement import statement_of
from portal.accounting.reports.queries import accountability_report
from portal.accounting.scope import SEES_ALL
from portal.accounting.winding_down.models import ClosedStep, Leftover, WindingDown
from portal.accounting.winding_down.open_things import left_on_lines, scope_of_funder
from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.awarding.waiting_list.queries import live
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.funding.models import Funder, FundingLine
from portal.framework.funding.queries import funders, funding_lines, lines_for_scheme
from portal.people.actor import Actor
from portal.publishing.endings import concerned_by_end


@dataclass(frozen=True)
class WhoIsTold:
    """How many people are told that it stops: their question or place is about a scheme that ends."""

    questions: int
    """Sent and not applied for, and one of the schemes may pay."""
    applications: int
    waiting: int


@dataclass(frozen=True)
class FinalReport:
    """The final report in one hash: the statement of these lines over the whole run, and every figure of the report."""

    period: FigurePeriod
    sha256: str


def windings(session: Session, *, actor: Actor) -> list[WindingDown]:
    """Every winding down, the newest first, for who sees all money; nothing for others."""
    if actor.audience not in SEES_ALL:
        return []
    return list(session.scalars(select(WindingDown).order_by(WindingDown.id.desc())))


def winding_by_public_id(session: Session, *, public_id: str, actor: Actor) -> WindingDown | None:
    """The one with this id, for who sees all money; None otherwise."""
    if actor.audience not in SEES_ALL:
        return None
    return session.scalar(select(WindingDown).where(WindingDown.public_id == public_id))


def funders_to_wind_down(session: Session) -> list[Funder]:
    """Funders with a funding line whose money is not being wound down, and was not, by name."""
    running = set(session.scalars(select(WindingDown.funder_id).where(WindingDown.called_off_at.is_(None))))
    with_lines = {line.funder_id for line in funding_lines(session)}
    return [one for one in funders(session) if one.id in with_lines - running]


def schemes_on(session: Session, *, funder: Funder, on: date) -> list[str]:
    """The schemes administered here that can be paid out of the money of a funder on a day, by slug."""
    here = [one.slug for one in schemes_in_force(session, on=on) if one.definition.administered == "here"]
    return [
        slug for slug in here if any(line.funder_id == funder.id for line in lines_for_scheme(session, scheme=slug))
    ]


def closed_steps(session: Session, *, winding: WindingDown) -> list[ClosedStep]:
    """The steps that were closed, in their order."""
    rows = select(ClosedStep).where(ClosedStep.winding_down_id == winding.id)
    return list(session.scalars(rows.order_by(ClosedStep.id)))


def leftovers_of(session: Session, *, winding: WindingDown) -> list[Leftover]:
    """Where what is left goes, as it was laid down, by funding line."""
    rows = select(Leftover).where(Leftover.winding_down_id == winding.id)
    return list(session.scalars(rows.order_by(Leftover.funding_line_id)))


def left_now(session: Session, *, winding: WindingDown) -> list[tuple[FundingLine, int]]:
    """What is available now on each of the lines, in cents; lines with nothing are left out."""
    scope = scope_of_funder(session, winding)
    left = left_on_lines(session, scope)
    return [(line, left[line.id]) for line in scope.lines if line.id in left]


def lines_to_move_to(session: Session, *, winding: WindingDown, on: date) -> list[FundingLine]:
    """The lines of other funders that can take over what is left: their period is not over, their money does not end."""
    ending = set(session.scalars(select(WindingDown.funder_id).where(WindingDown.called_off_at.is_(None))))
    ending.add(winding.funder_id)
    return [line for line in funding_lines(session) if line.funder_id not in ending and line.period_to >= on]


def who_is_told(session: Session, *, winding: WindingDown) -> WhoIsTold:
    """How many questions, applications and places on the waiting list the end is about."""
    last = winding.last_day
    ending = [one for one in schemes_in_force(session, on=last) if one.slug in winding.schemes]
    asked = {one.id for scheme in ending for one in concerned_by_end(session, scheme=scheme, on=last).asked}
    rows = select(Application.schemes).join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
    undecided = DevelopmentQuestion.state.in_((QuestionState.APPLIED, QuestionState.WAITING))
    named = sum(bool(set(schemes) & set(winding.schemes)) for schemes in session.scalars(rows.where(undecided)))
    places = (
        select(func.count())
        .select_from(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*live(), WaitingPlace.scheme.in_(winding.schemes))
    )
    return WhoIsTold(len(asked), named, session.scalar(places) or 0)


def final_report(session: Session, *, winding: WindingDown, actor: Actor, on: date) -> FinalReport | None:
    """The final report as it is on a day, over the whole run; None for who does not see that money.

    The same books give the same hash, in every language: of a figure its value counts, not its words.
    """
    scope = scope_of_funder(session, winding)
    if not scope.lines:
        return None
    first = min(line.period_from for line in scope.lines)
    period = FigurePeriod(min(first, on), on, on)
    report = accountability_report(session, actor=actor, period=period, funder=winding.funder.slug)
    if report is None:
        return None
    statement = statement_of(session, first_day=period.first, last_day=period.last, scope=scope)
    cells = [
        [table, cell.figure, cell.row, cell.hidden, None if cell.value is None else str(cell.value)]
        for table, cell in report.cells()
    ]
    texts = [[text.key, text.text] for chapter in report.chapters for text in chapter.texts]
    whole = json.dumps([statement.text, sorted(cells, key=repr), sorted(texts)], ensure_ascii=False)
    return FinalReport(period, hashlib.sha256(whole.encode()).hexdigest())
