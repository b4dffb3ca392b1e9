"""An application says of the learner and the employer what its question says: a correction of the one corrects the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.applications.actions import details_of, holder_key, person_key
from portal.cases.applications.models import ApplicantKind, Application
from portal.cases.same_person.queries import counted_under
from portal.framework.catalogue.queries import catalogue
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l

OF_THE_EMPLOYER = ("name", "kvk_number", "learner_name")
"""What an application of an employer has of its question, by the same names as in the value that `portal.cases.asked` gives."""


def follow_question(
    session: Session,
    *,
    application: Application,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> bool:
    """Take over what changed in the question (plain values of before and after, by subject); whether anything did.

    Only what the application had in common with the question before: who applies under another name keeps it. The pseudonyms
    under which caps and aid are counted follow. Raises ``Conflict`` when the application counts for another person meanwhile.
    """
    changed = _of_the_learner(application, before, after) | _of_the_employer(application, before, after)
    if not changed:
        return False
    salt, employer = catalogue(session).holder_salt, application.kind is ApplicantKind.EMPLOYER
    details = replace(details_of(application), **changed)
    keys = {
        "person_key": counted_under(session, person_key(salt, details, employer)),
        "employer_key": holder_key(salt, "employer", details.kvk_number or "") if employer else None,
    }
    moved_on = Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    known = application.person_key
    same = Application.person_key.is_(None) if known is None else Application.person_key == known
    write_guarded(session, application, same, otherwise=moved_on, **changed, **keys)
    record(
        session,
        actor=actor,
        action="application.corrected",
        object_kind="question",
        object_id=application.question_id,
        now=now,
        fields=tuple(sorted(changed)),
    )
    return True


def _of_the_learner(application: Application, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    was, becomes = _day(before.get("fact.birth_date")), _day(after.get("fact.birth_date"))
    if becomes is None or becomes == was or application.birth_date != was:
        return {}
    return {"birth_date": becomes}


def _of_the_employer(application: Application, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    if application.kind is not ApplicantKind.EMPLOYER:
        return {}
    was, becomes = before.get("employer") or {}, after.get("employer") or {}
    return {
        name: becomes[name]
        for name in OF_THE_EMPLOYER
        if becomes.get(name) and becomes[name] != was.get(name) == getattr(application, name)
    }


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None  # not given, or not known
