"""What a receipt says of other mixes and of the decision: allowed, added up, and different only where it says so."""

from collections.abc import Iterator, Mapping
from typing import Any

from matching.problem import Problem
from matching.problem.proposal import Proposal, Share, problem_hash
from matching.receipt.content import ReceiptContent
from matching.receipt.reading import FOLLOWING, REMEDY, Parts, below, broken_rule, in_any_order, part_differs
from matching.solver.again import paid_by_offers, public_cents
from matching.spec.check import violations
from matching.spec.claims import claims
from schemes.basics.findings import BadFile, Finding
from schemes.files.parsing import validate


def check_alternatives(content: ReceiptContent, parts: Parts, file: str) -> Iterator[Finding]:
    """Each alternative is a mix that is allowed and adds up, with the differences that it claims."""
    for n, one in enumerate(content.alternatives):
        where = f"alternatives[{n}]"
        try:
            mix: Proposal = validate(Proposal, one.get("proposal"), file)
        except BadFile as bad:
            yield from (below(f"{where}.proposal", finding) for finding in bad.findings)
            continue
        broken = violations(parts.problem, mix.shares)
        yield from (broken_rule(violation, where, file) for violation in broken)
        if any(violation.constraint == 0 for violation in broken):
            continue
        # Its problem is another one: that in which some schemes pay nothing.
        wrong = [claim.code for claim in claims(parts.problem, mix) if claim.code != "problem_differs"]
        wrong += [name for name, right in _expected(parts, mix) if one.get(name, right) != right]
        for name in wrong:
            message = f"What is said of an alternative is wrong ({name})."
            yield Finding(file, where, "alternative_differs", message, REMEDY, {"name": name})


def _expected(parts: Parts, other: Proposal) -> Iterator[tuple[str, Any]]:
    """What must be said of an alternative: its offers, and the differences with the best mix."""
    problem, best = parts.problem, parts.proposal
    yield "offers", sorted(paid_by_offers(problem, other.shares))
    yield "own_difference_cents", other.value_of("own_money") - best.value_of("own_money")
    yield "public_difference_cents", public_cents(problem, other.shares) - public_cents(problem, best.shares)
    yield "schemes_difference", other.value_of("schemes") - best.value_of("schemes")
    yield "repayable_difference_cents", other.repayable_cents - best.repayable_cents
    yield "employer_difference_cents", other.employer_contribution_cents - best.employer_contribution_cents
    yield "status", "proven" if other.status == best.status == "proven" else "not_proven"


def check_decision(content: ReceiptContent, parts: Parts, file: str) -> Iterator[Finding]:
    decision, decided, where = content.decision, parts.decided, "decision"
    if decision is None:
        yield from _overrides(content, parts, file)
        return
    awards = decision.kind in ("approved", "partly")
    if not awards == bool(parts.shares) == (decided is not None) == (decision.problem_hash is not None):
        yield Finding(file, where, "decision_differs", "A decided mix and its problem belong together.", REMEDY)
    if decided is not None:
        if decision.problem_hash != problem_hash(decided):
            message = "The problem of the decision is not what its hash says."
            yield Finding(file, f"{where}.problem_hash", "decision_differs", message, REMEDY)
        yield from (broken_rule(one, where, file) for one in violations(decided, parts.shares))
        for name in FOLLOWING:
            if name != "pledges" and in_any_order(getattr(decided, name)) != in_any_order(getattr(parts.problem, name)):
                yield part_differs(file, f"{where}.problem", name)
    yield from _sums(content, parts, file)
    yield from _overrides(content, parts, file)


def _sums(content: ReceiptContent, parts: Parts, file: str) -> Iterator[Finding]:
    """What was awarded is what the decided mix pays from here; every scheme that pays from here was decided on."""
    decision = content.decision
    assert decision is not None
    schemes = {offer.id: offer.scheme for offer in parts.problem.offers if offer.administered == "here"}
    if parts.decided is not None:
        schemes |= {offer.id: offer.scheme for offer in parts.decided.offers if offer.administered == "here"}
    paid: dict[str, int] = {}
    for share in parts.shares:
        if share.offer in schemes:
            paid[schemes[share.offer]] = paid.get(schemes[share.offer], 0) + share.cents
    versions = {one.name: one.version for one in content.schemes}
    for n, one in enumerate(decision.outcomes):
        cents = paid.pop(one.scheme, 0)
        right = one.amount_cents == cents and (one.outcome == "awarded") == (cents > 0)
        if not right or versions.get(one.scheme) != one.version:
            message = f"What was decided on {one.scheme} is not what the mix pays."
            yield Finding(file, f"decision.outcomes[{n}]", "outcome_differs", message, REMEDY, {"name": one.scheme})
    for scheme in sorted(paid):
        message = f"{scheme} pays without a decision."
        yield Finding(file, "decision.outcomes", "outcome_missing", message, REMEDY, {"name": scheme})


def _overrides(content: ReceiptContent, parts: Parts, file: str) -> Iterator[Finding]:
    """The overrides are the locks of the problem, and what was decided otherwise than proposed."""
    written = sorted(repr(_figures(one.model_dump())) for one in content.overrides)
    expected = sorted(repr(_figures(one)) for one in overrides_of(parts.problem, parts.proposal.shares, parts.shares))
    if written != expected or (content.decision is not None and content.decision.amended != _differ(parts)):
        message = "What it says was decided otherwise is not the difference between the mixes."
        yield Finding(file, "overrides", "overrides_differ", message, REMEDY)


def _figures(override: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(override.get(name) for name in ("kind", "offer", "line", "funding_line", "cents", "proposed_cents"))


def _differ(parts: Parts) -> bool:
    return bool(parts.shares) and set(parts.shares) != set(parts.proposal.shares)


def overrides_of(problem: Problem, proposed: tuple[Share, ...], decided: tuple[Share, ...]) -> list[dict[str, Any]]:
    """What an advisor wanted otherwise: the locks of a problem, and per offer what was decided otherwise than proposed.

    `decided` is empty when nothing was awarded: then there is nothing to compare.
    """
    found: list[dict[str, Any]] = [
        {"kind": "locked", "offer": one.offer, "line": one.line, "funding_line": one.funding_line, "cents": one.cents}
        for one in problem.locks.shares
    ]
    found += [{"kind": "forbidden", "offer": name, "cents": 0} for name in problem.locks.forbidden]
    before, after = ({(s.offer, s.line, s.funding_line): s.cents for s in each} for each in (proposed, decided))
    for cell in sorted(before.keys() | after.keys(), key=str) if decided else ():
        if before.get(cell, 0) != after.get(cell, 0):
            offer, line, money = cell
            cents = {"cents": after.get(cell, 0), "proposed_cents": before.get(cell, 0)}
            found.append({"kind": "own_mix", "offer": offer, "line": line, "funding_line": money, **cents})
    return found
