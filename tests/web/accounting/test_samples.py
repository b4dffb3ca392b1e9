"""An auditor draws a sample on the screen, reads the papers of a voucher and saves them all; each look is logged."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.accounting.audit_bundles.checking import check_bundle
from portal.accounting.samples.models import AuditSample, SampledVoucher
from portal.accounting.samples.queries import voucher_number
from portal.people.accounts.models import Role
from portal.people.audit.models import ViewingEvent
from portal.post.files.actions import Vault
from portal.spending.vouchers.models import Voucher
from tests.portal.accounting.audited import vouchers_to_draw
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

LIST, NEW = "/verantwoording/steekproeven", "/verantwoording/steekproeven/nieuw"
CHOICE = {
    "award_from-day": "1", "award_from-month": "1", "award_from-year": "2026",
    "award_to-day": "2", "award_to-month": "3", "award_to-year": "2026",
    "field": "scheme", "size": "2", "seed": "dossier 7", "funding_line": "",
}  # fmt: skip


@pytest.fixture
def vouchers(office: Office) -> list[Voucher]:
    """A voucher with everything, and one that nobody used."""
    vault = Vault.under(office.app.extensions["settings"].state_dir, str(office.app.secret_key))
    return office.do(lambda session: vouchers_to_draw(session, vault))


def draw(office: Office, **other: str) -> tuple[Browser, str]:
    """The auditor draws; the browser, and the address of the sample."""
    browser = office.browser(Role.AUDITOR)
    browser.get(NEW)
    answer = browser.submit(NEW, CHOICE | other)
    assert answer.status_code == 303, said(answer)
    return browser, answer.location


def looks(office: Office) -> list[tuple[str, int]]:
    return office.do(lambda s: [(one.screen, one.question_id) for one in s.scalars(select(ViewingEvent))])


def test_an_auditor_draws_and_sees_the_counts_and_the_vouchers(office: Office, vouchers: list[Voucher]) -> None:
    assert_sound(office.browser(Role.AUDITOR).get(NEW))
    browser, place = draw(office)
    page = browser.get(place)
    assert_sound(page)
    shown = said(page)
    assert "De steekproef is getrokken." in shown and "dossier 7" in shown
    assert all(voucher_number(one.id) in shown for one in vouchers)
    listed = browser.get(LIST)
    assert_sound(listed)
    assert "2 van 2" in said(listed)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"size": "3"}, "Kies hoogstens 2 vouchers."),
        ({"seed": ""}, "Vul een startwaarde in."),
        ({"award_to-year": "2025"}, "De laatste dag ligt voor de eerste dag."),
        (
            {"award_from-day": "2", "award_to-day": "1", "award_to-month": "1", "award_from-year": "2025"},
            "geen voucher",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_kept(
    office: Office, vouchers: list[Voucher], other: dict[str, str], told: str
) -> None:
    browser = office.browser(Role.AUDITOR)
    browser.get(NEW)
    answer = browser.submit(NEW, CHOICE | other)
    assert answer.status_code == 422 and told in said(answer)
    assert office.do(lambda s: s.scalars(select(AuditSample)).all()) == []


def test_the_papers_of_a_voucher_can_be_read_and_saved_and_each_look_is_logged(
    office: Office, vouchers: list[Voucher]
) -> None:
    browser, place = draw(office)
    assert looks(office) == []
    page = browser.get(f"{place}/{vouchers[0].public_id}")
    assert_sound(page)
    shown = said(page)
    for words in ("Wat is besloten", "F-1", "€ 700,00", "Opleider", "betaald", "offerte", "Boekingen"):
        assert words.lower() in shown.lower().replace("\xa0", " "), words
    assert looks(office) == [("accounting.sample_voucher", vouchers[0].question_id)]
    links = {link.text: str(link["href"]) for link in soup_of(page).select("main ul a[href*='/stuk']")}
    for name, href in links.items():
        paper = browser.get(href)
        assert paper.status_code == 200 and paper.headers["Cache-Control"] == "no-store", name
        assert paper.headers["Content-Disposition"].startswith("attachment;")
    assert [one for one, _ in looks(office)].count("accounting.sample_paper") == len(links)
    assert browser.get(f"{place}/{vouchers[0].public_id}/stuk?naam=../../etc/passwd").status_code == 404


def test_the_zip_passes_its_check_is_the_same_twice_and_is_never_kept_on_the_way(
    office: Office, vouchers: list[Voucher], tmp_path: Path
) -> None:
    browser, place = draw(office)
    answer, again = browser.get(f"{place}/dossier.zip"), browser.get(f"{place}/dossier.zip")
    assert answer.data == again.data and int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="steekproef-')
    (tmp_path / "bundle.zip").write_bytes(answer.data)
    assert check_bundle(tmp_path / "bundle.zip").vouchers == 2
    seen = [one for one in looks(office) if one[0] == "accounting.sample_bundle"]
    assert sorted(set(seen)) == sorted(("accounting.sample_bundle", one.question_id) for one in vouchers)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        paper = f"{voucher_number(vouchers[0].id)}/transfers.csv"
        single = browser.get(f"{place}/{vouchers[0].public_id}/stuk?naam=transfers.csv")
        assert archive.read(paper) == single.data


@pytest.mark.parametrize("role", Role)
def test_the_region_and_its_controller_see_that_it_was_drawn_and_nobody_else_opens_a_paper(
    office: Office, vouchers: list[Voucher], role: Role
) -> None:
    _browser, place = draw(office)
    other = office.browser(role, make_account(office.engine, role))
    sees = role in (Role.REGION, Role.CONTROLLER, Role.AUDITOR)
    for address in (LIST, place):
        page = other.get(address)
        assert page.status_code == (200 if sees else 404)
        if sees:
            assert_sound(page)
            assert "dossier.zip" not in page.text and "de Vries" not in page.text
    for address in (
        f"{place}/dossier.zip",
        f"{place}/{vouchers[0].public_id}",
        f"{place}/{vouchers[0].public_id}/stuk",
    ):
        assert other.get(address).status_code == 404
    assert other.get(NEW).status_code == (200 if role is Role.AUDITOR else 404)
    assert looks(office) == []


def test_a_voucher_outside_the_sample_does_not_open(office: Office, vouchers: list[Voucher]) -> None:
    browser, place = draw(office, size="1")
    [taken] = office.do(lambda s: s.scalars(select(SampledVoucher.voucher_id)).all())
    inside, outside = sorted(vouchers, key=lambda one: one.id != taken)
    assert browser.get(f"{place}/{outside.public_id}").status_code == 404
    assert browser.get(f"{place}/{inside.public_id}").status_code == 200


def test_the_pages_are_there_in_english(office: Office, vouchers: list[Voucher]) -> None:
    browser, place = draw(office)
    for address, words in (
        (LIST, "Samples"),
        (place, "Drawn vouchers"),
        (f"{place}/{vouchers[0].public_id}", "That you look at these papers is recorded."),
    ):
        assert words in said(browser.get(f"{address}?taal=en")), address
