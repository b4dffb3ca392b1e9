"""What was asked, as plain values: one per thing that can be corrected, to be compared, kept, shown and written back.

The keys (subjects) are ``wish``, ``goals``, ``training``, ``costs``, ``borrow_up_to``, ``employer``, ``pledge``, ``contact``, and
``fact.<key>`` for each fact. A value is JSON: two values are the same when they are equal; None is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.contents import (
    NamedTraining,
    keep_training,
    save_borrowing,
    save_contact,
    save_costs,
    save_employer,
    save_facts,
    save_training,
    save_wish,
)
from portal.cases.pledges.actions import Contribution, expect_no_pledge, expect_pledge
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import (
    Bearer,
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    QuestionCostLine,
)
from portal.people.actor import Actor
from portal.post.messages.models import MessageTopic
from portal.post.messages.queries import consents_of

FACT = "fact."
REACH = ("name", "email", "phone", "street", "house_number", "postcode", "city")
AFTER_DECISION = ("training", "costs", FACT)
"""What can still be corrected after a decision: what is decided again on."""

Asked = dict[str, Any]


def asked_of(session: Session, question: DevelopmentQuestion) -> Asked:
    """Everything that was asked, by subject. A fact that nobody answered is not there."""
    found: Asked = {
        "wish": question.wish,
        "goals": sorted(question.goals),
        "training": _training(question),
        "costs": [cost_value(line) for line in question.cost_lines],
        "borrow_up_to": question.borrow_up_to_cents,
        "employer": _employer(question),
        "pledge": pledge_value(pledge_by_question(session, question=question)),
        "contact": _contact(session, question),
    }
    return found | {FACT + key: value for key, value in question.facts.items()}


def _training(question: DevelopmentQuestion) -> dict[str, Any] | None:
    if question.training_name is None:
        return None
    return training_value(question.training_name, question.training_provider, question.training_id)


def training_value(name: str, provider: str | None, training_id: int | None) -> dict[str, Any]:
    """A training as a plain value, with its id in the catalogue of the region when it is in there."""
    return {"name": name, "provider": provider, "id": training_id}


def same_value(subject: str, one: Any, other: Any) -> bool:
    """Whether two values of a subject say the same. Where one does not say which training of the region it is, as corrections of
    before that was remembered, the words decide."""
    if subject == "training" and one and other and ("id" in one) != ("id" in other):
        return bool({**one, "id": None} == {**other, "id": None})
    return bool(one == other)


def cost_value(line: QuestionCostLine) -> dict[str, Any]:
    """A cost line as a plain value; amounts in cents, days as YYYY-MM-DD."""
    return {
        "category": line.category,
        "amount_cents": line.amount_cents,
        "description": line.description,
        "amount_without_vat_cents": line.amount_without_vat_cents,
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "bearer": line.bearer.value,
    }


def cost_input(value: Mapping[str, Any]) -> CostInput:
    """A plain value as a cost line that can be saved."""
    due = value.get("due_on")
    return CostInput(**{**value, "due_on": date.fromisoformat(due) if due else None})


def _employer(question: DevelopmentQuestion) -> dict[str, Any] | None:
    if question.employer_kvk is None:
        return None
    return {
        "name": question.employer_name,
        "kvk_number": question.employer_kvk,
        "contact_name": question.employer_contact,
        "learner_name": question.learner_name,
    }


def pledge_value(pledge: Pledge | None) -> dict[str, Any] | None:
    """What an employer pays, as a plain value; None when nothing was promised or expected."""
    if pledge is None or pledge.kind is None or pledge.state is PledgeState.DECLINED:
        return None
    categories = sorted(pledge.categories) if pledge.categories else None
    return {"kind": pledge.kind.value, "amount_cents": pledge.amount_cents, "categories": categories}


def _contact(session: Session, question: DevelopmentQuestion) -> dict[str, Any] | None:
    contact = question.contact
    if contact is None:
        return None
    topics = {consent.topic for consent in consents_of(session, question_id=question.id)} - {MessageTopic.CASE}
    by_mail = sorted(topic.value for topic in topics) if contact.way is ContactWay.EMAIL else []
    return {"way": contact.way.value, **{name: getattr(contact, name) for name in REACH}, "by_mail": by_mail}


# Writing back ----------------------------------------------------------------------------------------------------------


def write_asked(
    session: Session, *, question: DevelopmentQuestion, subject: str, value: Any, actor: Actor, now: datetime
) -> None:
    """Write one value. Raises what the act that saves it raises; ``KeyError`` for a subject that does not exist."""
    by: dict[str, Any] = {"question": question, "actor": actor, "now": now}
    if subject.startswith(FACT):
        save_facts(session, facts={subject.removeprefix(FACT): value}, decided_too=True, **by)
    else:
        _WRITE[subject](session, value, by)


def _write_wish(session: Session, value: Any, by: dict[str, Any]) -> None:
    save_wish(session, wish=value, goals=by["question"].goals, **by)


def _write_goals(session: Session, value: Any, by: dict[str, Any]) -> None:
    save_wish(session, wish=by["question"].wish, goals=value, **by)


def _write_training(session: Session, value: Any, by: dict[str, Any]) -> None:
    told = value or {"name": None, "provider": None, "id": None}
    if "id" in told:
        known = NamedTraining(told["name"], told["provider"], told["id"])
        keep_training(session, training=known, decided_too=True, **by)
    else:
        save_training(session, name=told["name"], provider=told["provider"], decided_too=True, **by)


def _write_costs(session: Session, value: Any, by: dict[str, Any]) -> None:
    save_costs(session, costs=[cost_input(line) for line in value], decided_too=True, **by)


def _write_borrowing(session: Session, value: Any, by: dict[str, Any]) -> None:
    save_borrowing(session, up_to_cents=value, **by)


def _write_employer(session: Session, value: Any, by: dict[str, Any]) -> None:
    employer = EmployerDetails(value["name"], value["kvk_number"], value["contact_name"])
    save_employer(session, employer=employer, learner_name=value["learner_name"], **by)


def _write_pledge(session: Session, value: Any, by: dict[str, Any]) -> None:
    if value is None:
        expect_no_pledge(session, **by)
    else:
        expect_pledge(session, money=Contribution(**value), **by)


def _write_contact(session: Session, value: Any, by: dict[str, Any]) -> None:
    topics = tuple(MessageTopic(topic) for topic in value["by_mail"])
    reach = {name: value[name] for name in REACH}
    save_contact(session, contact=ContactDetails(way=ContactWay(value["way"]), **reach, by_mail=topics), **by)


_WRITE: dict[str, Callable[[Session, Any, dict[str, Any]], None]] = {
    "training": _write_training,
    "wish": _write_wish,
    "goals": _write_goals,
    "costs": _write_costs,
    "borrow_up_to": _write_borrowing,
    "employer": _write_employer,
    "pledge": _write_pledge,
    "contact": _write_contact,
}

SUBJECTS = tuple(_WRITE)
"""What can be corrected besides facts."""


# As it was -------------------------------------------------------------------------------------------------------------


def _id_as(question: DevelopmentQuestion, training: Mapping[str, Any]) -> int | None:
    """Which training of the region a value says; one that does not say it is the one of the question when the words are its."""
    if "id" in training or not same_value("training", training, _training(question)):
        return training.get("id")
    return question.training_id


def question_as(question: DevelopmentQuestion, asked: Asked) -> DevelopmentQuestion:
    """The question with other values in what decides who pays what; a record that is in no session and is never written."""
    facts = {key.removeprefix(FACT): value for key, value in asked.items() if key.startswith(FACT)}
    training = asked["training"] or {}
    lines = [
        QuestionCostLine(
            question_id=question.id,
            line_key=f"k{place}",
            position=place,
            **{**value, "due_on": cost_input(value).due_on, "bearer": Bearer(value["bearer"])},
        )
        for place, value in enumerate(asked["costs"], start=1)
    ]
    return DevelopmentQuestion(
        id=question.id,
        public_id=question.public_id,
        route=question.route,
        state=question.state,
        language=question.language,
        goals=list(asked["goals"]),
        training_name=training.get("name"),
        training_provider=training.get("provider"),
        training_id=_id_as(question, training),
        facts=facts,
        borrow_up_to_cents=asked["borrow_up_to"],
        had_before=question.had_before,
        reference_date=question.reference_date,
        submitted_at=question.submitted_at,
        changed_at=question.changed_at,
        cost_lines=lines,
    )
