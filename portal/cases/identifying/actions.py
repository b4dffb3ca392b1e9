"""Acts by which it becomes known who asked, and the check of it before a decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.identifying.models import AT_DESK, Identification, IdentityPaper
from portal.cases.identifying.queries import award_to, door_of, level_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.assurance.queries import needed_level
from portal.people.actor import Actor, Audience, Grade
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import Level
from portal.words.identity_labels import LEVELS

LEVEL_AT_DESK = Level.HIGH
"""Who comes in person with a valid document is known as well as can be."""


@dataclass(frozen=True)
class SaidByService:
    """What a service says of who came back: its name, the person as a keyed hash, and how sure it is."""

    service: str
    subject: str
    level: Level


def identify_by_service(
    session: Session, *, question: DevelopmentQuestion, said: SaidByService, actor: Actor, now: datetime
) -> Identification:
    """Who asked, or who acts for them, was identified at a service.

    Raises ``Refusal`` for somebody else, and `level_unknown` when what the service says is worth nothing here.
    """
    if not actor.may_act_for(question.id) or actor.is_helping:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if said.level is Level.NONE:
        message = _l("De inlogdienst zegt niet hoe zeker het is wie u bent. Identificeer u aan de balie.")
        raise Refusal("level_unknown", message)
    hold(session, question)
    made = Identification(
        question_id=question.id,
        door=door_of(question),
        level=said.level,
        means=said.service,
        subject_hash=said.subject,
        representative_id=actor.representative_id,
        identified_at=now,
        identified_by=actor.reference,
        identified_by_name=actor.signature,
    )
    return _keep(session, made, actor, now)


def identify_at_desk(
    session: Session, *, question: DevelopmentQuestion, paper: IdentityPaper, actor: Actor, now: datetime
) -> Identification:
    """An advisor saw who asked in person, with a valid document. Which one is kept, nothing that stands on it.

    Raises ``Refusal`` for who is no advisor, or reads only, and for a document that does not fit who asks.
    """
    if actor.audience is not Audience.ADVISOR or actor.grade is Grade.READER:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if question.submitted_at is None:
        raise Refusal("not_sent", _l("Deze vraag is nog niet verstuurd."))
    of_employer = award_to(question).value == "award_to_employer"
    if (paper is IdentityPaper.EXTRACT) and not of_employer:
        message = _l("Een uittreksel hoort bij een werkgever. Kies het document van de persoon.")
        raise Refusal("other_paper", message, field="paper")
    hold(session, question)
    made = Identification(
        question_id=question.id,
        door=door_of(question),
        level=LEVEL_AT_DESK,
        means=AT_DESK,
        paper=paper,
        identified_at=now,
        identified_by=actor.reference,
        identified_by_name=actor.signature,
    )
    return _keep(session, made, actor, now)


def require_identified(session: Session, *, question: DevelopmentQuestion, schemes: Collection[str]) -> None:
    """Refuse to award from these schemes to somebody of whom it is not sure enough who they are. Raises ``Refusal``."""
    needed = needed_level(session, act=award_to(question), schemes=schemes)
    if needed is Level.NONE or level_of(session, question=question).rank >= needed.rank:
        return
    message = _l(
        "Het is nog niet zeker genoeg wie de aanvrager is. Nodig is niveau %(level)s: via een inlogdienst, of aan de balie.",
        level=LEVELS[needed.value],
    )
    raise Refusal("not_identified", message, params={"level": needed.value})


def _keep(session: Session, made: Identification, actor: Actor, now: datetime) -> Identification:
    session.add(made)
    session.flush()
    record(
        session,
        actor=actor,
        action="question.identified",
        object_kind="question",
        object_id=made.question_id,
        now=now,
        fields=("level", "means"),
    )
    return made
