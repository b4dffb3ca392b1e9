"""The year that was: what was asked on which day, the budgets and what came in them, and what became of the vouchers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers.question import Question
from matching.what_if.scenario.world import ALWAYS, Ints, YearLine
from matching.what_if.scenario.years import Asks, Years, in_steps
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.queries import budget_history, funding_lines
from portal.ledger.queries import line_figures
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.publishing.replay.queries import past_questions
from portal.spending.vouchers.models import Voucher

DAYS = 364
MOST_QUESTIONS = 500
"""A year of more questions is not worked out again: each is a mix of its own."""


@dataclass(frozen=True, eq=False)
class PastYear:
    """A year of questions in order of receipt, each a kind of its own; and what was used of all vouchers together, in cents."""

    start: date
    asked: tuple[tuple[Question, date], ...]
    lines: tuple[YearLine, ...]
    used_permille: Ints
    back_day: Ints
    used_cents: int

    def years(self, *, kind: Ints | None = None, cents: Ints | None = None) -> Years:
        """The year; with other kinds (groups) and the cents that are asked, where those are known."""
        day = np.array([(day - self.start).days for _question, day in self.asked], np.int64)
        return in_steps(
            1,
            DAYS,
            Asks(
                year=np.zeros(len(day), np.int64),
                day=day,
                kind=np.arange(len(day)) if kind is None else kind,
                used_permille=self.used_permille,
                back_day=self.back_day,
                cents=cents,
            ),
        )


def past_year(session: Session, *, on: date) -> PastYear | None:
    """The year before a day; None without questions or money in it, or with more than `MOST_QUESTIONS`.

    Of a question that got nothing all is taken to be used.
    """
    start = on - timedelta(days=DAYS)
    asked, lines = _asked(session, start, on), _lines(session, start, on)
    if not asked or not lines or len(asked) > MOST_QUESTIONS:
        return None
    used, back, truth = _became(session, [key for key, _question, _day in asked], start)
    return PastYear(start, tuple((question, day) for _key, question, day in asked), lines, used, back, truth)


def _asked(session: Session, start: date, on: date) -> list[tuple[int, Question, date]]:
    """The questions of the year with costs, with their ids."""
    sent = (DevelopmentQuestion.submitted_at.is_not(None), DevelopmentQuestion.id.not_in(questions_taken_over()))
    ids = session.scalars(select(DevelopmentQuestion.id).where(*sent).order_by(DevelopmentQuestion.id)).all()
    found = zip(ids, past_questions(session), strict=True)
    return [(key, question, day) for key, (question, day) in found if start <= day < on and question.costs]


def _lines(session: Session, start: date, on: date) -> tuple[YearLine, ...]:
    """Every budget of that year: what it had when it began, and what came."""
    rows = [line for line in funding_lines(session) if line.period_to >= start and line.period_from < on]
    before = line_figures(session, funding_line_ids=[line.id for line in rows], until=start - timedelta(days=1))
    made = []
    for line in rows:
        comes = Counter({0: max(0, before[line.id].available_cents)})
        for change in budget_history(session, line=line):
            day = (local_date(change.at) - start).days
            if 0 <= day < DAYS:
                comes[day] += max(0, change.cents)
        first = max(0, (line.period_from - start).days)
        made.append(YearLine(line.slug, tuple(sorted(comes.items())), first, (line.period_to - start).days))
    return tuple(made)


def _became(session: Session, ids: list[int], start: date) -> tuple[Ints, Ints, int]:
    """Per question the thousandths of its vouchers that were used, and the day the rest came back; and what was used in all.

    What can still be used counts as used.
    """
    used, back = np.full(len(ids), 1000, np.int64), np.full(len(ids), ALWAYS, np.int64)
    given: dict[int, list[Voucher]] = {}
    for voucher in session.scalars(select(Voucher).where(among(Voucher.question_id, ids)).order_by(Voucher.id)):
        given.setdefault(voucher.question_id, []).append(voucher)
    truth = 0
    for place, key in enumerate(ids):
        mine = given.get(key, [])
        kept = sum(one.amount_cents - one.released_cents for one in mine)
        ended = [at for one in mine for at in (one.expired_at, one.revoked_at) if at is not None]
        if ended:
            used[place] = kept * 1000 // max(1, sum(one.amount_cents for one in mine))
            back[place] = (local_date(max(ended)) - start).days
        truth += kept
    return used, back, truth
