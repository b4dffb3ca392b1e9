"""A mail that did not arrive, on the screens: the advisor says so, the letter waits for the printer, the person reads why."""

from __future__ import annotations

from portal.people.actor import Audience
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.post.messages.queries import outbox
from tests.factories import NOW, a_question
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def test_an_advisor_says_that_a_mail_did_not_arrive_and_it_goes_on_paper(office: Office) -> None:
    question = office.made(a_question)
    [mail] = office.do(outbox)
    browser, path = office.browser("advisor"), f"/adviseur/bericht/{mail.public_id}"
    assert "kwam niet aan" not in said(browser.get(path)), "it has not left yet"
    assert browser.post(f"{path}/niet-aangekomen").status_code == 409

    office.do(lambda session: mark_sent(session, message=session.get_one(OutboxMessage, mail.id), now=NOW))
    assert "Deze e-mail kwam niet aan" in said(browser.get(path))
    own = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    letters = f"/mijn/{question.public_id}/brieven"
    assert "kwam niet bij u aan" not in said(own.get(letters))
    assert browser.post(f"{path}/niet-aangekomen").status_code == 303
    shown = browser.follow()
    assert_sound(shown)
    assert "Het bericht gaat als brief" in said(shown) and "Opnieuw versturen" not in said(shown)
    listing = browser.get("/adviseur/berichten?staat=undelivered")
    assert_sound(listing)
    assert "niet aangekomen" in said(listing) and "Vraag ontvangen" in said(listing)
    assert "Vraag ontvangen" in said(browser.get("/adviseur/post")), "it waits for the printer"

    page = own.get(letters)
    assert_sound(page)
    assert "kwam niet bij u aan" in said(page) and "per e-mail, niet aangekomen" in said(page)
    assert own.submit(letters, {"topics": ["case", "decision", "voucher"]}).status_code == 303
    assert "kwam niet bij u aan" not in said(own.get(letters))
