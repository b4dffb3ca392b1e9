"""Acts: make, rename and end a campaign, count who comes to the door, and note where a question comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases.origins.models import NO_CAMPAIGN, Campaign, DoorCount, DoorStep, HeardFrom, QuestionOrigin
from portal.cases.origins.queries import CODE
from portal.cases.questions.actions import may_change, moved_on
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.platform.act_counts import count_act
from portal.platform.clock import local_date
from portal.platform.database import insert_into
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

LONGEST_NAME = 100
Counts = Mapping[tuple[date, DoorStep, str], int]
"""How often each step was taken on a day by the links of a campaign."""


def make_campaign(session: Session, *, code: str, name: str, actor: Actor, now: datetime) -> Campaign:
    """Make a campaign of the region. Raises ``Refusal`` at ``code`` (also when it is there already) and ``name``."""
    require_region(actor)
    code = code.strip().lower()
    if not CODE.fullmatch(code):
        message = _l("Gebruik 2 tot en met 20 kleine letters, cijfers of streepjes. Begin met een letter of cijfer.")
        raise Refusal("code_odd", message, field="code")
    made = Campaign(code=code, name=_checked(name), made_at=now, made_by=actor.reference)
    write_new(session, made, otherwise=Refusal("code_taken", _l("Er is al een campagne met deze code."), field="code"))
    _log(session, made, "made", actor, now)
    return made


def rename_campaign(
    session: Session, *, campaign: Campaign, name: str, seen_name: str, actor: Actor, now: datetime
) -> None:
    """Give a campaign another name; its code, and what was counted by it, stay. `seen_name` is the name that was on the page.

    Raises ``Refusal`` at ``name``, ``Conflict`` when a colleague gave it another name meanwhile.
    """
    require_region(actor)
    kept = _checked(name)
    write_guarded(session, campaign, Campaign.name == seen_name, otherwise=_changed(), name=kept)
    if kept != seen_name:
        _log(session, campaign, "renamed", actor, now)


def end_campaign(session: Session, *, campaign: Campaign, actor: Actor, now: datetime) -> None:
    """Say that a campaign has ended. Its link works on, and who still comes by it counts. Raises ``Conflict`` when it has."""
    require_region(actor)
    ended = {"ended_at": now, "ended_by": actor.reference}
    write_guarded(session, campaign, Campaign.ended_at.is_(None), otherwise=_changed(), **ended)
    _log(session, campaign, "ended", actor, now)


def take_up_campaign(session: Session, *, campaign: Campaign, actor: Actor, now: datetime) -> None:
    """Let a campaign that had ended go on. Raises ``Conflict`` when it runs."""
    require_region(actor)
    running = {"ended_at": None, "ended_by": None}
    write_guarded(session, campaign, Campaign.ended_at.is_not(None), otherwise=_changed(), **running)
    _log(session, campaign, "taken_up", actor, now)


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
    count_act(session, "draft.begun")
    if code != NO_CAMPAIGN:
        _keep(session, question, code=code)


def note_heard_from(
    session: Session, *, question: DevelopmentQuestion, heard_from: HeardFrom | None, actor: Actor, now: datetime
) -> None:
    """Keep how who asks heard of the desk. It may be left out. Raises ``Refusal`` when the question is not theirs."""
    may_change(session, question, actor)
    if heard_from is not None:
        _keep(session, question, heard_from=heard_from)
        count_act(session, "draft.saved")


def _keep(session: Session, question: DevelopmentQuestion, **values: object) -> None:
    row = insert_into(session)(QuestionOrigin).values(question_id=question.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["question_id"], set_=values))


def _checked(name: str) -> str:
    kept = name.strip()
    if not 0 < len(kept) <= LONGEST_NAME:
        raise Refusal("name_missing", _l("Vul een naam in van hoogstens 100 tekens."), field="name")
    return kept


def _changed() -> Conflict:
    return Conflict("campaign_changed", _l("Een collega heeft deze campagne intussen veranderd. Kijk hoe het nu is."))


def _log(session: Session, campaign: Campaign, what: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=f"campaign.{what}", object_kind="campaign", object_id=campaign.id, now=now)
