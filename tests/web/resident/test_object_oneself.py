"""Objecting on the own page: from a decision to that decision, what holds meanwhile, and against what one objected."""

from __future__ import annotations

from portal.people.actor import Audience
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.stands import lowered, objected, send_all
from tests.web.walking import sound_page

__all__ = ["office", "still"]
MEANWHILE = "Intussen blijft het besluit gelden. Moet u geld terugbetalen? Betaal dan op tijd, of vraag ons om uitstel."


def test_the_link_at_a_decision_leads_to_an_objection_against_that_decision(office: Office) -> None:
    question = office.do(lambda session: lowered(session))
    office.do(send_all)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    own = sound_page(browser.get(f"/mijn/{question.public_id}"))
    [link] = [one for one in own.select("main a") if one.get_text(strip=True) == "Bezwaar maken"]
    form = sound_page(browser.get(str(link["href"])))
    chosen = form.select_one('input[name="against"][checked]')
    assert chosen is not None and f"tegen={chosen['value']}" in str(link["href"])
    label = form.select_one(f'label[for="{chosen["id"]}"]')
    assert label is not None and "Verlaging van een voucher" in label.get_text()
    # The controls: who comes from elsewhere chooses, and a decision of another is none.
    for path in ("", "?tegen=not-there"):
        open_form = sound_page(browser.get(f"/mijn/{question.public_id}/bezwaar{path}"))
        assert open_form.select('input[name="against"]') and not open_form.select('input[name="against"][checked]')


def test_who_objects_reads_against_what_and_that_the_decision_holds_meanwhile(office: Office) -> None:
    question = office.do(lambda session: lowered(session))
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert MEANWHILE in said(browser.get(f"/mijn/{question.public_id}/bezwaar"))
    other = office.do(lambda session: objected()(session))
    browser = Browser(office.app).enter(question_id=other.id, audience=Audience.RESIDENT)
    page = sound_page(browser.get(f"/mijn/{other.public_id}/bezwaar"))
    row = page.select_one("main table tbody tr")
    assert row is not None and "Besluit op de aanvraag, 2 maart 2026" in row.get_text(" ", strip=True)
