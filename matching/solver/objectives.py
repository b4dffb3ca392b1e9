"""What each pass makes as small as possible, as sums over the variables of the model."""

from collections.abc import Callable

from matching.problem.settings import PassName
from matching.solver.model import MixModel
from matching.solver.rows import Sum
from matching.spec import limits


def objective(model: MixModel, name: PassName) -> Sum:
    """The value of a pass, to be made as small as possible."""
    return _OBJECTIVES[name](model)


def _rest(model: MixModel) -> Sum:
    """Rest on the asker's lines."""
    total = Sum()
    for line in model.reading.lines:
        if model.problem.is_askers(line):
            total.plus(model.rest(line))
    return total


def _own_money(model: MixModel) -> Sum:
    """Rest plus repayable shares on the asker's lines."""
    total = _rest(model)
    for offer in model.reading.offers:
        if offer.repayable:
            total.plus(model.total(offer.id))
    return Sum(total.constant, {index: c for index, c in total.terms.items() if c})


def _priced_money(model: MixModel) -> Sum:
    """Cents times price per euro: thousandths of a cent."""
    total = Sum()
    for offer in model.reading.offers:
        if offer.administered == "elsewhere":
            total.plus(model.total(offer.id), limits.offer_price(model.problem, offer))
        for group in model.reading.groups.get(offer.id, ()):
            for name in (one for one in group.funding if one not in model.drawn):
                price = limits.funding_price(model.problem, model.reading.funding[name])
                part = model.z.get((offer.id, group, name))
                total.add([model.x[line, offer.id] for line in group.lines] if part is None else [part], price)
    for name, drawn in model.drawn.items():
        total.add([drawn], limits.funding_price(model.problem, model.reading.funding[name]))
    for pledge in model.reading.pledges:
        total.plus(model.total(pledge.id), limits.pledge_price(model.problem, pledge))
    return Sum(0, {index: c for index, c in total.terms.items() if c})


def _schemes(model: MixModel) -> Sum:
    """How many different schemes are used; in a bundle per part."""
    by_scheme: dict[tuple[str | None, str], list[int]] = {}
    for offer in model.reading.offers:
        by_scheme.setdefault((offer.part, offer.scheme), []).append(model.y[offer.id])
    total = Sum()
    for used in by_scheme.values():
        if len(used) == 1:
            total.add(used)
            continue
        any_used = model.variable(1)
        for one in used:
            model.at_most(Sum().add([one]).add([any_used], -1), 0, "schemes")
        total.add([any_used])
    return total


def _canonical(model: MixModel) -> Sum:
    """Fixed weights that leave few ties, by place in the order of the ids; the choice itself means nothing.

    What is left stays on early lines; early payers pay before late ones, and the earlier lines; early funding lines
    are used up first.
    """
    total = Sum()
    lines = {line.id: n for n, line in enumerate(model.reading.lines)}
    payers = [offer.id for offer in model.reading.offers] + [pledge.id for pledge in model.reading.pledges]
    for n, payer in enumerate(payers):
        for line in model.reading.lines_of(payer):
            rank = lines[line.id]
            total.add([model.x[line.id, payer]], 1 + n + (len(lines) - rank) * (n + 1))
    money = {name: n for n, name in enumerate(model.reading.funding)}
    for n, ((_, _, name), part) in enumerate(model.z.items()):
        total.add([part], 1 + (n + 1) * (money[name] + 1))
    return total


_OBJECTIVES: dict[PassName, Callable[[MixModel], Sum]] = {
    "own_money": _own_money,
    "rest": _rest,
    "priced_money": _priced_money,
    "schemes": _schemes,
    "canonical": _canonical,
}
