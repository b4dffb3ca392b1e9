"""Vouchers, providers and messages: what an advisor looks after between decisions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.cases.questions.models import ContactDetails, ContactWay
from portal.ledger.queries import voucher_transfers
from portal.people.accounts.models import Organisation
from portal.platform import clock
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.post.messages.queries import message_by_public_id, outbox
from portal.spending.providers.models import ApprovalState
from portal.spending.providers.queries import approved_schemes, providers
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher, VoucherState
from tests.factories import ADVISOR, NOW, a_decision, a_provider, a_question, a_voucher
from tests.web.advisor.steps import ASKED_FOR
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

BY_POST = ContactDetails(
    way=ContactWay.POST,
    name="Sam de Vries",
    street="Dorpsstraat",
    house_number="12",
    postcode="9990 AA",
    city="Proefstad",
)


def again(office: Office, voucher: Voucher) -> Voucher:
    return office.do(lambda s: s.get_one(Voucher, voucher.id))


def test_no_vouchers_yet(office: Office) -> None:
    page = office.browser("advisor").get("/adviseur/vouchers")
    assert_sound(page)
    assert "Er zijn nog geen vouchers" in said(page)


def test_vouchers_by_state_and_by_code(office: Office) -> None:
    voucher = office.made(a_voucher)
    browser = office.browser("advisor")
    page = browser.get("/adviseur/vouchers?staat=issued")
    assert_sound(page)
    assert format_code(voucher.code) in said(page)
    assert "Er zijn geen vouchers met deze stand" in said(browser.get("/adviseur/vouchers?staat=expired"))
    typed = format_code(voucher.code).lower().replace("-", " ")
    assert browser.get(f"/adviseur/vouchers?code={typed}").location.endswith(voucher.public_id)
    assert "Deze code klopt niet" in said(browser.get("/adviseur/vouchers?code=AAAAAAAAAAAB"))
    assert "12 letters" in said(browser.get("/adviseur/vouchers?code=AB"))


@pytest.mark.parametrize("query", ["staat=x", "page=-4", "page=%F0%9F%92%A5", "code=%25%25", "code=" + "A" * 900])
def test_nonsense_in_the_address_of_lists_is_harmless(office: Office, query: str) -> None:
    office.made(a_voucher)
    browser = office.browser("advisor")
    assert browser.get(f"/adviseur/vouchers?{query}").status_code == 200
    assert browser.get(f"/adviseur/berichten?{query}").status_code == 200


def test_a_voucher_that_ends_soon_says_so(office: Office) -> None:
    office.made(a_voucher)
    with clock.frozen(NOW + timedelta(days=150)):
        assert "nog 30 dagen" in said(office.browser("advisor").get("/adviseur/vouchers"))


def test_a_voucher_shows_its_use_and_its_transfers(office: Office) -> None:
    voucher = office.made(a_voucher)
    provider, who = office.made(a_provider)
    office.do(
        lambda s: redeem_voucher(
            s, voucher=s.merge(voucher), bill=Bill("F-1", date(2026, 3, 1), 50_000), actor=who, now=NOW
        )
    )
    page = office.browser("advisor").get(f"/adviseur/voucher/{voucher.public_id}")
    assert_sound(page)
    words = said(page)
    for part in (
        provider.name,
        "F-1",
        "€ 500,00",
        "Nog open € 700",
        "voucher toegekend",
        "voucher gebruikt",
        "Leren individueel",
    ):
        assert part in words, part


def test_what_happened_to_the_money_is_a_line_per_act_with_its_transfers_behind_it(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, who = office.made(a_provider)
    later = NOW + timedelta(days=2)
    office.do(
        lambda s: redeem_voucher(
            s, voucher=s.merge(voucher), bill=Bill("F-1", NOW.date(), 50_000), actor=who, now=later
        )
    )
    page = soup_of(office.browser("advisor").get(f"/adviseur/voucher/{voucher.public_id}"))
    acts = page.select("main details")
    heads = [" ".join(act.select_one("summary").get_text(" ").split()) for act in acts]  # type: ignore[union-attr]
    assert len(heads) == 2 and "Geld gereserveerd 02-03-2026" in heads[0] and "Voucher gebruikt 04-03-2026" in heads[1]
    assert "€ 1.200,00 gereserveerd voor deze voucher" in heads[0].replace("\xa0", " ")
    assert "€ 500,00 gebruikt, nog te betalen" in heads[1].replace("\xa0", " ")
    assert "vrijgekomen" not in heads[1], "what was released and reserved again in one act is not told"
    booked = office.do(lambda s: len(voucher_transfers(s, voucher_id=voucher.id)))
    assert booked == 5 == len(page.select("main details tbody tr")), "every transfer can be looked at"
    caption = page.find("caption", string="Stand per budget")
    assert caption is not None and caption.parent is not None
    [row] = caption.parent.select("tbody tr")
    assert [cell.get_text().replace("\xa0", " ") for cell in row.select("td")] == ["€ 700,00", "€ 500,00", "€ 0,00"]


def test_a_voucher_is_taken_back_with_a_reason_once(office: Office) -> None:
    voucher = office.made(a_voucher)
    browser = office.browser("advisor")
    path = f"/adviseur/voucher/{voucher.public_id}/intrekken"
    browser.get(path)
    assert browser.submit(path, {"reason": ""}).status_code == 422
    assert again(office, voucher).state is VoucherState.ISSUED
    assert browser.post(path, ASKED_FOR | {"reason": "De opleiding gaat niet door."}).status_code == 303
    assert "De opleiding gaat niet door." in said(browser.follow())
    assert again(office, voucher).state is VoucherState.REVOKED
    assert browser.post(path, ASKED_FOR | {"reason": "Nog een keer."}).status_code == 422


def test_a_provider_is_registered_approved_and_withdrawn(office: Office) -> None:
    browser = office.browser("advisor")
    assert "Er zijn nog geen opleiders" in said(browser.get("/adviseur/opleiders"))
    browser.get("/adviseur/opleiders/nieuw")
    form = {"name": "École Één & Zn.", "kvk_number": "1234 5678"}
    assert browser.submit("/adviseur/opleiders/nieuw", form).status_code == 303
    page = browser.follow()
    assert_sound(page)
    [provider] = office.do(lambda s: providers(s, actor=ADVISOR))
    assert (provider.kvk_number, provider.iban) == ("12345678", None), (
        "the account number is asked for on the next page"
    )
    made = office.do(lambda s: s.scalar(select(Organisation.slug).where(Organisation.id == provider.organisation_id)))
    assert made == "ecole-een-zn"
    path = f"/adviseur/opleiders/{provider.public_id}"
    assert browser.post(path, {"scheme": "leervoucher"}).status_code == 303
    assert office.do(lambda s: approved_schemes(s, provider=provider)) == {"leervoucher"}
    twice = browser.post(path, {"scheme": "leervoucher"})
    assert twice.status_code == 422
    assert browser.post(f"{path}/intrekken", {"scheme": "leervoucher", "reason": ""}).status_code == 422
    assert browser.post(f"{path}/intrekken", {"scheme": "leervoucher", "reason": "Klachten."}).status_code == 303
    assert "Klachten." in said(browser.follow())
    [provider] = office.do(lambda s: providers(s, actor=ADVISOR))
    assert [approval.state for approval in provider.approvals] == [ApprovalState.WITHDRAWN]
    assert "nog niet goedgekeurd" in said(browser.get("/adviseur/opleiders"))


def test_a_provider_that_is_known_is_refused_and_leaves_no_organisation(office: Office) -> None:
    browser = office.browser("advisor")
    form = {"name": "School", "kvk_number": "12345678"}
    assert browser.post("/adviseur/opleiders/nieuw", form).status_code == 303
    before = office.do(lambda s: len(list(s.scalars(select(Organisation.id)))))
    again = browser.post("/adviseur/opleiders/nieuw", {"name": "Andere school", "kvk_number": "12345678"})
    assert again.status_code == 422
    assert "staat al in de lijst" in said(again)
    assert office.do(lambda s: len(list(s.scalars(select(Organisation.id))))) == before


def test_a_message_is_shown_without_making_a_link(office: Office) -> None:
    office.made(a_question)
    browser = office.browser("advisor")
    listing = browser.get("/adviseur/berichten")
    assert_sound(listing)
    assert "Vraag ontvangen" in said(listing)
    [message] = office.do(outbox)
    page = browser.get(f"/adviseur/bericht/{message.public_id}")
    assert_sound(page)
    words = said(page)
    assert "sam@voorbeeld.example" in words
    assert "/…" in words
    assert "/toegang/" not in words


def test_a_letter_is_printed_and_marked_as_posted(office: Office) -> None:
    office.made(a_question, contact=BY_POST)
    [letter] = office.do(outbox)
    assert letter.kind is MessageKind.LETTER
    browser = office.browser("advisor")
    words = said(browser.get(f"/adviseur/bericht/{letter.public_id}"))
    assert "Dorpsstraat 12" in words
    assert "Staat op de post" in words
    assert browser.post(f"/adviseur/bericht/{letter.public_id}/verstuurd").status_code == 303
    sent = office.do(lambda s: message_by_public_id(s, public_id=letter.public_id))
    assert sent is not None and sent.state is MessageState.SENT
    assert "Staat op de post" not in said(browser.follow())


def test_a_letter_of_a_decision_is_shown_as_it_will_be_and_leads_to_the_case(office: Office) -> None:
    question, _decision = office.made(a_decision, contact=BY_POST)
    browser = office.browser("advisor")
    letters = [one for one in office.do(outbox) if one.template.startswith("decision/")]
    assert len(letters) == 1
    page = browser.get(f"/adviseur/bericht/{letters[0].public_id}").text
    assert f"/adviseur/vraag/{question.public_id}" in page
    assert "bezwaar" in page, "with how to object"


def test_a_message_that_failed_is_sent_again(office: Office) -> None:
    office.made(a_question)
    [message] = office.do(outbox)
    browser = office.browser("advisor")
    path = f"/adviseur/bericht/{message.public_id}/opnieuw"
    assert browser.post(path).status_code == 422, "it did not fail"

    def fail(session: object) -> None:
        row = session.get(OutboxMessage, message.id)  # type: ignore[attr-defined]
        row.state, row.failed_at, row.trouble = MessageState.FAILED, NOW, "SMTPServerDisconnected"

    office.do(fail)
    assert "SMTPServerDisconnected" in said(browser.get(f"/adviseur/bericht/{message.public_id}"))
    assert browser.post(path).status_code == 303
    queued = office.do(lambda s: message_by_public_id(s, public_id=message.public_id))
    assert queued is not None and queued.state is MessageState.QUEUED
