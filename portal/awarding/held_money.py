"""What the awards of a question hold already: the money that stays when something is added, or when is decided again.

What was used of a voucher was paid for the training: a new decision cannot take it back (Awb 7:11 replaces the decision, not what
was done by it). So the new mix is over the whole costs, with what was used fixed in it, and only the rest is awarded anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from matching.problem import AvailableFundingLine, LockedShare, Locks, Problem
from matching.problem.proposal import Share
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Award, AwardPart, Voucher

HELD = "held.money"
"""Id of the money that the awards hold already, whichever funding lines it is on now. A slug has no dot."""
HELD_TITLE = {"nl": "al gebruikt van een eerdere voucher", "en": "used already of an earlier voucher"}

Cells = dict[tuple[str, str], int]
"""(line, offer or pledge) -> cents."""


def held_cells(session: Session, *, question: DevelopmentQuestion) -> Cells:
    """What the awards of the question pay of every cost line; what was given back is taken off the last ones first."""
    return _cells(session, question, used_only=False)


def used_cells(session: Session, *, question: DevelopmentQuestion) -> Cells:
    """What was used of the awards of the question, and for which cost line; of a settled one what it was settled at."""
    return {cell: cents for cell, cents in _cells(session, question, used_only=True).items() if cents > 0}


def with_used(problem: Problem, cells: Mapping[tuple[str, str], int]) -> Problem:
    """The problem with what was used as money of its own that is spent already: fixed where it was used.

    Raises ``Refusal`` when the costs or the schemes for which it was used are no longer part of the problem.
    """
    if not cells:
        return problem
    lines, offers = {line.id for line in problem.lines}, {offer.id for offer in problem.offers}
    if any(line not in lines or offer not in offers for line, offer in cells):
        message = _l(
            "Een voucher is al gebruikt voor kosten of een regeling die nu niet meer in de vraag staan. Zet die eerst terug."
        )
        raise Refusal("used_does_not_fit", message)
    fixed = [
        LockedShare(line=line, offer=offer, funding_line=HELD, cents=cents)
        for (line, offer), cents in sorted(cells.items())
    ]
    money = AvailableFundingLine(id=HELD, funder=HELD, available_cents=sum(cells.values()))
    locks = Locks(shares=(*problem.locks.shares, *fixed), forbidden=problem.locks.forbidden)
    changed = {"funding_lines": (*problem.funding_lines, money), "locks": locks}
    return Problem.model_validate({**dict(problem), **changed})


def used_by_scheme(shares: Iterable[Share]) -> dict[str, int]:
    """Per scheme what of a mix was used already of earlier vouchers, in cents."""
    found = defaultdict[str, int](int)
    for share in shares:
        if share.funding_line == HELD:
            found[share.offer] += share.cents
    return dict(found)


def _cells(session: Session, question: DevelopmentQuestion, *, used_only: bool) -> Cells:
    back = dict[int, int]()
    vouchers = select(Voucher).where(Voucher.question_id == question.id)
    for voucher in session.scalars(vouchers):
        gone = voucher.released_cents + voucher.recovered_cents
        if used_only:
            used = voucher.used_cents if voucher.settled_cents is None else voucher.settled_cents
            gone = voucher.amount_cents - used
        back[voucher.award_id] = gone
    rows = (
        select(Award.id, Award.scheme, AwardPart.line_key, cast(func.sum(AwardPart.amount_cents), BigInteger))
        .join(AwardPart, AwardPart.award_id == Award.id)
        .where(Award.question_id == question.id)
        .group_by(Award.id, Award.scheme, AwardPart.line_key, AwardPart.funding_line_id)
        .order_by(func.min(AwardPart.id).desc())
    )
    found: Cells = defaultdict(int)
    for award_id, scheme, line, cents in session.execute(rows):
        less = min(cents, back.get(award_id, 0))
        back[award_id] = back.get(award_id, 0) - less
        found[line, scheme] += cents - less
    return dict(found)
