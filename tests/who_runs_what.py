"""Which test process runs which tests and in what order, and what is left to the proof (`PROOF=1`, `make proof`)."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

PAIRS = "tests/reliability/pairs/"
PROOF = bool(os.environ.get("PROOF"))
TOGETHER = {
    "tests/portal/demo/": "the filled demonstration",
    PAIRS: "one desk that is put back",
    "tests/reliability/": "many processes at once",
    "tests/benchmarks/": "many processes at once",
    "tests/architecture/": "the code as it was read",
}
"""What shares something that is dear to make (a filled desk, sixteen processes) and is run by one test process."""
READS = (
    "tests/portal/oversight/flags/",
    "tests/portal/oversight/outcomes/",
    "tests/portal/oversight/test_everything.py",
    "tests/portal/oversight/test_lead_times.py",
    "tests/portal/framework/catalogue/",
    "tests/portal/framework/test_upgrade.py",
    "tests/portal/framework/test_loading_drafts.py",
    "tests/portal/publishing/replay/",
    "tests/portal/awarding/test_decision_receipts.py",
)
"""What moves no money, holds no lock and changes no table: on SQLite in every run, on both databases in the proof."""
WORDS_OF_PEOPLE = (
    "tests/portal/cases/",
    "tests/portal/post/",
    "tests/portal/people/accounts/",
    "tests/portal/commands/",
    "tests/portal/publishing/workshop/",
    "tests/portal/publishing/packages/",
    "tests/portal/framework/trainings/",
    "tests/portal/framework/training_files/",
    "tests/portal/oversight/worklist/",
    "tests/web/",
)
"""What changes cases, words and accounts, and no money: likewise, but for what `NEEDS_BOTH` names."""
NEEDS_BOTH = re.compile(
    r"at_once|at_the_same|same_moment|moving|constraint|exact_limits|both_databases|refuses|one_after|lock|unique"
)
"""Names of files and tests about two at one moment, what the database itself refuses, or what differs between the two."""
WALKED_TOO = tuple(
    f"tests/journeys/test_{story}.py"
    for story in (
        "question_on_the_table",
        "owner_publishes",
        "owner_edits",
        "waiting_list",
        "objection",
        "voucher_life",
    )
)
"""Stories in a browser that are walked without one too, in every run: the table of the talk is in test_talk_desk.py and two people at
it in tests/web/advisor/test_discussing.py, editing and publishing in tests/web/owner, the waiting list and objections in
tests/portal/awarding/waiting_list, tests/portal/second_look/objections and tests/web/advisor, the life of a voucher in
tests/portal/spending/vouchers and tests/web/region. In a browser in the proof."""
APART = ("tests/reliability/walks/", *((PAIRS,) if PROOF else ()))
"""Where each test is a group of its own: it takes long, and needs nothing that the next one has. All pairs are as many as the proof does."""
DEAREST = (
    "tests/journeys/",
    "tests/portal/demo/",
    "tests/reliability/",
    "tests/benchmarks/",
    "tests/portal/spending/vouchers/",
)
"""What is begun first, so that at the end no test process waits long for another."""


def group_of(nodeid: str) -> str:
    """The name of what must be run by one test process: one test in `APART`, several files in `TOGETHER`, else the file."""
    if nodeid.startswith(APART):
        return nodeid
    return next((name for start, name in TOGETHER.items() if nodeid.startswith(start)), nodeid.partition("::")[0])


@cache
def has_a_size_in_the_proof(path: str) -> bool:
    """Whether the tests of a file try more in the proof: the file says so, or takes its numbers from a `depth.py`."""
    text = (Path(__file__).parents[1] / path).read_text(encoding="utf-8")
    return "PROOF" in text or "depth import" in text


def is_left_to_the_proof(nodeid: str) -> bool:
    """Whether this is one of `READS` or `WORDS_OF_PEOPLE` on PostgreSQL, or one of `WALKED_TOO`."""
    if "postgresql" in nodeid.partition("[")[2]:
        words = nodeid.startswith(WORDS_OF_PEOPLE) and not NEEDS_BOTH.search(nodeid.partition("[")[0])
        return words or nodeid.startswith((*READS, "tests/web/"))
    return nodeid.startswith(WALKED_TOO)


def is_left_to_another_run(nodeid: str) -> bool:
    """What this run leaves out: each run what is left to the proof, and the proof what is the same in every run."""
    if not PROOF:
        return is_left_to_the_proof(nodeid)
    at_full_size = has_a_size_in_the_proof(nodeid.partition("::")[0]) or nodeid.startswith("tests/reliability/")
    return not (at_full_size or is_left_to_the_proof(nodeid))


def in_order(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The dearest groups first, then those of most tests."""
    items = list(items)
    size = Counter(group_of(item.nodeid) for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        group = group_of(item.nodeid)
        rank = next((n for n, start in enumerate(DEAREST) if item.nodeid.startswith(start)), len(DEAREST))
        return rank, -size[group], group

    return sorted(items, key=place)
