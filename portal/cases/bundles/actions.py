"""Acts on several trainings of one employer: fill in, take away, send together. Nothing commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from matching.answering.bundle import MOST_TRAININGS
from portal.cases.bundles.models import BundledTraining, TrainingInput
from portal.cases.bundles.queries import shared_facts, trainings_of
from portal.cases.contents import save_borrowing, save_costs, save_employer, save_facts, save_training, save_wish
from portal.cases.linked.actions import same_group
from portal.cases.questions.actions import may_change, start_question, submit_question, tell_asker
from portal.cases.questions.models import ContactDetails, CostInput, DevelopmentQuestion, EmployerDetails, Route
from portal.cases.wrong_facts import fact_refusal
from portal.framework.catalogue.queries import as_json, catalogue
from portal.people.actor import Actor
from portal.platform.act_counts import count_act
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.facts import parse_facts


def add_training(
    session: Session, *, question: DevelopmentQuestion, training: TrainingInput, actor: Actor, now: datetime
) -> BundledTraining:
    """One more training. Raises ``Refusal`` when there are too many or a value does not fit, ``Conflict`` after sending."""
    _may_fill(session, question, actor)
    before = trainings_of(session, question=question)
    _not_too_many(len(before) + 1)
    made = _made(session, question, training, max((one.position for one in before), default=0) + 1, now)
    _saved(session, question, now)
    return made


def change_training(
    session: Session,
    *,
    question: DevelopmentQuestion,
    position: int,
    training: TrainingInput,
    actor: Actor,
    now: datetime,
) -> None:
    """Other values for a training. Raises ``Refusal`` as `add_training` does, ``Conflict`` when it is no longer there."""
    _may_fill(session, question, actor)
    drop_training(session, question=question, position=position, actor=actor, now=now)
    _made(session, question, training, position, now)
    session.flush()


def drop_training(
    session: Session, *, question: DevelopmentQuestion, position: int, actor: Actor, now: datetime
) -> None:
    """Take a training away. Raises ``Conflict`` when it is no longer there."""
    _may_fill(session, question, actor)
    mine = (BundledTraining.question_id == question.id, BundledTraining.position == position)
    removed = session.execute(delete(BundledTraining).where(*mine).execution_options(synchronize_session="fetch"))
    if getattr(removed, "rowcount", 0) != 1:
        raise Conflict("training_gone", _l("Deze opleiding staat niet meer in de lijst."))
    _saved(session, question, now)


def replace_trainings(
    session: Session, *, question: DevelopmentQuestion, trainings: Sequence[TrainingInput], actor: Actor, now: datetime
) -> None:
    """These trainings instead of all that were there. Raises ``Refusal`` as `add_training` does."""
    _may_fill(session, question, actor)
    _not_too_many(len(trainings))
    session.execute(delete(BundledTraining).where(BundledTraining.question_id == question.id))
    for position, training in enumerate(trainings, start=1):
        _made(session, question, training, position, now)
    _saved(session, question, now)


def send_together(
    session: Session, *, question: DevelopmentQuestion, contact: ContactDetails, actor: Actor, now: datetime
) -> list[DevelopmentQuestion]:
    """Send every training to the desk as a question of its own: the first in this question, the others in new ones.

    One message says so of all. The table that the employer gets is one, and so is its link.

    Raises ``Refusal`` without trainings or organisation, ``Conflict`` when it was sent before.
    """
    _may_fill(session, question, actor)
    rows = trainings_of(session, question=question)
    if not rows:
        raise Refusal("no_trainings", _l("Voeg eerst een opleiding toe."))
    if question.employer_name is None or question.employer_kvk is None:
        raise Refusal("employer_missing", _l("Vul eerst de gegevens van uw organisatie in."))
    sent: list[DevelopmentQuestion] = []
    for row in rows:
        own = question if not sent else _sister(session, question, actor, now)
        doer = replace(actor, question_id=own.id)
        _fill(session, own, row, doer, now)
        submit_question(session, question=own, contact=contact, actor=doer, now=now, tell=len(rows) == 1)
        row.sent_as_id = own.id
        sent.append(own)
    session.flush()
    if len(sent) > 1:
        numbers = [one.reference_number for one in sent]
        details = {"number": len(sent), "first": numbers[0], "last": numbers[-1]}
        tell_asker(session, question=question, template="question/received_together", now=now, details=details)
    return sent


def _sister(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime) -> DevelopmentQuestion:
    """A new question of the same employer, with what is the same for all trainings."""
    made = start_question(session, route=Route.EMPLOYER, language=question.language, actor=actor, now=now)
    doer = replace(actor, question_id=made.id)
    employer = EmployerDetails(question.employer_name or "", question.employer_kvk or "", question.employer_contact)
    save_employer(session, question=made, employer=employer, learner_name=None, actor=doer, now=now)
    save_facts(session, question=made, facts=shared_facts(question), actor=doer, now=now)
    save_wish(session, question=made, wish=question.wish, goals=question.goals, actor=doer, now=now)
    if question.borrow_up_to_cents:
        save_borrowing(session, question=made, up_to_cents=question.borrow_up_to_cents, actor=doer, now=now)
    made.had_before = list(question.had_before)
    same_group(session, question=made, of=question, now=now)
    return made


def _fill(session: Session, question: DevelopmentQuestion, row: BundledTraining, actor: Actor, now: datetime) -> None:
    name, provider = row.training_name, row.training_provider
    save_training(session, question=question, name=name, provider=provider, actor=actor, now=now)
    old: dict[str, object] = {key: None for key in question.facts if key.startswith("training_")}
    save_facts(session, question=question, facts={**old, **row.facts}, actor=actor, now=now)
    save_costs(session, question=question, costs=[CostInput(**cost) for cost in row.costs], actor=actor, now=now)


def _made(
    session: Session, question: DevelopmentQuestion, training: TrainingInput, position: int, now: datetime
) -> BundledTraining:
    if not training.person.strip() or not training.training_name.strip():
        raise Refusal("nothing_asked", _l("Vul in voor wie de opleiding is, en hoe de opleiding heet."))
    parsed = parse_facts(training.facts, catalogue(session).facts, on=local_date(now))
    if parsed.findings:
        raise fact_refusal(parsed.findings[0])
    made = BundledTraining(
        question_id=question.id,
        position=position,
        person=training.person,
        training_name=training.training_name,
        training_provider=training.training_provider,
        facts={key: as_json(value) for key, value in parsed.values.items()},
        costs=[
            {
                "category": cost.category,
                "amount_cents": cost.amount_cents,
                "amount_without_vat_cents": cost.amount_without_vat_cents,
            }
            for cost in training.costs
        ],
    )
    session.add(made)
    return made


def _saved(session: Session, question: DevelopmentQuestion, now: datetime) -> None:
    question.changed_at = now
    session.flush()
    count_act(session, "draft.saved")


def _may_fill(session: Session, question: DevelopmentQuestion, actor: Actor) -> None:
    may_change(session, question, actor)
    if not question.is_draft:
        raise Conflict("already_submitted", _l("Deze vraag is al verstuurd."))
    if question.route is not Route.EMPLOYER:
        raise Refusal("not_employer_route", _l("Deze vraag is niet van een werkgever."))


def _not_too_many(number: int) -> None:
    if number > MOST_TRAININGS:
        raise Refusal("too_many_trainings", _l("Vul niet meer dan %(most)s opleidingen in.", most=MOST_TRAININGS))
