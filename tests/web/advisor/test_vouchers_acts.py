"""The screens of acts on a voucher: wrong input is told at the field, the right one is done once and shown."""

from __future__ import annotations

from datetime import date

import pytest

from portal.framework.mandates.actions import end_mandate
from portal.framework.mandates.queries import mandates
from portal.ledger.actions import pay
from portal.paying.settlements.queries import recoveries_of, unpaid_spends
from portal.people.accounts.models import Role
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher, VoucherState
from portal.spending.vouchers.queries import changes_of
from tests.factories import NOW, SYSTEM, a_provider, a_voucher
from tests.web.advisor.steps import ASKED_FOR, ENDS
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

WHY = {"reason": "Op verzoek van de houder."}
UNHEARD = {"left_out": "own_facts", "left_out_reason": "Meldde het zelf."}


def again(office: Office, voucher: Voucher) -> Voucher:
    return office.do(lambda s: s.get_one(Voucher, voucher.id))


def used(office: Office, cents: int, *, paid: bool = False) -> tuple[Voucher, Redemption]:
    voucher, (_, pia) = office.made(a_voucher), office.made(a_provider)

    def work(session):  # type: ignore[no-untyped-def]
        done = redeem_voucher(
            session, voucher=session.merge(voucher), bill=Bill("F-1", date(2026, 3, 1), cents), actor=pia, now=NOW
        )
        for spend_id, _ in unpaid_spends(session, redemption=done) if paid else ():
            pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)
        return done

    return voucher, office.do(work)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "data", "shown", "objection"),
    [
        ("verlengen", {"until": "31-12-2026"}, "31 december 2026", False),
        ("lager", ASKED_FOR | {"amount": "200"}, "€ 200", True),
        ("intrekken", ASKED_FOR, "ingetrokken", True),
        ("verhuisd", ENDS | {"moved_on": "02-03-2026", "keeps": "nee"}, "woont niet meer", True),
    ],
)
def test_the_letter_of_an_act_is_seen_before_it_is_done(
    office: Office, path: str, data: dict[str, str], shown: str, objection: bool
) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    address = f"/adviseur/voucher/{voucher.public_id}/{path}"
    browser.get(address)
    preview = browser.submit(address, WHY | data | {"act": "preview"})
    assert preview.status_code == 200
    assert_sound(preview)
    words = said(preview)
    assert "Er is nog niets besloten en niets verstuurd." in words and shown in words
    assert ("13 april 2026" in words) is objection, "a decision says until when one can object"
    assert (again(office, voucher).state, again(office, voucher).valid_until) == (voucher.state, voucher.valid_until)
    assert office.do(lambda s: list(changes_of(s, voucher=s.get_one(Voucher, voucher.id)))) == []
    changed = browser.submit(address, WHY | data | {"act": "edit"})
    assert changed.status_code == 200 and WHY["reason"] in changed.text, "nothing that was typed is lost"
    assert again(office, voucher).state is voucher.state
    done = browser.submit(address, WHY | data | {"act": "decide"})
    assert done.status_code == 303, "what was filled in goes on"


@pytest.mark.parametrize(
    ("path", "wrong", "right", "shown"),
    [
        ("verlengen", {"until": "01-03-2026"}, {"until": "31-12-2026"}, "31 december 2026"),
        ("begin", {"starts_on": "01-01-2026"}, {"starts_on": "01-06-2026"}, "andere eerste dag"),
        ("blokkeren", {"reason": ""}, {}, "Tijdelijk geblokkeerd"),
        ("lager", ASKED_FOR | {"amount": "9999"}, ASKED_FOR | {"amount": "200"}, "€ 1.000"),
        (
            "verhuisd",
            {"moved_on": "02-03-2026", "keeps": "misschien"},
            ENDS | {"moved_on": "02-03-2026", "keeps": "nee"},
            "Op verzoek",
        ),
    ],
)
def test_an_act_on_a_voucher_refuses_what_is_wrong_and_does_what_is_right(
    office: Office, path: str, wrong: dict[str, str], right: dict[str, str], shown: str
) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    address = f"/adviseur/voucher/{voucher.public_id}/{path}"
    assert_sound(browser.get(address))
    refused = browser.post(address, WHY | wrong)
    assert refused.status_code == 422
    assert_sound(refused)
    assert again(office, voucher).state is VoucherState.ISSUED
    assert browser.post(address, WHY | right).status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert shown in said(page)
    assert "Op verzoek van de houder." in said(page)


def test_a_voucher_is_kept_for_a_provider_and_cancelled_with_a_fee(office: Office) -> None:
    voucher, (provider, _) = office.made(a_voucher), office.made(a_provider)
    browser, address = office.browser("advisor"), f"/adviseur/voucher/{voucher.public_id}"
    assert browser.post(f"{address}/opleider", WHY | {"provider": "wie"}).status_code == 422
    assert browser.post(f"{address}/opleider", WHY | {"provider": provider.public_id}).status_code == 303
    assert provider.name in said(browser.follow())
    assert browser.post(f"{address}/elke-opleider", WHY).status_code == 303
    bill = WHY | {
        "provider": provider.public_id,
        "invoice_number": "A-1",
        "invoice_date": "01-03-2026",
        "amount": "150",
    }
    assert browser.post(f"{address}/annuleren", bill | {"amount": "1201"}).status_code == 422
    assert browser.post(f"{address}/annuleren", bill).status_code == 303
    assert again(office, voucher).state is VoucherState.ISSUED, "a colleague decides"
    assert office.done_by_another(Role.ADVISOR).status_code == 303
    assert again(office, voucher).state is VoucherState.REDEEMED


