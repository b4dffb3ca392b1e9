"""Money that a holder gets back, on every screen: the account asked and changed, a batch, the bank, and asked again."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.cases.questions.models import CostInput, Route
from portal.paying.by_hand.models import OutcomeByHand
from portal.paying.payments.queries import payment_breaks
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.post.messages.models import OutboxMessage
from tests.portal.paying.payments.test_payments import entry, statement
from tests.portal.paying.settling_again.owing import SETTLED_AGAIN, owed_to_the_holder, question_of
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

LIST = "/regio/betalingen"
TYPED = "NL39 RABO 0300 0652 64"
ACCOUNT = {"payee_name": "S. de Vries", "iban": TYPED}
OTHER = {"payee_name": "S. de Vries", "iban": "NL91 ABNA 0417 1643 00"}


def sound(browser: Browser, path: str) -> str:
    """The words of a page that is well made."""
    page = browser.get(path)
    assert page.status_code == 200, path
    assert_sound(page)
    return said(page)


def told_of_account(office: Office) -> int:
    """How often who gets money heard that an account was given for it."""
    rows = select(OutboxMessage).where(OutboxMessage.template == "payment/account_given")
    return office.do(lambda session: len(session.scalars(rows).all()))


def through_the_bank(office: Office, now: Any, *, back: bool = False) -> str:
    """Make a batch, release it with a second person, and read what the bank says; the words of the batch as it was shown."""
    with clock.frozen(now):
        one, two = office.browser("region"), office.browser("region", make_account(office.engine, Role.REGION))
        here = one.post(f"{LIST}/klaarzetten").location
        shown = sound(one, here)
        assert one.post(here, {"release": "1"}).status_code == 422, "two people"
        assert two.post(here, {"release": "1"}).status_code == 303
    with clock.frozen(now + timedelta(days=1)):
        one = office.browser("region")
        assert one.post(here, {"export": "1"}).status_code == 303
        file = one.get(f"{here}/bestand.xml")
        assert file.status_code == 200 and b"<InstdAmt" in file.data
        number = file.headers["Content-Disposition"].split('"')[1].removesuffix(".xml")
        lines = entry(f"{number}-00001", "700.00", credit=back, reason="AC04" if back else "")
        one.post(f"{LIST}/afschrift", {"file": (io.BytesIO(statement(lines)), "camt.xml")})
        assert ("1 teruggekomen" if back else "1 betaald") in one.follow().text
        if back:
            waits = office.do(lambda session: session.scalars(select(OutcomeByHand)).one().public_id)
            two = office.browser("region", make_account(office.engine, Role.REGION))
            assert two.post(f"{LIST}/uitkomsten", {"outcomes": [waits]}).status_code == 303
    return shown


@pytest.mark.parametrize("route", [Route.INDIVIDUAL, Route.EMPLOYER])
def test_the_holder_is_asked_for_an_account_paid_and_asked_again_when_it_came_back(
    office: Office, caplog: pytest.LogCaptureFixture, route: Route
) -> None:
    caplog.set_level(logging.DEBUG)
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(
        update={"payer_name": "Regio Proefland", "payer_iban": "NL91ABNA0417164300"}
    )
    owed = office.made(owed_to_the_holder, route=route, costs=[CostInput("tuition", 240_000)])
    question = office.do(lambda s: question_of(s, owed))
    employer = route is Route.EMPLOYER
    home = f"/werkgever/vraag/{question.public_id}" if employer else f"/mijn/{question.public_id}"
    form = f"{home}/teruggave"

    def holder() -> Browser:
        audience = Audience.EMPLOYER if employer else Audience.RESIDENT
        return Browser(office.app).enter(question_id=question.id, audience=audience).proves(question.id)

    with clock.frozen(SETTLED_AGAIN):
        me = holder()
        assert "U krijgt geld van ons terug" in sound(me, home)
        assert "Zeg ons op welke rekening" in sound(me, f"{home}/vouchers")
        assert "rekening gevraagd" in sound(office.browser("region"), LIST)
        assert "U krijgt € 700 " in sound(me, f"{home}/vouchers") and "U krijgt € 700 " in sound(me, form)
        wrong = me.submit(form, ACCOUNT | {"iban": "NL39 RABO 0300 0652 65"})
        assert wrong.status_code == 422 and 'id="iban-error"' in wrong.text
        assert "NL39 RABO 0300 0652 65" in wrong.text and "S. de Vries" in wrong.text, "nothing typed is lost"
        assert_sound(wrong)
        assert me.submit(form, ACCOUNT).status_code == 303
        words = said(me.follow())
        assert "eindigt op 5264" in words and "Andere rekening geven" in words
        assert "U krijgt geld van ons terug" not in sound(me, home)
        assert "Andere rekening geven" in sound(me, f"{home}/gegevens") and told_of_account(office) == 1
    assert "NL39RABO0300065264" in through_the_bank(office, SETTLED_AGAIN, back=True)
    later = SETTLED_AGAIN + timedelta(days=2)
    with clock.frozen(later):
        me = holder()
        assert "De bank kon niet betalen" in sound(me, f"{home}/vouchers")
        assert "De bank kon niet betalen" in sound(me, form)
        assert me.submit(form, OTHER).status_code == 303
        assert told_of_account(office) == 2, "another account is told as well: who did not give it calls"
    through_the_bank(office, later)
    with clock.frozen(later + timedelta(days=2)):
        me = holder()
        assert "kreeg u € 700 van ons terug" in sound(me, f"{home}/vouchers")
        assert me.get(form).status_code == 303, "nothing to say any more"
    assert office.do(lambda s: list(payment_breaks(s))) == []
    assert "0652" not in caplog.text and "NL39RABO" not in caplog.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_advisor_writes_down_what_the_holder_says_and_sees_where_the_money_is(office: Office) -> None:
    owed = office.made(owed_to_the_holder)
    page = f"/adviseur/teruggave/{owed.public_id}"
    with clock.frozen(SETTLED_AGAIN):
        advisor = office.browser("advisor")
        assert page in advisor.get("/adviseur/").text, "on the worklist until the account is known"
        assert "Daarna betaalt de regio via de bank" in sound(advisor, page)
        sound(advisor, f"{page}/rekening")
        wrong = advisor.submit(f"{page}/rekening", {"payee_name": "", "iban": TYPED})
        assert wrong.status_code == 422 and 'id="payee_name-error"' in wrong.text and TYPED in wrong.text
        assert advisor.submit(f"{page}/rekening", ACCOUNT).status_code == 303
        assert "S. de Vries, … 5264" in sound(advisor, page)
        assert page not in advisor.get("/adviseur/").text
        office.browser("region").post(f"{LIST}/klaarzetten")
        noted = advisor.submit(page, {"paid_on": "01-04-2026", "reference": "B7"})
        assert noted.status_code == 422 and "zit al in een betaling" in said(noted) and "B7" in noted.text
        mine = office.do(lambda s: question_of(s, owed))
        holder = Browser(office.app).enter(question_id=mine.id, audience=Audience.RESIDENT)
        assert holder.get(page).status_code in (302, 303, 403, 404)
