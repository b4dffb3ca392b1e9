"""The administrator makes teams and limits who sees only these; at the next request an advisor sees no case of another team."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.owners.actions import claim_case
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.staff import give_role
from portal.framework.teams.models import TeamMember
from portal.framework.teams.queries import teams
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from tests.factories import NOW, SYSTEM, a_question, a_voucher
from tests.portal.cases.teams.offices import limited
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

CLOSED = ("/adviseur/post", "/adviseur/berichten", "/adviseur/signalen")


def claimed(office: Office, question: DevelopmentQuestion, who: Account) -> None:
    def claim(session: Session) -> None:
        mine = session.get_one(DevelopmentQuestion, question.id)
        claim_case(session, question=mine, actor=actor_of_account(session.merge(who)), now=NOW)

    office.do(claim)


def team_address(office: Office, name: str) -> str:
    return next(f"/beheer/teams/{one.public_id}" for one in office.do(teams) if one.name == name)


def test_teams_are_made_filled_and_closed_on_screen(office: Office) -> None:
    browser = office.browser("admin")
    ada, bea = office.account(Role.ADVISOR), make_account(office.engine, Role.ADVISOR, name="Bea Tweede")
    page = browser.get("/beheer/teams")
    assert_sound(page)
    assert "Er zijn nog geen teams" in said(page)
    for name in ("Noord", "Zuid"):
        assert browser.post("/beheer/teams", {"name": name}).status_code == 303
    assert browser.post("/beheer/teams", {"name": "Noord"}).status_code == 422
    assert "Er is al een team met deze naam." in said(browser.last)  # type: ignore[arg-type]
    north = team_address(office, "Noord")
    for account in (ada, bea):
        browser.get(north)
        assert browser.post(f"{north}/leden", {"account": account.public_id}).status_code == 303
    page = browser.get(north)
    assert_sound(page)
    assert "Bea Tweede" in said(page) and "alle vragen" in said(page)
    assert browser.post(f"{north}/leden", {"account": bea.public_id}).status_code == 422, "she is in it already"
    assert browser.post(f"{north}/sluiten", {"heir": ""}).status_code == 422
    assert "Er zitten nog adviseurs in dit team" in said(browser.last)  # type: ignore[arg-type]
    browser.get(north)
    assert browser.post(north, {"name": "Noordrand"}).status_code == 303
    assert "Noordrand" in said(browser.get("/beheer/teams"))
    account_page = said(browser.get(f"/beheer/accounts/{bea.public_id}"))
    assert "Noordrand" in account_page and "In een team gezet" in account_page


def test_who_is_limited_to_the_own_team_sees_no_case_of_another_from_the_next_request_on(office: Office) -> None:
    admin = office.browser("admin")
    ada, bea = office.account(Role.ADVISOR), make_account(office.engine, Role.ADVISOR, name="Bea Tweede")
    theirs, free = office.made(a_question), office.made(a_question)
    voucher = office.made(a_voucher)
    for name, account in (("Noord", ada), ("Zuid", bea)):
        admin.post("/beheer/teams", {"name": name})
        address = team_address(office, name)
        admin.post(f"{address}/leden", {"account": account.public_id})
    claimed(office, theirs, bea)
    of_voucher = office.do(lambda s: s.get_one(DevelopmentQuestion, voucher.question_id))
    claimed(office, of_voucher, bea)
    browser = office.browser("advisor", ada)
    cases = f"/adviseur/vraag/{theirs.public_id}", f"/adviseur/voucher/{voucher.public_id}"
    assert [browser.get(path).status_code for path in (*cases, *CLOSED)] == [200] * 5, "the control: nothing is limited"
    office.do(lambda s: limited(s, s.merge(ada)))
    browser = office.browser("advisor", ada)
    unknown = browser.get("/adviseur/vraag/bestaat-niet").text.replace("bestaat-niet", theirs.public_id)
    assert len(browser.get(cases[0]).text) == len(unknown), "the same page as for what is not there"
    assert [browser.get(path).status_code for path in (*cases, *CLOSED)] == [404] * 5
    listed = browser.get("/adviseur/").text
    assert str(free.reference_number) in listed and str(theirs.reference_number) not in listed
    assert "/adviseur/post" not in listed and "/adviseur/berichten" not in listed, "no way to what is closed"
    assert browser.post(f"{cases[0]}/oppakken").status_code == 404
    found = browser.post("/zoeken", {"what": str(theirs.reference_number)})
    assert found.status_code == 303
    assert theirs.public_id not in browser.follow().text
    office.do(lambda s: give_role(s, account=s.merge(ada), role=Role.ADVISOR, actor=SYSTEM, now=NOW))
    assert office.browser("advisor", ada).get(cases[0]).status_code == 200, "with the role anew all are seen"


def test_who_is_taken_out_of_a_team_does_not_see_its_cases_at_the_next_request_of_the_same_session(
    office: Office,
) -> None:
    admin = office.browser("admin")
    ada, bea = office.account(Role.ADVISOR), make_account(office.engine, Role.ADVISOR, name="Bea Tweede")
    question = office.made(a_question)
    admin.post("/beheer/teams", {"name": "Noord"})
    north = team_address(office, "Noord")
    for account in (ada, bea):
        admin.post(f"{north}/leden", {"account": account.public_id})
    claimed(office, question, bea)
    office.do(lambda s: limited(s, s.merge(ada)))
    browser, address = office.browser("advisor", ada), f"/adviseur/vraag/{question.public_id}"
    assert browser.get(address).status_code == 200
    member = office.do(lambda s: s.scalars(select(TeamMember.public_id).where(TeamMember.account_id == ada.id)).one())
    assert admin.post(f"{north}/leden/{member}/weg").status_code == 303
    assert browser.get(address).status_code == 404
    page = admin.get(north)
    assert_sound(page)
    assert "Wie eerder in het team zat" in said(page)
    admin.post(f"{north}/leden", {"account": ada.public_id})
    assert browser.get(address).status_code == 200, "and sees them again when she is back in it"


def test_a_team_is_chosen_in_the_filter_of_the_worklist_and_only_where_there_are_teams(office: Office) -> None:
    question, other = office.made(a_question), office.made(a_question)
    ada = office.account(Role.ADVISOR)
    assert 'name="team"' not in office.browser("advisor").get("/adviseur/").text
    admin = office.browser("admin")
    admin.post("/beheer/teams", {"name": "Noord"})
    address = team_address(office, "Noord")
    admin.post(f"{address}/leden", {"account": ada.public_id})
    claimed(office, question, ada)
    page = office.browser("advisor").get(f"/adviseur/?team={address.rpartition('/')[2]}")
    assert_sound(page)
    assert str(question.reference_number) in page.text and str(other.reference_number) not in page.text


def test_the_municipalities_of_a_team_are_chosen_and_a_case_goes_to_another_team_with_a_reason(office: Office) -> None:
    admin, ada = office.browser("admin"), office.account(Role.ADVISOR)
    for name in ("Noord", "Zuid"):
        admin.post("/beheer/teams", {"name": name})
    north, south = team_address(office, "Noord"), team_address(office, "Zuid")
    admin.post(f"{north}/leden", {"account": ada.public_id})
    assert_sound(admin.get(north))
    assert admin.post(f"{north}/gemeenten", {"municipalities": ["GM9901"]}).status_code == 303
    assert "(nu van Noord)" in said(admin.get(south))
    assert admin.post(f"{north}/gemeenten", {"municipalities": ["GM0000"]}).status_code == 422
    question = office.made(a_question)
    browser = office.browser("advisor", ada)
    address = f"/adviseur/vraag/{question.public_id}"
    assert "Zij is van team Noord." in said(browser.get(address))
    page = browser.get(f"{address}/naar-team")
    assert_sound(page)
    assert browser.post(f"{address}/naar-team", {"to": south.rpartition("/")[2], "reason": ""}).status_code == 422
    form = {"to": south.rpartition("/")[2], "reason": "Verhuisd naar het zuiden."}
    browser.get(f"{address}/naar-team")
    assert browser.post(f"{address}/naar-team", form).status_code == 303
    page = said(browser.follow())
    assert "Zij is van team Zuid." in page and "Verhuisd naar het zuiden." in page
    office.do(lambda s: limited(s, s.merge(ada)))
    browser = office.browser("advisor", ada)
    assert browser.get(address).status_code == 404 and browser.get(f"{address}/naar-team").status_code == 404
