"""Several trainings of one employer: who may fill them in, the one mix over all, and sending them as questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matching import violations
from matching.answering.bundle_answer import BundleAnswer
from portal.awarding.answering import indicative_answer
from portal.cases.bundles import answering
from portal.cases.bundles.actions import add_training, change_training, drop_training, replace_trainings, send_together
from portal.cases.bundles.answering import bundle_answer
from portal.cases.bundles.models import BundledTraining, TrainingInput
from portal.cases.bundles.queries import asked_together, keys_of, sent_together, trainings_of
from portal.cases.questions.actions import discard_draft
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState, Route
from portal.cases.questions.queries import question_by_public_id
from portal.framework.trainings.actions import enter_training
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from schemes.basics.costs import HadBefore
from tests.factories import ADVISOR, MAIL, NOBODY, NOW, OWNER, REGION, a_draft, a_question, employer, resident
from tests.portal.cases.test_chosen_training import TERMS
from tests.snapshots import made_once

START = (NOW + timedelta(days=60)).date().isoformat()


def training(person: str = "a", cents: int = 300_000, **more: Any) -> TrainingInput:
    wanted: dict[str, Any] = {
        "training_name": f"Opleiding {person}",
        "facts": {"training_start": START},
        "costs": (CostInput("tuition", cents),) if cents else (),
    }
    return TrainingInput(person, **(wanted | more))


@made_once
def a_bundle(session: Session, *given: TrainingInput) -> DevelopmentQuestion:
    question = a_draft(session, route=Route.EMPLOYER)
    rows = given or (training("a"), training("b", 200_000))
    replace_trainings(session, question=question, trainings=rows, actor=employer(question), now=NOW)
    return question


def test_trainings_are_added_changed_and_taken_away(session: Session) -> None:
    question = a_draft(session, route=Route.EMPLOYER)
    doer: dict[str, Any] = {"question": question, "actor": employer(question), "now": NOW}
    for person in "abc":
        add_training(session, training=training(person), **doer)
    drop_training(session, position=2, **doer)
    change_training(session, position=3, training=training("d", 100), **doer)
    add_training(session, training=training("e"), **doer)
    found = trainings_of(session, question=question)
    assert [(one.position, one.person, one.total_cents) for one in found] == [
        (1, "a", 300_000),
        (3, "d", 100),
        (4, "e", 300_000),
    ]
    for work in (drop_training, change_training):
        with pytest.raises(Conflict):
            more = {"training": training("x")} if work is change_training else {}
            work(session, position=2, **doer, **more)


def test_only_the_employer_of_the_draft_may_fill_it_in(session: Session) -> None:
    question, other = a_bundle(session), a_bundle(session)
    for actor in (employer(other), resident(question), NOBODY, OWNER, ADVISOR):
        with pytest.raises((Refusal, Conflict)):
            add_training(session, question=question, training=training(), actor=actor, now=NOW)
        with pytest.raises((Refusal, Conflict)):
            send_together(session, question=question, contact=MAIL, actor=actor, now=NOW)
    assert len(trainings_of(session, question=question)) == 2


def test_a_resident_has_no_bundle(session: Session) -> None:
    question = a_draft(session)
    with pytest.raises(Refusal) as refused:
        add_training(session, question=question, training=training(), actor=resident(question), now=NOW)
    assert refused.value.code == "not_employer_route"


@pytest.mark.parametrize(
    "wrong", [training(" "), training("a", training_name=""), training("a", facts={"training_start": "later"})]
)
def test_what_does_not_fit_is_refused(session: Session, wrong: TrainingInput) -> None:
    question = a_bundle(session)
    with pytest.raises(Refusal):
        add_training(session, question=question, training=wrong, actor=employer(question), now=NOW)


def test_there_are_no_more_trainings_than_a_mix_can_hold(session: Session) -> None:
    question = a_draft(session, route=Route.EMPLOYER)
    rows = [training(f"p{number}", 0) for number in range(201)]
    with pytest.raises(Refusal) as refused:
        replace_trainings(session, question=question, trainings=rows, actor=employer(question), now=NOW)
    assert refused.value.code == "too_many_trainings"


def test_the_mix_over_all_is_allowed_and_never_more_than_each_by_itself(session: Session) -> None:
    question = a_bundle(session, training("a"), training("A", 200_000), training("b", 100_000))
    answer = bundle_answer(session, question=question, on=NOW.date())
    assert answer is not None and answer.proposal is not None and answer.prepared.problem is not None
    assert answer.proposal.status == "proven"
    assert violations(answer.prepared.problem, answer.proposal.shares) == []
    assert [one.cost_cents for one in answer.trainings] == [300_000, 200_000, 100_000]
    assert sum(one.paid_cents for one in answer.trainings) > 0
    holders = [one.part.training.holder for one in answer.trainings]
    assert holders[0] == holders[1] != holders[2], "one employee, however the label is written"


def test_one_training_together_is_the_same_as_asked_alone(session: Session) -> None:
    question = a_bundle(session, training("a", 120_000))
    together = bundle_answer(session, question=question, on=NOW.date())
    [sent] = send_together(session, question=question, contact=MAIL, actor=employer(question), now=NOW)
    alone = indicative_answer(session, question=sent, on=NOW.date())
    assert together is not None and together.proposal is not None and alone.proposal is not None
    assert [one.value for one in together.proposal.passes[:4]] == [one.value for one in alone.proposal.passes[:4]]


def test_every_training_is_sent_as_a_question_that_an_advisor_sees(session: Session) -> None:
    question = a_bundle(session, training("a"), training("b", 200_000, training_provider="ROC Proef"))
    sent = send_together(session, question=question, contact=MAIL, actor=employer(question), now=NOW)
    assert sent[0].id == question.id and len({one.reference_number for one in sent}) == 2
    for one, cents in zip(sent, (300_000, 200_000), strict=True):
        assert one.state is QuestionState.SUBMITTED and one.route is Route.EMPLOYER
        assert (one.total_cents, one.employer_kvk, one.employer_name) == (cents, "12345678", "Bakkerij Proef bv")
        assert one.facts["training_start"] == START and one.facts["employer_municipality"] == "GM9901"
        assert question_by_public_id(session, public_id=one.public_id, actor=ADVISOR) is not None
        assert one.contact is not None and one.contact.email == MAIL.email
    assert [one.training_name for one in sent_together(session, question=question)] == ["Opleiding a", "Opleiding b"]
    assert asked_together(session, question=sent[0], actor=ADVISOR) == [sent[1]]
    assert asked_together(session, question=sent[1], actor=ADVISOR) == [sent[0]]
    assert asked_together(session, question=sent[0], actor=NOBODY) == []
    assert asked_together(session, question=a_question(session, route=Route.EMPLOYER), actor=ADVISOR) == []
    with pytest.raises(Conflict):
        send_together(session, question=question, contact=MAIL, actor=employer(question), now=NOW)


def test_a_row_that_is_called_as_a_training_of_the_region_is_that_training(session: Session) -> None:
    called: dict[str, Any] = {"training_name": "lassen", "training_provider": "vakschool voorbeeld"}
    question = a_bundle(session, training("a", **called), training("b", **called), training("c"))
    known = enter_training(session, terms=TERMS, actor=REGION, now=NOW)
    keys = keys_of(session, trainings_of(session, question=question))
    assert keys[1] == keys[2] == f"training:{known.id}" != keys[3]
    had = HadBefore(scheme="bedrijfsvoucher", amount_cents=1, awarded_on=NOW.date(), counts_for="training")
    answer = bundle_answer(session, question=question, on=NOW.date(), had={f"training:{known.id}": [had]})
    assert answer is not None
    assert [one.part.question.had_before for one in answer.trainings] == [(had,), (had,), ()]
    sent = send_together(session, question=question, contact=MAIL, actor=employer(question), now=NOW)
    assert [one.training_id for one in sent] == [known.id, known.id, None]
    assert [one.training_key for one in sent] == list(keys.values())


def test_nothing_is_sent_when_one_of_them_is_refused(session: Session) -> None:
    question = a_bundle(session)
    count = session.scalar(select(func.count()).select_from(DevelopmentQuestion))
    nested = session.begin_nested()
    with pytest.raises(Refusal):
        contact = replace(MAIL, email="")
        send_together(session, question=question, contact=contact, actor=employer(question), now=NOW)
    nested.rollback()
    session.expire_all()
    assert question.is_draft and session.scalar(select(func.count()).select_from(DevelopmentQuestion)) == count


def test_without_trainings_nothing_is_sent(session: Session) -> None:
    question = a_draft(session, route=Route.EMPLOYER)
    with pytest.raises(Refusal) as refused:
        send_together(session, question=question, contact=MAIL, actor=employer(question), now=NOW)
    assert refused.value.code == "no_trainings"


def test_the_trainings_go_with_the_draft_that_is_thrown_away(session: Session) -> None:
    question = a_bundle(session)
    discard_draft(session, question=question, actor=Actor(Audience.EMPLOYER, question_id=question.id), now=NOW)
    session.flush()
    assert session.scalar(select(func.count()).select_from(BundledTraining)) == 0


def test_a_long_answer_holds_no_connection_and_is_the_same_as_one_that_does(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, held = unit_of_work(engine, a_bundle), []
    real = answering.solved

    def solved(*given: Any) -> BundleAnswer:
        held.append(engine.pool.checkedout())  # type: ignore[attr-defined]
        return real(*given)

    def look(session: Session) -> BundleAnswer | None:
        found = bundle_answer(session, question=session.get_one(DevelopmentQuestion, question.id), on=NOW.date())
        assert len(trainings_of(session, question=question)) == 2, "and reading goes on"
        return found

    monkeypatch.setattr(answering, "solved", solved)
    alone, together = unit_of_work(engine, look, read_only=True), unit_of_work(engine, look)
    assert held == [0, 1] and alone is not None and together is not None
    assert alone.as_dict() == together.as_dict()
