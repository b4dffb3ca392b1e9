"""An advisor looks at invoices, providers that ask to be on the list, account numbers and signals; the holder says it started."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.oversight.flags.actions import raise_flags
from portal.people.accounts.models import Organisation, Role
from portal.people.actor import Audience
from portal.post.files.actions import Vault
from portal.spending.changes.actions import extend_voucher
from portal.spending.invoices.actions import Paper, submit_invoice
from portal.spending.invoices.models import Attendance, Invoice
from portal.spending.providers.models import Provider, ProviderState
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, a_provider, a_voucher
from tests.portal.post.files.hostile import pdf
from tests.web.browser import SEEN_OTHERWISE, Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

IBAN = "NL91ABNA0417164300"


def handed_in(office: Office) -> tuple[Invoice, Voucher, Provider]:
    """An invoice of 100 euros that waits."""

    def work(session: Session) -> tuple[Invoice, Voucher, Provider]:
        voucher: Voucher = a_voucher(session)
        provider, pia = a_provider(session)
        provider.iban = IBAN
        settings = office.app.extensions["settings"]
        vault = Vault.under(settings.state_dir, str(office.app.secret_key))
        paper = Paper("F-1", NOW.date(), "S. de Vries", 10_000, 10_000, pdf(), "factuur.pdf")
        made = submit_invoice(session, voucher=voucher, paper=paper, vault=vault, actor=pia, now=NOW)
        return made, voucher, provider

    return office.do(work)


def again(office: Office, thing: Any) -> Any:
    return office.do(lambda s: s.get_one(type(thing), thing.id))


def test_an_invoice_is_accepted_with_a_reason_for_what_the_checks_found(office: Office) -> None:
    invoice, voucher, _ = handed_in(office)
    browser, here = office.browser("advisor"), f"/adviseur/facturen/{invoice.public_id}"
    listing = browser.get("/adviseur/facturen")
    assert_sound(listing)
    assert here in listing.text
    page = browser.get(here)
    assert_sound(page)
    assert "niet gescand" in said(page) and "nog niet gezegd dat de opleiding begonnen is" in said(page)
    assert browser.get(f"{here}/bestand").headers["Content-Disposition"].startswith("attachment")
    without = browser.post(f"{here}/goedkeuren", {"note": ""})
    assert without.status_code == 422 and 'id="note-error"' in without.text
    assert browser.post(f"{here}/goedkeuren", {"note": "De opleider zegt: zij loopt."}).status_code == 303
    assert again(office, voucher).redeemed_cents == 0, "a check found something: a colleague decides"
    assert office.done_by_another(Role.ADVISOR).status_code == 303
    assert again(office, voucher).redeemed_cents == 10_000
    assert browser.post(f"{here}/goedkeuren", {"note": "Nog een keer dan."}).status_code == 422
    assert again(office, voucher).redeemed_cents == 10_000


def test_an_invoice_is_refused_with_a_reason(office: Office) -> None:
    invoice, voucher, _ = handed_in(office)
    browser, here = office.browser("advisor"), f"/adviseur/facturen/{invoice.public_id}"
    without = browser.post(f"{here}/weigeren", {"reason": " "})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    assert browser.post(f"{here}/weigeren", {"reason": "Dit is een offerte."}).status_code == 303
    assert "Geweigerd: Dit is een offerte." in said(browser.get(here))
    assert again(office, voucher).redeemed_cents == 0


def test_the_holder_says_that_the_training_started_and_ended(office: Office) -> None:
    invoice, voucher, _ = handed_in(office)
    question_id = office.do(lambda s: s.get_one(Voucher, voucher.id).question_id)
    public_id = office.do(lambda s: _public_id(s, question_id))
    browser = Browser(office.app).enter(question_id=question_id, audience=Audience.RESIDENT)
    here = f"/mijn/{public_id}/opleiding-gevolgd"
    page = browser.get(here)
    assert_sound(page)
    assert "F-1" in said(page)
    for day in ("", "31-2-2026", "3-3-2026", "gisteren"):
        wrong = browser.post(here, {"started_on": day})
        assert wrong.status_code == 422 and 'id="started_on-error"' in wrong.text, day
    assert browser.post(here, {"started_on": "2-3-2026"}).status_code == 303
    assert_sound(browser.get(here))
    assert browser.post(here, {"ended_on": "2-3-2026", "how": "completed", "own_share": "yes"}).status_code == 303
    seen = office.do(lambda s: s.scalars(select(Attendance)).one())
    assert (seen.own_share_paid, seen.ended_on) == (True, NOW.date())
    assert "start_unconfirmed" not in again(office, invoice).findings
    assert browser.get(f"/mijn/{public_id}/bon").status_code == 404, "this scheme pays the provider"
    assert browser.get(f"/mijn/{public_id}/resultaat").status_code == 303, "nothing is asked yet"


def _public_id(session: Session, question_id: int) -> str:
    from portal.cases.questions.models import DevelopmentQuestion

    return session.get_one(DevelopmentQuestion, question_id).public_id


def test_a_provider_signs_up_and_is_put_on_the_list(office: Office) -> None:
    visitor = Browser(office.app).enter()
    assert_sound(visitor.get("/opleider/aanmelden"))
    form = {
        "name": "Vakschool",
        "kvk_number": "11112222",
        "iban": "NL39RABO0300065264",
        "contact_name": "Vera",
        "contact_email": "v@x.example",
    }
    wrong = visitor.post("/opleider/aanmelden", {**form, "iban": "NL00ABNA0417164300"})
    assert wrong.status_code == 422 and 'id="iban-error"' in wrong.text
    assert visitor.post("/opleider/aanmelden", form).status_code == 303
    assert_sound(visitor.follow())
    browser = office.browser("advisor")
    listing = browser.get("/adviseur/opleiders/aanmeldingen")
    assert_sound(listing)
    here = listing.text.split('href="/adviseur/opleiders/aanmeldingen/')[1].split('"')[0]
    assert_sound(browser.get(f"/adviseur/opleiders/aanmeldingen/{here}"))
    here = f"/adviseur/opleiders/aanmeldingen/{here}"
    without = browser.post(here, {"accept": "1", "how": " "})
    assert without.status_code == 422 and 'id="how-error"' in without.text
    assert browser.post(here, {"accept": "1", "how": "Gebeld."}).status_code == 303
    words = said(browser.follow())
    assert "Vakschool" in words and "NL39" not in words, "a second person confirms the account"
    listing = browser.get("/adviseur/opleiders")
    assert_sound(listing)
    assert "rekeningnummer wacht op een tweede medewerker" in said(listing)


def test_an_account_number_takes_two_advisors_and_delisting_shows_what_is_open(office: Office) -> None:
    _, _, provider = handed_in(office)
    one, two = office.browser("advisor"), office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    here = f"/adviseur/opleiders/{provider.public_id}"
    assert_sound(one.get(f"{here}/rekening"))
    without = one.post(f"{here}/rekening", {"iban": "NL39RABO0300065264", "how": ""})
    assert without.status_code == 422 and 'id="how-error"' in without.text
    assert one.post(f"{here}/rekening", {"iban": "NL39RABO0300065264", "how": "Gebeld."}).status_code == 303
    for browser in (one, two):
        assert_sound(browser.get(f"{here}/rekening"))
    assert one.post(f"{here}/rekening", {"confirm": "1"}).status_code == 422
    assert again(office, provider).iban == IBAN
    assert two.post(f"{here}/rekening", {"confirm": "1"}).status_code == 303
    assert again(office, provider).iban == "NL39RABO0300065264"
    page = one.get(f"{here}/uit-de-lijst")
    assert_sound(page)
    assert "€ 100" in said(page)
    assert one.post(f"{here}/uit-de-lijst").status_code == 303
    assert again(office, provider).state is ProviderState.WITHDRAWN


def test_a_signal_is_closed_with_what_was_seen(office: Office) -> None:
    def two_of_one(session: Session) -> None:
        for _ in range(2):
            a_provider(session)[0].iban = IBAN
        session.flush()
        assert raise_flags(session, now=NOW) == 1

    office.do(two_of_one)
    browser = office.browser("advisor")
    listing = browser.get("/adviseur/signalen")
    assert_sound(listing)
    here = "/adviseur/signalen/" + listing.text.split('href="/adviseur/signalen/')[1].split('"')[0]
    assert_sound(browser.get(here))
    assert browser.post(here, {"reason": ""}).status_code == 422
    assert browser.post(here, {"reason": "Zelfde stichting."}).status_code == 303
    assert "Afgehandeld: Zelfde stichting." in said(browser.get(here))


def test_an_invoice_is_not_accepted_on_a_voucher_that_changed_meanwhile(office: Office) -> None:
    invoice, voucher, _ = handed_in(office)
    browser, here = office.browser("advisor"), f"/adviseur/facturen/{invoice.public_id}"
    browser.get(here)

    def shorter(session: Session) -> None:
        extend_voucher(
            session,
            voucher=session.get_one(Voucher, voucher.id),
            until=voucher.valid_until + timedelta(days=3),
            reason="Later begin.",
            actor=ADVISOR,
            now=NOW,
        )

    office.do(shorter)
    refused = browser.submit(f"{here}/goedkeuren", {"note": "De opleider zegt: zij loopt."})
    assert refused.status_code == 422 and SEEN_OTHERWISE in refused.data
    assert "zij loopt" in refused.text, "nothing that was typed is lost"
    assert again(office, voucher).redeemed_cents == 0
    assert browser.submit(f"{here}/goedkeuren", {"note": "De opleider zegt: zij loopt."}).status_code == 303
    assert office.done_by_another(Role.ADVISOR).status_code == 303
    assert again(office, voucher).redeemed_cents == 10_000


def test_nobody_confirms_another_account_number_than_was_on_the_screen(office: Office) -> None:
    _, _, provider = handed_in(office)
    one, two = office.browser("advisor"), office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    here = f"/adviseur/opleiders/{provider.public_id}/rekening"
    assert one.post(here, {"iban": "NL39RABO0300065264", "how": "Gebeld."}).status_code == 303
    two.get(here)
    assert one.post(here, {"refuse": "1"}).status_code == 303
    assert one.post(here, {"iban": "NL02ABNA0123456789", "how": "Gebeld."}).status_code == 303
    refused = two.submit(here, {"confirm": "1"})
    assert refused.status_code == 422
    assert_sound(refused)
    words = said(refused)
    assert "u zag: NL39RABO0300065264" in words and "nu: NL02ABNA0123456789" in words, words
    assert again(office, provider).iban == IBAN
    assert two.submit(here, {"confirm": "1"}).status_code == 303, "what is shown now"
    assert again(office, provider).iban == "NL02ABNA0123456789"


def test_what_a_provider_asks_itself_is_checked_by_one_advisor_and_confirmed_by_another(office: Office) -> None:
    _, _, provider = handed_in(office)
    slug = office.do(lambda s: s.scalar(select(Organisation.slug).where(Organisation.id == provider.organisation_id)))
    school = office.browser("provider", make_account(office.engine, Role.PROVIDER, organisation=slug))
    assert_sound(school.get("/opleider/rekening"))
    assert school.post("/opleider/rekening", {"iban": "NL39RABO0300065264"}).status_code == 303
    assert "wacht op een medewerker" in said(school.follow())
    one, two = office.browser("advisor"), office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    here = f"/adviseur/opleiders/{provider.public_id}/rekening"
    shown = one.get(here)
    assert_sound(shown)
    assert "De opleider vroeg dit zelf" in said(shown) and ">Bevestigen<" not in shown.text
    assert "rekeningnummer wacht op controle" in said(one.get("/adviseur/opleiders"))
    assert one.post(here, {"confirm": "1"}).status_code == 422, "nobody checked it"
    assert one.post(here, {"how": " "}).status_code == 422
    assert one.post(here, {"how": "Gebeld op het nummer van de site."}).status_code == 303
    assert "Gebeld op het nummer van de site." in said(two.get(here))
    assert one.post(here, {"confirm": "1"}).status_code == 422, "who checked it"
    assert again(office, provider).iban == IBAN
    assert two.post(here, {"confirm": "1"}).status_code == 303
    assert again(office, provider).iban == "NL39RABO0300065264"
