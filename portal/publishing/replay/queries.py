"""Reads of replays: the one that was kept, and the past questions that are asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from matching.offers.earlier_awards import summed_up
from matching.offers.question import Question
from portal.awarding.answering import as_question, promised
from portal.awarding.decisions.queries import questions_taken_over
from portal.awarding.state_aid import facts_with_aid
from portal.cases.applications.models import Application
from portal.cases.linked.models import LinkedUndertaking
from portal.cases.pledges.models import Pledge
from portal.cases.questions.models import DevelopmentQuestion, Route, training_key_of
from portal.framework.catalogue.models import SchemeVersion
from portal.publishing.effects import RESULT, ReplayResult
from portal.publishing.replay.models import ReplayRun
from portal.spending.vouchers.models import Award, Voucher
from schemes.basics.costs import HadBefore
from schemes.definition.amounts import Cap

BATCH = 250


def replay_of(session: Session, *, version: SchemeVersion, compared_with: SchemeVersion | None) -> ReplayResult | None:
    """The newest replay of exactly this content against exactly that version; None when there is none yet."""
    base = ReplayRun.compared_with_id == compared_with.id if compared_with else ReplayRun.compared_with_id.is_(None)
    rows = select(ReplayRun.result_json).where(
        ReplayRun.scheme_version_id == version.id, ReplayRun.work_hash == version.work_hash, base
    )
    text = session.scalars(rows.order_by(ReplayRun.id.desc()).limit(1)).first()
    return RESULT.validate_json(text) if text is not None else None


# Past questions --------------------------------------------------------------------------------------------------------


def past_count(session: Session) -> int:
    """How many questions `past_questions` gives."""
    sent = (DevelopmentQuestion.submitted_at.is_not(None), DevelopmentQuestion.id.not_in(questions_taken_over()))
    return session.scalar(select(func.count()).select_from(DevelopmentQuestion).where(*sent)) or 0


def past_questions(
    session: Session, per_training: Mapping[str, Sequence[Cap]] | None = None
) -> Iterator[tuple[Question, date]]:
    """Every question that was ever sent, also rejected and withdrawn ones, with its reference date, in the order of asking.

    What was had before is what the desk itself awarded on other questions by then, and else what was declared. Aid to an
    undertaking is both. What was awarded on the question itself is nothing that was had before it. `per_training`: the caps per
    training of schemes that have them; these count what others had for the training too.
    """
    pledges = {pledge.question_id: pledge for pledge in session.scalars(select(Pledge))}
    applications = {one.question_id: one for one in session.scalars(select(Application))}
    grouped = session.scalar(select(LinkedUndertaking.kvk_number).limit(1)) is not None
    awards = _awards_by_key(session)
    last = 0
    while True:
        batch = session.scalars(
            select(DevelopmentQuestion)
            .options(lazyload(DevelopmentQuestion.contact))
            .where(DevelopmentQuestion.id > last, DevelopmentQuestion.submitted_at.is_not(None))
            .where(DevelopmentQuestion.id.not_in(questions_taken_over()))
            .order_by(DevelopmentQuestion.id)
            .limit(BATCH)
        ).all()
        for question in batch:
            assert question.reference_date is not None
            on = question.reference_date
            pledge = pledges.get(question.id) if question.route is Route.INDIVIDUAL else None
            application = applications.get(question.id)
            keys = (application.person_key, application.employer_key) if application is not None else None
            had = _had_before(question, on, awards, keys)
            had += _had_by_others(question, on, awards, keys, per_training or {})
            asked = as_question(question, on=on, pledge=promised(pledge, False), had_before=had)
            if application is not None and (grouped or any(_of_others(question, awards, keys or ()))):
                asked = _with_aid(session, question, application, asked, on)
            yield asked, on
        if len(batch) < BATCH:
            return
        last = batch[-1].id


@dataclass(frozen=True)
class _Had:
    question_id: int
    scheme: str
    cents: int
    on: date
    training_key: str


def _awards_by_key(session: Session) -> dict[str, list[_Had]]:
    """Awards net of what was released, under the pseudonyms of person and employer, and under their training."""
    rows = select(
        Award.question_id,
        Award.scheme,
        Award.amount_cents,
        Award.counted_on,
        Award.person_key,
        Award.employer_key,
        Award.training_key,
        Voucher.released_cents,
        DevelopmentQuestion.training_id,
        DevelopmentQuestion.training_name,
    )
    rows = rows.join(DevelopmentQuestion, DevelopmentQuestion.id == Award.question_id)
    rows = rows.outerjoin(Voucher, Voucher.award_id == Award.id)
    found: dict[str, list[_Had]] = {}
    for row in session.execute(rows.order_by(Award.counted_on, Award.id)):
        training = row.training_key or training_key_of(row.question_id, row.training_id, row.training_name)
        had = _Had(row.question_id, row.scheme, row.amount_cents - (row.released_cents or 0), row.counted_on, training)
        for key in {row.person_key, row.employer_key, training} - {None}:
            found.setdefault(key, []).append(had)
    return found


def _of_others(
    question: DevelopmentQuestion, awards: Mapping[str, list[_Had]], keys: Iterable[str | None]
) -> Iterator[_Had]:
    """What was awarded under these pseudonyms on other questions."""
    return (had for key in keys for had in awards.get(key or "", ()) if had.question_id != question.id)


def _with_aid(
    session: Session, question: DevelopmentQuestion, application: Application, asked: Question, on: date
) -> Question:
    """The question with the aid to its undertaking as it was then: without what was awarded on it, or after it."""
    facts = facts_with_aid(session, question=question, application=application, on=on, own_too=False, later_too=False)
    return asked.model_copy(update={"facts": {key: value for key, value in facts.items() if key in asked.facts}})


def _had_before(
    question: DevelopmentQuestion,
    on: date,
    awards: Mapping[str, list[_Had]],
    keys: tuple[str | None, str | None] | None,
) -> list[dict[str, object]]:
    known: dict[tuple[int, str], _Had] = {}
    for had in _of_others(question, awards, keys or ()):
        if had.cents > 0 and had.on <= on:
            known[(had.question_id, had.scheme)] = had
    found: list[dict[str, object]] = [
        {
            "scheme": had.scheme,
            "amount_cents": had.cents,
            "awarded_on": had.on,
            "counts_for": "everything" if had.training_key == question.training_key else "holder",
        }
        for had in known.values()
    ]
    here = {(had.scheme, had.on) for had in known.values()}
    for entry in question.had_before:
        day = date.fromisoformat(entry["awarded_on"])
        if (entry["scheme"], day) not in here and day <= on:
            found.append({"scheme": entry["scheme"], "amount_cents": entry["amount_cents"], "awarded_on": day})
    return found


def _had_by_others(
    question: DevelopmentQuestion,
    on: date,
    awards: Mapping[str, list[_Had]],
    keys: tuple[str | None, str | None] | None,
    per_training: Mapping[str, Sequence[Cap]],
) -> list[dict[str, object]]:
    """What others had for the same training by then, of schemes with a cap per training."""
    if not per_training:
        return []
    own = {(had.question_id, had.scheme) for had in _of_others(question, awards, keys or ())}
    by_scheme: dict[str, list[HadBefore]] = {}
    for had in _of_others(question, awards, [question.training_key]):
        if had.scheme in per_training and had.cents > 0 and had.on <= on and (had.question_id, had.scheme) not in own:
            entry = HadBefore(scheme=had.scheme, amount_cents=had.cents, awarded_on=had.on, counts_for="training")
            by_scheme.setdefault(had.scheme, []).append(entry)
    return [
        entry.model_dump()
        for scheme, entries in sorted(by_scheme.items())
        for entry in summed_up(per_training[scheme], entries, on)
    ]
