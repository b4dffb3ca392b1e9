"""An application says of the learner and the employer what its question says: a correction of the one corrects the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.applications.actions import details_of, holder_key, person_key
from portal.cases.applications.models import ApplicantKind, Application
from portal.cases.same_person.queries import counted_under
from portal.cases.wrong_facts import birth_of
from portal.framework.catalogue.queries import catalogue
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l

BIRTH_DATE, EMPLOYER = "fact.birth_date", "employer"
FOLLOWED = frozenset({BIRTH_DATE, EMPLOYER})
"""The subjects of a question (`portal.cases.asked`) that an application has too."""
OF_THE_EMPLOYER = ("name", "kvk_number", "learner_name")
"""What an application of an employer has of its question, by the same names as in the value that `portal.cases.asked` gives."""


def follow_question(
    session: Session,
    *,
    application: Application,
    was: Mapping[str, Any],
    becomes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> bool:
    """Take over what changed in the question, by subject (those in `FOLLOWED`); whether anything did.

    Only what the application had in common with the question before: who applies under another name keeps it. The pseudonyms
    under which caps and aid are counted follow. Raises ``Conflict`` when the application counts for another person meanwhile.
    """
    changed = _of_the_learner(application, was, becomes) | _of_the_employer(application, was, becomes)
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


def _of_the_learner(application: Application, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> dict[str, Any]:
    known, born = birth_of(was.get(BIRTH_DATE)), birth_of(becomes.get(BIRTH_DATE))
    return {"birth_date": born} if born is not None and application.birth_date == known else {}


def _of_the_employer(application: Application, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> dict[str, Any]:
    if application.kind is not ApplicantKind.EMPLOYER:
        return {}
    known, given = was.get(EMPLOYER) or {}, becomes.get(EMPLOYER) or {}
    return {
        name: given[name]
        for name in OF_THE_EMPLOYER
        if given.get(name) and given[name] != known.get(name) == getattr(application, name)
    }
