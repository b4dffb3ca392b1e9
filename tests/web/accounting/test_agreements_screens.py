"""The screens of agreements: the region writes, who looks after the accounts reads, a funder reads its own."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import DutyTerms, add_duty
from portal.accounting.agreements.models import AgreementDuty, DutyKind, PlanApproval
from portal.framework.funding.models import Agreement, Funder
from portal.people.accounts.models import Role
from tests.factories import NOW, REGION
from tests.portal.post.files.hostile import pdf
from tests.web.browser import Browser
from tests.web.office import Office, figures_of, links_of, said
from tests.web.walking import assert_sound, soup_of

LIST, HERE = "/verantwoording/afspraken", "/verantwoording/afspraken/convenant"
LATE = NOW.date() - timedelta(days=1)
READERS = (Role.CONTROLLER, Role.AUDITOR, Role.FUNDER)


def sent(browser: Browser, path: str, fields: dict[str, Any]) -> Any:
    """Open a page with a form and send it; the page after it."""
    assert_sound(browser.get(path))
    answer = browser.submit(path, fields)
    assert answer.status_code == 303, said(answer)
    return browser.follow()


def a_late_duty(session: Session) -> None:
    agreement = session.scalars(select(Agreement)).one()
    terms = DutyTerms(DutyKind.REPORT, "Voortgang melden.", due_on=LATE)
    add_duty(session, agreement=agreement, terms=terms, actor=REGION, now=NOW)


def the_duty(office: Office) -> AgreementDuty:
    return office.do(lambda session: session.scalars(select(AgreementDuty).order_by(AgreementDuty.id.desc())).first())  # type: ignore[arg-type,return-value]


def test_the_region_writes_everything_of_an_agreement_and_the_page_shows_it(office: Office) -> None:
    browser = office.browser(Role.REGION)
    said_of = {"title_nl": "Convenant leren", "title_en": "Covenant", "reference": "P-17", "signed_on": "1-2-2026"}
    assert "P-17" in said(sent(browser, f"{HERE}/gegevens", said_of))
    sent(browser, f"{HERE}/partij", {"name": "Gemeente Proefstad"})
    page = soup_of(browser.get(HERE))
    sign = links_of(page)["Handtekening vastleggen"]
    sent(browser, sign, {"signed_on": "2-2-2026"})
    duty = {"kind": "report", "text": "Kwartaalbericht", "due_on": "1-3-2026", "repeated": "quarterly", "amount": "10"}
    sent(browser, f"{HERE}/verplichting", duty)
    change = {"what": "Meer groepen", "asked_on": "1-3-2026", "funders": ["provincie", "rijk"]}
    answer = sent(browser, f"{HERE}/wijziging", change)
    assert_sound(answer)
    assert figures_of(answer, "Partijen") == [["Gemeente Proefstad", "02-02-2026"]]
    [row] = figures_of(answer, "Verplichtingen")
    assert row[0].startswith("Kwartaalbericht") and row[1] == "€ 10,00" and row[3] == "te laat"
    assert [one[1] for one in figures_of(answer, "Wijzigingen van plan en begroting")] == [
        "Stuurgroep",
        "Rijk",
        "Provincie",
    ]


def test_a_duty_that_is_done_shows_its_note_and_the_next_one_is_in_the_calendar(office: Office) -> None:
    browser = office.browser(Role.REGION)
    duty = {"kind": "report", "text": "Kwartaalbericht", "due_on": "1-3-2026", "repeated": "quarterly"}
    sent(browser, f"{HERE}/verplichting", duty)
    done = {"done_on": "2-3-2026", "note": "Verstuurd met kenmerk 12"}
    answer = sent(browser, f"/verantwoording/verplichtingen/{the_duty(office).public_id}", done)
    assert [row[3] for row in figures_of(answer, "Verplichtingen")] == [
        "gedaan op 02-03-2026 Verstuurd met kenmerk 12",
        "open",
    ]
    calendar = browser.get("/verantwoording/agenda?tot=1-12-2026")
    assert_sound(calendar)
    rows = figures_of(calendar, "Wat er moet gebeuren tot en met 1 december 2026")
    assert [(row[0], row[4]) for row in rows] == [
        ("01-06-2026", "open"),
        ("01-09-2026", "komt terug"),
        ("01-12-2026", "komt terug"),
    ]
    assert len(browser.get("/verantwoording/agenda.csv?tot=1-12-2026").text.splitlines()) == 4


def test_a_duty_is_changed_or_dropped_and_a_form_that_is_wrong_keeps_what_was_typed(office: Office) -> None:
    office.do(a_late_duty)
    browser, path = office.browser(Role.REGION), f"/verantwoording/verplichtingen/{the_duty(office).public_id}"
    browser.get(f"{path}/wijzigen")
    fields = {"kind": "report", "text": "", "due_on": "31-2-2026", "repeated": "once"}
    wrong = browser.submit(f"{path}/wijzigen", fields)
    assert wrong.status_code == 422
    assert_sound(wrong)
    assert 'value="31-2-2026"' in wrong.text
    sent(browser, f"{path}/wijzigen", fields | {"text": "Later melden", "due_on": "31-3-2026"})
    sent(browser, f"{path}/vervallen", {"reason": "Niet meer nodig"})
    assert "Niet meer nodig" in said(browser.get(HERE))
    browser.get(path)
    over = browser.submit(path, {"done_on": "2-3-2026", "note": "Toch"})
    assert over.status_code == 422 and "intussen gedaan of vervallen" in said(over)


def test_what_a_colleague_did_meanwhile_is_shown_and_nothing_is_done(office: Office) -> None:
    office.do(a_late_duty)
    path = f"/verantwoording/verplichtingen/{the_duty(office).public_id}"
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    first.get(path)
    fields = {"kind": "report", "text": "Anders", "due_on": "31-3-2026", "repeated": "once"}
    sent(second, f"{path}/wijzigen", fields)
    late = first.submit(path, {"done_on": "2-3-2026", "note": "Gedaan"})
    assert late.status_code == 422 and "Er is iets veranderd" in said(late)
    assert the_duty(office).is_open


def test_a_paper_is_handed_in_and_saved_again(office: Office) -> None:
    browser = office.browser(Role.REGION)
    fields = {"title": "Het convenant", "file": (BytesIO(pdf()), "convenant.pdf")}
    answer = sent(browser, f"{HERE}/stuk", fields)
    where = links_of(soup_of(answer))["Het convenant"]
    file = browser.get(where)
    assert (file.status_code, file.mimetype) == (200, "application/pdf") and file.data.startswith(b"%PDF")
    funder = office.browser(Role.FUNDER)
    assert "nog niet gescand" in said(funder.get(HERE)) and funder.get(where).status_code == 404


@pytest.mark.parametrize(("answer", "word"), [("approved", "akkoord"), ("refused", "niet akkoord")])
def test_the_answer_of_who_was_asked_is_recorded_once(office: Office, answer: str, word: str) -> None:
    browser = office.browser(Role.REGION)
    sent(browser, f"{HERE}/wijziging", {"what": "Meer", "asked_on": "1-3-2026", "funders": ["provincie"]})
    found = office.do(lambda session: session.scalars(select(PlanApproval.public_id).order_by(PlanApproval.id)).all())
    path = f"/verantwoording/akkoord/{found[0]}"
    fields = {"answer": answer, "on": "2-3-2026", "note": "Verslag, punt 4"}
    page = sent(browser, path, fields)
    rows = figures_of(page, "Wijzigingen van plan en begroting")
    assert rows[0][1:] == ["Stuurgroep", word, "02-03-2026 Verslag, punt 4"]
    browser.get(path)
    assert browser.submit(path, fields).status_code == 422


def test_a_new_agreement_is_of_a_known_funder_and_its_name_is_taken_once(office: Office) -> None:
    browser, path = office.browser(Role.REGION), "/verantwoording/nieuwe-afspraak"
    fields = {"slug": "regiodeal", "funder": "rijk", "title_nl": "Regiodeal", "title_en": "Region deal"}
    answer = sent(browser, path, fields)
    assert_sound(answer)
    assert [row[:2] for row in figures_of(answer, "Afspraken met geldgevers")] == [
        ["Convenant", "Provincie"],
        ["Regiodeal", "Rijk"],
    ]
    browser.get(path)
    again = browser.submit(path, fields)
    assert again.status_code == 422 and "al een afspraak met deze naam" in said(again)


@pytest.mark.parametrize("role", READERS)
def test_who_reads_sees_the_agreement_and_no_way_to_write(office: Office, role: Role) -> None:
    office.do(a_late_duty)
    browser = office.browser(role)
    for path in (LIST, HERE, "/verantwoording/agenda"):
        answer = browser.get(path)
        assert_sound(answer)
        links = [href for href in links_of(soup_of(answer).main).values() if href.startswith("/verantwoording/")]
        assert all(browser.get(href).status_code == 200 for href in links)
    assert browser.get(f"{HERE}/partij").status_code in (403, 404)
    assert "te laat" in said(browser.get(LIST))


def test_a_funder_sees_its_own_agreement_only_also_in_the_files(office: Office) -> None:
    def of_the_state(session: Session) -> None:
        rijk = session.scalars(select(Funder).where(Funder.slug == "rijk")).one()
        session.add(Agreement(slug="rijksdeal", funder_id=rijk.id, title_nl="R", title_en="R", created_at=NOW))

    office.do(of_the_state)
    funder, region = office.browser(Role.FUNDER), office.browser(Role.REGION)
    assert funder.get("/verantwoording/afspraken/rijksdeal").status_code == 404
    assert region.get("/verantwoording/afspraken/rijksdeal").status_code == 200
    for path in ("afspraken.csv", "agenda.csv", "termijnen.csv", "geld-van-geldgevers.csv"):
        assert "rijksdeal" not in funder.get(f"/verantwoording/{path}").text
    assert "rijksdeal" in region.get("/verantwoording/afspraken.csv").text
