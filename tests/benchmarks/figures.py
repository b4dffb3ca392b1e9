"""The figures: how long a mix takes beside what a desk does today, and the scheme language beside plain functions."""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from matching import explain, propose
from matching.answering.bundle import LIMIT_MS
from matching.lint import lint_region
from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.spec.score import values
from matching.what_if.insight import insight
from tests.benchmarks import (
    api,
    appointments,
    asking,
    backups,
    books,
    finding,
    forecasts,
    hard_figures,
    highs,
    migrations,
    monitor,
    pages,
    people,
    planning,
    readers,
    reports,
    retention,
    scenarios,
    strangers,
    table,
    takeover,
    worklist,
)
from tests.benchmarks.bundles import dense_bundle, prepared_bundle
from tests.benchmarks.cascade import cascade
from tests.benchmarks.problems import dense
from tests.benchmarks.questions import ON, prepared, question, region

QUESTIONS = 300
EXAMPLE = "matching/examples/lasser-wordt-technicus.yaml"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `target` None: for information only."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As printed: name, value, unit, target, and whether the target holds."""
        holds = self.target is None or (self.value >= self.target if self.at_least else self.value <= self.target)
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "target": self.target,
            "holds": holds,
        }


def timed(work: Callable[[Problem], Any], problems: list[Problem]) -> list[float]:
    """Milliseconds per problem, after one to warm up; from fast to slow. What is loaded is not looked through meanwhile for what
    nobody holds any more, as in a process of the desk: of all that a benchmark imports that takes a quarter of a second."""
    work(problems[0])
    gc.collect()
    gc.freeze()
    times = []
    for problem in problems:
        start = time.perf_counter()
        work(problem)
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def catalogue() -> Iterator[Figure]:
    """Problem -> Proposal for generated questions over the shipped catalogue; all proven."""
    problems = [prepared(seed).problem for seed in range(QUESTIONS)]
    proposals = [propose(problem) for problem in problems]
    yield Figure("mix_catalogue_unproven", sum(one.status != "proven" for one in proposals), "questions", 0)
    times = timed(propose, problems)
    yield Figure("mix_catalogue_p50_ms", statistics.median(times), "ms", 6)
    yield Figure("mix_catalogue_p99_ms", times[int(len(times) * 0.99)], "ms", 20)
    yield Figure("mix_catalogue_max_ms", times[-1], "ms", 60)
    greedy = timed(cascade, problems)
    yield Figure("ratio_mix_to_cascade", statistics.median(times) / statistics.median(greedy), "times as long")
    pairs = zip(problems, proposals, strict=True)
    extra = [values(problem, cascade(problem))["own_money"] - best.value_of("own_money") for problem, best in pairs]
    yield Figure("cascade_extra_own_eur", sum(extra) / len(extra) / 100, "euro per question")
    yield Figure("cascade_worse_share", sum(more > 0 for more in extra) / len(extra) * 100, "% of questions")


DENSE = ((4, 8, 12), (6, 15, 60), (10, 30, 300))
"""Cost lines, offers and the target of the median in milliseconds."""
SECOND_SOLVER = {(4, 8): 4, (6, 15): 10}
"""Sizes that HiGHS solves too, and how many times as long it may at least take."""
OF_EACH = 200


def dense_problems() -> Iterator[Figure]:
    """Dense random problems with four funding lines; the smaller ones also by another solver, with equal values."""
    for lines, offers, target in DENSE:
        problems = [dense(seed, lines=lines, offers=offers) for seed in range(OF_EACH)]
        times = timed(lambda problem: propose(problem, outlook=False), problems)
        proposals = [propose(problem, outlook=False) for problem in problems]
        size = f"{lines}x{offers}"
        yield Figure(f"mix_dense_{size}_p50_ms", statistics.median(times), "ms", target)
        yield Figure(f"mix_dense_{size}_max_ms", times[-1], "ms", 10 * target)
        unproven = sum(one.status != "proven" for one in proposals)
        yield Figure(f"mix_dense_{size}_unproven", unproven, f"of {OF_EACH}", 0)
        if (lines, offers) in SECOND_SOLVER:
            yield from second_solver(size, problems, proposals, times, SECOND_SOLVER[lines, offers])


def second_solver(
    size: str, problems: list[Problem], proposals: list[Proposal], times: list[float], least: int
) -> Iterator[Figure]:
    """The same problems by HiGHS: how many times as long at the median, and how many values differ."""
    taken, differing = [], 0
    for problem, proposal in zip(problems, proposals, strict=True):
        start = time.perf_counter()
        other = highs.solve(problem)
        taken.append((time.perf_counter() - start) * 1000)
        differing += any(proposal.value_of(name) != value for name, value in other.items())  # type: ignore[arg-type]
    ratio = statistics.median(taken) / statistics.median(times)
    yield Figure(f"ratio_highs_{size}", ratio, "times as long", least, at_least=True)
    yield Figure(f"differing_from_highs_{size}", differing, f"of {len(problems)}", 0)


