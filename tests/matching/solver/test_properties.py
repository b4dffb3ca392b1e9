"""Properties of the specification, for problems without precedence; what precedence can cost is in test_precedence.py."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import propose, violations
from matching.problem import Problem
from tests.benchmarks.problems import dense
from tests.matching.building import offer
from tests.matching.depth import PROOF
from tests.matching.oracle import small_problem

NAMES = ("own_money", "rest", "priced_money", "schemes")
problems = st.one_of(
    st.integers(0, 10**6).map(lambda seed: small_problem(seed, 1, precedence=False)),
    st.integers(0, 10**6).map(lambda seed: dense(seed, lines=3, offers=6)),
)
bounded = settings(max_examples=60 if PROOF else 30, derandomize=True, deadline=None, database=None)


def own(problem: Problem) -> int:
    return propose(problem, outlook=False).value_of("own_money")


@bounded
@given(st.one_of(problems, st.integers(0, 10**6).map(lambda seed: small_problem(seed, 1))))
def test_a_solved_mix_keeps_every_constraint(problem: Problem) -> None:
    proposal = propose(problem, outlook=False)
    assert proposal.status == "proven"
    assert violations(problem, proposal.shares) == []


@bounded
@given(problems, st.integers(1, 10**6))
def test_more_budget_never_raises_own_money(problem: Problem, more: int) -> None:
    lines = tuple(
        line.model_copy(update={"available_cents": line.available_cents + more}) for line in problem.funding_lines
    )
    assert own(problem.model_copy(update={"funding_lines": lines})) <= own(problem)


@bounded
@given(problems, st.integers(1, 10**6), st.integers(0, 7))
def test_a_higher_cap_never_raises_own_money(problem: Problem, more: int, which: int) -> None:
    offers = list(problem.offers)
    chosen = offers[which % len(offers)]
    if chosen.cap_cents is not None:
        offers[which % len(offers)] = chosen.model_copy(update={"cap_cents": chosen.cap_cents + more})
    assert own(problem.model_copy(update={"offers": tuple(offers)})) <= own(problem)


@bounded
@given(problems, st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 255))
def test_more_room_for_aid_never_raises_own_money(problem: Problem, room: int, more: int, which: int) -> None:
    offers = tuple(one.model_copy(update={"de_minimis": bool(which >> n & 1)}) for n, one in enumerate(problem.offers))
    less, wide, none = (
        problem.model_copy(update={"offers": offers, "de_minimis_room_cents": cents})
        for cents in (room, room + more, None)
    )
    assert own(less) >= own(wide) >= own(none)


@bounded
@given(problems, st.integers(1, 10**5), st.booleans())
def test_one_more_scheme_never_raises_own_money(problem: Problem, cap: int, alone: bool) -> None:
    extra = offer("extra", cap_cents=cap, no_other_public_money=alone, scheme="extra")
    assert own(problem.model_copy(update={"offers": (*problem.offers, extra)})) <= own(problem)


@bounded
@given(problems)
def test_removing_an_unused_scheme_changes_no_value(problem: Problem) -> None:
    proposal = propose(problem, outlook=False)
    used = {share.offer for share in proposal.shares}
    rules = [rule for one in problem.offers for rule in (one.share_of_base, one.tiers) if rule is not None]
    named = {name for rule in rules for name in rule.less}
    unused = {one.id for one in problem.offers} - used - named
    offers = tuple(one for one in problem.offers if one.id not in unused)
    groups = tuple(
        group.model_copy(update={"offers": tuple(name for name in group.offers if name not in unused)})
        for group in problem.exclusion_groups
    )
    caps = tuple(
        cap.model_copy(update={"offers": tuple(name for name in cap.offers if name not in unused)})
        for cap in problem.joint_caps
    )
    fewer = problem.model_copy(update={"offers": offers, "exclusion_groups": groups, "joint_caps": caps})
    smaller = propose(fewer, outlook=False)
    assert [smaller.value_of(name) for name in NAMES] == [proposal.value_of(name) for name in NAMES]  # type: ignore[arg-type]
