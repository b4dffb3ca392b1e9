"""Publication: the gate, the second person, the first day, and questions that keep their version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput
from portal.framework.catalogue.actions import activate_due_versions
from portal.framework.catalogue.models import VersionState
from portal.framework.catalogue.queries import scheme_in_force, versions_of
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.publishing.gate.actions import approve_outcome, publish_version, send_back
from portal.publishing.gate.queries import asked_since
from portal.publishing.gate.steps import changed_outcomes, gate
from portal.publishing.replay.actions import run_replay
from portal.publishing.workshop.actions import retire_scheme, save_draft, submit_for_review
from portal.publishing.workshop.queries import cases_document_of, document_of
from tests.drafts import (
    COLLEAGUE,
    SLUG,
    STRANGER,
    a_published_draft,
    a_ready_draft,
    an_offered_draft,
    cases,
    publish,
)
from tests.factories import ADVISOR, NOW, OWNER, REGION, a_draft, a_question, a_region

TODAY = NOW.date()
MATERIALS = CostInput("materials", 120_000)
LATER = NOW + timedelta(hours=3)
TWO: dict[str, Any] = {"actor": OWNER, "now": NOW, "prepared_by": COLLEAGUE.reference}


def held(session: Session, on: date, known_at: datetime | None = None) -> int | None:
    found = scheme_in_force(session, slug=SLUG, on=on, known_at=known_at)
    return found.version if found is not None else None


def states(session: Session) -> list[tuple[int, VersionState]]:
    return [(version.version, version.state) for version in reversed(versions_of(session, slug=SLUG))]


def refusal(act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


# The gate --------------------------------------------------------------------------------------------------------------


def test_the_gate_says_what_is_still_to_do_and_opens_for_the_second_person_only(session: Session) -> None:
    version = an_offered_draft(session)
    steps = {step.name: step.state for step in gate(session, version=version, actor=COLLEAGUE, on=TODAY).steps}
    assert steps == {
        "parses": "passed",
        "lint": "passed",
        "cases": "to_do",
        "replay": "to_do",
        "second_person": "passed",
    }
    run_replay(session, version=version, actor=OWNER, now=NOW, people=20)
    for change in changed_outcomes(session, version=version, on=TODAY):
        assert not gate(session, version=version, actor=COLLEAGUE, on=TODAY).is_open
        approve_outcome(session, version=version, key=change.key, actor=COLLEAGUE, now=NOW)
    assert gate(session, version=version, actor=COLLEAGUE, on=TODAY).is_open
    assert gate(session, version=version, actor=REGION, on=TODAY).is_open
    assert gate(session, version=version, actor=OWNER, on=TODAY).step("second_person").state == "to_do"


def test_publishing_is_refused_at_a_shut_gate_and_allowed_at_an_open_one(session: Session) -> None:
    version = an_offered_draft(session)
    with pytest.raises(Refusal) as refused:
        publish(session, version)
    assert (refused.value.code, refused.value.params["steps"]) == ("gate_closed", "cases, replay")
    run_replay(session, version=version, actor=OWNER, now=NOW, people=20)
    for change in changed_outcomes(session, version=version, on=TODAY):
        approve_outcome(session, version=version, key=change.key, actor=OWNER, now=NOW)
    assert publish(session, version).state is VersionState.IN_FORCE


def test_a_replay_of_more_than_a_week_ago_shuts_the_gate_again(session: Session) -> None:
    version = a_ready_draft(session)
    for days, state in ((7, "passed"), (8, "to_do")):
        on = TODAY + timedelta(days=days)
        assert gate(session, version=version, actor=COLLEAGUE, on=on).step("replay").state == state
    later = NOW + timedelta(days=8)
    with pytest.raises(Refusal) as refused:
        publish_version(session, version=version, from_day=later.date(), reason="Te laat.", actor=COLLEAGUE, now=later)
    assert (refused.value.code, refused.value.params["steps"]) == ("gate_closed", "replay")


def test_questions_sent_after_the_replay_are_counted(session: Session) -> None:
    version = a_ready_draft(session)
    shown = gate(session, version=version, actor=COLLEAGUE, on=TODAY).replay
    assert shown is not None and asked_since(session, replay=shown) == 0
    a_question(session)
    a_draft(session)
    assert asked_since(session, replay=shown) == 1


def test_only_outcomes_that_changed_are_listed_with_both_outcomes(session: Session) -> None:
    version = an_offered_draft(session)
    found = changed_outcomes(session, version=version, on=TODAY)
    assert [
        (change.kind, change.before["amount_cents"], change.after["amount_cents"])
        for change in found  # type: ignore[index]
    ] == [("changed", 50_000, 25_000)] * 2
    assert "Van € 400 betaalt de voucher de helft" not in {change.name for change in found}
    shown = gate(session, version=version, actor=COLLEAGUE, on=TODAY)
    assert len(shown.cases) == 3 and all(case.passed for case in shown.cases)


def test_a_case_that_does_not_come_out_shuts_the_gate(session: Session) -> None:
    version = an_offered_draft(session, examples=cases(50_000), caps=[{"per": "award", "amount_cents": 25_000}])
    shown = gate(session, version=version, actor=COLLEAGUE, on=TODAY)
    assert shown.step("cases").state == "failed"
    assert [case.found["amount_cents"] for case in shown.cases if not case.passed] == [25_000, 25_000]


def test_without_a_case_the_gate_stays_shut(session: Session) -> None:
    version = an_offered_draft(session, examples=None, minimum_cents=100)
    step = gate(session, version=version, actor=COLLEAGUE, on=TODAY).step("cases")
    assert (step.state, [finding.code for finding in step.findings]) == ("failed", ["no_cases"])


def test_what_does_not_fit_in_the_region_shuts_the_gate(session: Session) -> None:
    version = an_offered_draft(session, conditions=[{"type": "yes", "fact": "contract_hourz"}])
    shown = gate(session, version=version, actor=COLLEAGUE, on=TODAY)
    assert shown.step("parses").state == "failed"
    assert shown.step("parses").findings[0].params["nearest"] == "contract_hours"
    assert {step.state for step in shown.steps[1:4]} == {"to_do"}


def test_an_error_of_the_linter_shuts_the_gate(session: Session) -> None:
    never = {"type": "number", "fact": "contract_hours", "more_than": 60}
    version = an_offered_draft(session, conditions=[never])
    shown = gate(session, version=version, actor=COLLEAGUE, on=TODAY)
    assert shown.step("lint").state == "failed"
    assert [finding.severity for finding in shown.step("lint").findings].count("error") == 1


def test_an_edit_withdraws_approvals_and_replay(session: Session) -> None:
    version = a_ready_draft(session)
    assert gate(session, version=version, actor=COLLEAGUE, on=TODAY).is_open
    send_back(session, version=version, reason="Nog iets", actor=OWNER, now=NOW)
    document = document_of(version) | {"minimum_cents": 100}
    save_draft(
        session, version=version, document=document, cases=cases_document_of(version), revision=2, actor=OWNER, now=NOW
    )
    submit_for_review(session, version=version, actor=OWNER, now=NOW)
    shown = gate(session, version=version, actor=COLLEAGUE, on=TODAY)
    assert (shown.step("replay").state, shown.step("cases").state) == ("to_do", "to_do")
    assert not any(change.approved_by for change in shown.changes)


def test_saving_the_same_again_keeps_approvals_and_replay(session: Session) -> None:
    version = a_ready_draft(session)
    send_back(session, version=version, reason="Toch niet", actor=OWNER, now=NOW)
    save_draft(
        session,
        version=version,
        document=document_of(version),
        cases=cases_document_of(version),
        revision=2,
        actor=OWNER,
        now=NOW,
    )
    submit_for_review(session, version=version, actor=OWNER, now=NOW)
    assert gate(session, version=version, actor=COLLEAGUE, on=TODAY).is_open


def test_a_case_that_was_removed_or_rewritten_must_be_approved_too(session: Session) -> None:
    a_published_draft(session)
    fewer = cases(25_000)
    gone = fewer["cases"].pop()
    fewer["cases"][0]["costs"][0]["amount_cents"] = 39_999
    fewer["cases"][0]["expect"]["amount_cents"] = 19_999
    version = an_offered_draft(session, actor=COLLEAGUE, examples=fewer, minimum_cents=100)
    found = {change.name: change for change in changed_outcomes(session, version=version, on=TODAY)}
    assert (found[gone["name"]].kind, found[gone["name"]].after) == ("removed", None)
    rewritten = found[fewer["cases"][0]["name"]]
    assert (rewritten.kind, rewritten.before["amount_cents"]) == ("rewritten", 20_000)  # type: ignore[index]
    assert len(found) == 2


def test_an_outcome_that_nobody_shows_cannot_be_approved(session: Session) -> None:
    version = an_offered_draft(session)
    key = changed_outcomes(session, version=version, on=TODAY)[0].key
    once = approve_outcome(session, version=version, key=key, actor=OWNER, now=NOW)
    assert approve_outcome(session, version=version, key=key, actor=COLLEAGUE, now=NOW) is once
    with pytest.raises(Conflict):
        approve_outcome(session, version=version, key="f" * 32, actor=OWNER, now=NOW)
    assert refusal(lambda: approve_outcome(session, version=version, key=key, actor=STRANGER, now=NOW)) == "not_yours"


# The second person and the first day -----------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [OWNER, STRANGER, ADVISOR], ids=["its writer", "another owner", "an advisor"])
def test_a_second_person_of_the_owner_or_the_region_publishes(session: Session, actor: Actor) -> None:
    version = a_ready_draft(session)
    code = refusal(lambda: publish(session, version, actor=actor))
    assert code == ("second_person_needed" if actor is OWNER else "not_yours")
    assert publish(session, version, actor=REGION).published_by == REGION.reference


def test_who_edited_last_does_not_publish_what_another_submitted(session: Session) -> None:
    version = a_ready_draft(session)
    third = replace(OWNER, account_id=907)
    send_back(session, version=version, reason="Anders", actor=OWNER, now=NOW)
    save_draft(
        session,
        version=version,
        document=document_of(version),
        cases=cases_document_of(version),
        revision=2,
        actor=third,
        now=NOW,
    )
    submit_for_review(session, version=version, actor=OWNER, now=NOW)
    assert refusal(lambda: publish(session, version, actor=third)) == "second_person_needed"
    assert refusal(lambda: publish(session, version, actor=OWNER)) == "second_person_needed"
    publish(session, version, actor=COLLEAGUE)


def test_publishing_needs_a_reason_and_a_day_that_is_not_past(session: Session) -> None:
    version = a_ready_draft(session)
    assert refusal(lambda: publish(session, version, reason=" ")) == "reason_missing"
    assert refusal(lambda: publish(session, version, from_day=TODAY - timedelta(days=1))) == "day_in_past"
    publish(session, version)
    assert (version.publish_reason, version.in_force_from) == ("Minder geld beschikbaar.", TODAY)
    assert states(session) == [(1, VersionState.SUPERSEDED), (2, VersionState.IN_FORCE)]
    assert refusal(lambda: publish(session, version)) == "not_in_review"


def test_a_version_for_a_later_day_waits_and_then_takes_over(session: Session) -> None:
    first = date(2026, 4, 1)
    a_published_draft(session, from_day=first)
    assert states(session) == [(1, VersionState.IN_FORCE), (2, VersionState.SCHEDULED)]
    assert [held(session, on) for on in (TODAY, first - timedelta(days=1), first)] == [1, 1, 2]
    assert activate_due_versions(session, now=datetime(2026, 3, 31, 21, 59, tzinfo=UTC)) == (0, 0)
    assert activate_due_versions(session, now=datetime(2026, 3, 31, 22, 1, tzinfo=UTC)) == (1, 0)
    assert states(session) == [(1, VersionState.SUPERSEDED), (2, VersionState.IN_FORCE)]
    assert versions_of(session, slug=SLUG)[1].in_force_until == date(2026, 3, 31)
    assert [held(session, on) for on in (TODAY, first - timedelta(days=1), first)] == [1, 1, 2]


def test_a_next_version_comes_after_the_one_that_is_scheduled(session: Session) -> None:
    first = date(2026, 4, 1)
    a_published_draft(session, from_day=first)
    again = a_ready_draft(
        session, actor=COLLEAGUE, examples=cases(10_000), caps=[{"per": "award", "amount_cents": 10_000}]
    )
    with pytest.raises(Conflict) as conflict:
        publish(session, again, actor=OWNER, from_day=first)
    assert conflict.value.code == "other_version_scheduled"
    publish(session, again, actor=OWNER, from_day=date(2026, 5, 1))
    assert [held(session, on) for on in (TODAY, first, date(2026, 5, 1))] == [1, 2, 3]
    assert activate_due_versions(session, now=datetime(2026, 6, 1, tzinfo=UTC)) == (2, 0)
    assert [state for _, state in states(session)] == [
        VersionState.SUPERSEDED,
        VersionState.SUPERSEDED,
        VersionState.IN_FORCE,
    ]


def test_a_draft_of_an_older_version_does_not_undo_a_newer_one(session: Session) -> None:
    older = a_ready_draft(session, actor=COLLEAGUE, minimum_cents=100)
    a_published_draft(session)
    shown = gate(session, version=older, actor=OWNER, on=TODAY)
    assert not shown.based_on_newest and not shown.is_open
    with pytest.raises(Refusal):
        publish(session, older, actor=OWNER)


# Ending ----------------------------------------------------------------------------------------------------------------


def test_a_scheme_ends_after_its_last_day(session: Session) -> None:
    a_region(session)
    last = date(2026, 6, 30)
    retire_scheme(session, scheme=SLUG, last_day=last, reason="Het geld is op.", **TWO)
    assert [held(session, on) for on in (TODAY, last, last + timedelta(days=1))] == [1, 1, None]
    assert refusal(lambda: retire_scheme(session, scheme=SLUG, last_day=last, reason="x", **TWO)) == ("not_in_force")
    assert activate_due_versions(session, now=datetime(2026, 6, 30, 12, tzinfo=UTC)) == (0, 0)
    assert activate_due_versions(session, now=datetime(2026, 7, 1, 12, tzinfo=UTC)) == (0, 1)
    version = versions_of(session, slug=SLUG)[0]
    assert (version.state, version.in_force_until) == (VersionState.RETIRED, last)
    assert held(session, last) == 1


def test_a_scheme_that_ended_can_be_taken_up_again(session: Session) -> None:
    a_region(session)
    retire_scheme(session, scheme=SLUG, last_day=TODAY, reason="Het geld is op.", **TWO)
    a_published_draft(session, from_day=date(2026, 9, 1))
    assert [held(session, on) for on in (TODAY, date(2026, 5, 1), date(2026, 9, 1))] == [1, None, 2]
    activate_due_versions(session, now=datetime(2026, 10, 1, tzinfo=UTC))
    assert states(session) == [(1, VersionState.RETIRED), (2, VersionState.IN_FORCE)]


def test_ending_needs_a_reason_and_a_day_that_is_not_past(session: Session) -> None:
    a_region(session)
    for day, reason, code in ((TODAY, " ", "reason_missing"), (TODAY - timedelta(days=1), "x", "day_in_past")):
        act = {"scheme": SLUG, "last_day": day, "reason": reason, "actor": OWNER, "now": NOW}
        assert refusal(lambda act=act: retire_scheme(session, **act)) == code  # type: ignore[misc]
