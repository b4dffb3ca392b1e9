"""A provider uses a voucher: the code first, then the invoice; and is told in words when it cannot."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.commands.vouchers import expire_late_vouchers
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.actor import Actor, Audience
from portal.platform import clock
from portal.spending.invoices.actions import accept_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.providers.actions import withdraw_approval, withdraw_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Redemption, Voucher, VoucherState
from tests.factories import ADVISOR, NOW, SECOND, Route, a_provider, a_voucher
from tests.portal.post.files.hostile import hostile, jpeg, pdf
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


def typed(**changes: Any) -> dict[str, Any]:
    """An invoice as it is typed in, with its file: one of its own per number, as schools make them."""
    words = {
        "invoice_number": "F 2026-1",
        "invoice_date": "1-3-2026",
        "learner_name": "S. de Vries",
        "total": "1.200",
        "amount": "500",
        **changes,
    }
    content = pdf() + f"%{words['invoice_number']}".encode()
    return {"file": (io.BytesIO(content), "Factuur.pdf"), **words}


def accept(office: Office, voucher: Voucher) -> None:
    """An advisor accepts every invoice that waits for a voucher."""

    def work(session: Session) -> None:
        for invoice in session.scalars(select(Invoice).where(Invoice.voucher_id == voucher.id)).all():
            if invoice.is_waiting:
                invoice.provider.iban = "NL91ABNA0417164300"
                note, first = "De opleiding loopt, zegt de opleider.", ADVISOR.reference
                accept_invoice(session, invoice=invoice, note=note, actor=SECOND, now=NOW, prepared_by=first)

    office.do(work)


def invoice_states(office: Office) -> list[str]:
    return office.do(lambda s: [one.state.value for one in s.scalars(select(Invoice).order_by(Invoice.id))])


def someone_of(office: Office, provider: Provider) -> Account:
    slug = office.do(lambda s: s.scalar(select(Organisation.slug).where(Organisation.id == provider.organisation_id)))
    return make_account(office.engine, Role.PROVIDER, organisation=slug)


def school(office: Office, **more: Any) -> tuple[Provider, Browser]:
    provider, _who = office.made(a_provider, **more)
    return provider, office.browser("provider", someone_of(office, provider))


def again(office: Office, voucher: Voucher) -> Voucher:
    return office.do(lambda s: s.get_one(Voucher, voucher.id))


def address(voucher: Voucher) -> str:
    return f"/opleider/voucher/{format_code(voucher.code)}"


def test_a_code_is_taken_however_it_is_typed(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    code = format_code(voucher.code)
    for typed in (code, code.lower(), code.replace("-", " "), f"  {voucher.code} ", code.replace("-", "–")):
        browser.get("/opleider/")
        answer = browser.submit("/opleider/", {"code": typed})
        assert answer.status_code == 303, typed
        assert answer.location.endswith(code)


@pytest.mark.parametrize(
    ("typed", "said_so"),
    [
        ("", "Vul de code van de voucher in"),
        ("ABC", "12 letters"),
        ("O" * 12, "geen I, O of U"),
        ("A" * 11 + "B", "Deze code klopt niet"),
        ("A" * 41, "te lang"),
        ("ABCD\x00EFGHJKL", "teken dat wij niet kunnen lezen"),
    ],
)
def test_a_wrong_code_is_explained(office: Office, typed: str, said_so: str) -> None:
    _provider, browser = school(office)
    browser.get("/opleider/")
    answer = browser.submit("/opleider/", {"code": typed})
    assert answer.status_code == 422
    assert_sound(answer)
    assert said_so in said(answer)


def test_a_voucher_shows_what_is_open_and_no_person(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    page = browser.get(address(voucher))
    assert_sound(page)
    words = said(page)
    assert "Leervoucher" in words
    assert "€ 1.200" in words
    assert "29 augustus 2026" in words
    assert "Sam de Vries" not in page.text
    assert "OV-2026" not in page.text


def test_a_voucher_is_used_in_parts_and_no_more_than_is_open(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    browser.get(address(voucher))
    assert browser.submit(address(voucher), typed()).status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "Een medewerker van het loket kijkt uw factuur na" in said(page)
    assert again(office, voucher).redeemed_cents == 0
    too_much = browser.post(address(voucher), typed(invoice_number="F2", amount="700,01"))
    assert too_much.status_code == 422
    assert 'id="amount-error"' in too_much.text
    assert 'value="700,01"' in too_much.text
    same = browser.post(address(voucher), typed(invoice_number="f2026-1", amount="10"))
    assert same.status_code == 422
    assert 'id="invoice_number-error"' in same.text
    accept(office, voucher)
    assert again(office, voucher).state is VoucherState.PARTLY_REDEEMED
    assert browser.post(address(voucher), typed(invoice_number="F2", amount="700")).status_code == 303
    accept(office, voucher)
    assert again(office, voucher).state is VoucherState.REDEEMED
    assert "helemaal gebruikt" in said(browser.get(address(voucher)))
    for path, words in (("/opleider/gebruikt", "Samen € 1.200,00"), ("/opleider/facturen", "goedgekeurd")):
        listing = browser.get(path)
        assert_sound(listing)
        assert words in said(listing)


def test_pressing_the_button_twice_hands_in_one_invoice(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    for _ in range(2):
        assert browser.post(address(voucher), typed(), token="c" * 22).status_code == 303
    assert invoice_states(office) == ["checked"]


def test_what_is_not_kept_is_told_before(office: Office) -> None:
    voucher = office.made(a_voucher, route=Route.EMPLOYER)
    _provider, browser = school(office)
    assert "Wat u niet gebruikt, vervalt" in said(browser.get(address(voucher)))
    assert browser.submit(address(voucher), typed(amount="100")).status_code == 303
    accept(office, voucher)
    assert again(office, voucher).released_cents > 0


def test_the_file_comes_back_as_an_attachment_that_cannot_run_and_to_its_own_provider_only(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, mine = school(office)
    _other, theirs = school(office)
    sent = mine.post(address(voucher), {**typed(), "file": (io.BytesIO(jpeg(exif=True)), "x.jpg")})
    path = f"{sent.location}/bestand"
    answer = mine.get(path)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="factuur.jpg"'
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.data.startswith(b"\xff\xd8\xff") and b"GPS" not in answer.data
    assert theirs.get(path).status_code == 404
    assert Browser(office.app).get(path).status_code == 404
    assert "sandbox" not in mine.get(sent.location).headers["Content-Security-Policy"], "pages keep their own policy"


@pytest.mark.parametrize("name", ["page called pdf", "script at opening", "flood of pixels", "nothing"])
def test_a_hostile_file_is_refused_at_its_field_and_nothing_is_handed_in(office: Office, name: str) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    called, content = hostile()[name]
    answer = browser.post(address(voucher), {**typed(), "file": (io.BytesIO(content), called)})
    assert answer.status_code == 422
    assert_sound(answer)
    assert 'id="file-error"' in answer.text
    assert invoice_states(office) == []


def test_a_form_without_its_file_is_refused_and_other_pages_keep_their_limit(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    without = {key: value for key, value in typed().items() if key != "file"}
    assert 'id="file-error"' in browser.post(address(voucher), without).text
    assert browser.post("/opleider/", {"code": "x" * 1_100_000}).status_code == 413


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"invoice_date": "3-3-2026"}, "invoice_date"),
        ({"invoice_date": "1-1-2020"}, "invoice_date"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"invoice_number": "x" * 61}, "invoice_number"),
        ({"learner_name": ""}, "learner_name"),
        ({"total": "499,99"}, "total"),
    ],
)
def test_an_invoice_that_cannot_be_right_is_refused_at_its_field(
    office: Office, changed: dict[str, str], field: str
) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    browser.get(address(voucher))
    answer = browser.submit(address(voucher), typed(**changed))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert again(office, voucher).redeemed_cents == 0


def test_a_provider_without_approval_is_told_how_to_get_it(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office, schemes=())
    page = browser.get("/opleider/")
    assert_sound(page)
    words = said(page)
    assert "nog niet goedgekeurd" in words
    assert "Neem contact op met het loket" in words
    assert soup_of(page).find(attrs={"name": "code"}) is None
    assert browser.get(address(voucher)).status_code == 404


def test_somebody_without_a_provider_is_told_so(office: Office) -> None:
    page = office.browser("provider").get("/opleider/")
    assert_sound(page)
    assert "staat nog niet in de lijst" in said(page)
    assert office.browser("provider").get("/opleider/gebruikt").status_code == 200


def test_a_code_of_another_scheme_is_as_good_as_unknown(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office, schemes=("materiaalvoucher",))
    other = browser.post("/opleider/", {"code": format_code(voucher.code)})
    assert other.status_code == 422
    unknown = browser.post("/opleider/", {"code": "AAAAAAAAAAAA"})
    assert "Wij kennen geen voucher met deze code" in said(other)
    assert said(other).replace(format_code(voucher.code), "") == said(unknown).replace("AAAAAAAAAAAA", "")
    assert browser.get(address(voucher)).status_code == 404
    assert browser.post(address(voucher), typed()).status_code == 404


def test_a_withdrawn_approval_stops_at_once(office: Office) -> None:
    voucher = office.made(a_voucher)
    provider, browser = school(office)
    browser.get(address(voucher))
    office.do(
        lambda s: withdraw_approval(
            s, provider=s.merge(provider), scheme="leervoucher", reason="Klachten.", actor=ADVISOR, now=NOW
        )
    )
    assert browser.submit(address(voucher), typed()).status_code == 404
    office.do(lambda s: withdraw_provider(s, provider=s.merge(provider), actor=ADVISOR, now=NOW))
    assert "staat niet meer in de lijst" in said(browser.get("/opleider/"))


def test_the_last_day_is_a_day_and_the_day_after_is_too_late(office: Office) -> None:
    voucher = office.made(a_voucher)
    provider, _browser = school(office)
    account = someone_of(office, provider)
    last = clock.end_of_day(voucher.valid_until)
    day = f"{voucher.valid_until:%d-%m-%Y}"
    with clock.frozen(last):
        browser = office.browser("provider", account)
        assert "was geldig tot en met" in said(browser.get(address(voucher)))
        assert browser.post(address(voucher), typed(invoice_date=day)).status_code == 422
    with clock.frozen(last - timedelta(seconds=1)):
        assert office.browser("provider", account).post(address(voucher), typed(invoice_date=day)).status_code == 303


def test_expired_and_revoked_vouchers_explain_themselves(office: Office) -> None:
    expired, revoked = office.made(a_voucher), office.made(a_voucher)
    provider, _browser = school(office)
    account = someone_of(office, provider)
    office.do(lambda s: revoke_voucher(s, voucher=s.merge(revoked), reason="Gaat niet door.", actor=ADVISOR, now=NOW))
    later = NOW + timedelta(days=300)
    with clock.frozen(later):
        expire_late_vouchers(office.engine, now=later)
        browser = office.browser("provider", account)
        assert "was geldig tot en met" in said(browser.get(address(expired)))
        words = said(browser.get(address(revoked)))
        assert "ingetrokken" in words
        assert "Gaat niet door" not in words, "why is between the desk and the person"
        for voucher in (expired, revoked):
            answer = browser.post(address(voucher), typed(invoice_date=f"{later:%d-%m-%Y}"))
            assert answer.status_code == 422
    assert office.do(lambda s: list(s.scalars(select(Redemption.id)))) == []


def test_a_redemption_is_seen_by_its_own_provider_only(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, mine = school(office)
    _other, theirs = school(office)
    mine.post(address(voucher), typed())
    location = mine.last.location  # type: ignore[union-attr]
    assert mine.get(location).status_code == 200
    assert theirs.get(location).status_code == 404
    assert "F 2026-1" not in said(theirs.get(address(voucher)))


def test_many_redemptions_have_pages(office: Office) -> None:
    voucher = office.made(a_voucher)
    provider, browser = school(office)
    who = Actor(Audience.PROVIDER, account_id=1, organisation_id=provider.organisation_id)

    def use(session: Session) -> None:
        for number in range(27):
            redeem_voucher(
                session,
                voucher=session.get_one(Voucher, voucher.id),
                bill=Bill(f"F{number}", NOW.date(), 1_000),
                actor=who,
                now=NOW,
            )

    office.do(use)
    words = said(browser.get("/opleider/gebruikt"))
    assert "Pagina 1 van 2" in words
    assert "Samen € 270,00" in words
    assert "Samen € 270,00" in said(browser.get("/opleider/gebruikt?page=2"))


def test_the_same_invoice_date_rules_hold_on_the_day_of_issue(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office)
    assert voucher.issued_on == date(2026, 3, 2)
    assert browser.post(address(voucher), typed(invoice_date="2-3-2026")).status_code == 303


def test_a_provider_keeps_a_voucher_for_its_training_and_no_other_can_use_it(office: Office) -> None:
    voucher = office.made(a_voucher)
    ours, browser = school(office)
    _theirs, other = school(office)
    assert "Bestem voor onze opleiding" in said(browser.get(address(voucher)))
    assert browser.post(f"{address(voucher)}/bestemmen").status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "bestemd voor uw opleiding" in said(page) and "Bestem voor onze opleiding" not in said(page)
    assert again(office, voucher).reserved_provider_id == ours.id
    page = other.get(address(voucher))
    assert_sound(page)
    assert "bestemd voor een andere opleider" in said(page)
    assert other.post(f"{address(voucher)}/bestemmen").status_code == 303
    assert other.post(address(voucher), typed()).status_code == 422
    assert again(office, voucher).reserved_provider_id == ours.id
    assert browser.post(address(voucher), typed()).status_code == 303


def test_a_provider_without_approval_keeps_nothing(office: Office) -> None:
    voucher = office.made(a_voucher)
    _provider, browser = school(office, schemes=())
    assert browser.post(f"{address(voucher)}/bestemmen").status_code == 404
    assert again(office, voucher).reserved_provider_id is None
