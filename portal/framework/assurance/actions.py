"""The act by which the region says how sure it must be who somebody is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.framework.assurance.models import AssuranceRule, AssuredAct
from portal.framework.assurance.queries import assurance_rules
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.grades import require_full_grade
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import Level


def set_assurance(
    session: Session, *, act: AssuredAct, scheme: str, level: Level, actor: Actor, now: datetime
) -> AssuranceRule:
    """From now on an act needs this level, for a scheme or (empty) for the desk; what held before ends.

    It is about decisions from now on: what was decided stands. Raises ``Refusal`` for who is not of the region, and when it is
    like that already; ``Conflict`` when somebody else changes it at the same moment.
    """
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    require_full_grade(actor, scheme=scheme or None)
    held = next((one for one in assurance_rules(session) if (one.act, one.scheme) == (act, scheme)), None)
    changed = Conflict("changed_meanwhile", _l("Iemand anders veranderde dit net. Kijk wat er nu staat."))
    if held is not None and held.level is level:
        raise Refusal("nothing_changes", _l("Zo is het al. Kies iets anders."), field="level")
    if held is not None:
        write_guarded(
            session,
            held,
            AssuranceRule.ended_at.is_(None),
            otherwise=changed,
            ended_at=now,
            ended_by=actor.reference,
        )
    made = AssuranceRule(act=act, scheme=scheme, level=level, set_at=now, set_by=actor.reference)
    write_new(session, made, otherwise=changed)
    record(
        session,
        actor=actor,
        action="assurance.set",
        object_kind="assurance_rule",
        object_id=made.id,
        now=now,
        fields=("level",),
    )
    return made
