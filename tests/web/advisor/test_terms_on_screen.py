"""Terms of objections, late decisions and outages on the screens: each act of the desk, and of who asked, from its page."""

from __future__ import annotations

from datetime import timedelta

from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.second_look.late_decisions.queries import notices_of
from portal.second_look.objections.queries import objections_of
from tests.factories import ADVISOR, NOW, an_application
from tests.web.advisor.steps import case
from tests.web.advisor.test_objecting import fill
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.stands import send_all
from tests.web.walking import assert_sound, soup_of

PERSON = {
    "objector": "Buur Bos", "interest": "Woont ernaast.", "street": "Kade 4",
    "postcode": "9990 AA", "city": "Proefstad",
}  # fmt: skip


def test_a_letter_without_grounds_of_a_neighbour_is_completed_judged_and_delayed(office: Office) -> None:
    question = office.made(an_application)
    first = office.browser("advisor")
    fill(first, case(question, "/afwijzen"), {"rationale": "Past niet.", "ground": "own_facts"})
    came = {"received_on": "02-03-2026", "posted_on": "02-03-2026", "grounds": ""}
    [decision] = soup_of(first.get(case(question, "/bezwaar-van-ander"))).select("input[name=against]")
    fill(first, case(question, "/bezwaar-van-ander"), came | {"against": decision["value"]}, 422)
    fill(first, case(question, "/bezwaar-van-ander"), came | PERSON | {"against": decision["value"]})
    [objection] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
    path = f"/adviseur/bezwaar/{objection.public_id}"
    second = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    fill(second, f"{path}/aanvullen-vragen", {"missing": "De redenen.", "answer_by": "16-03-2026"})
    fill(second, f"{path}/aangevuld", {"repaired_on": "02-03-2026", "grounds": "Te veel lawaai."})
    fill(second, f"{path}/belang", {"interested": "yes", "reason": "Woont ernaast."})
    fill(second, f"{path}/wil-gehoord-worden-vragen", {"answer_by": "16-03-2026"})
    fill(second, f"{path}/wil-gehoord-worden", {"wanted_on": "02-03-2026"})
    delay = {"until": "01-09-2026", "basis": "objector_agrees", "agreed_by": "Buur Bos.", "reason": "Vakantie."}
    fill(second, f"{path}/uitstel", delay, 422)
    fill(second, f"{path}/uitstel", delay | {"basis": "all_agree"})
    page = second.get(path)
    assert_sound(page)
    shown = said(page)
    for text in ("Buur Bos", "Woont ernaast.", "Te veel lawaai.", "1 september 2026", "loopt nog geen termijn"):
        assert text in shown, text


def test_who_objects_without_a_reason_gives_it_when_asked_and_says_to_want_to_be_heard(office: Office) -> None:
    question = office.made(an_application)
    fill(office.browser("advisor"), case(question, "/afwijzen"), {"rationale": "Past niet.", "ground": "own_facts"})
    own = f"/mijn/{question.public_id}/bezwaar"
    asker = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    against = soup_of(asker.get(own)).select_one("input[name=against]")
    fill(asker, own, ({"against": against["value"]} if against else {}) | {"grounds": "", "later": "y"})
    [objection] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
    completing = f"{own}/aanvullen?number={objection.number}"
    assert asker.get(completing).status_code == 303, "nothing was asked"
    path = f"/adviseur/bezwaar/{objection.public_id}"
    desk = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    fill(desk, f"{path}/aanvullen-vragen", {"missing": "De redenen.", "answer_by": "16-03-2026"})
    fill(desk, f"{path}/wil-gehoord-worden-vragen", {"answer_by": "16-03-2026"})
    page = asker.get(completing)
    assert_sound(page)
    assert "De redenen." in said(page)
    fill(asker, completing, {"grounds": ""}, 422)
    fill(asker, completing, {"grounds": "Mijn rooster is anders dan u denkt."})
    assert "Mijn rooster is anders" in said(desk.get(path))
    heard = {"objection": objection.public_id}
    assert asker.post(f"{own}/gehoord-worden", heard).status_code == 303
    assert asker.get(f"{own}/gehoord-worden").status_code == 303
    assert "wil gehoord worden" in said(desk.get(path)).lower()


def test_an_objection_that_was_posted_in_time_and_came_after_the_last_day_is_in_time(office: Office) -> None:
    question = office.made(an_application)
    desk = office.browser("advisor")
    fill(desk, case(question, "/afwijzen"), {"rationale": "Past niet.", "ground": "own_facts"})
    office.do(send_all)
    came = {"received_on": "15-04-2026", "grounds": "Ik voldoe wel."}
    for posted_on, number in (("13-04-2026", 1), ("", 2)):  # the last day is 13 April; without a stamp it is late
        with clock.frozen(NOW + timedelta(days=45)):
            browser = office.browser("advisor")
            fill(browser, case(question, "/bezwaar"), came | {"posted_on": posted_on})
            found = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
            assert [one.late for one in found] == [False, True][:number]
            path = f"/adviseur/bezwaar/{found[-1].public_id}"
            assert ("Beoordeel waarom het te laat kwam" in said(browser.get(path))) is found[-1].late
            browser.post(f"{path}/ingetrokken")


def test_an_outage_is_recorded_ended_and_taken_back_by_who_keeps_the_desk(office: Office) -> None:
    admin = office.browser("admin")
    began = {"began_on": "02-03-2026", "began_time": "8.00", "what": "Versturen ging niet."}
    fill(admin, "/regio/storingen", began | {"ended_on": "02-03-2026", "ended_time": ""}, 422)
    fill(admin, "/regio/storingen", began | {"ended_on": "", "ended_time": ""})
    page = admin.get("/regio/storingen")
    assert_sound(page)
    outage = soup_of(page).select("button[name=outage]")[0]["value"]
    assert admin.post("/regio/storingen/voorbij", {"outage": outage}).status_code == 303
    assert admin.post("/regio/storingen/vergissing", {"outage": outage}).status_code == 303
    assert "vergissing" in said(admin.get("/regio/storingen"))


def test_who_asked_says_that_the_desk_is_late_and_the_desk_decides_on_the_penalty(office: Office) -> None:
    question = office.made(an_application)
    own = f"/mijn/{question.public_id}"
    asker = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert "Ons besluit is te laat" not in said(asker.get(own))
    with clock.frozen(NOW + timedelta(days=60)):
        asker = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        assert "Ons besluit is te laat" in said(asker.get(own))
        assert_sound(asker.get(f"{own}/te-laat"))
        assert asker.post(f"{own}/te-laat", {"about": "application"}).status_code == 303
        [notice] = office.do(lambda s: notices_of(s, question=question, actor=ADVISOR))
        assert notice.received_on == (NOW + timedelta(days=60)).date()
        assert "nog geen besluit" in said(asker.get(f"{own}/te-laat"))
    with clock.frozen(NOW + timedelta(days=150)):
        desk = office.browser("advisor")
        page = desk.get(case(question, "/ingebrekestelling"))
        assert_sound(page)
        assert "€ 1.442" in said(page)
        fill(desk, case(question, f"/dwangsom?notice={notice.public_id}"), {"rationale": ""}, 422)
        fill(
            desk, case(question, f"/dwangsom?notice={notice.public_id}"), {"rationale": "Te laat.", "none_because": ""}
        )
        assert "Vastgesteld op" in said(desk.get(case(question, "/ingebrekestelling")))
