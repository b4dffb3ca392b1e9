"""State, day and person of a version stand or fall together: the database itself refuses the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import SchemeVersion
from tests.drafts import COLLEAGUE, a_changed_draft, a_ready_draft, publish
from tests.factories import NOW, OWNER, a_region

TODAY, ME, OTHER = date(2026, 3, 2), OWNER.reference, COLLEAGUE.reference
PUBLISHED = {"published_at": NOW, "published_by": OTHER, "publish_reason": "x", "in_force_from": TODAY}
SUBMITTED = {"submitted_at": NOW, "submitted_by": ME}
RETIRED = {"retired_at": NOW, "retired_by": ME, "retire_reason": "x", "last_day": TODAY}

WRONG: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("submitted_by_someone", "draft", {"state": "in_review", "submitted_at": NOW}, {"submitted_by": ME}),
    ("draft_until_submitted", "draft", SUBMITTED, {"state": "in_review"}),
    ("in_review_when_submitted", "draft", {"state": "in_review"}, SUBMITTED),
    ("returned_by_someone_for_a_reason", "draft", {"returned_at": NOW, "returned_by": ME}, {"return_reason": "x"}),
    ("published_by_someone_for_a_reason", "in_review", {**PUBLISHED, "state": "scheduled", "publish_reason": None},
     {"publish_reason": "x"}),
    ("published_by_a_second_person", "in_review", {**PUBLISHED, "state": "scheduled", "published_by": ME},
     {"published_by": OTHER}),
    ("published_when_no_draft", "in_review", PUBLISHED, {"state": "scheduled"}),
    ("in_force_from_when_published", "in_review", {**PUBLISHED, "state": "scheduled", "in_force_from": None},
     {"in_force_from": TODAY}),
    ("ended_has_last_day", "scheduled", {"state": "superseded"}, {"in_force_until": TODAY}),
    ("retired_by_someone_for_a_reason", "scheduled", {**RETIRED, "last_day": None}, {"last_day": TODAY}),
    ("retired_on_last_day", "scheduled", {**RETIRED, "state": "retired", "in_force_until": date(2026, 3, 1)},
     {"in_force_until": TODAY}),
    ("retired_when_published", "draft", RETIRED, {**PUBLISHED, "state": "scheduled"}),
    ("revision_positive", "draft", {"revision": 0}, {"revision": 1}),
    ("version_positive", "draft", {"version": 0}, {"version": 9}),
]  # fmt: skip


def a_version(session: Session, state: str) -> SchemeVersion:
    if state == "draft":
        return a_changed_draft(session)
    version = a_ready_draft(session)
    if state == "scheduled":
        publish(session, version, from_day=date(2026, 9, 1))
    return version


def write(session: Session, version: SchemeVersion, values: dict[str, Any]) -> None:
    with session.begin_nested():
        session.execute(update(SchemeVersion).where(SchemeVersion.id == version.id).values(**values))


@pytest.mark.parametrize(("name", "state", "wrong", "repair"), WRONG, ids=[row[0] for row in WRONG])
def test_the_database_refuses_half_a_step_and_takes_the_whole_one(
    session: Session, name: str, state: str, wrong: dict[str, Any], repair: dict[str, Any]
) -> None:
    version = a_version(session, state)
    with pytest.raises(IntegrityError) as refused:
        write(session, version, wrong)
    assert name in str(refused.value)
    write(session, version, {**wrong, **repair})


def test_a_scheme_has_one_version_in_force(session: Session) -> None:
    a_region(session)
    version = a_version(session, "scheduled")
    with pytest.raises(IntegrityError):
        write(session, version, {"state": "in_force"})
    write(session, version, {"state": "scheduled"})
