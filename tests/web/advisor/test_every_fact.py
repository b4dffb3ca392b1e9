"""Every fact of every scheme of the region can be corrected on the table, and taken back. Made from the catalogue itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.correcting import take_back_correction
from portal.cases.asked import FACT, asked_of
from portal.cases.corrections.models import Correction
from portal.cases.corrections.queries import corrections_by_question, taken_back
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import catalogue, schemes_in_force
from portal.people.accounts.models import Role
from portal.platform import clock
from portal.platform.database import unit_of_work
from schemes.facts import FactDefinition
from tests.factories import ADVISOR
from tests.web.advisor.on_the_table import Table, standing
from tests.web.advisor.welder import a_welder
from tests.web.browser import Browser, make_account
from tests.web.walking import Desk, assert_sound, sound_page

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def other(fact: FactDefinition, options: list[str], stands: Any) -> Any:
    """Another answer than the one that stands in the field."""
    if options:
        return next(one for one in options if one not in (stands, ""))
    if fact.type == "choices":
        return [option.key for option in fact.values][-1:]
    low = int(fact.minimum or 0)
    return {"date": "1-2-2001", "year": "1971", "postcode": "7411", "text": "Iets anders"}.get(fact.type, str(low + 3))


def test_every_fact_of_every_scheme_can_be_corrected_and_taken_back_on_the_screen(shared_desk: Desk) -> None:
    with clock.frozen(NOW):
        question = unit_of_work(shared_desk.engine, lambda s: a_welder(s, now=NOW))
        browser = Browser(shared_desk.app).enter(account=make_account(shared_desk.engine, Role.ADVISOR))
        table = Table(browser, question)
        page = sound_page(table.page)

        def used(session: Any) -> dict[str, FactDefinition]:
            known = catalogue(session).facts
            names = {name for one in schemes_in_force(session, on=NOW.date()) for name in one.definition.facts_used()}
            sources = {fact.derived.from_ if (fact := known[name]).derived else name for name in names}
            return {name: known[name] for name in sorted(sources - {"goals"})}

        facts, first = unit_of_work(shared_desk.engine, used), _asked(shared_desk, question)
        assert len(facts) > 15
        as_it_stands, changes = standing(table.page), {}
        for name, fact in facts.items():
            field = page.find(attrs={"name": f"fact_{name}"})
            assert field is not None, f"{name} cannot be corrected"
            options = [str(one["value"]) for one in field.find_all("option")]
            changes[f"fact_{name}"] = other(fact, options, as_it_stands.get(f"fact_{name}", ""))
        changes["fact_birth_date"] = f"1-2-{changes['fact_birth_year']}"
        answer = table.send(changes)
        assert answer.status_code == 200, [one.text for one in page.select(".error-summary li")]
        after = _asked(shared_desk, question)
        kept = {name for name in facts if after.get(FACT + name) == first.get(FACT + name)}
        assert kept == set()
        assert_sound(answer)
        rows = unit_of_work(shared_desk.engine, lambda s: corrections_by_question(s, question=question))
        assert {FACT + name for name in facts} <= {row.subject for row in rows}
        table.send({"undo": rows[-1].public_id})
        unit_of_work(shared_desk.engine, lambda s: _take_back(s, [row.id for row in reversed(rows[:-1])]))
        assert _asked(shared_desk, question) == first


def _take_back(session: Session, ids: list[int]) -> None:
    for number in ids:
        row = session.get_one(Correction, number)
        question = session.get_one(DevelopmentQuestion, row.question_id)
        if number in taken_back(corrections_by_question(session, question=question)):
            continue  # a birth date goes with its year
        take_back_correction(session, correction=row, actor=ADVISOR, now=NOW)


def _asked(desk: Desk, question: DevelopmentQuestion) -> dict[str, Any]:
    return unit_of_work(desk.engine, lambda s: asked_of(s, s.get_one(DevelopmentQuestion, question.id)))
