"""Let somebody act for the person, and end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases.questions.actions import advisor_only, not_yours
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.cases.representatives.models import Representative, RepresentativeKind
from portal.cases.representatives.queries import acting_for
from portal.people.accounts.actions import revoke_representative_links
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Authorisation:
    """Who may act for somebody and as what, and the dated proof of it."""

    kind: RepresentativeKind | str
    name: str
    proof: str
    proof_on: date


def authorise_representative(
    session: Session, *, question: DevelopmentQuestion, given: Authorisation, actor: Actor, now: datetime
) -> Representative:
    """Let somebody act for the person in this case, on the proof that the advisor saw (Awb 2:1).

    Raises ``Refusal`` without a name or proof or with a proof of the future, ``Conflict`` when somebody acts already.
    """
    advisor_only(actor)
    if question.is_draft:
        raise Refusal("not_sent", _l("Deze vraag is nog niet verstuurd."))
    if not given.name.strip():
        raise Refusal("name_missing", _l("Vul de naam in."), field="name")
    if not given.proof.strip():
        raise Refusal("proof_missing", _l("Schrijf op welk bewijs u hebt gezien."), field="proof")
    if given.proof_on > local_date(now):
        raise Refusal("proof_in_the_future", _l("Deze dag is nog niet geweest."), field="proof_on")
    hold(session, question)  # who does the same at this moment waits, and then sees who acts
    if acting_for(session, question=question) is not None:
        raise Conflict("represented", _l("Er is al iemand die voor deze persoon mag handelen."))
    somebody = Representative(
        question_id=question.id,
        kind=RepresentativeKind(given.kind),
        name=given.name.strip(),
        proof=given.proof.strip(),
        proof_on=given.proof_on,
        authorised_at=now,
        authorised_by=actor.reference,
    )
    session.add(somebody)
    session.flush()
    record(
        session, actor=actor, action="representative.authorised", object_kind="question", object_id=question.id, now=now
    )
    return somebody


def end_representation(
    session: Session, *, question: DevelopmentQuestion, somebody: Representative, actor: Actor, now: datetime
) -> None:
    """From now on this person may not act any more: the links end too. Also the person who asked can say so."""
    own = is_asker(question, actor) and actor.representative_id is None
    if not (own or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)) or somebody.question_id != question.id:
        raise not_yours()
    ended = Conflict("representation_ended", _l("Deze persoon mocht al niet meer handelen."))
    write_guarded(
        session,
        somebody,
        Representative.ended_at.is_(None),
        otherwise=ended,
        ended_at=now,
        ended_by=actor.reference,
    )
    revoke_representative_links(session, representative_id=somebody.id, actor=actor, now=now)
    record(session, actor=actor, action="representative.ended", object_kind="question", object_id=question.id, now=now)


def acting_now(session: Session, *, question: DevelopmentQuestion) -> Representative:
    """The same, where there must be somebody. Raises ``Conflict`` when nobody may act."""
    somebody = acting_for(session, question=question)
    if somebody is None:
        raise Conflict("not_represented", _l("Niemand handelt voor deze persoon."))
    return somebody
