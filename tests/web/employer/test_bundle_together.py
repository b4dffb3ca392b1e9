"""Trainings together: VAT is asked once for all, many are computed apart, and what was said when they were sent is kept.

Who: a personnel officer with a long list, who goes for coffee while it is computed and wants to find it again; and who wants to know,
weeks later, whether what was promised still holds.
"""

from __future__ import annotations

import time
from threading import Event

import pytest
from sqlalchemy import select

from portal.awarding.sent_outcomes.models import SentOutcome
from portal.cases.bundles import answering
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.database import unit_of_work
from portal.web.edge.braking import WORKS
from tests.web.employer.test_bundle import ROW, started
from tests.web.walking import CONTACT, Desk, Walk, sound_page, words_on

LONG = 5.0


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


def test_many_are_computed_apart_and_found_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("bundle", "bundle_computing"):
        monkeypatch.setattr(f"portal.web.employer.{module}.AT_ONCE", 1)
    monkeypatch.setattr("portal.web.employer.bundle_computing.PATIENCE", 0.0)
    go_on, solved, times = Event(), answering.solved, []

    def slowly(*given: object) -> object:
        times.append("solved")
        go_on.wait(LONG)
        return solved(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "solved", slowly)
    walk = listed(desk, "Warmtepompen", "Koeling")
    button = sound_page(walk.go("samen")).find("a", string="Bekijk de uitkomst")
    assert button is not None
    address = str(button["href"])
    waits = walk.browser.get(address)
    assert waits.headers["Refresh"] == "10" and "opleidingen zijn bekeken" in words_on(waits)
    sound_page(waits)
    [work] = desk.app.extensions[WORKS]._works.values()
    end = time.monotonic() + LONG
    while not times and time.monotonic() < end:
        time.sleep(0.005)
    assert "Alle 2 opleidingen zijn bekeken" in words_on(walk.browser.get(address))
    assert "2 van de 2 opleidingen zijn bekeken" in words_on(walk.go("samen")), "it was left, and goes on"
    go_on.set()
    assert work.is_over(LONG) and not work.failed
    ready = walk.browser.get(address)
    assert ready.status_code == 303 and ready.location.endswith("/samen/uitkomst")
    assert "Kosten samen € 7.260" in outcome_words(walk) and times == ["solved"]


def test_what_cannot_be_computed_says_so_and_can_be_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module in ("bundle", "bundle_computing"):
        monkeypatch.setattr(f"portal.web.employer.{module}.AT_ONCE", 0)
    monkeypatch.setattr("portal.web.employer.bundle_computing.PATIENCE", LONG)
    solved = answering.solved
    monkeypatch.setattr(answering, "solved", lambda *_: 1 / 0)
    walk = listed(desk, "Warmtepompen")
    page = walk.go("samen/berekenen")
    assert "niet gelukt" in words_on(page) and "Refresh" not in page.headers and "work_apart_failed" in caplog.text
    monkeypatch.setattr(answering, "solved", solved)
    assert walk.go("samen/berekenen").status_code == 303


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
