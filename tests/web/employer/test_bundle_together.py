"""Trainings together: VAT is asked once for all, many are computed apart, and what was said when they were sent is kept.

Who: a personnel officer with a long list, who goes for coffee while it is computed and wants to find it again; and who wants to know,
weeks later, whether what was promised still holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import select, update

from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.solver import solve
from portal.awarding.sent_outcomes.models import SentOutcome
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.apart.computing import Apart
from portal.platform.apart.models import LEASE, ComputedApart
from portal.platform.brake import Brake
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.web.edge.braking import WORKS
from tests.web.employer.test_bundle import ROW, started
from tests.web.walking import CONTACT, Desk, Walk, sound_page, words_on

LONG = 20.0
"""Seconds after which a test gives up."""


def listed(desk: Desk, *names: str) -> Walk:
    """A list with these trainings."""
    walk = started(desk)
    for number, name in enumerate(names, start=1):
        walk.go("samen/opleiding/nieuw")
        walk.answer({**ROW, "person": f"medewerker-{number}", "training": name})
    return walk


def outcome_words(walk: Walk) -> str:
    return words_on(walk.go("samen/uitkomst")).replace("\xa0", " ")


@pytest.mark.parametrize(("answer", "costs"), [("yes", "€ 3.000"), ("no", "€ 3.630"), ("unknown", "€ 3.630")])
def test_who_reclaims_vat_is_asked_once_and_pays_without_it(desk: Desk, answer: str, costs: str) -> None:
    walk = listed(desk, "Warmtepompen")
    page = sound_page(walk.go("samen"))
    link = page.find("a", string="Of uw organisatie de btw kan terugvragen")
    assert link is not None
    walk.browser.get(str(link["href"]))
    back = walk.browser.submit(str(link["href"]), {"answer": answer})
    assert back.status_code == 303 and back.location.endswith("/samen")
    page = sound_page(walk.browser.get(back.location))
    assert page.find("a", string="Of uw organisatie de btw kan terugvragen") is None
    assert ("vraagt de btw terug" in page.text) is (answer == "yes")
    assert f"Kosten samen {costs}" in outcome_words(walk)
    walk.go("samen/versturen")
    walk.answer(CONTACT)
    facts = unit_of_work(desk.engine, lambda s: s.scalars(select(DevelopmentQuestion.facts)).one())
    assert facts["vat_reclaimed"] == {"yes": True, "no": False, "unknown": "unknown"}[answer]


def elsewhere(desk: Desk, beat: float = 0.005) -> Apart:
    """From here on another process of the desk answers: it has nothing in its memory."""
    desk.app.extensions[WORKS] = works = Apart(desk.engine, now, beat)
    desk.app.extensions["brake"] = Brake(threads=8)
    return works


class SlowSolver:
    """Counts how often the mix of a list is looked for, and stays until it is let go. Other divisions (with options) it leaves alone."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.times = Event(), Event(), 0
        self.real: Callable[..., Proposal] = solve.propose

    def __call__(self, problem: Problem, **options: bool) -> Proposal:
        if options:
            return self.real(problem, **options)
        self.times += 1
        self.begun.set()
        assert self.go_on.wait(LONG)
        return self.real(problem)


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> SlowSolver:
    """Of two trainings it is said already that they take long, and no page waits for them."""
    watched = SlowSolver()
    monkeypatch.setattr(solve, "propose", watched)
    monkeypatch.setattr("portal.web.employer.bundle_computing.AT_ONCE", 1)
    monkeypatch.setattr("portal.web.employer.bundle_computing.PATIENCE", 0.0)
    return watched


def unsolvable(_problem: Problem) -> Proposal:
    raise RuntimeError("no answer")


def wait_for(seen: Callable[[], bool]) -> None:
    """Wait until it is so, and no longer than a test may take."""
    end = time.monotonic() + LONG
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_many_are_computed_apart_and_found_again(desk: Desk, solver: SlowSolver) -> None:
    works = elsewhere(desk)
    walk = listed(desk, "Warmtepompen", "Koeling")
    button = sound_page(walk.go("samen")).find("a", string="Bekijk de uitkomst")
    assert button is not None
    address = str(button["href"])
    waits = walk.browser.get(address)
    assert waits.headers["Refresh"] == "10" and "opleidingen zijn bekeken" in words_on(waits)
    sound_page(waits)
    assert solver.begun.wait(LONG)
    assert "Alle 2 opleidingen zijn bekeken" in words_on(walk.browser.get(address))
    assert "2 van de 2 opleidingen zijn bekeken" in words_on(walk.go("samen")), "it was left, and goes on"
    assert walk.go("samen/uitkomst").location.endswith("/samen/berekenen"), "nothing is computed beside it"
    [work] = works._works.values()
    solver.go_on.set()
    assert work.is_over(LONG) and not work.failed
    ready = walk.browser.get(address)
    assert ready.status_code == 303 and ready.location.endswith("/samen/uitkomst")
    assert "Kosten samen € 7.260" in outcome_words(walk) and solver.times == 1


