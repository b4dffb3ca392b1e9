"""Asking in another way: the employer pays a part, the other route asks, the costs fall in two years."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from matching.offers.question import Question
from matching.problem import AvailableFundingLine, Offer
from matching.problem.proposal import Proposal
from matching.spec import limits
from matching.what_if.levers.base import ChangedQuestion, Found, Lever, smallest
from schemes.basics.costs import Cost, HadBefore, QuestionPledge
from schemes.basics.money import MAX_CENTS, ceil_share
from schemes.facts.outcome import FactValue

# The employer pays a part ----------------------------------------------------------------------------------------------


def pledge_levers(desk: ChangedQuestion) -> Iterator[Lever]:
    """The employer promises (more): so much that schemes pay more too, and so much that nothing is left."""
    rest = desk.proposal.value_of("rest")
    if desk.question.route == "employer" or not desk.has_employer or not rest:
        return
    given = desk.question.pledge
    before = 0 if given is None else given.amount_cents
    unlocks = _unlocking(desk, before)
    if unlocks is not None:
        yield unlocks
    whole = _pledged(desk, before + rest)
    if whole is not None and whole.own_cents < desk.own:
        params = {"amount_cents": before + rest, "more_cents": rest}
        yield Lever("pledge", "employer", params, desk.own - whole.own_cents)


def _pledged(desk: ChangedQuestion, cents: int) -> Found | None:
    """The question with a promise of so much, of the same kind as now; without one: a fixed amount."""
    if not 0 < cents <= MAX_CENTS:
        return None
    given = desk.question.pledge or QuestionPledge(kind="fixed", amount_cents=0)
    return desk.asked(desk.question.model_copy(update={"pledge": given.model_copy(update={"amount_cents": cents})}))


def _unlocking(desk: ChangedQuestion, before: int) -> Lever | None:
    """The smallest promise with which schemes pay as much more as a promise can make them."""
    tried = sorted({cents for offer in desk.problem.offers for cents in _asked_by(desk, offer) if cents > before})
    found = {cents: made for cents in tried if (made := _pledged(desk, cents)) is not None}
    now = sum(desk.paid.values())
    extra = {cents: sum(made.paid.values()) - now for cents, made in found.items() if made.own_cents < desk.own}
    most = max(extra.values(), default=0)
    if most <= 0:
        return None
    high = min(cents for cents, more in extra.items() if more == most)
    seen: dict[int, Found | None] = dict(found)

    def enough(cents: int) -> bool:
        made = seen[cents] if cents in seen else seen.setdefault(cents, _pledged(desk, cents))
        return made is not None and sum(made.paid.values()) - now >= most

    least = smallest(before, high, enough) if high - 1 > before and enough(high - 1) else high  # mostly the very amount
    made = seen.get(least)
    if made is None or made.own_cents >= desk.own:
        return None
    more = sum(made.paid.values()) - now
    params = {
        "amount_cents": least,
        "more_cents": least - before,
        "schemes_cents": more,
        "offers": desk.more(made.paid),
    }
    return Lever("pledge_unlocks", "employer", params, desk.own - made.own_cents)


def _asked_by(desk: ChangedQuestion, offer: Offer) -> Iterator[int]:
    """What the employer has to pay for an offer that asks a part of the employer."""
    rule, problem = offer.co_financing, desk.problem
    if rule is None or not limits.in_the_mix(problem, offer):
        return
    paid = {(share.line, share.offer): share.cents for share in desk.proposal.shares}
    given = limits.employer_contribution(problem, offer, rule, paid)
    pledged = sum(share.cents for share in desk.proposal.shares if share.offer in {one.id for one in problem.pledges})
    base = limits.eligible_cost(problem, offer) if rule.of == "eligible_cost" else limits.worth(problem, offer)
    for part in (base, base // 2):
        yield max(0, ceil_share(rule.share, part) - given) + pledged


# The other route -------------------------------------------------------------------------------------------------------


def route_levers(desk: ChangedQuestion) -> Iterator[Lever]:
    """The other route: the employer asks instead of the employee, or the other way round."""
    if not desk.has_employer:
        return
    route = "individual" if desk.question.route == "employer" else "employer"
    found = desk.asked(in_route(desk.question, route))
    if found is None:
        return
    before, after = _together(desk.proposal), _together(found.proposal)
    if after < before:
        params = {
            "route": route,
            "resident_cents": found.proposal.own_contribution_cents,
            "employer_cents": found.proposal.employer_contribution_cents,
            "offers": tuple(sorted(found.paid)),
        }
        yield Lever("other_route", "employer" if route == "employer" else "resident", params, before - after)


def in_route(question: Question, route: str) -> Question:
    """The same question asked in the other route. Who bears a cost follows from the route; a promise and a loan do not move."""
    costs = tuple(cost.model_copy(update={"bearer": None}) for cost in question.costs)
    changed: dict[str, Any] = {"route": route, "costs": costs, "pledge": None, "borrow_up_to_cents": 0}
    return question.model_copy(update=changed)


def _together(mix: Proposal) -> int:
    """What the resident and the employer pay or borrow together."""
    return mix.own_contribution_cents + mix.employer_contribution_cents + mix.repayable_cents


# Two years -------------------------------------------------------------------------------------------------------------


def split_levers(desk: ChangedQuestion) -> Iterator[Lever]:
    """A part of the costs in the next year, where a scheme pays at most so much per year. The best of the ways tried.

    Never for a training that only begins in that next year: then there is nothing to pay before it.
    """
    best: Lever | None = None
    start = desk.prepared.facts.get("training_start")
    for offer, day in _per_year(desk):
        if isinstance(start, date) and start >= day:
            continue
        for part, of in _parts(desk, offer):
            lever = _split(desk, offer, day, part, of)
            if lever is not None and (best is None or lever.gain_cents > best.gain_cents):
                best = lever
    if best is not None:
        yield best


def _per_year(desk: ChangedQuestion) -> Iterator[tuple[Offer, date]]:
    """Offers that pay all that is left of a cap per year, with the first day of the next one."""
    for offer in desk.problem.offers:
        paid = desk.paid.get(offer.id)
        if not paid or limits.cap_left(offer) != paid:
            continue
        for cap in desk.region.schemes[offer.scheme].caps:
            if cap.period == "calendar_year":
                yield offer, date(desk.on.year + 1, 1, 1)
            elif cap.period == "school_year":
                yield offer, date(desk.on.year + (desk.on.month >= 8), 8, 1)


def _parts(desk: ChangedQuestion, offer: Offer) -> Iterator[tuple[int, int]]:
    """Which part of the costs stays in this year: what the cap needs, or half; as a fraction."""
    yield 1, 2
    cost = limits.eligible_cost(desk.problem, offer)
    most = sum(limits.coverage_limit(offer, line) for line in desk.problem.lines)
    paid = desk.paid[offer.id]
    if 0 < paid < most:
        yield min(cost - 1, -(-paid * cost // most) + 1), cost


def _split(desk: ChangedQuestion, offer: Offer, day: date, part: int, of: int) -> Lever | None:
    """The costs that this scheme pays, a part now and a part in the next year."""
    covered = {line.id for line in desk.problem.lines if limits.covers(offer, line)}
    first, second = in_two(desk.question, covered, part, of)
    now = desk.asked(first) if first is not None else None
    if now is None or second is None:
        return None
    later = desk.asked(
        _next_year(desk, second, now, day), on=day, funding_lines=tuple(_left(line, now) for line in desk.funding_lines)
    )
    if later is None or now.own_cents + later.own_cents >= desk.own:
        return None
    total = [sum(cost.amount_cents for cost in one.costs) for one in (first, second) if one is not None]
    params = {
        "day": day.isoformat(),
        "first_cents": total[0],
        "second_cents": total[1],
        "part": part,
        "of": of,
        "lines": tuple(sorted(covered)),
        "offers": tuple(sorted({*now.paid, *later.paid})),
    }
    return Lever("split_over_years", desk.asker, params, desk.own - now.own_cents - later.own_cents)


def in_two(question: Question, covered: set[str], part: int, of: int) -> tuple[Question | None, Question | None]:
    """The question with `part / of` of each covered cost (rounded up), and the question with the rest of those."""
    first, second = [], []
    for cost, name in zip(question.costs, question.line_ids(), strict=True):
        if name not in covered:
            first.append(cost.model_copy(update={"id": name}))
            continue
        kept = -(-cost.amount_cents * part // of)
        first.append(_of(cost, name, kept, up=True))
        second.append(_of(cost, name, cost.amount_cents - kept, up=False))
    kept_first = tuple(cost for cost in first if cost.amount_cents)
    kept_second = tuple(cost for cost in second if cost.amount_cents)
    if not kept_first or not kept_second:
        return None, None
    now = question.model_copy(update={"costs": kept_first})
    return now, question.model_copy(update={"costs": kept_second, "pledge": None, "borrow_up_to_cents": 0})


def _of(cost: Cost, name: str, cents: int, *, up: bool) -> Cost:
    """A part of a cost, VAT in proportion; the two parts together are the whole."""
    without = cost.amount_without_vat_cents
    if without is not None and cost.amount_cents:
        whole = without * cents
        without = -(-whole // cost.amount_cents) if up else whole // cost.amount_cents
    return cost.model_copy(update={"id": name, "amount_cents": cents, "amount_without_vat_cents": without})


def _next_year(desk: ChangedQuestion, second: Question, now: Found, day: date) -> Question:
    """The second question: asked on the first day of the year, the training after it, with what was had in the first."""
    facts: dict[str, FactValue] = {}
    start = desk.prepared.facts.get("training_start")
    if isinstance(start, date):
        facts["training_start"] = max(start, day + timedelta(days=1))
    rules = desk.region.region.settings.de_minimis
    used = desk.prepared.facts.get(rules.used_fact)
    aid = sum(cents for name, cents in now.paid.items() if _is_aid(now, name))
    if isinstance(used, int):
        facts[rules.used_fact] = used + aid
    schemes = {offer.id: offer.scheme for offer in now.prepared.problem.offers}
    had = tuple(
        HadBefore(scheme=schemes[name], amount_cents=cents, awarded_on=desk.on)
        for name, cents in sorted(now.paid.items())
    )
    costs = tuple(
        cost if cost.due_on is None else cost.model_copy(update={"due_on": max(cost.due_on, day)})
        for cost in second.costs
    )
    written = {**second.facts, **{key: _written(value) for key, value in facts.items()}}
    changed = {"facts": written, "had_before": (*second.had_before, *had), "costs": costs, "reference_date": day}
    return second.model_copy(update=changed)


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _is_aid(found: Found, name: str) -> bool:
    return any(offer.id == name and offer.de_minimis for offer in found.prepared.problem.offers)


def _left(line: AvailableFundingLine, now: Found) -> AvailableFundingLine:
    """What the first mix leaves of a funding line."""
    taken = sum(share.cents for share in now.proposal.shares if share.funding_line == line.id)
    return line.model_copy(update={"available_cents": line.available_cents - taken}) if taken else line
