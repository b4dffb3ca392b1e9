"""What the region itself owes on the screens: the account told to the desk, the payment run, the totals; and a provider's claims."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.paying.late_interest.models import OwnInterest
from portal.paying.payments.models import Payment
from portal.paying.payments.queries import CANCEL_WITHIN
from portal.paying.settlements.models import Recovery
from portal.people.accounts.models import Organisation, Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind
from portal.spending.providers.models import Provider
from tests.portal.paying.collecting.owed_late import at
from tests.portal.paying.collecting.test_of_providers import PAY_BY, credited
from tests.portal.paying.late_interest.paid_late import PAID_ON, paid_back
from tests.portal.paying.payments.test_payments import PAYER, entry, statement
from tests.portal.paying.setting_off.test_setting_off import of_a_provider
from tests.portal.paying.settling_again.owing import question_of
from tests.portal.second_look.late_decisions.test_penalties_paid import IBAN, LATER
from tests.portal.second_look.objections.test_remedies import objected
from tests.web.advisor.steps import case
from tests.web.advisor.test_objecting import fill
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.region.test_bank_answers import upload
from tests.web.stands import late
from tests.web.walking import assert_sound, soup_of

RETURNED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"


def test_a_penalty_gets_its_account_is_put_in_the_payment_and_stands_in_the_own_costs(office: Office) -> None:
    question = office.do(late)
    with clock.frozen(LATER):
        desk, region = office.browser("advisor"), office.browser("region")
        page = desk.get(case(question, "/ingebrekestelling"))
        assert_sound(page)
        [link] = [one["href"] for one in soup_of(page).select("a[href*=eigen-schuld]")]
        assert "rekening gevraagd" in said(page)
        fill(desk, link, {"payee_name": "", "iban": "NL00"}, 422)
        fill(desk, link, {"payee_name": "S. de Vries", "iban": IBAN})
        waiting = region.get("/regio/betalingen")
        assert_sound(waiting)
        assert "Dwangsom (eigen kosten)" in said(waiting) and "€ 357,00" in said(waiting)
        assert region.post("/regio/betalingen/klaarzetten").status_code == 303
        batch = region.follow()
        assert_sound(batch)
        assert "Dwangsom (eigen kosten)" in said(batch) and "S. de Vries" in said(batch)
        costs = region.get("/regio/eigen-kosten")
        assert_sound(costs)
        words = said(costs)
        for text in ("Dit geld staat in geen budget", "Dwangsom", "S. de Vries", "15 juli 2026"):
            assert text in words.replace("15-07-2026", "15 juli 2026"), text


def test_the_statement_that_the_region_imports_pays_it_and_a_return_asks_another_account(office: Office) -> None:
    question = office.do(late)
    settings = office.app.extensions["settings"]
    office.app.extensions["settings"] = settings.model_copy(update={"payer_name": PAYER.name, "payer_iban": PAYER.iban})
    with clock.frozen(LATER):
        desk, one = office.browser("advisor"), office.browser("region")
        two = office.browser("region", make_account(office.engine, Role.REGION))
        work = "De regio betaalt zelf: rekening vragen"
        assert work in said(desk.get("/adviseur/voor-mij?van=everybody")), "it stands on the list of the desk"
        [link] = [
            one["href"]
            for one in soup_of(desk.get(case(question, "/ingebrekestelling"))).select("a[href*=eigen-schuld]")
        ]
        fill(desk, link, {"payee_name": "S. de Vries", "iban": IBAN})
        assert work not in said(desk.get("/adviseur/voor-mij?van=everybody"))
        here = str(one.post("/regio/betalingen/klaarzetten").location)
        assert two.post(here, {"release": "1"}).status_code == 303
    with clock.frozen(LATER + CANCEL_WITHIN + timedelta(hours=1)):
        one, two = office.browser("region"), office.browser("region", make_account(office.engine, Role.REGION))
        assert one.post(here, {"export": "1"}).status_code == 303
        key = office.do(lambda s: s.scalars(select(Payment)).one().end_to_end_id)
        paid = entry(key, "357.00").replace("2026-03-04", "2026-06-11")
        upload(one, statement(paid))
        assert "Gelezen: 1 betaald" in said(one.follow())
        costs = said(one.get("/regio/eigen-kosten"))
        assert "betaald" in costs and "11-06-2026" in costs
        upload(one, statement(paid.replace("DBIT", "CRDT").replace("</TxDtls>", RETURNED)))
        assert "1 teruggekomen" in said(one.follow())
        page = f"{here}/uitkomst/{office.do(lambda s: s.scalars(select(Payment)).one().public_id)}"
        two.get(page)
        assert two.post(page, {"confirm": "1"}).status_code == 303
        assert "teruggekomen, andere rekening gevraagd" in said(one.get("/regio/eigen-kosten"))
        assert work in said(office.browser("advisor").get("/adviseur/voor-mij?van=everybody"))


def test_who_does_not_agree_with_the_penalty_objects_on_the_own_page_and_a_colleague_adds_days(office: Office) -> None:
    question = office.do(late)
    with clock.frozen(LATER):
        asker = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        here = f"/mijn/{question.public_id}/bezwaar"
        form = soup_of(asker.get(here))
        names = {one.parent.get_text(strip=True): one["value"] for one in form.select("input[name=against]")}
        [against] = [value for name, value in names.items() if "dwangsom" in name.casefold()]
        fill(asker, here, {"against": against, "grounds": "Het waren meer dagen."})
        judge = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
        [path] = {one["href"] for one in soup_of(judge.get("/adviseur/bezwaren")).select("a[href*='/bezwaar/']")}
        fill(judge, f"{path}/niet-horen", {"reason": "fully_met"})
        decide = {"outcome": "founded", "rationale": "Twintig dagen.", "days": "15"}
        fill(judge, f"{path}/besluiten", decide, 422)
        fill(judge, f"{path}/besluiten", decide | {"days": "20"})
        assert "Na bezwaar opnieuw vastgesteld op" in said(judge.get(case(question, "/ingebrekestelling")))
        own = said(asker.get(f"/mijn/{question.public_id}/te-laat"))
        assert "U krijgt een dwangsom van € 532." in own and "en kreeg gelijk" in own


def _credited(session: Session) -> tuple[str, str]:
    """The public id of the claim, and the organisation of the provider."""
    claim = credited(session)
    provider = session.get_one(Provider, claim.provider_id)
    return claim.public_id, session.get_one(Organisation, provider.organisation_id).slug


def test_a_provider_reads_what_it_pays_back_until_when_and_that_it_was_reminded(office: Office) -> None:
    claim, organisation = office.do(_credited)
    known = make_account(office.engine, Role.PROVIDER, organisation=organisation)
    here = f"/adviseur/terugvordering/{claim}"
    with clock.frozen(at(PAY_BY + timedelta(days=9))):
        desk = office.browser("advisor")
        page = desk.get(here)
        assert_sound(page)
        assert "Te laat" in said(page) and "BW 3:309" in said(page)
        desk.get(f"{here}/aanmanen")
        assert desk.submit(f"{here}/aanmanen", {}).status_code == 303
        own = office.browser("provider", known).get("/opleider/facturen")
        assert_sound(own)
        words = said(own)
        assert "Wat u terugbetaalt" in words and "stuurden wij een aanmaning" in words and "€ 200,00" in words


def test_setting_off_above_the_amount_of_the_scheme_waits_for_a_second_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, bill = office.do(lambda s: (lambda pair: (pair[0].public_id, pair[1].public_id))(of_a_provider(s)))
    for module in ("portal.framework.powers", "portal.paying.settlements.queries"):
        monkeypatch.setattr(f"{module}.one_person_up_to", lambda _scheme: 20_000)
    first = office.browser("region")
    here = f"/regio/terugvorderingen/{claim}/verrekenen"
    first.get(here)
    wish = {"bill": bill, "amount": "300", "ground": "private_law", "article": "", "reason": "Akkoord."}
    assert first.submit(here, wish).status_code == 303
    laid = office.do(lambda s: s.scalars(select(TwoPersonAct)).one())
    assert laid.kind is TwoPersonKind.SET_OFF and laid.amount_cents == 30_000
    assert office.do(lambda s: s.scalars(select(Recovery)).one().open_cents) == 30_000, "nothing was done yet"
    page = first.get(f"/tweede-persoon/{laid.public_id}")
    assert_sound(page)
    assert "Inhouden" in said(page) and "Akkoord." in said(page)
    assert office.done_by_another("region").status_code == 303
    assert office.do(lambda s: s.scalars(select(Recovery)).one().open_cents) == 0


def test_interest_on_what_was_paid_too_late_is_decided_and_raised_after_an_objection(office: Office) -> None:
    question = office.do(lambda s: question_of(s, paid_back(s)))
    with clock.frozen(at(PAID_ON)):
        desk, here = office.browser("advisor"), case(question, "/ingebrekestelling")
        page = desk.get(here)
        assert_sound(page)
        assert "Te laat betaald" in said(page) and "€ 27,92" in said(page)
        [link] = [one["href"] for one in soup_of(page).select("a[href*='/rente']")]
        assert_sound(desk.get(link))
        fill(desk, link, {"rationale": ""}, 422)
        fill(desk, link, {"rationale": "Het bleef liggen."})
        assert "Te laat betaald" not in said(desk.get(here))
        assert desk.get(link).status_code == 303, "there is nothing to decide any more"
        assert "Rente over wat te laat is betaald" in said(office.browser("region").get("/regio/eigen-kosten"))
    decision = office.do(lambda s: s.scalars(select(OwnInterest)).one().decision_id)
    objection = office.do(lambda s: objected(s, s.get_one(Decision, decision)).public_id)
    with clock.frozen(at(PAID_ON) + timedelta(days=30)):
        colleague = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
        decides = f"/adviseur/bezwaar/{objection}/besluiten"
        page = colleague.get(decides)
        assert_sound(page)
        assert "stelt u de rente meteen opnieuw vast" in said(page)
        fill(colleague, decides, {"outcome": "founded", "rationale": "Meer.", "amount": "27,92"}, 422)
        fill(colleague, decides, {"outcome": "founded", "rationale": "Meer.", "amount": "30,00"})
        costs = said(office.browser("region").get("/regio/eigen-kosten"))
        assert "€ 2,08" in costs and "€ 30,00" in costs
