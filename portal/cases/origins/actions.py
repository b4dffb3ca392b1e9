"""Acts: make a campaign, count who comes to the door, and note where a question comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases.origins.models import NO_CAMPAIGN, Campaign, DoorCount, DoorStep, HeardFrom, QuestionOrigin
from portal.cases.origins.queries import CODE
from portal.cases.questions.actions import may_change, moved_on
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.database import insert_into
from portal.platform.errors import Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

LONGEST_NAME = 100
Counts = Mapping[tuple[date, DoorStep, str], int]
"""How often each step was taken on a day by the links of a campaign."""


def make_campaign(session: Session, *, code: str, name: str, actor: Actor, now: datetime) -> Campaign:
    """Make a campaign of the region. Raises ``Refusal`` at ``code`` (also when it is there already) and ``name``."""
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    code, name = code.strip().lower(), name.strip()
    if not CODE.fullmatch(code):
        message = _l("Gebruik 2 tot en met 20 kleine letters, cijfers of streepjes. Begin met een letter of cijfer.")
        raise Refusal("code_odd", message, field="code")
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refusal("name_missing", _l("Vul een naam in van hoogstens 100 tekens."), field="name")
    made = Campaign(code=code, name=name, made_at=now, made_by=actor.reference)
    write_new(session, made, otherwise=Refusal("code_taken", _l("Er is al een campagne met deze code."), field="code"))
    record(session, actor=actor, action="campaign.made", object_kind="campaign", object_id=made.id, now=now)
    return made


def count_at_door(session: Session, *, counts: Counts) -> None:
    """Add to what is counted at the door: one row per day, step and campaign, whoever counts at the same moment."""
    for (day, step, code), number in sorted(counts.items()):
        row = insert_into(session)(DoorCount).values(day=day, step=step, code=code, number=number)
        more = {"number": DoorCount.number + number}
        session.execute(row.on_conflict_do_update(index_elements=["day", "step", "code"], set_=more))


def note_begun(session: Session, *, question: DevelopmentQuestion, code: str, actor: Actor, now: datetime) -> None:
    """Count that somebody began to answer, and keep with the draft by which campaign; the empty code is none."""
    hold(session, question, DevelopmentQuestion.state == QuestionState.DRAFT, otherwise=moved_on())
    count_at_door(session, counts={(local_date(now), DoorStep.BEGUN, code): 1})
    if code != NO_CAMPAIGN:
        _keep(session, question, code=code)


def note_heard_from(
    session: Session, *, question: DevelopmentQuestion, heard_from: HeardFrom | None, actor: Actor, now: datetime
) -> None:
    """Keep how who asks heard of the desk. It may be left out. Raises ``Refusal`` when the question is not theirs."""
    may_change(session, question, actor)
    if heard_from is not None:
        _keep(session, question, heard_from=heard_from)


def _keep(session: Session, question: DevelopmentQuestion, **values: object) -> None:
    row = insert_into(session)(QuestionOrigin).values(question_id=question.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["question_id"], set_=values))
