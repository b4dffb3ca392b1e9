"""What the region writes in a report: figures are bound by key, only the region writes, and nobody overwrites what they did not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.actions import TextPlace, write_report_text
from portal.accounting.reports.models import ReportText
from portal.accounting.reports.queries import AccountabilityReport, WrittenText, accountability_report
from portal.accounting.reports.texts import LONGEST_TEXT, check_bound, filled_in
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from tests.factories import NOW, REGION, a_region, a_voucher
from tests.portal.accounting.figures.lives import WHOLE

PLACE = TextPlace(None, *WHOLE, "goal_reached")
PERIOD = FigurePeriod(*WHOLE, WHOLE[1])


def written(report: AccountabilityReport | None, key: str) -> WrittenText:
    assert report is not None
    return next(text for chapter in report.chapters for text in chapter.texts if text.key == key)


def reported(session: Session, funder: str | None = None) -> AccountabilityReport | None:
    return accountability_report(session, actor=REGION, period=PERIOD, funder=funder)


def test_a_figure_in_a_text_is_filled_in_when_it_is_read(session: Session) -> None:
    a_region(session)
    write_report_text(session, place=PLACE, text="Van {budget} is {spent} besteed.", seen=0, actor=REGION, now=NOW)
    text = written(reported(session), "goal_reached")
    assert text.text == "Van {budget} is {spent} besteed."
    assert text.said.replace("\xa0", " ") == "Van € 30.000,00 is € 0,00 besteed."
    assert written(reported(session, "rijk"), "goal_reached").said == "", "that of a funder is another report"


def test_a_small_number_of_people_stays_hidden_in_a_text(session: Session) -> None:
    a_voucher(session)
    write_report_text(session, place=PLACE, text="{people} mensen.", seen=0, actor=REGION, now=NOW)
    assert written(reported(session), "goal_reached").said == "minder dan 10 mensen."


@pytest.mark.parametrize("text", ["{spend}", "{}", "{Spent}", "{spent.__class__}", "{spent!r}"])
def test_a_figure_that_there_is_not_is_an_error_at_the_field(session: Session, text: str) -> None:
    a_region(session)
    with pytest.raises(Refusal) as refused:
        write_report_text(session, place=PLACE, text=f"Er is {text}.", seen=0, actor=REGION, now=NOW)
    assert refused.value.field == "text" and refused.value.code == "unknown_figure"
    assert session.scalar(select(func.count()).select_from(ReportText)) == 0


@pytest.mark.parametrize("text", ["{spent", "spent}", "{{spent}}", "a { b"])
def test_a_loose_brace_is_an_error_at_the_field(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_bound(text)
    assert refused.value.field == "text"


def test_every_figure_can_stand_in_a_text() -> None:
    text = " ".join("{" + key + "}" for key in REGISTRY)
    check_bound(text)
    assert filled_in(text, lambda key: key) == " ".join(REGISTRY)
    check_bound("Zonder cijfer.")


@pytest.mark.parametrize("audience", sorted(set(Audience) - {Audience.REGION}))
def test_only_the_region_writes(session: Session, audience: Audience) -> None:
    a_region(session)
    with pytest.raises(Refusal):
        write_report_text(session, place=PLACE, text="x", seen=0, actor=Actor(audience, account_id=1), now=NOW)
    write_report_text(session, place=PLACE, text="x", seen=0, actor=REGION, now=NOW)


def test_who_did_not_see_the_text_as_it_is_does_not_overwrite_it(session: Session) -> None:
    a_region(session)
    first = write_report_text(session, place=PLACE, text="Eerst.", seen=0, actor=REGION, now=NOW)
    for seen in (0, 2):
        with pytest.raises(Conflict):
            write_report_text(session, place=PLACE, text="Later.", seen=seen, actor=REGION, now=NOW)
    second = write_report_text(session, place=PLACE, text="Beter.", seen=1, actor=REGION, now=NOW + timedelta(days=1))
    assert (second.id, second.revision, second.text) == (first.id, 2, "Beter.")
    with pytest.raises(Conflict):
        write_report_text(session, place=replace(PLACE, funder="rijk"), text="x", seen=1, actor=REGION, now=NOW)


def test_a_text_that_is_too_long_or_stands_nowhere_is_refused(session: Session) -> None:
    a_region(session)
    write_report_text(session, place=PLACE, text="a" * LONGEST_TEXT, seen=0, actor=REGION, now=NOW)
    for place, text in (
        (replace(PLACE, section="monitor"), "a" * (LONGEST_TEXT + 1)),
        (replace(PLACE, section="elsewhere"), "a"),
        (replace(PLACE, first=WHOLE[1], last=WHOLE[0]), "a"),
    ):
        with pytest.raises(Refusal):
            write_report_text(session, place=place, text=text, seen=0, actor=REGION, now=NOW)


def test_writing_is_in_the_audit_log(session: Session) -> None:
    a_region(session)
    written_text = write_report_text(session, place=PLACE, text="x", seen=0, actor=REGION, now=NOW)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "report.text_written")).one()
    assert event.object_id == str(written_text.id)
