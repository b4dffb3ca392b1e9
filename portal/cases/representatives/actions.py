"""Let somebody act for the person, and end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases.questions.actions import advisor_only, not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.cases.representatives.models import Representative, RepresentativeKind
from portal.cases.representatives.queries import acting_for, named_for
from portal.people.accounts.actions import revoke_representative_links
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault, store_file


@dataclass(frozen=True)
class Authorisation:
    """Who may act for somebody and as what, and the dated proof of it: a file, or paper that the advisor saw."""

    kind: RepresentativeKind | str
    name: str
    proof: str
    proof_on: date
    seen: bool = False
    """The advisor saw it on paper."""
    content: bytes | None = None
    file_name: str = ""


def authorise_representative(
    session: Session,
    *,
    question: DevelopmentQuestion,
    given: Authorisation,
    vault: Vault | None = None,
    actor: Actor,
    now: datetime,
) -> Representative:
    """Name somebody who is to act for the person in this case, on a proof (Awb 2:1). A second advisor confirms it before that
    person can come in, and whoever asked is told at once.

    Raises ``Refusal`` without a name or proof or with a proof of the future, ``Conflict`` when somebody acts or waits already.
    """
    advisor_only(actor)
    if question.is_draft:
        raise Refusal("not_sent", _l("Deze vraag is nog niet verstuurd."))
    if not given.name.strip():
        raise Refusal("name_missing", _l("Vul de naam in."), field="name")
    if not given.proof.strip():
        raise Refusal("proof_missing", _l("Schrijf op welk bewijs u hebt gezien."), field="proof")
    if given.content is None and not given.seen:
        message = _l("Voeg het bewijs als bestand toe, of zet het vinkje als u het op papier hebt gezien.")
        raise Refusal("proof_not_seen", message, field="file")
    if given.proof_on > local_date(now):
        raise Refusal("proof_in_the_future", _l("Deze dag is nog niet geweest."), field="proof_on")
    hold(session, question)  # who does the same at this moment waits, and then sees who acts
    if named_for(session, question=question) is not None:
        raise Conflict("represented", _l("Er is al iemand die voor deze persoon mag handelen, of daarop wacht."))
    file = None
    if given.content is not None:
        assert vault is not None, "where a file is given, there is a place for it"
        file = store_file(session, vault=vault, content=given.content, name=given.file_name, actor=actor, now=now)
    somebody = Representative(
        question_id=question.id,
        kind=RepresentativeKind(given.kind),
        name=given.name.strip(),
        proof=given.proof.strip(),
        proof_on=given.proof_on,
        proof_file_id=file.id if file is not None else None,
        authorised_at=now,
        authorised_by=actor.reference,
    )
    session.add(somebody)
    session.flush()
    record(
        session, actor=actor, action="representative.authorised", object_kind="question", object_id=question.id, now=now
    )
    _tell(session, question, somebody, "question/representative_named", now)
    return somebody


def confirm_representative(
    session: Session, *, question: DevelopmentQuestion, somebody: Representative, actor: Actor, now: datetime
) -> Representative:
    """A second advisor looked at the proof too: from now on this person may act. Whoever asked is told at once.

    Raises ``Refusal`` for who named this person, ``Conflict`` when a colleague was first, or when it was ended.
    """
    advisor_only(actor)
    if somebody.question_id != question.id:
        raise not_yours()
    message = _l("U hebt deze persoon zelf toegelaten. Een collega moet het bewijs ook bekijken en het bevestigen.")
    require_none_of(actor, earlier=(somebody.authorised_by,), own=Refusal("second_person", message))
    write_guarded(
        session,
        somebody,
        Representative.ended_at.is_(None),
        Representative.confirmed_at.is_(None),
        otherwise=Conflict("representation_moved_on", _l("Dit is intussen bevestigd of beëindigd. Kijk opnieuw.")),
        confirmed_at=now,
        confirmed_by=actor.reference,
    )
    record(
        session, actor=actor, action="representative.confirmed", object_kind="question", object_id=question.id, now=now
    )
    _tell(session, question, somebody, "question/representative_acts", now)
    return somebody


def _tell(
    session: Session, question: DevelopmentQuestion, somebody: Representative, template: str, now: datetime
) -> None:
    """To whoever asked, by the own way, and on paper to who wants to be called: it is about who can see and do everything."""
    tell_asker(session, question=question, template=template, now=now, version=somebody.id, in_writing=True)


def end_representation(
    session: Session, *, question: DevelopmentQuestion, somebody: Representative, actor: Actor, now: datetime
) -> None:
    """From now on this person may not act any more (or never could): the links end too. Also the person who asked can say so,
    and is told."""
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
    _tell(session, question, somebody, "question/representative_ended", now)


def acting_now(session: Session, *, question: DevelopmentQuestion) -> Representative:
    """The same, where there must be somebody. Raises ``Conflict`` when nobody may act, or that waits for a second advisor."""
    somebody = acting_for(session, question=question)
    if somebody is None:
        raise Conflict("not_represented", _l("Niemand mag nu handelen voor deze persoon."))
    return somebody


def require_own_account(actor: Actor) -> None:
    """Refuse somebody who acts for another: that person, or the desk, says on which account money comes."""
    if actor.representative_id is not None:
        message = _l(
            "Wie voor iemand handelt, geeft hier geen rekening. Laat de persoon dat zelf doen, of bel het loket."
        )
        raise Refusal("not_for_another", message)