def test_more_is_awarded_within_what_the_costs_and_the_scheme_allow(office: Office) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    address = f"/adviseur/voucher/{voucher.public_id}/ophogen"
    page = browser.get(address)
    assert_sound(page)
    assert browser.post(address, WHY | {"line": "x", "funding_line": "x", "amount": "10"}).status_code == 422


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_a_mandate_nothing_is_taken_off_an_award_and_the_screen_says_why(office: Office) -> None:
    voucher = office.made(a_voucher)
    account = make_account(office.engine, Role.ADVISOR)
    without, able = office.browser("advisor", account), office.browser("advisor")
    office.do(
        lambda s: [end_mandate(s, mandate=m, actor=SYSTEM, now=NOW) for m in mandates(s) if m.account_id == account.id]
    )
    ways = {
        "lager": ASKED_FOR | {"amount": "1"},
        "verhuisd": ENDS | {"moved_on": "02-03-2026", "keeps": "nee"},
        "intrekken": ASKED_FOR,
    }
    for way, data in ways.items():
        page = without.post(f"/adviseur/voucher/{voucher.public_id}/{way}", WHY | data)
        assert page.status_code == 422 and "u hebt geen mandaat van" in said(page), way
        assert WHY["reason"] in page.text, "nothing typed is lost"
    assert again(office, voucher).open_cents == voucher.amount_cents
    assert (
        able.post(f"/adviseur/voucher/{voucher.public_id}/lager", WHY | ASKED_FOR | {"amount": "1"}).status_code == 303
    )
    assert able.post(f"/adviseur/voucher/{voucher.public_id}/intrekken", WHY | ASKED_FOR).status_code == 303


def test_a_voucher_is_settled_lower_and_paid_back_in_instalments(office: Office) -> None:
    voucher, _ = used(office, 100_000, paid=True)
    browser, address = office.browser("advisor"), f"/adviseur/voucher/{voucher.public_id}/vaststellen"
    assert_sound(browser.get(address))
    assert browser.post(address, WHY | {"amount": "400", "ground": "as_used"}).status_code == 422
    assert browser.post(address, WHY | UNHEARD | {"amount": "400", "ground": "not_done"}).status_code == 303
    assert "vastgesteld" in said(browser.follow())
    [claim] = office.do(lambda s: recoveries_of(s, voucher=voucher))
    listing = browser.get("/adviseur/terugvorderingen")
    assert_sound(listing)
    assert "€ 600" in said(listing)
    one = f"/adviseur/terugvordering/{claim.public_id}"
    assert browser.post(f"{one}/termijnen", {"number": "0", "first_on": "31-03-2026"}).status_code == 422
    assert browser.post(f"{one}/termijnen", {"number": "61", "first_on": "31-03-2026"}).status_code == 422
    assert browser.post(f"{one}/termijnen", {"number": "3", "first_on": "31-03-2026"}).status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "30-04-2026" in said(page)
    receipt = {"amount": "200", "received_on": "02-03-2026", "reference": "NL-7"}
    assert browser.post(f"{one}/ontvangen", receipt | {"amount": "601"}).status_code == 422
    assert browser.post(f"{one}/ontvangen", receipt | {"amount": "100"}).status_code == 303
    assert "De ontvangst is geboekt" in said(browser.follow())
    browser.get(f"{one}/ontvangen")
    assert browser.post(f"{one}/ontvangen", receipt | {"amount": "100"}).status_code == 303
    assert "Deze ontvangst stond er al" in said(browser.follow())
    other = browser.post(f"{one}/ontvangen", receipt | {"amount": "101"})
    assert other.status_code == 422 and 'id="reference-error"' in other.text
    assert browser.post(f"{one}/ontvangen", receipt | {"amount": "100", "received_on": "01-03-2026"}).status_code == 303
    assert said(browser.follow()).count("NL-7") == 2, "the same reference on another day is another receipt"
    assert browser.post(f"{one}/afboeken", {"amount": "400", "reason": ""}).status_code == 422
    assert browser.post(f"{one}/afboeken", WHY | {"amount": "400"}).status_code == 303
    assert "afgerond" in said(browser.follow())


def test_a_credit_note_makes_the_voucher_open_again(office: Office) -> None:
    voucher, redemption = used(office, 100_000)
    browser, address = office.browser("advisor"), f"/adviseur/gebruikt/{redemption.public_id}/creditnota"
    assert_sound(browser.get(address))
    assert browser.post(address, WHY | {"amount": "1001"}).status_code == 422
    assert browser.post(address, WHY | {"amount": "250"}).status_code == 303
    assert again(office, voucher).open_cents == 45_000
