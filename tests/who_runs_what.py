"""Which test process runs which tests and in what order, and what is left to the proof (`PROOF=1`, `make proof`: deep, what is dear), to
the broad run (`BROAD=1`, `make broad`: all of that of which every run draws one in so many) or to the night (`NIGHT=1`: both, at full size)."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest

PAIRS = "tests/reliability/pairs/"
NIGHT = bool(os.environ.get("NIGHT"))
PROOF = NIGHT or bool(os.environ.get("PROOF"))
BROAD = bool(os.environ.get("BROAD"))
TOGETHER = {
    "tests/portal/demo/": "the filled demonstration",
    PAIRS: "one desk that is put back",
    "tests/reliability/": "many processes at once",
    "tests/benchmarks/": "many processes at once",
    "tests/architecture/": "the code as it was read",
}
"""What shares something that is dear to make (a filled desk, sixteen processes) and is run by one test process."""
MONEY_IN_EVERY_RUN = (
    "tests/portal/ledger/",
    "tests/portal/platform/",
    "tests/portal/migrations/",
    "tests/reliability/",
)
"""What writes the books, holds the locks and changes the tables: on both databases in every run."""
ONE_SCREEN_IN = 8
"""Of the tests of screens on PostgreSQL the broad run does one in so many, and the night all."""
ONE_IN = 15
"""Of all other tests on PostgreSQL every run does one in so many, and the broad run the rest; on SQLite every run does all of them."""
NEEDS_BOTH = re.compile(
    r"at_once|at_the_same|same_moment|constraint|exact_limits|both_databases|refuses|one_after|lock|unique"
)
"""Names of files and tests about two at one moment, what the database itself refuses, or what differs between the two: on both in
every run."""
WALKED_TOO = tuple(
    f"tests/journeys/test_{story}.py"
    for story in (
        "question_on_the_table",
        "owner_publishes",
        "owner_edits",
        "waiting_list",
        "objection",
        "voucher_comes_back",
        "voucher_life",
        "whole_desk",
        "looking_ahead",
    )
)
"""Stories in a browser that are walked without one too, in every run: the table of the talk and two people at
it are in tests/web/advisor/test_discussing.py, editing and publishing in tests/web/owner, the waiting list and objections in
tests/portal/awarding/waiting_list, tests/portal/second_look/objections and tests/web/advisor, a voucher that comes back in
tests/web/advisor/test_taking.py, the life of a voucher in
tests/portal/spending/vouchers and tests/web/region, the whole desk in all of them, looking ahead in tests/web/accounting. In a browser
in the broad run."""
LONG = (
    "tests/benchmarks/test_retention.py",
    "tests/benchmarks/test_strangers.py",
    "tests/benchmarks/test_takeover.py",
    "tests/portal/spending/vouchers/test_life.py::test_a_bug_that_is_put_in_is_found[order_of_receipt_ignored",
    "tests/portal/spending/vouchers/test_life.py::test_a_bug_that_is_put_in_is_found[no_release_on_expiry",
    "tests/portal/spending/vouchers/test_life.py::test_whatever_happens_in_the_life_of_vouchers_the_books_are_right[postgresql",
    "tests/reliability/walks/test_walks.py::test_whatever_is_done_everything_adds_up[postgresql",
    "tests/matching/solver/test_second_solver.py",
    "tests/matching/answering/test_bundle.py::test_the_hard_way_is_taken_only_for_what_is_hard",
    "tests/portal/framework/test_upgrade.py",
    "tests/portal/demo/history/test_playing_history.py::test_a_twentieth_of_the_history",
    "tests/reliability/pairs/test_controls.py::test_a_pair_breaks_without_its_lock_and_not_with_it[lower_award",
    "tests/portal/accounting/periods/test_lives.py",
    "tests/reliability/test_approve_race.py::test_control_without_the_guards_a_ceiling_is_oversold",
    "tests/reliability/test_crashes.py::test_killing_the_database_loses_nothing_and_doubles_nothing",
    "tests/reliability/test_crashes.py::test_control_without_keys_a_lost_answer_doubles_an_act",
    "tests/portal/demo/history/test_playing_history.py::test_the_command_prints",
    "tests/portal/demo/test_doors.py::test_load_fills_the_desk_once",
    "tests/portal/demo/test_older_tables.py::test_control_one_revision_further",
    "tests/portal/spending/vouchers/test_voucher_acts.py::test_whatever_happens_the_lines_of_the_history_add_up_to_the_books",
    "tests/portal/spending/vouchers/test_life.py::test_a_bug_that_is_put_in_is_found",
    "tests/portal/accounting/journal/test_audit_file.py::test_a_large_month_is_never_whole_in_memory",
    "tests/reliability/test_gunicorn.py",
    "tests/reliability/test_gunicorn_limits.py::test_a_request",
    "tests/reliability/test_gunicorn_stops.py",
    "tests/portal/post/files/test_limits_of_files.py::test_honest_pictures_fit_in_that[a grey scan",
    "tests/portal/post/files/test_limits_of_files.py::test_honest_pictures_fit_in_that[a photo in rounds",
    "tests/portal/post/files/test_limits_of_files.py::test_honest_pictures_fit_in_that[all that is read",
    "tests/portal/post/files/test_limits_of_files.py::test_honest_pictures_fit_in_that[the largest picture",
    "tests/reliability/test_full_disk.py::test_when_the_disk_fails",
    "tests/portal/publishing/replay/test_replay.py::test_an_unchanged_version_makes_no_difference_to_anybody",
    "tests/portal/publishing/replay/test_replay.py::test_no_contact_is_read_and_no_name_is_kept[postgresql",
    "tests/portal/awarding/test_state_aid.py::test_when_nothing_is_left_nothing_is_awarded_and_another_company_has_its_own_room[postgresql",
    "tests/web/resident/test_outcome.py::test_a_loan_is_outside_the_mix_until_it_is_asked_for",
    "tests/portal/people/audit/test_chain.py::test_what_was_logged_before_is_bound_in_its_order",
    "tests/matching/receipt/test_receipt.py::test_a_forged_hash_does_not_hide",
    "tests/matching/receipt/test_receipt.py::test_an_alternative_that_is_not_allowed",
    "tests/portal/commands/test_serving.py::test_half_open_connections",
    "tests/portal/demo/history/test_playing_history.py::test_the_naive_order",
    "tests/portal/framework/test_loading_drafts.py::test_the_command_needs_a_reason",
    "tests/reliability/test_approve_race.py::test_the_last_euros_of_one_persons_ceiling_are_awarded_exactly",
    "tests/reliability/test_crashes.py::test_killing_workers_loses_nothing_and_doubles_nothing[sqlite",
    "tests/reliability/test_mixed.py::test_control_without_the_guard_the_books_do_not_add_up",
    "tests/portal/migrations/test_migrations.py::test_upgrading_twice_changes_nothing_and_makes_no_backup",
    "tests/portal/accounting/figures/test_recount.py::test_every_figure_is_what_an_outsider_counts[life 1",
    "tests/portal/accounting/figures/test_one_number.py::test_every_number_is_what_an_outsider_counts_wherever_it_stands[sqlite-life 1",
    "tests/reliability/pairs/test_controls.py::test_a_pair_breaks_without_its_lock_and_not_with_it[release_batch",
    "tests/web/edge/test_braking.py::test_every_page_of_strangers_that_solves_more",
    "tests/web/access/test_own_address.py::test_a_forged_name_of_the_desk_stands_on_no_page",
    "tests/portal/accounting/audit_bundles/test_bundles.py::test_a_file_with_a_virus_is_left_out_and_the_bundle_says_so[postgresql",
    "tests/architecture/test_commands.py::test_the_installed_loket_makes_a_database",
    "tests/reliability/test_mixed.py::test_whatever_happens_at_once_no_cent_is_over_and_what_is_free_can_be_awarded[sqlite",
    "tests/reliability/test_often.py",
    "tests/reliability/test_crashes.py::test_lost_answers_to_a_commit_double_nothing[postgresql",
    "tests/web/owner/test_editor_form.py::test_any_definition_comes_out_of_its_form_unchanged",
    "tests/reliability/pairs/test_controls.py::test_a_pair_breaks_without_its_lock_and_not_with_it[save_costs",
    "tests/portal/demo/test_doors.py::test_pages_of_an_empty_desk_say_what_will_come",
)
"""What takes long and says little more than its neighbours: in the proof."""
WIDE = (
    *WALKED_TOO,
    "tests/web/api/test_schemathesis.py",
    "tests/web/edge/test_one_notation.py::test_no_page_of_who_asks",
    "tests/web/edge/test_way_back.py::test_the_way_back_is_called",
    "tests/web/employer/test_speaks_to_employers.py::test_no_page_of_an_employer",
    "tests/portal/demo/test_same_again.py",
    "tests/journeys/test_gallery.py::test_axe_finds_nothing_in_any_component_in_any_state[dark]",
    "tests/portal/demo/test_filling.py::test_it_works_on_any_day_and_at_any_hour",
    "tests/portal/demo/test_filling.py::test_after_the_vouchers_closed_the_history_ends_on_their_last_day",
    "tests/journeys/test_resident_employer_pages.py::test_the_answer_is_accessible_in_the_dark",
    "tests/journeys/test_employer_voucher.py",
    "tests/journeys/test_talk_desk.py",
    "tests/portal/demo/test_filling.py::test_without_questions_there_are_only_accounts",
    "tests/portal/demo/test_filling.py::test_a_filling_that_stops_at_its_last_step_leaves_nothing",
    "tests/journeys/test_resident_employer_pages.py::test_public_pages_are_accessible",
    "tests/journeys/test_resident_employer_pages.py::test_the_pages_of_an_employer_are_accessible",
    "tests/journeys/test_resident_employer_pages.py::test_the_questions_and_the_answer_are_accessible",
    "tests/journeys/test_resident_employer_pages.py::test_following_a_question_is_accessible",
    "tests/journeys/test_gallery.py::test_axe_finds_nothing_on_the_error_pages",
    "tests/journeys/test_gallery.py::test_text_of_twice_the_size",
    "tests/journeys/test_gallery.py::test_the_pages_read_from_right_to_left",
    "tests/journeys/test_gallery.py::test_no_page_scrolls_sideways_and_every_target_can_be_hit[768",
    "tests/journeys/test_gallery.py::test_no_page_scrolls_sideways_and_every_target_can_be_hit[360",
    "tests/journeys/test_resident_employer_pages.py::test_a_form_with_errors_is_accessible",
    "tests/journeys/test_every_page.py",
    "tests/journeys/test_accountable.py",
    "tests/journeys/test_easy_to_fill_in.py",
    "tests/journeys/test_demo_desk.py",
    "tests/journeys/test_employer_desk.py",
    "tests/journeys/test_finding.py",
    "tests/journeys/test_nothing_promised.py",
    "tests/journeys/test_owner_publishes.py::test_a_lower_amount_is_refused_repaired_published_and_holds_for_new_questions_only[360",
    "tests/portal/demo/history/test_whole_history.py",
    "tests/reliability/test_approve_race.py::test_the_last_euros_of_a_budget_are_awarded_exactly[sqlite",
    "tests/reliability/test_crashes.py::test_lost_answers_to_a_commit_double_nothing[sqlite",
    "tests/reliability/test_crashes.py::test_killing_workers_loses_nothing_and_doubles_nothing[postgresql",
    "tests/reliability/test_approve_race.py::test_control_without_the_guards_a_budget_is_oversold[sqlite",
    "tests/reliability/test_mixed.py::test_whatever_happens_at_once_no_cent_is_over_and_what_is_free_can_be_awarded[postgresql",
    "tests/journeys/test_resident_employer_pages.py::test_the_link_to_go_on_later",
)
"""Every page in a browser, stories of people of which the screens are tried in every run, whatever a program sends to the interface, and
the whole history: in the broad run."""
LONG_TABLE, ONE_ROW_IN = 8, 6
"""Of a test with so many rows every run does one row in so many, and the broad run all. What moves money, holds locks or changes tables
is done whole, but for the pairs of acts, of which every run does a part (`ONE_PAIR_IN`)."""
A_FEW = 3_000
"""Tests; a run of more is one of everything."""
ONE_PAIR_IN = 3
ONE_PAGE_IN = 6
"""Of the tests of screens every run does one in so many, and the broad run all: the acts behind them are tried by themselves in every run."""
SCREENS = tuple(
    f"tests/web/{audience}/"
    for audience in (
        "accounting",
        "advisor",
        "assisting",
        "employer",
        "owner",
        "provider",
        "region",
        "resident",
        "two_people",
    )
)
ACCOUNTED, ONE_ACCOUNT_IN = ("tests/portal/accounting/", "tests/portal/oversight/"), 4
"""Of what is counted, drawn and reported from the books every run does one test in so many; the books themselves and what is counted
against plain SQL outside (`figures`) are done whole."""
ONE_STAND_IN = 5
"""Of the states that an own page can show, and of the acts that move money or rights, every run does one in so many."""
OF_EACH_STATE = (
    "tests/web/resident/test_own_page_stands.py::",
    "tests/reliability/pairs/test_powers.py::",
    "tests/reliability/pairs/test_counted.py::",
    "tests/reliability/pairs/test_restricted.py::",
)
MOVING = (
    "/test_moving.py",
    "/migrations/test_two_hands.py",
    "/migrations/test_ways_in.py",
    "/migrations/test_expenses_down.py",
    "/migrations/test_undone_before.py",
    "/migrations/test_set_aside_before.py",
    "test_a_question_that_was_filled_in_with_a_training_of_the_region_remembers_which",
)
"""Rows that a revision carries over, both ways: a revision that was published never changes again. In the proof; that all revisions go
up, down and up again with rows in place is tried in every run."""
APART = (
    "tests/reliability/walks/",
    *((PAIRS,) if PROOF else ()),
    *(("tests/journeys/test_every_page.py",) if BROAD else ()),
)
"""Where each test is a group of its own: it takes long, and needs nothing that the next one has. All pairs are as many as the proof does."""
DEAREST = (
    "tests/journeys/",
    "tests/reliability/",
    "tests/benchmarks/",
    "tests/portal/demo/",  # not while another test process fills the demonstration: it would wait
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


@cache
def has_a_size_in_the_broad_run(path: str) -> bool:
    """Whether the journeys of a file look at more in the broad run, such as a second width: the file says so."""
    if not path.startswith("tests/journeys/"):
        return False
    return bool(re.search(r"import [^\n]*\bBROAD\b", (Path(__file__).parents[1] / path).read_text(encoding="utf-8")))


def is_left_to_the_proof(nodeid: str) -> bool:
    """Whether this waits for the proof: it is long, or carries rows over that no later change can touch."""
    return any(part in nodeid.partition("[")[0] for part in MOVING) or nodeid.startswith(LONG)


def is_left_to_the_broad_run(nodeid: str, rows: int) -> bool:
    """Whether this waits for the broad run: its neighbours say enough, or it is on PostgreSQL and not about locks, tables or two at once.

    `rows`: how often its test stands in the run, with other values; 0 when none is to be drawn from many.
    """
    name, _, parameters = nodeid.partition("[")
    if _is_one_of_many(nodeid, rows):
        return True
    if nodeid.startswith(OF_EACH_STATE) and parameters and crc32(nodeid.encode()) % ONE_STAND_IN > 0:
        return True
    if "postgresql" not in parameters or nodeid.startswith(MONEY_IN_EVERY_RUN) or NEEDS_BOTH.search(name):
        return is_of_screens_on_postgresql(nodeid)
    return nodeid.startswith("tests/web/") or crc32(nodeid.encode()) % ONE_IN > 0


def _is_one_of_many(nodeid: str, rows: int) -> bool:
    """Whether its neighbours say enough in every run."""
    drawn = crc32(nodeid.encode())
    if rows == 0:
        return False
    if nodeid.startswith(PAIRS):
        return rows >= LONG_TABLE and drawn % ONE_PAIR_IN > 0
    if nodeid.startswith(MONEY_IN_EVERY_RUN):
        return False
    if rows >= LONG_TABLE:
        return drawn % ONE_ROW_IN > 0
    if nodeid.startswith(ACCOUNTED) and "/figures/" not in nodeid:
        return drawn % ONE_ACCOUNT_IN > 0
    return nodeid.startswith(SCREENS) and drawn % ONE_PAGE_IN > 0


def is_of_screens_on_postgresql(nodeid: str) -> bool:
    """Whether this opens screens on PostgreSQL: what they do is proven there where the acts stand."""
    return nodeid.startswith("tests/web/") and "postgresql" in nodeid.partition("[")[2]


def left_to_another_run(nodeids: Sequence[str]) -> set[str]:
    """What this run leaves out: each run what is left to another, and another run what is the same in every run.

    Who runs a few files gets all rows and pages of them; one of many is only drawn from a run of everything.
    """
    drawn = PROOF or BROAD or len(nodeids) > A_FEW
    rows = Counter(nodeid.partition("[")[0] for nodeid in nodeids) if drawn else Counter()
    return {nodeid for nodeid in nodeids if _is_left_to_another_run(nodeid, rows[nodeid.partition("[")[0]])}


def _is_left_to_another_run(nodeid: str, rows: int) -> bool:
    if nodeid.startswith(WIDE) and not (PROOF and nodeid.startswith("tests/reliability/")):
        return not BROAD
    deep, broad = is_left_to_the_proof(nodeid), is_left_to_the_broad_run(nodeid, rows)
    if BROAD and not NIGHT and is_of_screens_on_postgresql(nodeid) and crc32(nodeid.encode()) % ONE_SCREEN_IN > 0:
        return True
    if not (PROOF or BROAD):
        return deep or broad
    if PROOF and (deep or nodeid.startswith("tests/reliability/")):
        return False
    if (BROAD or NIGHT) and broad and not deep:
        return False
    if BROAD and has_a_size_in_the_broad_run(nodeid.partition("::")[0]):
        return False
    return not (PROOF and has_a_size_in_the_proof(nodeid.partition("::")[0]) and (NIGHT or not broad))


def in_order(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The dearest groups first, then those of most tests."""
    items = list(items)
    size = Counter(group_of(item.nodeid) for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        group = group_of(item.nodeid)
        rank = next((n for n, start in enumerate(DEAREST) if item.nodeid.startswith(start)), len(DEAREST))
        return rank, -size[group], group

    return sorted(items, key=place)
