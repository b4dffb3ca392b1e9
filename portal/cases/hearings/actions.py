"""Acts on hearings before a decision: invite, record the view, and refuse who forgets to hear."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.cases.corrections.queries import on_other_word
from portal.cases.hearings.models import Hearing, IntendedAct, RefusalGround, ViewWay
from portal.cases.hearings.queries import facts_changed_by_desk, hearings_of, was_heard
from portal.cases.questions.actions import advisor_only, not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.post.outages.queries import last_day_to_send

SHORTEST_TERM = timedelta(days=7)
"""The applicant has at least a week to give a view."""


def invite_view(
    session: Session, *, question: DevelopmentQuestion, facts: str, answer_by: date, actor: Actor, now: datetime
) -> Hearing:
    """Tell the applicant on which facts the desk thinks of refusing, and ask for a view before a day (Awb 4:7, 4:9)."""
    advisor_only(actor)
    hold(session, question)
    if question.applied_at is None or not question.is_open:
        raise Conflict("question_moved_on", _l("Er is geen aanvraag waarover nog besloten moet worden."))
    if not facts.strip():
        raise Refusal("facts_missing", _l("Schrijf op om welke feiten het gaat."), field="facts")
    if answer_by < local_date(now) + SHORTEST_TERM:
        raise Refusal("term_too_short", _l("Geef de aanvrager minstens een week."), field="answer_by")
    if any(one.way is None and one.act is IntendedAct.REFUSE for one in hearings_of(session, question=question)):
        raise Conflict("hearing_open", _l("De aanvrager is al gevraagd om een reactie."))
    hearing = Hearing(
        question_id=question.id,
        act=IntendedAct.REFUSE,
        facts=facts.strip(),
        answer_by=answer_by,
        invited_at=now,
        invited_by=actor.reference,
    )
    session.add(hearing)
    session.flush()
    details = {"facts": hearing.facts, "answer_by": answer_by.isoformat()}
    tell_asker(
        session,
        question=question,
        template="hearing/invited",
        now=now,
        version=hearing.id,
        in_writing=True,
        details=details,
    )
    record(session, actor=actor, action="hearing.invited", object_kind="question", object_id=question.id, now=now)
    return hearing


def record_view(
    session: Session, *, hearing: Hearing, way: ViewWay, view: str | None, on: date, actor: Actor, now: datetime
) -> None:
    """Record what the applicant said, or that the term passed without a view. Raises ``Refusal`` or ``Conflict``."""
    advisor_only(actor)
    hold(session, hearing)
    _still_asked(hearing)
    today = local_date(now)
    if on > today or on < local_date(hearing.invited_at):
        message = _l("Kies een dag tussen de uitnodiging en vandaag.")
        raise Refusal("day_out_of_range", message, field="view_on")
    if way is ViewWay.OWN_PAGE:
        raise Refusal("own_page_only", _l("Op de eigen pagina geeft de aanvrager zelf een reactie."), field="way")
    if way is ViewWay.NOT_GIVEN and today <= last_day_to_send(session, last_day=hearing.answer_by):
        raise Refusal("term_runs", _l("De aanvrager heeft nog tijd om te reageren."), field="way")
    if way is not ViewWay.NOT_GIVEN and not (view or "").strip():
        raise Refusal("view_missing", _l("Schrijf op wat de aanvrager zei."), field="view")
    hearing.way, hearing.view_on = way, on
    hearing.view = (view or "").strip() or None
    hearing.recorded_at, hearing.recorded_by = now, actor.reference
    session.flush()
    record(
        session, actor=actor, action="hearing.recorded", object_kind="question", object_id=hearing.question_id, now=now
    )


def _still_asked(hearing: Hearing) -> None:
    if hearing.way is not None:
        raise Conflict("view_recorded", _l("De reactie is al vastgelegd."))
    if hearing.dropped_at is not None:
        raise Conflict("intent_dropped", _l("Het loket is dit niet meer van plan. Een reactie is niet nodig."))


def give_view(session: Session, *, hearing: Hearing, view: str, actor: Actor, now: datetime) -> None:
    """Who asked gives a view on what the desk thinks of doing, on their own page (Awb 4:9).

    Also after the last day, as long as the desk did not write down that there was none. Raises ``Refusal`` for somebody else or
    without words, ``Conflict`` when a view was recorded.
    """
    question = session.get_one(DevelopmentQuestion, hearing.question_id)
    if not is_asker(question, actor):
        raise not_yours()
    hold(session, hearing)
    _still_asked(hearing)
    if not view.strip():
        raise Refusal("view_missing", _l("Schrijf op wat u ervan vindt."), field="view")
    hearing.way, hearing.view, hearing.view_on = ViewWay.OWN_PAGE, view.strip(), local_date(now)
    hearing.recorded_at, hearing.recorded_by = now, actor.reference
    session.flush()
    record(
        session, actor=actor, action="hearing.answered", object_kind="question", object_id=hearing.question_id, now=now
    )


def require_hearing(session: Session, *, question: DevelopmentQuestion, ground: RefusalGround | None) -> None:
    """Refuse a refusal without its ground, or on facts that others supplied while the applicant was not heard (Awb 4:7).

    Who says that it rests on the applicant's own facts is not believed when the desk changed them and the applicant did not
    confirm that; nor who says that the applicant told it, when it was looked up, or the applicant objects.
    """
    if ground is None:
        raise Refusal("ground_missing", _l("Kies op welke gegevens de afwijzing rust."), field="ground")
    if ground is RefusalGround.SLIGHT or was_heard(session, question=question):
        return
    if ground is RefusalGround.SAID_IN_TALK:
        if on_other_word(session, question=question):
            message = _l(
                "Niet alles wat het loket veranderde, zei de aanvrager zelf. Vraag de aanvrager eerst om een reactie, of laat de "
                "aanvrager de wijzigingen bevestigen."
            )
            raise Refusal("not_said_in_talk", message, field="ground")
        return
    if ground is RefusalGround.OTHER_FACTS:
        message = _l("Vraag de aanvrager eerst om een reactie, en leg die vast. Daarna kunt u afwijzen.")
        raise Refusal("not_heard", message, field="ground")
    if facts_changed_by_desk(session, question=question):
        message = _l(
            "Het loket heeft gegevens in deze vraag veranderd. Vraag de aanvrager eerst om een reactie, of geef aan waarom dat "
            "niet hoeft."
        )
        raise Refusal("facts_changed_by_desk", message, field="ground")