def cold_start() -> Iterator[Figure]:
    """`loket match` as somebody runs it: a new process, the catalogue read, one question solved. The best of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        command = [sys.executable, "-m", "portal.commands.cli", "match", EXAMPLE, "--json"]
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    yield Figure("match_cold_s", statistics.median(times), "s", 0.9)
    yield Figure("match_cold_max_s", max(times), "s")


def language() -> Iterator[Figure]:
    """One person against 500 schemes, a million people, 500 files, and all of it beside plain functions."""
    for name, value, unit, target in people.lines():
        yield Figure(name, value, unit, target)
    start = time.perf_counter()
    lint_region(region(), on=ON)
    yield Figure("lint_catalogue_s", time.perf_counter() - start, "s", 10)


EXPLAINED = 30
"""Questions with costs that are explained further: other mixes, what is not certain, what would change it."""


def explanations() -> Iterator[Figure]:
    """Everything that a page explains about a mix, once the mix is there: reasons, three other mixes, the levers."""
    made = [(question(seed), prepared(seed)) for seed in range(2 * EXPLAINED)]
    made = [(asked, ready) for asked, ready in made if ready.problem.lines][:EXPLAINED]
    times = []
    for asked, ready in made:
        proposal = propose(ready.problem)
        start = time.perf_counter()
        explain(ready.problem, proposal, ready.verdicts, region().schemes.values())
        insight(asked, region(), ready, proposal, on=ON)
        times.append((time.perf_counter() - start) * 1000)
    yield Figure("explain_p50_ms", statistics.median(times), "ms", 20)
    yield Figure("explain_max_ms", max(times), "ms", 150)


BUNDLES = 5
"""Bundles of twenty trainings over the catalogue, with so little money that they are in each other's way."""


DENSE_BUNDLES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
"""Seeds of dense bundles: 160 offers, four funding lines that all run out, caps over all trainings."""


def together() -> Iterator[Figure]:
    """Twenty trainings of one employer, made ready and solved as one; the slowest counts.

    The gap is that of the sums of money (passes 1 to 3). The number of schemes is a count: a step of one is a percent of it.
    """
    times: dict[str, list[float]] = {"catalogue": [], "dense": []}
    gaps, unproven, schemes = [], 0, []
    for kind, seeds in (("catalogue", range(1, BUNDLES + 1)), ("dense", DENSE_BUNDLES)):
        for seed in seeds:
            start = time.perf_counter()
            problem = _crowded(seed) if kind == "dense" else prepared_bundle(seed, 20, budget=500_000).problem
            assert problem is not None
            proposal = propose(problem)
            times[kind].append(time.perf_counter() - start)
            money = [one for one in proposal.passes if one.name in ("own_money", "rest", "priced_money")]
            gaps.append(max(one.gap / max(1, one.value) * 100 for one in money))
            schemes.append(max(one.gap for one in proposal.passes if one.name == "schemes"))
            unproven += proposal.status != "proven"
    yield Figure("bundle_20_s", max(max(found) for found in times.values()), "s", 5)
    yield Figure("bundle_20_catalogue_s", max(times["catalogue"]), "s")
    yield Figure("bundle_20_gap_percent", max(gaps), "% of the sum", 0.5)
    yield Figure("bundle_20_unproven", unproven, f"of {BUNDLES + len(DENSE_BUNDLES)}")
    yield Figure("bundle_20_schemes_gap", max(schemes), "schemes")


def _crowded(seed: int) -> Problem:
    problem = dense_bundle(seed, people=20, offers=8)
    settings = problem.settings.model_copy(update={"deterministic_limit_ms": LIMIT_MS})
    return problem.model_copy(update={"settings": settings})


def questions_asked() -> Iterator[Figure]:
    """How many questions the intake asks."""
    for name, value, unit in asking.lines():
        yield Figure(name, value, unit)


def over_a_worklist() -> Iterator[Figure]:
    """The advisor's worklist over 100,000 cases, on the embedded database."""
    milliseconds, queries = worklist.on_sqlite()
    yield Figure("worklist_100k_ms", milliseconds, "ms", 200)
    yield Figure("worklist_100k_queries", queries, "queries", 12)


def found_by_anybody() -> Iterator[Figure]:
    """Finding, and everything of one person or company, over 100,000 cases on both databases."""
    for name, value, unit, target in finding.lines():
        yield Figure(name, value, unit, target)


def over_the_books() -> Iterator[Figure]:
    """Awards beside a bare guarded loop, and checking a million transfers, on both databases."""
    for name, value, unit, target, at_least in books.lines():
        yield Figure(name, value, unit, target, at_least)


