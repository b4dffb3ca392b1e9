"""The year that was beside perfect hindsight: what could have been paid of what was asked, and where the rest went."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers.question import Question
from matching.scenario.regret import Regret, regrets
from matching.scenario.serving import Futures
from matching.scenario.world import ALWAYS, Ints, YearLine
from matching.scenario.years import Years, in_turns
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.queries import budget_history, funding_lines
from portal.ledger.queries import line_figures
from portal.planning.scarcity import as_groups, fixed_prices, needs_of
from portal.planning.usual_questions import SEED, UsualQuestions
from portal.platform.clock import local_date
from portal.publishing.replay.queries import past_questions
from portal.spending.vouchers.models import Voucher

DAYS = 364
MOST_QUESTIONS = 500
"""Of so many questions in the year it is worked out; each is a mix of its own."""
SAMPLES = 20
Asked = tuple[int, Question, date]


def past_regret(session: Session, *, usual: UsualQuestions, on: date) -> Regret | None:
    """The regret of the year before a day, in cents that were used; None without questions or money, or with too many questions.

    Of a question that got nothing all is taken to be used. A day of the past does not know more than the years that are sampled
    now: what prices would have served then is what these would.
    """
    start = on - timedelta(days=DAYS)
    asked, lines = _asked(session, start, on), _lines(session, start, on)
    if not asked or not lines or len(asked) > MOST_QUESTIONS:
        return None
    names = [line.id for line in lines]
    both = usual.problems_of([(question, day) for _id, question, day in asked], usual.region)
    needs = needs_of([*both[0], *usual.problems(usual.region)[0]], names)
    year, truth = _year(session, asked, needs.group_of, needs.cents, start)
    sampled = usual.year_ahead(seed=SEED + 3, block=SAMPLES).years(0)
    futures = Futures.of(lines, needs.admits, as_groups(sampled, needs, first=len(asked)))
    fixed = fixed_prices(both[0], lines)
    [found] = regrets(lines, needs.admits, year, futures=futures, fixed=fixed, in_truth=np.array([truth]))
    return found


def _asked(session: Session, start: date, on: date) -> list[Asked]:
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


def _year(session: Session, asked: list[Asked], group_of: Ints, cents: Ints, start: date) -> tuple[Years, int]:
    """The year as questions of groups, with what was used of their vouchers; and what was used of all together."""
    count = len(asked)
    used, back = np.full(count, 1000, np.int64), np.full(count, ALWAYS, np.int64)
    given: dict[int, list[Voucher]] = {}
    rows = select(Voucher).where(Voucher.question_id.in_([key for key, _question, _day in asked]))
    for voucher in session.scalars(rows.order_by(Voucher.id)):
        given.setdefault(voucher.question_id, []).append(voucher)
    truth = 0
    for place, (key, _question, _day) in enumerate(asked):
        mine = given.get(key, ())
        truth += sum(one.redeemed_cents for one in mine)
        ended = [at for one in mine for at in (one.expired_at, one.revoked_at) if at is not None]
        if ended:
            awarded = sum(one.amount_cents for one in mine)
            used[place] = sum(one.redeemed_cents for one in mine) * 1000 // max(1, awarded)
            back[place] = (local_date(max(ended)) - start).days
        elif mine:
            truth += sum(one.amount_cents - one.redeemed_cents - one.released_cents for one in mine)
    day = np.array([(day - start).days for _key, _question, day in asked], np.int64)
    year = in_turns(
        1,
        DAYS,
        year=np.zeros(count, np.int64),
        day=day,
        kind=group_of[:count],
        used_permille=used,
        back_day=back,
        cents=cents[:count],
    )
    return year, truth
