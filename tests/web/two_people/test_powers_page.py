"""The page that says who may do what: every power of the table, for who may look."""

from __future__ import annotations

import pytest

from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.powers import POWERS, Hands, Power
from portal.people.accounts.models import Role
from portal.words.two_people_labels import HANDS
from portal.words.two_people_labels import POWERS as NAMES
from tests.factories import NOW, a_question
from tests.web.office import Office, office, still
from tests.web.walking import assert_sound, soup_of

__all__ = ["office", "still"]

MAY = [Role.ADVISOR, Role.OWNER, Role.REGION, Role.ADMIN, Role.CONTROLLER, Role.AUDITOR]


def test_every_power_has_words_and_every_number_of_hands() -> None:
    assert set(NAMES) == {power.value for power in Power} == {power.value for power in POWERS}
    assert set(HANDS) == {hands.value for hands in Hands}


@pytest.mark.parametrize("role", Role)
def test_the_page_shows_every_power_to_who_may_look_and_to_nobody_else(office: Office, role: Role) -> None:
    office.made(a_question)
    page = office.browser(role).get("/tweede-persoon/wie-mag-wat")
    if role not in MAY:
        assert page.status_code == 404
        return
    assert_sound(page)
    rows = [row.get_text(" ", strip=True) for row in soup_of(page).select("main table")[0].select("tbody tr")]
    assert len(rows) == len(Power)
    for power, row in zip(Power, rows, strict=True):
        assert str(NAMES[power.value]) in row and str(HANDS[POWERS[power].hands.value]) in row


def test_the_page_says_up_to_which_amount_one_person_does_it_for_what_this_desk_awards(office: Office) -> None:
    office.made(a_question)
    page = soup_of(office.browser(Role.REGION).get("/tweede-persoon/wie-mag-wat"))
    rows = [row.get_text(" ", strip=True) for row in page.select("main table")[1].select("tbody tr")]
    here = [
        one for one in office.do(lambda s: schemes_in_force(s, on=NOW.date())) if one.definition.administered == "here"
    ]
    assert [row.split(" €")[0] for row in rows] == [one.definition.title.nl for one in here] != []