def backed_up() -> Iterator[Figure]:
    """A desk of a gigabyte, backed up under load, put back elsewhere and verified, on both databases."""
    for name, value, unit, target, at_least in backups.lines():
        yield Figure(name, value, unit, target, at_least)


def erased_at_night() -> Iterator[Figure]:
    """100,000 people of whom the term is over, erased by the nightly work, on both databases."""
    for name, value, unit, target in retention.lines():
        yield Figure(name, value, unit, target)


def up_and_down() -> Iterator[Figure]:
    """100,000 cases back to the tables of an older version and up again, with equal sums, on both databases."""
    for name, value, unit, target in migrations.lines():
        yield Figure(name, value, unit, target)


def taken_over() -> Iterator[Figure]:
    """1,000 vouchers from before the desk, tried and written in the books in parts, on both databases."""
    for name, value, unit, target in takeover.lines():
        yield Figure(name, value, unit, target)


def on_the_table() -> Iterator[Figure]:
    """The advisor changes something in a question: save, solve and show, over 200 changes on the catalogue."""
    times = table.measure()
    yield Figure("talk_change_p95_ms", times[int(len(times) * 0.95)], "ms", 300)
    yield Figure("talk_change_p50_ms", statistics.median(times), "ms")


def hours_of_advisors() -> Iterator[Figure]:
    """Many who choose a talk at once, on both databases: no hour is given twice."""
    for name, value, unit, target in appointments.lines():
        yield Figure(name, value, unit, target)


def beside_strangers() -> Iterator[Figure]:
    """One ordinary visitor while fifty strangers ask for the dearest answers."""
    for name, value, unit, target in strangers.lines():
        yield Figure(name, value, unit, target)


def accounted_for() -> Iterator[Figure]:
    """The accountability report over 100,000 vouchers, on both databases."""
    for name, value, unit, target in reports.lines():
        yield Figure(name, value, unit, target)


def read_by_many() -> Iterator[Figure]:
    """The first page of the accounts, read by a hundred people at once, on PostgreSQL."""
    for name, value, unit, target in readers.lines():
        yield Figure(name, value, unit, target)


def monitored() -> Iterator[Figure]:
    """Pages of the monitor over 100,000 cases, on both databases, and its plots."""
    for name, value, unit, target in monitor.lines():
        yield Figure(name, value, unit, target)


def opened_by_people() -> Iterator[Figure]:
    """Pages of residents by themselves, and beside a bare page on the same server."""
    for name, value, unit, target, at_least in pages.lines():
        yield Figure(name, value, unit, target, at_least)


def hard_problems() -> Iterator[Figure]:
    """Hard problems: scarce shared money, chains of "ask first", joint caps; large bundles and very many lines."""
    for name, value, unit, target, at_least in hard_figures.lines():
        yield Figure(name, value, unit, target, at_least)


def planned_ahead() -> Iterator[Figure]:
    """The region's plan: 100,000 awards, a million questions, knapsacks of the literature; scenarios, prices, and the forecast."""
    for name, value, unit, target in planning.lines():
        yield Figure(name, value, unit, target)
    for name, value, unit, target, at_least in scenarios.lines():
        yield Figure(name, value, unit, target, at_least)
    yield from looked_ahead()


def looked_ahead() -> Iterator[Figure]:
    """The forecast: how long, how honest its bands on regions it never saw, and what promising beyond the reservation brings."""
    for name, value, unit, target, at_least in forecasts.lines():
        yield Figure(name, value, unit, target, at_least)


def at_the_interface() -> Iterator[Figure]:
    """What a program waits for the best mix, and what an answer costs beside a bare one."""
    for name, value, unit, target, at_least in api.measure():
        yield Figure(name, value, unit, target, at_least)


GROUPS: dict[str, Callable[[], Iterator[Figure]]] = {
    "language": language,
    "mix": catalogue,
    "dense": dense_problems,
    "hard": hard_problems,
    "explain": explanations,
    "bundle": together,
    "cold": cold_start,
    "questions": questions_asked,
    "worklist": over_a_worklist,
    "finding": found_by_anybody,
    "books": over_the_books,
    "backups": backed_up,
    "retention": erased_at_night,
    "migrations": up_and_down,
    "takeover": taken_over,
    "table": on_the_table,
    "appointments": hours_of_advisors,
    "strangers": beside_strangers,
    "reports": accounted_for,
    "readers": read_by_many,
    "monitor": monitored,
    "pages": opened_by_people,
    "plan": planned_ahead,
    "api": at_the_interface,
}
PARTS: dict[str, Callable[[], Iterator[Figure]]] = {"forecast": looked_ahead}
"""What is a part of a group and can be asked for by itself too."""


def figures(names: Iterable[str] = GROUPS) -> Iterator[Figure]:
    """The figures of these groups, or all. Raises KeyError for a group that there is not."""
    known = GROUPS | PARTS
    for work in [known[name] for name in names]:
        yield from work()