def test_two_lists_of_one_person_in_two_tabs_wait_for_each_other(
    desk: Desk, solver: SlowSolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.edge.braking._who", lambda: "one person who signed in")
    works = elsewhere(desk)
    tabs = listed(desk, "Warmtepompen", "Koeling"), listed(desk, "Lassen", "Solderen")
    tabs[0].go("samen/berekenen")
    assert solver.begun.wait(LONG)
    for _refresh in range(3):
        assert [tab.go("samen/berekenen").headers["Refresh"] for tab in tabs] == ["10", "10"]
    assert len(works._works) == 2 and not any(one.stopped for one in works._works.values())
    solver.go_on.set()
    wait_for(lambda: all(tab.go("samen/berekenen").status_code == 303 for tab in tabs))
    assert solver.times == 2, "each was computed once"


def test_another_process_shows_how_far_it_is_and_what_came_of_it(desk: Desk, solver: SlowSolver) -> None:
    first = elsewhere(desk)
    walk = listed(desk, "Warmtepompen", "Koeling")
    walk.go("samen/berekenen")
    assert solver.begun.wait(LONG)
    [work] = first._works.values()
    second = elsewhere(desk)
    wait_for(lambda: "Alle 2 opleidingen zijn bekeken" in words_on(walk.go("samen/berekenen")))
    assert walk.browser.last is not None and walk.browser.last.headers["Refresh"] == "10"
    assert "2 van de 2 opleidingen zijn bekeken" in words_on(walk.go("samen"))
    assert not second._works and solver.times == 1
    solver.go_on.set()
    assert work.is_over(LONG)
    elsewhere(desk)
    assert walk.go("samen/berekenen").location.endswith("/samen/uitkomst")
    assert "Kosten samen € 7.260" in outcome_words(walk) and solver.times == 1, "what was found is not looked for again"


def test_what_a_process_computed_that_died_is_computed_by_the_next_that_is_asked(
    desk: Desk, solver: SlowSolver
) -> None:
    first = elsewhere(desk, beat=LONG)
    walk = listed(desk, "Warmtepompen", "Koeling")
    walk.go("samen/berekenen")
    assert solver.begun.wait(LONG)
    [dead] = first._works.values()
    stands_still, solver.go_on = solver.go_on, Event()
    solver.go_on.set()
    elsewhere(desk)
    assert walk.go("samen/berekenen").status_code == 200 and solver.times == 1, "it may still be heard of"
    unit_of_work(desk.engine, lambda s: s.execute(update(ComputedApart).values(leased_until=now() - LEASE)))
    wait_for(lambda: walk.go("samen/berekenen").status_code == 303)
    assert "Kosten samen € 7.260" in outcome_words(walk) and solver.times == 2
    stands_still.set()
    assert dead.is_over(LONG)


def test_what_cannot_be_computed_says_so_and_can_be_tried_again(
    desk: Desk, solver: SlowSolver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("portal.web.employer.bundle_computing.PATIENCE", LONG)
    solver.go_on.set()
    real, solver.real = solver.real, unsolvable
    walk = listed(desk, "Warmtepompen", "Koeling")
    page = walk.go("samen/berekenen")
    assert "niet gelukt" in words_on(page) and "Refresh" not in page.headers and "work_apart_failed" in caplog.text
    solver.real = real
    assert walk.go("samen/berekenen").status_code == 303


def test_what_failed_at_one_process_is_told_once_by_another(desk: Desk, solver: SlowSolver) -> None:
    works = elsewhere(desk)
    solver.real = unsolvable
    walk = listed(desk, "Warmtepompen", "Koeling")
    walk.go("samen/berekenen")
    [work] = works._works.values()
    solver.go_on.set()
    assert work.is_over(LONG) and work.failed
    elsewhere(desk)
    solver.go_on.clear()
    assert "opleidingen zijn bekeken" not in words_on(walk.go("samen")), "it does not go on"
    page = walk.go("samen/berekenen")
    assert "niet gelukt" in words_on(page) and "Refresh" not in page.headers
    assert "opleidingen zijn bekeken" in words_on(walk.go("samen/berekenen")), "it is begun anew"
    [again] = desk.app.extensions[WORKS]._works.values()
    solver.go_on.set()
    assert again.is_over(LONG)


def test_what_was_said_when_all_was_sent_stands_beside_what_is_so_now(desk: Desk) -> None:
    walk = listed(desk, "Warmtepompen", "Koeling")
    before = outcome_words(walk)
    assert "Toen u verstuurde, en nu" not in before
    walk.go("samen/versturen")
    walk.answer(CONTACT)
    after = outcome_words(walk)
    assert "Toen u verstuurde, en nu" in after and "Er is niets veranderd sinds u verstuurde." in after
    own = words_on(walk.go("wie-betaalt"))
    assert "U vroeg deze opleiding samen met andere." in own and "niets veranderd" not in own

    def worse(session: object) -> int:
        kept = session.scalars(select(SentOutcome).order_by(SentOutcome.id)).all()  # type: ignore[attr-defined]
        own = int(kept[0].payers["rest.employer"])
        kept[0].payers = {**kept[0].payers, "rest.employer": own - 10_000}
        return len(kept)

    assert unit_of_work(desk.engine, worse) == 2, "of each training its own"
    changed = outcome_words(walk)
    assert "medewerker‑1: Warmtepompen, uw organisatie: was" in changed and "niets veranderd" not in changed
