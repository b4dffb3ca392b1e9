"""Acts on corrections: change what was asked, take that back, and what the person says of it.

There is one way to correct: the question is locked and read anew, what differs is written by the act that always writes it, and
everything that is different after that is kept with its old and new value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.applications.asked_anew import complete_again_after, count_from
from portal.cases.applications.completeness import lose_place, take_place
from portal.cases.applications.fitting_birth import require_fitting_birth
from portal.cases.applications.following import BIRTH_DATE, FOLLOWED, follow_question
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question, missing_facts, schemes_applied_for
from portal.cases.asked import FACT, SUBJECTS, Asked, asked_of, same_value, write_asked
from portal.cases.corrections.models import Correction, CorrectionAnswer, OnWord
from portal.cases.corrections.queries import (
    TOLD,
    change_of_substance,
    corrections_by_question,
    not_of_the_person,
    taken_back,
)
from portal.cases.earlier_answers.actions import COUNTED, keep_earlier_answers
from portal.cases.questions.actions import advisor_only, not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import is_asker
from portal.cases.wrong_facts import birth_of, require_same_year
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.act_counts import count_act
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l

BIRTH_YEAR = f"{FACT}birth_year"


def correct(
    session: Session,
    *,
    question: DevelopmentQuestion,
    changes: Mapping[str, Any],
    on_word: OnWord,
    actor: Actor,
    now: datetime,
    known_since: datetime | None = None,
) -> list[Correction]:
    """Correct a question that was sent: `changes` are new values by subject (``portal.cases.asked``). All of it or nothing.

    What follows from a change is a correction too. An application keeps its place in the order of receipt, unless a scheme that
    was applied for lets such a change move it: then it is complete again from `now`. What was missing was in since `known_since`,
    and else since `now`. Raises what the acts that save raise, and ``Conflict`` for a question that is over.
    """
    advisor_only(actor)
    _hold(session, question)
    before = asked_of(session, question)
    _require_fitting_birth(session, question, before, changes, on_word, now)
    wanted = _with_what_follows(before, changes)
    _keep_counted(session, question, wanted, now)
    for subject in _in_order(wanted):
        if not same_value(subject, wanted[subject], before.get(subject)):
            write_asked(session, question=question, subject=subject, value=wanted[subject], actor=actor, now=now)
    rows = _keep(session, question, before, on_word, actor, now)
    _follow(session, question, rows, actor, now)
    _keep_place(session, question, rows, actor, now, known_since)
    return rows


def take_back(session: Session, *, correction: Correction, actor: Actor, now: datetime) -> list[Correction]:
    """Take a correction back: what it changed is again as it was before it, and so is the place in the order of receipt. A birth
    date and its year that were corrected together are taken back together.

    Raises ``Conflict`` when it was taken back already, or when it was changed again after it.
    """
    advisor_only(actor)
    question = session.get_one(DevelopmentQuestion, correction.question_id)
    _hold(session, question)
    before, known = asked_of(session, question), corrections_by_question(session, question=question)
    if correction.id in taken_back(known):
        raise Conflict("taken_back", _l("Deze wijziging is al teruggedraaid."))
    if not same_value(correction.subject, before.get(correction.subject), correction.becomes):
        raise Conflict("changed_again", _l("Dit is daarna opnieuw veranderd. Draai eerst die wijziging terug."))
    undone = [correction, *_born_with(correction, before, known)]
    wanted = _with_what_follows(before, {row.subject: row.was for row in undone})
    _keep_counted(session, question, wanted, now)
    for subject in _in_order(wanted):
        write_asked(session, question=question, subject=subject, value=wanted[subject], actor=actor, now=now)
    rows = _keep(session, question, before, correction.on_word, actor, now, undoes=undone)
    _follow(session, question, rows, actor, now)
    if correction.place_before is not None:
        _give_place_back(session, question, correction, known, actor, now)
    return rows


def _hold(session: Session, question: DevelopmentQuestion) -> None:
    """Lock the question, and let everything that was read before be read again when it is used."""
    hold(session, question)
    session.expire_all()
    if question.is_draft:
        raise Conflict("not_submitted", _l("Deze vraag is nog niet verstuurd."))


def _keep_counted(session: Session, question: DevelopmentQuestion, wanted: Mapping[str, Any], now: datetime) -> None:
    """Figures of days that are over go on counting what stands before this change."""
    if not COUNTED.isdisjoint(wanted):
        keep_earlier_answers(session, question_ids=[question.id], now=now)


def _require_fitting_birth(
    session: Session,
    question: DevelopmentQuestion,
    before: Asked,
    changes: Mapping[str, Any],
    on_word: OnWord,
    now: datetime,
) -> None:
    """Refuse a birth date that contradicts the year, unless that is corrected with it; and on word of mouth alone one by which
    what was applied for can no longer be given."""
    born = birth_of(changes.get(BIRTH_DATE))
    if born is None or same_value(BIRTH_DATE, changes[BIRTH_DATE], before.get(BIRTH_DATE)):
        return
    require_same_year({"birth_year": changes.get(BIRTH_YEAR, before.get(BIRTH_YEAR))}, born)
    application = application_by_question(session, question=question)
    if application is not None and question.is_open and on_word in (OnWord.TOLD, OnWord.ANSWERED):
        held = schemes_applied_for(session, question=question, application=application).values()
        on = question.reference_date or local_date(now)
        require_fitting_birth(session, question=question, held=held, born=born, on=on)


def _with_what_follows(before: Asked, changes: Mapping[str, Any]) -> Asked:
    """A birth date gives the year of birth; another year makes a date that was given before untrue."""
    wanted = dict(changes)
    born = wanted.get(BIRTH_DATE)
    if isinstance(born, str) and born[:4].isdigit():
        wanted[BIRTH_YEAR] = int(born[:4])
    elif BIRTH_YEAR in wanted and BIRTH_DATE not in wanted:
        known = before.get(BIRTH_DATE)
        if isinstance(known, str) and known[:4] != str(wanted[BIRTH_YEAR]):
            wanted[BIRTH_DATE] = None
    return wanted


def _born_with(correction: Correction, before: Asked, known: Sequence[Correction]) -> list[Correction]:
    """The year that was corrected together with a birth date, or the date with its year, as far as it still stands."""
    other = {BIRTH_DATE: BIRTH_YEAR, BIRTH_YEAR: BIRTH_DATE}.get(correction.subject)
    return [
        row
        for row in known
        if row.subject == other
        and row.at == correction.at
        and row.id not in taken_back(known)
        and same_value(row.subject, before.get(row.subject), row.becomes)
    ]


def _in_order(wanted: Mapping[str, Any]) -> Sequence[str]:
    for subject in wanted:
        if subject not in SUBJECTS and not subject.startswith(FACT):
            raise KeyError(subject)
    return [*(one for one in SUBJECTS if one in wanted), *sorted(one for one in wanted if one.startswith(FACT))]


def _keep(
    session: Session,
    question: DevelopmentQuestion,
    before: Asked,
    on_word: OnWord,
    actor: Actor,
    now: datetime,
    undoes: Sequence[Correction] = (),
) -> list[Correction]:
    after, known = asked_of(session, question), corrections_by_question(session, question=question)
    rows = []
    for subject in dict.fromkeys((*before, *after)):
        if before.get(subject) == after.get(subject):
            continue
        row = Correction(
            question_id=question.id,
            subject=subject,
            was=before.get(subject),
            becomes=after.get(subject),
            on_word=on_word,
            revision=question.revision,
            at=now,
            by=actor.reference,
            by_name=actor.signature,
            undoes_id=next((one.id for one in undoes if one.subject == subject), None),
        )
        _settle_open(known, subject, actor, now)
        session.add(row)
        rows.append(row)
    session.flush()
    return rows


def _follow(
    session: Session, question: DevelopmentQuestion, rows: Sequence[Correction], actor: Actor, now: datetime
) -> None:
    """An application that was not decided says what its question says."""
    followed = [row for row in rows if row.subject in FOLLOWED]
    application = application_by_question(session, question=question) if followed and question.is_open else None
    if application is not None:
        was, becomes = ({row.subject: getattr(row, side) for row in followed} for side in ("was", "becomes"))
        follow_question(session, application=application, was=was, becomes=becomes, actor=actor, now=now)


def _settle_open(known: Sequence[Correction], subject: str, actor: Actor, now: datetime) -> None:
    """What the person objected to was changed: that answers the objection."""
    for row in known:
        if row.subject == subject and row.is_open_point:
            row.settled_at, row.settled_by = now, actor.reference


# The order of receipt --------------------------------------------------------------------------------------------------


def _keep_place(
    session: Session,
    question: DevelopmentQuestion,
    rows: Sequence[Correction],
    actor: Actor,
    now: datetime,
    known_since: datetime | None,
) -> None:
    application = application_by_question(session, question=question)
    if application is None or not question.is_open or not rows:
        return
    since = application.completed_at
    if since is None:
        take_place(session, question=question, application=application, actor=actor, now=now, known_since=known_since)
    elif missing_facts(session, question=question, application=application):
        lose_place(session, question=question, application=application, actor=actor, now=now)
        _moved(rows, since)
    else:
        moving = complete_again_after(session, question=question, application=application)
        if weighty := [row for row in rows if change_of_substance(row) in moving]:
            count_from(session, application=application, at=now, actor=actor, now=now)
            _moved(weighty, since)
    session.flush()


def _moved(rows: Sequence[Correction], since: datetime) -> None:
    for row in rows:
        row.place_before = since


def _give_place_back(
    session: Session,
    question: DevelopmentQuestion,
    correction: Correction,
    known: Sequence[Correction],
    actor: Actor,
    now: datetime,
) -> None:
    """The place of before, unless another correction moved it too, or the application is not complete for another reason."""
    application = application_by_question(session, question=question)
    if application is None or not question.is_open or not _placed_by(application, question, known):
        return
    if missing_facts(session, question=question, application=application):
        return
    gone = taken_back(known) | {correction.id}
    moving = [row for row in known if row.place_before is not None]
    place, left = correction.place_before, [row for row in moving if row.id in gone and row.id != correction.id]
    while earlier := next((row for row in left if row.at == place), None):
        left.remove(earlier)
        place = earlier.place_before
    standing = [row.at for row in moving if row.id not in gone]
    assert place is not None, "only corrections that moved the place are looked at"
    count_from(session, application=application, at=max([place, *standing]), actor=actor, now=now)


def _placed_by(application: Application, question: DevelopmentQuestion, known: Sequence[Correction]) -> bool:
    if application.completed_at is None:
        return question.waiting_since is None
    return application.completed_at in {row.at for row in known if row.place_before is not None}


# What the person says of it --------------------------------------------------------------------------------------------


def confirm_correction(session: Session, *, correction: Correction, actor: Actor, now: datetime) -> None:
    """The person says that a correction is right: from now on it is what the person gave."""
    _answer(session, correction, actor, now, CorrectionAnswer.CONFIRMED)


def object_to_correction(
    session: Session, *, correction: Correction, objection: str, actor: Actor, now: datetime
) -> None:
    """The person says that a correction is not right, and why. It is a point for the advisor until it is settled."""
    if not objection.strip():
        raise Refusal("objection_missing", _l("Schrijf op wat er niet klopt."), field="objection")
    _answer(session, correction, actor, now, CorrectionAnswer.OBJECTED, objection=objection.strip())


def _answer(
    session: Session, correction: Correction, actor: Actor, now: datetime, answer: CorrectionAnswer, **words: str
) -> None:
    question = session.get_one(DevelopmentQuestion, correction.question_id)
    if not is_asker(question, actor):
        raise not_yours()
    hold(session, question)
    known = [row for row in corrections_by_question(session, question=question) if row.subject == correction.subject]
    if known[-1].id != correction.id:
        raise Conflict("changed_again", _l("De adviseur heeft dit daarna opnieuw veranderd. Kijk wat er nu staat."))
    given = {"answer": answer, "answered_at": now, "answered_by": actor.reference, **words}
    answered = Conflict("answered_already", _l("U hebt dit al beantwoord."))
    write_guarded(session, correction, Correction.answer.is_(None), otherwise=answered, **given)
    _log(session, correction, f"correction.{answer.value}", actor, now)


def settle_correction(session: Session, *, correction: Correction, reply: str, actor: Actor, now: datetime) -> None:
    """An advisor looked at an objection and leaves the correction as it is; `reply` tells the person why."""
    advisor_only(actor)
    if not reply.strip():
        raise Refusal("reply_missing", _l("Schrijf op waarom het zo blijft. De aanvrager leest dit."), field="reply")
    hold(session, session.get_one(DevelopmentQuestion, correction.question_id))
    settled = Conflict("settled_already", _l("Dit punt is al afgehandeld."))
    still = (Correction.answer == CorrectionAnswer.OBJECTED, Correction.settled_at.is_(None))
    done = {"settled_at": now, "settled_by": actor.reference, "settled_reply": reply.strip()}
    write_guarded(session, correction, *still, otherwise=settled, **done)
    _log(session, correction, "correction.settled", actor, now)


def tell_of_corrections(session: Session, *, question: DevelopmentQuestion, now: datetime) -> bool:
    """Tell who asked that something was changed, so that it can be confirmed or objected to; whether there was something to tell.

    What was taken back or confirmed meanwhile is not told of. All corrections until now are in one message.
    """
    hold(session, question)
    known = corrections_by_question(session, question=question)
    waits = [one for one in not_of_the_person(session, question=question) if one.answered is None]
    if not waits or not (question.is_open or question.state is QuestionState.DECIDED):
        return False
    tell_asker(session, question=question, template=TOLD, now=now, version=known[-1].id)
    count_act(session, "correction.told")
    return True


def _log(session: Session, correction: Correction, action: str, actor: Actor, now: datetime) -> None:
    name = correction.subject.removeprefix(FACT)
    question_id = correction.question_id
    record(session, actor=actor, action=action, object_kind="question", object_id=question_id, now=now, fields=(name,))
