"""Reads of outcomes: who is to be asked, what waits for an answer, and the table per scheme or funder."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, may_see
from portal.cases.rights.restricted import restricted_ids
from portal.framework.funding.models import Funder, FundingLine
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.people.actor import Actor, Audience
from portal.spending.invoices.models import Attendance
from portal.spending.vouchers.models import Award, AwardPart, Voucher

SMALLEST_GROUP = 10
"""A group of fewer answers is not shown: one could tell from it what one person answered."""
STEP = 5
"""Shares are shown in steps of so many percent, so that two tables do not give away the difference of one answer."""
FINISHED = (TrainingEnd.COMPLETED, TrainingEnd.CERTIFICATE, TrainingEnd.DIPLOMA)
AT_WORK = (Work.SAME_JOB, Work.OTHER_JOB, Work.SELF_EMPLOYED)
NOT_WITHOUT = (WithoutFund.NO, WithoutFund.LATER, WithoutFund.SMALLER)


@dataclass(frozen=True)
class OutcomeRow:
    """One line of the table. Shares are whole percents in steps, or None when the group is too small to show."""

    key: str
    answers: int | None
    finished: int | None
    at_work: int | None
    better_placed: int | None
    not_without: int | None


def due_on(ended_on: date, moment: Moment) -> date:
    """The day from which is asked: a week, six or twelve months after the end (the last day of a shorter month)."""
    if moment is Moment.WEEK:
        return ended_on + timedelta(days=7)
    months = ended_on.month - 1 + (6 if moment is Moment.HALF_YEAR else 12)
    year, month = ended_on.year + months // 12, months % 12 + 1
    return date(year, month, min(ended_on.day, calendar.monthrange(year, month)[1]))


def due_outcomes(session: Session, *, today: date, limit: int = 500) -> list[tuple[Voucher, Moment]]:
    """The vouchers whose holder is to be asked now, with the moment; at most one per voucher.

    The training ended when the holder said so; when nobody said anything, on the last day of a voucher that was used.
    """
    rows = (
        select(Voucher, Attendance.ended_on)
        .outerjoin(Attendance, Attendance.voucher_id == Voucher.id)
        .where(
            Voucher.redeemed_cents > 0,
            (Attendance.ended_on <= today - timedelta(days=7)) | Attendance.ended_on.is_(None),
        )
        .where((Attendance.ended_on.is_not(None)) | (Voucher.valid_until <= today - timedelta(days=7)))
        .order_by(Voucher.id)
    )
    asked: dict[int, set[Moment]] = {}
    for voucher_id, moment in session.execute(select(TrainingOutcome.voucher_id, TrainingOutcome.moment)):
        asked.setdefault(voucher_id, set()).add(moment)
    found, still = [], restricted_ids(session)
    for voucher, ended_on in session.execute(rows):
        if voucher.question_id in still:
            continue
        passed = [moment for moment in Moment if due_on(ended_on or voucher.valid_until, moment) <= today]
        if passed and passed[-1] not in asked.get(voucher.id, set()):
            found.append((voucher, passed[-1]))
        if len(found) == limit:
            break
    return found


def outcomes_of_question(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[TrainingOutcome]:
    """What was asked about the vouchers of a question, the newest first; empty when the actor may not see it."""
    if not may_see(question, actor):
        return []
    rows = (
        select(TrainingOutcome)
        .join(Voucher, Voucher.id == TrainingOutcome.voucher_id)
        .where(Voucher.question_id == question.id)
    )
    return list(session.scalars(rows.order_by(TrainingOutcome.id.desc())))


def outcome_by_public_id(session: Session, *, public_id: str, actor: Actor) -> TrainingOutcome | None:
    """One outcome, for the holder and advisors; None for others."""
    found = session.scalar(select(TrainingOutcome).where(TrainingOutcome.public_id == public_id))
    if found is None or (actor.audience in STAFF_OF_CASES and actor.sight is None):
        return found
    question = session.get(DevelopmentQuestion, found.voucher.question_id)
    return found if question is not None and may_see(question, actor) else None


def outcome_table(
    session: Session, *, by: Literal["scheme", "funder"], moment: Moment, actor: Actor
) -> list[OutcomeRow]:
    """Per scheme or funder (by slug): what the holders answered at one moment, small groups hidden; for the region.

    Who was paid by several funders counts for each. There is no line with totals: it would give away what is hidden.
    """
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        return []
    groups: dict[str, list[TrainingOutcome]] = {}
    for key, outcome in session.execute(_by_scheme(moment) if by == "scheme" else _by_funder(moment)).unique():
        groups.setdefault(key, []).append(outcome)
    return [_row(key, groups[key]) for key in sorted(groups)]


def _by_scheme(moment: Moment) -> Select[str, TrainingOutcome]:
    rows = select(Voucher.scheme, TrainingOutcome).join(Voucher, Voucher.id == TrainingOutcome.voucher_id)
    return rows.where(TrainingOutcome.moment == moment, TrainingOutcome.answered_at.is_not(None)).distinct()


def _by_funder(moment: Moment) -> Select[str, TrainingOutcome]:
    return (
        select(Funder.slug, TrainingOutcome)
        .join(Voucher, Voucher.id == TrainingOutcome.voucher_id)
        .join(Award, Award.id == Voucher.award_id)
        .join(AwardPart, AwardPart.award_id == Award.id)
        .join(FundingLine, FundingLine.id == AwardPart.funding_line_id)
        .join(Funder, Funder.id == FundingLine.funder_id)
        .where(TrainingOutcome.moment == moment, TrainingOutcome.answered_at.is_not(None))
        .distinct()
    )


def _row(key: str, answers: Sequence[TrainingOutcome]) -> OutcomeRow:
    number = len(answers)
    if number < SMALLEST_GROUP:
        return OutcomeRow(key, None, None, None, None, None)
    counts = Counter(
        name
        for one in answers
        for name, holds in (
            ("finished", one.result in FINISHED),
            ("at_work", one.work_after in AT_WORK),
            ("better", one.work_before == Work.LOOKING and one.work_after in AT_WORK),
            ("not_without", one.without_fund in NOT_WITHOUT),
        )
        if holds
    )

    def share(name: str) -> int:
        return STEP * ((200 * counts[name] // number + STEP) // (2 * STEP))

    return OutcomeRow(key, number, share("finished"), share("at_work"), share("better"), share("not_without"))
