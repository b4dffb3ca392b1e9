"""A long list of trainings on the screen: taken in as long work, found again, stopped and gone on with, by two people.

Rik sends a list of many rows and presses the button: the page of the work says how far it is. He goes home. A colleague opens the
list, sees that it is being taken in, and cannot throw it away. She stops the work, looks at what is left, and takes in the rest.
"""

from __future__ import annotations

import pytest

from portal.commands import training_lists
from portal.commands.training_lists import take_in_in_parts
from portal.framework.training_files import actions
from portal.framework.trainings.actions import retire_training
from portal.framework.trainings.queries import every_training
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import WorkKind
from portal.people.accounts.models import Role
from tests.factories import NOW, REGION
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.region.test_trainings import LIST, ROW, SEND, WRONG, names, sent
from tests.web.walking import assert_sound

ROWS = [ROW.replace("a;Lassen", f"r{number};Cursus {number}") for number in range(1, 7)]
CHANGED = [row.replace("1.250,50", "1.300") for row in ROWS]


@pytest.fixture
def database() -> str:
    """Screens only: the acts behind them are tested on both databases."""
    return "sqlite"


@pytest.fixture(autouse=True)
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    real = actions.take_in_part
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    monkeypatch.setattr(training_lists, "take_in_part", lambda *a, **n: real(*a, most=2, **n))
    monkeypatch.setattr("portal.oversight.long_work.doing.BREATH", 0)


def work(office: Office) -> int:
    return do_waiting(office.engine, kinds={WorkKind.TRAININGS: take_in_in_parts}, clock=lambda: NOW)


def looked_at(browser: Browser, *rows: str) -> str:
    """A list that was sent, on the screen of who sent it."""
    browser.get(SEND)
    assert browser.submit(SEND, sent(*rows)).status_code == 303
    return str(browser.follow().request.path)


def begun(browser: Browser, plan: str) -> str:
    browser.get(plan)
    answer = browser.submit(plan)
    assert answer.status_code == 303 and "/werk/" in str(answer.location), said(answer)
    return str(answer.location)


def test_it_is_taken_in_as_long_work_and_found_again(office: Office) -> None:
    browser, colleague = office.browser(Role.REGION), office.colleague(Role.REGION)
    plan = looked_at(browser, *ROWS, WRONG)
    assert "Dit is een lange lijst" in said(browser.get(plan))
    place = begun(browser, plan)
    assert_sound(browser.get(place))
    assert "Lijst met opleidingen inlezen" in said(browser.get(place)) and names(office) == []
    for one in (browser, colleague):
        shown = one.get(plan)
        assert_sound(shown)
        assert "Kijk hoe ver het is" in said(shown) and "Lees deze opleidingen in" not in said(shown)
        listed = one.get(SEND)
        assert_sound(listed)
        assert plan in listed.text and "wordt ingelezen" in said(listed)
    assert office.browser(Role.ADVISOR).get(place).status_code == 404
    assert work(office) == 1 and len(names(office)) == 6
    assert "Bekijk de lijst" in said(browser.get(place))
    shown = browser.get(plan)
    assert_sound(shown)
    assert "Ingelezen: 6 nieuw, 0 anders. Overgeslagen: 1." in said(shown)
    assert plan not in browser.get(SEND).text, "control: what is settled is not listed"


def test_stopped_it_is_seen_what_is_left_and_the_rest_is_taken_in(office: Office) -> None:
    browser, colleague = office.browser(Role.REGION), office.colleague(Role.REGION)
    plan = looked_at(browser, *ROWS)
    colleague.get(plan)
    place = begun(browser, plan)
    for path, words in ((plan, "Er is niets gedaan"), (f"{plan}/weg", "Deze lijst wordt al ingelezen")):
        refused = colleague.submit(path)
        assert refused.status_code in (409, 422) and words in said(refused)
        assert_sound(refused)
    assert colleague.post(f"{place}/stop").status_code == 303
    shown = colleague.get(plan)
    assert_sound(shown)
    assert "Het werk is gestopt" in said(shown) and "Tot nu toe ingelezen: 0 nieuw" in said(shown)
    again = begun(colleague, plan)
    assert again != place and work(office) == 1 and len(names(office)) == 6


def test_a_training_that_changed_meanwhile_is_said_and_the_rest_is_looked_at_again(office: Office) -> None:
    browser = office.browser(Role.REGION)
    begun(browser, looked_at(browser, *ROWS))
    assert work(office) == 1
    plan = looked_at(browser, *CHANGED)
    place = begun(browser, plan)
    office.do(lambda s: retire_training(s, training=every_training(s)[4], actor=REGION, now=NOW))
    assert work(office) == 0
    why = browser.get(place)
    assert_sound(why)
    assert "Rij 6 van uw bestand doet nu iets anders dan u zag" in said(why) and "mislukt" in said(why)
    shown = browser.get(plan)
    assert_sound(shown)
    assert "Lees waarom" in said(shown) and "Tot nu toe ingelezen: 0 nieuw, 4 anders" in said(shown)
    assert browser.submit(plan).location == LIST, "the two that are left are done while the page waits"
    assert [one.total_cents for one in office.do(every_training)] == [130_000] * 6


def test_the_rest_of_a_list_is_thrown_away(office: Office) -> None:
    browser = office.browser(Role.REGION)
    plan = looked_at(browser, *ROWS)
    place = begun(browser, plan)
    assert browser.post(f"{place}/stop").status_code == 303
    browser.get(plan)
    assert browser.submit(f"{plan}/weg").location == LIST
    assert_sound(browser.get(plan))
    assert "weggegooid" in said(browser.get(plan)) and names(office) == []
