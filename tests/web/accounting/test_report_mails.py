"""Reports by mail and their calendar on the screen, and undoing that money was matched with the wrong tranche."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import DutyTerms, add_duty, fulfil_duty
from portal.accounting.agreements.models import DutyKind, Repeated
from portal.accounting.scheduled_reports.models import ReportRun, ReportSchedule, ScheduleEnd, ScheduleEvery
from portal.accounting.tranches.actions import receive_from_bank
from portal.accounting.tranches.models import TrancheReceipt
from portal.commands.due import desk_jobs
from portal.framework.funding.models import Agreement
from portal.people.accounts.models import Account, Role
from portal.platform import clock
from portal.platform.jobs.actions import run_jobs
from portal.post.messages.models import OutboxMessage
from tests.factories import NOW, REGION, a_region, a_voucher
from tests.portal.accounting.accounts_of import a_line, a_package, a_vault, booked
from tests.portal.accounting.tranches.test_tranches import LATER, a_tranche, an_agreement, came_in
from tests.portal.paying.statements.test_incoming import money_in
from tests.web.office import Office
from tests.web.walking import assert_refused_kindly, assert_sound, soup_of, words_on

LIST, CALENDAR = "/verantwoording/verslagen-per-mail", "/verantwoording/kalender"
WISH = {"funder": "-", "every": "month", "on_day": "5", "locale": "en"}
FIFTH = NOW + timedelta(days=34)
JOBS = [job for job in desk_jobs() if job.name == "scheduled_reports"]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


def ask(office: Office, role: Role, **more: str) -> None:
    browser = office.browser(role)
    assert_sound(browser.get(LIST))
    assert browser.submit(f"{LIST}/nieuw", WISH | more).status_code == 303


def test_a_reader_asks_for_a_report_reads_it_when_it_is_made_and_ends_it(office: Office, tmp_path: Path) -> None:
    def begin(session: Session) -> None:
        a_voucher(session)
        booked(session, a_vault(tmp_path), a_package(session, budgets={a_line(session).id: 100_000}))

    office.do(begin)
    ask(office, Role.CONTROLLER)
    browser = office.browser(Role.CONTROLLER)
    assert "5 maart 2026" in words_on(browser.get(LIST)) and "nog geen verslag gemaakt" in words_on(browser.get(LIST))
    assert FIFTH.date() == date(2026, 4, 5)
    run_jobs(office.engine, jobs=JOBS, now=FIFTH)
    with clock.frozen(FIFTH):
        browser, region = office.browser(Role.CONTROLLER), office.browser(Role.REGION)
        page = browser.get(LIST)
        assert_sound(page)
        words = words_on(page)
        assert "Al het geld, 1 maart 2026 tot en met 31 maart 2026" in words and "Gemaakt op 5 april 2026" in words
        assert str(office.do(lambda s: s.scalars(select(ReportRun.sha256)).one())) in page.text
        links = {str(a.contents[0]): str(a["href"]) for a in soup_of(page).select("main a[href*='van=01-03-2026']")}
        assert set(links) == {"Bladzijde", "Excel", "CSV", "PDF"}
        report = browser.get(links["Bladzijde"])
        assert_sound(report)
        assert "Geld per werkpakket" in words_on(report) and "€ 121,00" in report.text.replace("\xa0", " ")
        rows = list(csv.DictReader(io.StringIO(browser.get(links["CSV"]).data.decode("utf-8-sig")), delimiter=";"))
        assert "Spent" in {row["omschrijving"] for row in rows}, "in the language that was asked for"
        assert "Verslagen per mail" in words_on(browser.get(LIST)), "the pages stay as they were"
        assert {row["waarde"] for row in rows if row["cijfer"] == "package_spent"} == {"12100"}
        assert browser.get(links["PDF"]).data.startswith(b"%PDF")
        seen = region.get(LIST)
        assert_sound(seen)
        assert "Wie krijgt welk verslag?" in words_on(seen) and "Voor" in words_on(seen)
        [wish] = office.do(lambda s: list(s.scalars(select(ReportSchedule.public_id))))
        assert office.browser(Role.AUDITOR).post(f"{LIST}/{wish}/stoppen").status_code == 404
        assert browser.post(f"{LIST}/{wish}/stoppen").status_code == 303
        assert "gestopt op verzoek" in words_on(browser.get(LIST))
        assert office.do(lambda s: s.scalars(select(ReportSchedule.ended_why)).one()) is ScheduleEnd.ASKED
        assert browser.post(f"{LIST}/{wish}/stoppen").status_code == 409


def test_what_is_wrong_is_said_at_the_field_and_what_is_not_theirs_is_no_answer(office: Office) -> None:
    office.do(a_region)
    browser = office.browser(Role.REGION)
    for wrong, field in (
        ({"on_day": "29"}, "on_day"),
        ({"on_day": ""}, "on_day"),
        ({"funder": "niemand"}, "funder"),
        ({"every": ""}, "every"),
        ({"locale": "fr"}, "locale"),
    ):
        browser.get(LIST)
        assert_refused_kindly(browser.submit(f"{LIST}/nieuw", WISH | wrong), field, wrong)
    ask(office, Role.REGION)
    browser.get(LIST)
    assert_refused_kindly(browser.submit(f"{LIST}/nieuw", WISH), "every", {})
    funder = office.browser(Role.FUNDER)
    choices = [str(one["value"]) for one in soup_of(funder.get(LIST)).select("select[name=funder] option[value]")]
    assert "-" not in choices and len([one for one in choices if one]) == 1
    assert funder.submit(f"{LIST}/nieuw", WISH).status_code in (200, 422)
    assert office.do(lambda s: len(s.scalars(select(ReportSchedule)).all())) == 1


def test_the_region_reads_that_a_reader_may_not_read_it_any_more(office: Office) -> None:
    office.do(a_region)
    ask(office, Role.CONTROLLER)
    account = office.account(Role.CONTROLLER)

    def moves(session: Session) -> None:
        session.get_one(Account, account.id).role = Role.ADVISOR

    office.do(moves)
    region = office.browser(Role.REGION)
    run_jobs(office.engine, jobs=JOBS, now=FIFTH)
    page = region.get(LIST)
    assert_sound(page)
    assert "de lezer mag het verslag niet meer lezen" in words_on(page)
    told = office.do(lambda s: list(s.scalars(select(OutboxMessage.template))))
    assert "account/report_ended" in told and "account/report_ready" not in told


@pytest.mark.parametrize("role", [Role.REGION, Role.CONTROLLER, Role.AUDITOR])
def test_the_calendar_has_what_is_due_by_month_and_leads_to_what_was_delivered(office: Office, role: Role) -> None:
    def make(session: Session) -> None:
        a_region(session)
        agreement = session.scalars(select(Agreement)).one()
        terms = DutyTerms(DutyKind.REPORT, "Voortgang melden.", due_on=date(2026, 2, 1), repeated=Repeated.QUARTERLY)
        duty = add_duty(session, agreement=agreement, terms=terms, actor=REGION, now=NOW)
        fulfil_duty(session, duty=duty, done_on=NOW.date(), note="Verstuurd op 2 maart.", actor=REGION, now=NOW)
        session.add(
            ReportSchedule(
                account_id=990, about="-", every=ScheduleEvery.QUARTER, on_day=7, locale="nl", asked_at=NOW,
                asked_by="account:990", asked_by_name="Rik de Lezer",
            )
        )  # fmt: skip

    office.do(make)
    browser = office.browser(role)
    page = browser.get(CALENDAR)
    assert_sound(page)
    words = words_on(page)
    assert "Maart 2026 (deze maand)" in words and "Mei 2026" in words and "ingeleverd" in words
    assert ("Rik de Lezer" in words) is (role is Role.REGION), "only the region sees what others get"
    [link] = [str(a["href"]) for a in soup_of(page).select("main td a[href*='verslag?']")]
    assert "van=01-10-2025" in link and "tot=31-12-2025" in link and "op=02-03-2026" in link
    assert_sound(browser.get(link))
    assert ("/verplichtingen/" in page.text) is (role is Role.REGION)
    assert "Mei 2026" not in words_on(browser.get(f"{CALENDAR}?tot=30-04-2026"))
    assert_sound(browser.get(f"{CALENDAR}?tot=morgen"))


def test_two_people_undo_a_receipt_on_the_page_of_the_tranche(office: Office) -> None:
    def make(session: Session) -> str:
        tranche = a_tranche(session, an_agreement(session))
        [line] = came_in(session, money_in("200.00"))
        receive_from_bank(session, tranche=tranche, line=line, actor=REGION, now=LATER)
        return tranche.public_id

    where = f"/verantwoording/termijnen/{office.do(make)}"
    with clock.frozen(LATER):
        first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
        assert "hoort niet bij deze termijn" in words_on(first.get(where))
        key = office.do(lambda s: s.scalars(select(TrancheReceipt.public_id)).one())
        form = {"receipt": key, "reason": "Dit geld is van de tweede termijn."}
        assert_sound(first.get(f"{where}/terugdraaien"))
        assert_refused_kindly(first.submit(f"{where}/terugdraaien", form | {"reason": "Fout."}), "reason", {})
        first.get(f"{where}/terugdraaien")
        assert first.submit(f"{where}/terugdraaien", form).status_code == 303
        page = first.get(where)
        assert_sound(page)
        assert "Een collega bevestigt het" in words_on(page) and 'name="undo"' not in page.text
        assert first.submit(f"{where}/terugdraaien/besluit", {"undo": key}).status_code in (409, 422)
        assert_sound(second.get(where))
        assert second.submit(f"{where}/terugdraaien/besluit", {"undo": key}).status_code == 303
        words = words_on(second.get(where))
        assert "teruggedraaid" in words and "Dit is van deze termijn" in words and "tweede termijn" in words
