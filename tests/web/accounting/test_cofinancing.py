"""Co-financing on the screen: the duty, the register, the evidence, and the second person who finds it proven."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from portal.framework.funding.models import Agreement
from portal.framework.funding.queries import funders
from portal.people.accounts.models import Role
from tests.factories import NOW
from tests.portal.post.files.hostile import pdf
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

LIST = "/verantwoording/cofinanciering"
NEW = f"{LIST}/nieuw"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


def an_agreement(office: Office, place: int = 0) -> str:
    """The name of an agreement with a funder."""
    funder = office.do(lambda s: funders(s)[place])

    def make(session: Any) -> str:
        slug = f"afspraak-{place}"
        if session.scalar(select(Agreement).where(Agreement.slug == slug)) is None:
            titles = {"title_nl": f"Afspraak {place}", "title_en": f"Deal {place}"}
            session.add(Agreement(slug=slug, funder_id=funder.id, created_at=NOW, **titles))
        return slug

    return office.do(make)


def file(name: str = "bewijs.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(pdf(1)), name


def filled(office: Office, **more: str) -> dict[str, str]:
    form = {
        "agreement": an_agreement(office),
        "contributor": "Werkgeversvereniging",
        "description": "Bijdrage",
        "sector": "private",
        "own_share": "no",
        "kind": "cash",
        "amount": "5.000",
        "period_from": "1-1-2026",
        "period_to": "31-1-2026",
    }
    return form | more


def written(office: Office, browser: Browser, **more: str) -> str:
    """The address of an entry that this person wrote down."""
    form = filled(office, **more)
    assert_sound(browser.get(NEW))
    answer = browser.submit(NEW, form)
    assert answer.status_code == 303, said(answer)
    return str(answer.location)


def test_it_counts_when_a_second_person_found_it_proven(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    duty = f"{LIST}/plicht/{an_agreement(office)}"
    assert_sound(first.get(duty))
    assert first.submit(duty, {"amount": "575.000", "before_on": "1-2-2028"}).status_code == 303
    here = written(office, first)
    assert_sound(page := second.get(here))
    assert "Er ontbreekt nog bewijs" in said(page) and "Dit is bewezen" not in page.text
    assert first.get(here) and first.submit(f"{here}/bewijs", {"evidence": file()}).status_code == 303
    assert_sound(page := first.get(here))
    assert "Een collega kijkt" in said(page) and "Dit is bewezen" not in page.text
    assert first.submit(f"{here}/bewezen", {}).status_code == 422
    assert_sound(second.get(here))
    assert second.submit(f"{here}/bewezen", {}).status_code == 303
    assert_sound(page := second.get(LIST))
    for told in ("€ 575.000,00", "€ 5.000,00", "€ 570.000,00", "€ 24.782,61", "bewezen"):
        assert told in said(page), told
    assert first.get(f"{here}/bewijs").mimetype == "application/pdf"
    assert "Werkgeversvereniging;Bijdrage;Privaat;Geld;;;5000,00" in first.get(f"{LIST}.csv").text


def test_an_own_share_waits_for_both_files(office: Office) -> None:
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    here = written(office, first, own_share="yes")
    first.get(here)
    assert first.submit(f"{here}/bewijs", {"evidence": file()}).status_code == 303
    assert "Er ontbreekt nog bewijs" in said(second.get(here))
    first.get(here)
    assert first.submit(f"{here}/bewijs", {"payment": file()}).status_code == 303
    second.get(here)
    assert second.submit(f"{here}/bewezen", {}).status_code == 303
    assert second.get(f"{here}/betaling").mimetype == "application/pdf"


def test_hours_are_hours_times_rate(office: Office) -> None:
    browser = office.browser(Role.REGION)
    here = written(office, browser, kind="in_kind", amount="", hours="10,5", rate="43,33")
    assert "€ 454,97" in said(browser.get(here)) and "10,50" in said(browser.get(here))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreement": "bestaat-niet"}, "agreement"),
        ({"contributor": ""}, "contributor"),
        ({"description": ""}, "description"),
        ({"sector": ""}, "sector"),
        ({"kind": "x"}, "kind"),
        ({"amount": ""}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"kind": "in_kind", "hours": "veel", "rate": "10"}, "hours"),
        ({"kind": "in_kind", "rate": "10"}, "hours"),
        ({"kind": "in_kind", "hours": "10"}, "rate"),
        ({"period_to": "1-1-2025"}, "period_to"),
        ({"own_share": "yes", "sector": "public"}, "own_share"),
    ],
)
def test_every_wrong_answer_is_said_at_its_field(office: Office, wrong: dict[str, str], field: str) -> None:
    browser, form = office.browser(Role.REGION), filled(office, **wrong)
    browser.get(NEW)
    answer = browser.submit(NEW, form)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text, said(answer)
    assert_sound(answer)


def test_what_is_no_document_is_refused_and_nothing_is_added(office: Office) -> None:
    browser = office.browser(Role.REGION)
    here = written(office, browser)
    for sent in ({}, {"evidence": (io.BytesIO(b"x"), "x.exe")}):
        browser.get(here)
        answer = browser.submit(f"{here}/bewijs", sent)
        assert answer.status_code == 422 and 'id="evidence-error"' in answer.text
        assert_sound(answer)
    assert browser.get(f"{here}/bewijs").status_code == 404


def test_it_is_refused_with_a_reason(office: Office) -> None:
    browser = office.browser(Role.REGION)
    here = written(office, browser)
    browser.get(here)
    assert browser.submit(f"{here}/afwijzen", {"reason": ""}).status_code == 422
    browser.get(here)
    assert browser.submit(f"{here}/afwijzen", {"reason": "Dubbel."}).status_code == 303
    assert_sound(page := browser.get(here))
    assert "Dubbel." in said(page) and "telt niet mee" in said(page)


def test_a_funder_sees_what_is_brought_under_its_own_agreements_without_files(office: Office) -> None:
    region = office.browser(Role.REGION)
    own, other = written(office, region), written(office, region, agreement=an_agreement(office, 1))
    region.get(own)
    region.submit(f"{own}/bewijs", {"evidence": file()})
    funder = Browser(office.app).enter(account=make_account(office.engine, Role.FUNDER))
    assert_sound(page := funder.get(LIST))
    assert "Afspraak 0" in said(page) and "Afspraak 1" not in said(page) and "vastleggen" not in said(page)
    assert_sound(page := funder.get(own))
    assert "bewaren" not in said(page) and "Afwijzen" not in page.text
    assert funder.get(f"{own}/bewijs").status_code == 404 and funder.get(other).status_code == 404
    for role in (Role.CONTROLLER, Role.AUDITOR):
        reads = office.browser(role)
        assert_sound(reads.get(LIST))
        assert "Het bewijs bewaren" in said(reads.get(own))
        assert reads.get(f"{own}/bewijs").mimetype == "application/pdf" and reads.get(NEW).status_code == 404


def test_without_anything_the_page_says_so(office: Office) -> None:
    assert_sound(page := office.browser(Role.REGION).get(LIST))
    assert "Er zijn nog geen bijdragen" in said(page)
