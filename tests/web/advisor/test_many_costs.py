"""More costs than there is room for, on the page on which a question is discussed: a clear answer, and all that was typed stays."""

from __future__ import annotations

import pytest

from tests.factories import a_question
from tests.web.advisor.on_the_table import Table, standing
from tests.web.office import Office
from tests.web.walking import soup_of


@pytest.mark.parametrize("number", [21, 200])
def test_too_many_costs_get_an_answer_and_stay_as_they_were_typed(shared_office: Office, number: int) -> None:
    question = shared_office.made(a_question, facts={"birth_year": 1990})
    lines = {
        f"lines-{place}-{name}": value
        for place in range(number)
        for name, value in {"category": "books", "amount": f"{place + 1}", "description": f"boek {place}"}.items()
    }
    page = Table(shared_office.browser("advisor"), question).send({**lines, "on_word": "document"})
    assert page.status_code == 422, soup_of(page).text
    summary = soup_of(page).select_one("#error-summary")
    assert summary is not None and f"Dit zijn {number} kosten. Er mogen er hoogstens 20 in." in summary.text
    form = standing(page)
    assert [form[f"lines-{place}-description"] for place in range(number)] == [f"boek {n}" for n in range(number)]
