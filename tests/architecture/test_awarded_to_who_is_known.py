"""Whatever act has money reserved for somebody looks first whether it is sure enough who that is, or says here why it does not."""

from __future__ import annotations

from functools import cache

from tests.architecture.test_code import modules, name_of, parse
from tests.architecture.test_reserved_as_divided import reserving
from tests.reliability.pairs.moving import POWER_OF
from tests.web.access.test_proof_asked import mentions

GUARD = "portal.cases.identifying.actions.require_identified"
OUTSIDE = ("portal.ledger.", "portal.web.", "portal.demo.", "portal.commands.", "portal.migrations.")
_PUT_RIGHT = "Puts right what a decision took away or counted too low: nobody is awarded more than was awarded."
_BOOKED = "Books again what was booked before, or what another administration decided: nobody is awarded anything."

WITHOUT: dict[str, str] = {
    "portal.accounting.takeover.actions.take_over_administration": _BOOKED,
    "portal.accounting.takeover.actions.try_administration": _BOOKED,
    "portal.accounting.takeover.parts.carry_part": _BOOKED,
    "portal.accounting.takeover.parts.try_part": _BOOKED,
    "portal.paying.setting_off.undoing.undo_set_off": _BOOKED,
    "portal.awarding.restoring.restore_award": _PUT_RIGHT,
    "portal.awarding.restoring.give_back_restored": _PUT_RIGHT,
    "portal.paying.settling_again.actions.settle_again": _PUT_RIGHT,
}
"""Acts that have money reserved and do not look who it is, each with the reason."""


@cache
def functions() -> dict[str, frozenset[str]]:
    """Per function of the portal, by its whole name, what it mentions of others."""
    found: dict[str, frozenset[str]] = {}
    for path, text in modules("portal", migrations=False):
        name = name_of(path)
        module = name[name.rindex("portal/") :] if "portal/" in name else name
        found |= mentions(module.removesuffix(".py").removesuffix("/__init__").replace("/", "."), parse(text))
    return found


def without_looking(guards: frozenset[str]) -> set[str]:
    """The acts that lead to a reservation with nothing on the way that looks who it is: those under a power, and the outermost."""
    ours = {name: seen for name, seen in functions().items() if not name.startswith(OUTSIDE)}
    ledger = {one for one in functions() if one.startswith("portal.ledger.") and one.rpartition(".")[2] in reserving()}
    looks = guards | {name for name, seen in ours.items() if seen & guards}
    leads, acts = set(ledger), set[str]()
    while more := {name for name, seen in ours.items() if seen & leads and not seen & looks} - leads - acts:
        acts |= more & POWER_OF.keys()
        leads |= more - POWER_OF.keys()
    called = set().union(*ours.values())
    return acts | {name for name in leads - ledger if name not in called}


def test_every_act_that_has_money_reserved_for_somebody_looks_who_it_is_or_says_why_not() -> None:
    assert without_looking(frozenset({GUARD})) == WITHOUT.keys()


def test_control_without_the_guard_the_acts_that_award_are_found() -> None:
    found = without_looking(frozenset())
    assert found > WITHOUT.keys()
    assert {"portal.awarding.top_ups.top_up", "portal.awarding.decisions.actions.approve_proposal"} <= found
