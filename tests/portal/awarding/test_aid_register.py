"""Aid to an employer is due for the central register within 20 working days; what changes after it was entered is due again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.awarding.aid_register.actions import note_entered
from portal.awarding.aid_register.queries import RegisterDuty, RegisteredAward, entries_of, register_of_aid
from portal.awarding.reductions import lower_award, revoke_award
from portal.cases.questions.models import Route
from portal.oversight.worklist.due import Due, due_items
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, ASKED, NOBODY, NOW, REGION, a_decision, approve
from tests.portal.at_once import at_once
from tests.portal.awarding.aid_region import with_aid
from tests.portal.awarding.test_state_aid import alone, asked, voucher_of

LATER = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def aid(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, lambda session: with_aid(session, tmp_path / "proefland"))


def due(session: Session) -> list[RegisteredAward]:
    return register_of_aid(session, actor=REGION, due=True)


def items(session: Session, now: datetime = NOW) -> list[tuple[Due, date | None, bool]]:
    found = due_items(session, actor=ADVISOR, now=now)
    return [(one.what, one.due_on, one.overdue) for one in found]


def entered(session: Session, **other: Any) -> None:
    [one] = due(session)
    by = {"reference": "REG-1", "sector": "10.71", "actor": REGION, "now": NOW} | other
    note_entered(session, award=one, **by)


def test_an_award_to_an_employer_is_due_within_twenty_working_days(session: Session) -> None:
    question = asked(session, 60_000)
    approve(session, question)
    [one] = due(session)
    assert (one.duty, one.amount_cents, one.kvk_number) == (RegisterDuty.ENTER, 60_000, "12345678")
    assert (one.beneficiary, one.awarded_on, one.entered_cents) == ("Bakkerij Proef bv", NOW.date(), None)
    assert one.authority and one.sector == ""
    assert one.due_on == date(2026, 3, 30), "20 working days after Monday 2 March"
    assert items(session) == [(Due.REGISTER, date(2026, 3, 30), False)]
    assert items(session, datetime(2026, 3, 31, 9, tzinfo=NOW.tzinfo)) == [(Due.REGISTER, date(2026, 3, 30), True)]
    assert register_of_aid(session, actor=NOBODY) == []


def test_holidays_are_no_working_days(session: Session) -> None:
    moment = datetime(2026, 3, 30, 9, tzinfo=NOW.tzinfo)
    approve(session, asked(session, 60_000, now=moment), now=moment)
    [one] = due(session)
    assert one.due_on == date(2026, 4, 30), "Good Friday, Easter Monday and King's Day between"


def test_control_aid_to_a_person_or_what_is_no_aid_is_not_entered(session: Session) -> None:
    approve(session, alone(session, "employed", 60_000))
    assert due(session) == [] and items(session) == []


def test_what_a_person_entered_is_due_no_more_and_says_who_when_and_under_which_reference(session: Session) -> None:
    approve(session, asked(session, 60_000))
    entered(session)
    assert due(session) == [] and items(session) == []
    [one] = register_of_aid(session, actor=REGION)
    assert (one.duty, one.entered_cents, one.reference, one.sector) == (None, 60_000, "REG-1", "10.71")
    [entry] = entries_of(session, award=one.public_id)
    assert (entry.entered_by, entry.entered_by_name, entry.entered_at) == (REGION.reference, REGION.signature, NOW)
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "award.registered")).one()
    with pytest.raises(Conflict) as late:
        note_entered(session, award=one, reference="REG-2", sector="10.71", actor=REGION, now=NOW)
    assert late.value.code == "nothing_due"
    approve(session, asked(session, 10_000))
    assert [one.sector for one in due(session)] == ["10.71"], "known of this company now"


def test_a_lowered_or_revoked_award_is_due_again_as_a_correction(session: Session) -> None:
    question = asked(session, 60_000)
    approve(session, question)
    entered(session)
    voucher = voucher_of(session, question)
    lower_award(session, voucher=voucher, by_cents=10_000, basis=ASKED, reason="Goedkoper.", actor=ADVISOR, now=LATER)
    [one] = due(session)
    assert (one.duty, one.amount_cents, one.entered_cents) == (RegisterDuty.CORRECT, 50_000, 60_000)
    assert one.due_on == date(2026, 4, 13) and items(session) == [(Due.REGISTER_AGAIN, one.due_on, False)]
    entered(session, reference="REG-1b", now=LATER)
    assert due(session) == []
    revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=LATER)
    assert [(one.duty, one.amount_cents) for one in due(session)] == [(RegisterDuty.CORRECT, 0)]
    entered(session, reference="REG-1c", now=LATER)
    assert due(session) == []


def test_an_award_that_was_revoked_before_it_was_entered_is_not_entered(session: Session) -> None:
    question = asked(session, 60_000)
    approve(session, question)
    revoke_award(session, voucher=voucher_of(session, question), basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=NOW)
    assert due(session) == []


def test_what_cannot_be_in_the_register_is_refused_at_its_field(session: Session) -> None:
    approve(session, asked(session, 60_000))
    wrongs: tuple[tuple[dict[str, Any], str, str | None], ...] = (
        ({"reference": " "}, "reference_missing", "reference"),
        ({"reference": "x" * 81}, "reference_missing", "reference"),
        ({"sector": ""}, "sector_unknown", "sector"),
        ({"sector": "bakker"}, "sector_unknown", "sector"),
        ({"sector": "１０.71"}, "sector_unknown", "sector"),
        ({"actor": ADVISOR}, "not_yours", None),
    )
    for wrong, code, field in wrongs:
        with pytest.raises(Refusal) as refused:
            entered(session, **wrong)
        assert (refused.value.code, refused.value.field) == (code, field)
    assert len(due(session)) == 1


def test_another_amount_than_was_seen_is_not_entered(session: Session) -> None:
    question = asked(session, 60_000)
    approve(session, question)
    [seen] = due(session)
    lower_award(
        session,
        voucher=voucher_of(session, question),
        by_cents=1,
        basis=ASKED,
        reason="Goedkoper.",
        actor=ADVISOR,
        now=NOW,
    )
    with pytest.raises(Conflict) as refused:
        note_entered(session, award=seen, reference="REG-1", sector="10.71", actor=REGION, now=NOW)
    assert refused.value.code == "award_changed"


def test_two_people_enter_one_award_once(engine: Engine) -> None:
    unit_of_work(engine, lambda session: approve(session, asked(session, 60_000)))

    def enters(session: Session) -> Any:
        [one] = register_of_aid(session, actor=REGION)
        return lambda: note_entered(session, award=one, reference="REG-1", sector="10.71", actor=REGION, now=NOW)

    assert sorted(at_once(engine, enters, enters)) == ["done", "nothing_due"]


def test_without_a_scheme_that_is_aid_nothing_is_due(session: Session) -> None:
    a_decision(session, route=Route.INDIVIDUAL)
    assert due(session) == []
