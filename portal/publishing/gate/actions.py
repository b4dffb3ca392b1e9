"""Acts of a review: send back, approve an outcome, publish as a second person. Nothing commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.actions import lock_scheme, move_version, put_in_force
from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.people.actor import Actor
from portal.people.grades import require_full_grade
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.gate.models import OutcomeApproval
from portal.publishing.gate.steps import changed_outcomes, gate
from portal.publishing.workshop.actions import NOT_SUBMITTED, needed_reason, record_act, reviewable


def send_back(session: Session, *, version: SchemeVersion, reason: str, actor: Actor, now: datetime) -> SchemeVersion:
    """Give a version in review back to its writer, who may change it again; also for the writer who wants it back.

    Raises ``Refusal`` (reason_missing, field `reason`), ``Conflict`` when it is not in review.
    """
    reviewable(session, version, actor)
    move_version(
        session,
        version=version,
        to=VersionState.DRAFT,
        allowed=(VersionState.IN_REVIEW,),
        values={
            **NOT_SUBMITTED,
            "returned_at": now,
            "returned_by": actor.reference,
            "return_reason": needed_reason(reason),
        },
    )
    record_act(session, version, "sent_back", actor, now)
    return version


def publish_version(
    session: Session, *, version: SchemeVersion, from_day: date, reason: str, actor: Actor, now: datetime
) -> SchemeVersion:
    """Put a reviewed version in force from a day: today, or later (then it is scheduled). Running questions keep theirs.

    By a second person: not who edited or submitted it last. Raises ``Refusal`` (reason_missing, day_in_past,
    second_person_needed, gate_closed), ``Conflict`` when somebody else was first.
    """
    reviewable(session, version, actor)
    text, today = needed_reason(reason), local_date(now)
    if version.state is not VersionState.IN_REVIEW:
        raise Conflict("not_in_review", _l("Deze versie is niet aangeboden, of al gepubliceerd."))
    if from_day < today:
        raise Refusal("day_in_past", _l("Kies vandaag of een latere dag."), field="from_day")
    message = _l("U hebt deze versie zelf gemaakt of aangeboden. Iemand anders moet haar publiceren.")
    own = Refusal("second_person_needed", message)
    require_none_of(actor, earlier=(version.edited_by, version.submitted_by), own=own)
    require_full_grade(actor, scheme=version.scheme.slug)
    found = gate(session, version=version, actor=actor, on=today)
    if any(step.state != "passed" for step in found.steps):
        shut = ", ".join(step.name for step in found.steps if step.state != "passed")
        message = _l("Nog niet alles is in orde. Bekijk de controle voor publicatie.")
        raise Refusal("gate_closed", message, params={"steps": shut})
    put_in_force(session, version=version, from_day=from_day, reason=text, actor=actor, now=now)
    return version


def approve_outcome(
    session: Session, *, version: SchemeVersion, key: str, actor: Actor, now: datetime
) -> OutcomeApproval:
    """Say of one case that its new outcome is meant. An edit of the draft withdraws it. Approving twice changes nothing.

    Raises ``Conflict`` when the version was published, or the outcome is no longer as it was shown.
    """
    reviewable(session, version, actor)
    moved_on = Conflict("outcome_moved_on", _l("Deze uitkomst is intussen veranderd. Bekijk haar opnieuw."))
    lock_scheme(session, scheme_id=version.scheme_id)
    hold(session, version, otherwise=moved_on)
    shown = {change.key: change for change in changed_outcomes(session, version=version, on=local_date(now))}
    if not version.is_open or key not in shown:
        raise moved_on
    known = session.scalar(
        select(OutcomeApproval).where(
            OutcomeApproval.scheme_version_id == version.id,
            OutcomeApproval.work_hash == version.work_hash,
            OutcomeApproval.key == key,
        )
    )
    if known is not None:
        return known
    approval = OutcomeApproval(
        scheme_version_id=version.id,
        work_hash=version.work_hash,
        key=key,
        approved_at=now,
        approved_by=actor.reference,
    )
    session.add(approval)
    session.flush()
    record_act(session, version, "outcome_approved", actor, now)
    return approval
