"""The same rebalance by another solver: HiGHS, every award and line a variable of its own, passes one after the other."""

import highspy

from matching.plan.awards import PASSES, PassName, Portfolio


def solve(portfolio: Portfolio) -> dict[PassName, int]:
    """The values of the passes. Raises ``RuntimeError`` when HiGHS does not prove one."""
    cells = [(award, line) for award in portfolio.awards for line in sorted(award.may - {award.line})]
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_feasibility_tolerance", 1e-9)
    goes = [model.addIntegral(lb=0, ub=1) for _ in cells]
    cents = [model.addIntegral(lb=0, ub=award.cents) for award, _line in cells]
    for (award, _line), there, amount in zip(cells, goes, cents, strict=True):
        model.addConstr(amount <= award.cents * there)
        model.addConstr(amount >= (award.cents if award.whole else 1) * there)
    for award in portfolio.awards:
        own = [amount for (other, _line), amount in zip(cells, cents, strict=True) if other is award]
        if own:
            model.addConstr(sum(own) <= award.cents)
    loads = portfolio.loads()
    gained = {
        line.id: sum(amount for (_award, to), amount in zip(cells, cents, strict=True) if to == line.id)
        - sum(amount for (award, _to), amount in zip(cells, cents, strict=True) if award.line == line.id)
        for line in portfolio.lines
    }
    for line in portfolio.lines:
        if not isinstance(gained[line.id], int):
            model.addConstr(gained[line.id] <= line.holds_cents - loads[line.id])
    nothing = 0 * cents[0] if cents else 0
    sums = {
        "saved": sum((gained[line.id] for line in portfolio.lines if line.lapses), nothing),
        "freedom": sum((-line.freedom * gained[line.id] for line in portfolio.lines if not line.lapses), nothing),
        "moves": sum(goes, nothing),
    }
    found: dict[PassName, int] = {}
    for name in PASSES:
        if not cells:
            found[name] = 0
            continue
        model.minimize(sums[name]) if name == "moves" else model.maximize(sums[name])
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS did not prove {name}")
        found[name] = round(model.getObjectiveValue())
        model.addConstr(sums[name] <= found[name]) if name == "moves" else model.addConstr(sums[name] >= found[name])
    return found
