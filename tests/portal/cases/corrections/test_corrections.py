"""A question that was sent is corrected in one way: old and new value are kept, and everything can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question, now_and_before, take_back_correction
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.asked import SUBJECTS, asked_of, question_as, same_value, training_value
from portal.cases.corrections.actions import (
    confirm_correction,
    correct,
    object_to_correction,
    settle_correction,
    take_back,
)
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.corrections.queries import corrections_by_question, net_changes, replayed, undone
from portal.cases.hearings.actions import require_hearing
from portal.cases.hearings.models import RefusalGround
from portal.cases.hearings.queries import facts_changed_by_desk
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.trainings.actions import enter_training
from portal.framework.trainings.models import RegionTraining, TeachingForm, TrainingTerms
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION, a_question, an_application, approve, employer, resident

TUITION = {
    "category": "tuition",
    "amount_cents": 120_000,
    "description": None,
    "amount_without_vat_cents": None,
    "due_on": None,
    "bearer": "resident",
}
DEARER = [TUITION | {"amount_cents": 150_000}]
CHEAPER = [TUITION | {"amount_cents": 90_000}]
LATER = NOW + timedelta(days=3)
VALUES: dict[str, Any] = {
    "wish": "Ik wil leren lassen.",
    "goals": ["keep_job"],
    "training": {"name": "Lasser", "provider": None, "id": None},
    "costs": [TUITION | {"amount_cents": 80_000}, TUITION | {"category": "books", "due_on": "2026-09-01"}],
    "borrow_up_to": 20_000,
    "employer": {"name": "Smederij", "kvk_number": "87654321", "contact_name": None, "learner_name": "Kim Bakker"},
    "pledge": {"kind": "fixed", "amount_cents": 20_000, "categories": None},
    "contact": {
        "way": "phone",
        "name": "Sam de Vries",
        "email": None,
        "phone": "+31612345678",
        "street": None,
        "house_number": None,
        "postcode": None,
        "city": None,
        "by_mail": [],
    },
}


def change(session: Session, question: DevelopmentQuestion, at: Any = NOW, **changes: Any) -> list[Correction]:
    """Corrections by the advisor; facts by their key."""
    wanted = {(key if key in SUBJECTS else f"fact.{key}"): value for key, value in changes.items()}
    return correct_question(session, question=question, changes=wanted, on_word=OnWord.TOLD, actor=ADVISOR, now=at)


def refused(code: str, work: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    assert caught.value.code == code
    return caught.value


@pytest.mark.parametrize("route", Route)
def test_everything_that_was_asked_can_be_corrected_and_taken_back(session: Session, route: Route) -> None:
    question = a_question(session, route=route)
    before = asked_of(session, question)
    others = {"pledge"} if route is Route.EMPLOYER else {"employer"}
    for subject in (one for one in SUBJECTS if one not in others):
        value = VALUES[subject]
        if subject == "costs" and route is Route.EMPLOYER:
            value = [line | {"bearer": "employer"} for line in value]
        [row] = correct(
            session, question=question, changes={subject: value}, on_word=OnWord.DOCUMENT, actor=ADVISOR, now=NOW
        )
        session.expire_all()
        after = asked_of(session, question)
        assert (row.subject, row.was, row.becomes) == (subject, before[subject], after[subject])
        assert (row.on_word, row.by, row.by_name) == (OnWord.DOCUMENT, "account:901", "Ada Adviseur")
        assert after[subject] == value != before[subject]
        [back] = take_back(session, correction=row, actor=ADVISOR, now=NOW)
        session.expire_all()
        assert asked_of(session, question) == before
        assert back.undoes_id == row.id
        refused("taken_back", lambda row=row: take_back(session, correction=row, actor=ADVISOR, now=NOW))


def test_every_correction_replays_to_the_same_question_and_back(session: Session) -> None:
    question = a_question(session, facts={"birth_year": 1990})
    sent = asked_of(session, question)
    change(session, question, birth_date="1988-05-01", birth_year=1988, costs=DEARER)
    change(session, question, wish=None, pledge=VALUES["pledge"], residence_municipality="GM9902")
    [trained] = change(session, question, training=VALUES["training"])
    take_back(session, correction=trained, actor=ADVISOR, now=NOW)
    change(session, question, birth_year=1989, pledge=None)
    session.expire_all()
    now, rows = asked_of(session, question), corrections_by_question(session, question=question)
    assert now["fact.birth_year"] == 1989
    assert "fact.birth_date" not in now
    for place in range(len(rows) + 1):
        assert replayed(undone(now, rows[place:]), rows[place:]) == now
        assert replayed(sent, rows[:place]) == undone(now, rows[place:])
    assert undone(now, rows) == sent
    assert replayed(sent, rows) == now


def test_a_correction_and_its_undo_give_the_first_mix_to_the_cent(session: Session) -> None:
    question = an_application(session)
    sent, today = asked_of(session, question), NOW.date()
    first = now_and_before(session, question=question, before=sent, today=today).now.proposal
    rows = change(session, question, costs=DEARER, pledge=VALUES["pledge"])
    other = now_and_before(session, question=question, before=sent, today=today)
    assert first is not None and other.now.proposal is not None and other.before.proposal is not None
    assert other.before.proposal.shares == first.shares != other.now.proposal.shares
    for row in rows:
        take_back_correction(session, correction=row, actor=ADVISOR, now=NOW)
    again = now_and_before(session, question=question, before=sent, today=today).now.proposal
    assert again is not None
    assert (again.shares, again.own_contribution_cents) == (first.shares, first.own_contribution_cents)


def test_only_an_advisor_corrects_and_only_while_the_question_is_not_over(session: Session) -> None:
    question = a_question(session)
    for actor in (resident(question), employer(question), Actor.anonymous()):
        refused(
            "not_yours",
            lambda actor=actor: correct(
                session, question=question, changes={"wish": "x"}, on_word=OnWord.TOLD, actor=actor, now=NOW
            ),
        )
    assert change(session, question, wish="Ik wil lasser worden.")
    assert change(session, question, wish="Ik wil lasser worden.") == []


def test_what_was_changed_again_is_not_taken_back(session: Session) -> None:
    question = a_question(session)
    [first] = change(session, question, costs=DEARER)
    [second] = change(session, question, costs=CHEAPER)
    refused("changed_again", lambda: take_back(session, correction=first, actor=ADVISOR, now=NOW))
    take_back(session, correction=second, actor=ADVISOR, now=NOW)
    take_back(session, correction=first, actor=ADVISOR, now=NOW)
    assert question.total_cents == 120_000


# The order of receipt --------------------------------------------------------------------------------------------------


def place(session: Session, question: DevelopmentQuestion) -> Any:
    application = application_by_question(session, question=question)
    assert isinstance(application, Application)
    return application.completed_at


MOVES: list[tuple[dict[str, Any], bool]] = [
    ({"costs": DEARER}, True),
    ({"training": {"name": "Lasser", "provider": "ROC Proef"}}, True),
    ({"costs": CHEAPER}, False),
    ({"training": {"name": " monteur", "provider": "Een ander"}}, False),
    ({"wish": "Anders"}, False),
    ({"contact": VALUES["contact"]}, False),
    ({"pledge": VALUES["pledge"]}, False),
]


def test_an_application_keeps_its_place_unless_it_asks_for_more_or_for_another_training(session: Session) -> None:
    question = an_application(session)
    assert place(session, question) == NOW
    for changes, moves in MOVES:
        rows = change(session, question, at=LATER, **changes)
        assert place(session, question) == (LATER if moves else NOW), changes
        for row in rows:
            take_back(session, correction=row, actor=ADVISOR, now=LATER + timedelta(days=1))
        assert place(session, question) == NOW, changes


def test_taking_back_one_of_two_leaves_the_place_of_the_other(session: Session) -> None:
    question = an_application(session)
    dearer, other = LATER, LATER + timedelta(days=2)
    [first] = change(session, question, at=dearer, costs=DEARER)
    [second] = change(session, question, at=other, training=VALUES["training"])
    assert place(session, question) == other
    take_back(session, correction=first, actor=ADVISOR, now=other)
    assert place(session, question) == other
    take_back(session, correction=second, actor=ADVISOR, now=other)
    assert place(session, question) == NOW


def a_training(session: Session, provider: str) -> RegionTraining:
    terms = TrainingTerms(f"m-{provider}", "Monteur", provider, "Folder", NOW.date(), TeachingForm.ONLINE)
    return enter_training(session, terms=terms, actor=REGION, now=NOW)


def test_of_two_trainings_of_the_region_the_id_says_whether_it_is_another_one(session: Session) -> None:
    question = an_application(session)
    one, other = (a_training(session, provider) for provider in ("School A", "School B"))
    change(session, question, at=LATER, training=training_value("Monteur", "School A", one.id))
    assert place(session, question) == NOW, "it got an id, under the same name"
    change(session, question, at=LATER, training=training_value("Monteur techniek", "School A", one.id))
    assert place(session, question) == NOW, "only the name is another"
    change(session, question, at=LATER, training=training_value("Monteur techniek", "School B", other.id))
    assert place(session, question) == LATER, "another training, whatever its name"


def test_a_correction_of_before_the_id_was_kept_can_be_compared_replayed_and_taken_back(session: Session) -> None:
    question = a_question(session)
    sent = asked_of(session, question)
    [row] = change(session, question, training={"name": "Lasser", "provider": "School A"})
    row.was, row.becomes = ({key: value[key] for key in ("name", "provider")} for value in (row.was, row.becomes))
    session.flush()
    known = corrections_by_question(session, question=question)
    [net] = net_changes(known)
    assert not net.same and net.answered is None
    assert question_as(question, replayed(sent, known)).training_key == question.training_key
    [back] = take_back(session, correction=row, actor=ADVISOR, now=LATER)
    session.expire_all()
    assert asked_of(session, question) == sent
    assert same_value("training", row.was, back.becomes)
    assert net_changes(corrections_by_question(session, question=question))[0].same


def test_taking_back_gives_back_which_training_of_the_region_it_was(session: Session) -> None:
    question = a_question(session)
    known = a_training(session, "ROC Proef")
    [row] = change(session, question, training=training_value("Monteur", "ROC Proef", known.id))
    assert (row.was["id"], row.becomes["id"]) == (None, known.id)
    take_back(session, correction=row, actor=ADVISOR, now=LATER)
    assert question.training_id is None, "under the same words"


# After a decision ------------------------------------------------------------------------------------------------------


def test_after_a_decision_costs_are_corrected_but_never_below_what_a_voucher_pays(session: Session) -> None:
    question = an_application(session)
    approve(session, question)
    session.expire_all()
    [row] = change(session, question, at=LATER, costs=DEARER)
    assert question.total_cents == 150_000
    assert place(session, question) == NOW
    refused("below_award", lambda: change(session, question, at=LATER, costs=[TUITION | {"amount_cents": 100}]))
    refused("below_award", lambda: change(session, question, at=LATER, costs=[]))
    refused("question_moved_on", lambda: change(session, question, at=LATER, pledge=VALUES["pledge"]))
    take_back_correction(session, correction=row, actor=ADVISOR, now=LATER)
    assert question.total_cents == 120_000


# What the person says of it --------------------------------------------------------------------------------------------


def test_the_person_confirms_or_objects_once_and_only_to_what_stands(session: Session) -> None:
    question = a_question(session)
    [old] = change(session, question, costs=DEARER)
    [row] = change(session, question, costs=CHEAPER)
    me = resident(question)
    refused("changed_again", lambda: confirm_correction(session, correction=old, actor=me, now=NOW))
    refused("not_yours", lambda: confirm_correction(session, correction=row, actor=ADVISOR, now=NOW))
    refused(
        "objection_missing", lambda: object_to_correction(session, correction=row, objection=" ", actor=me, now=NOW)
    )
    object_to_correction(session, correction=row, objection="Het is € 1.000.", actor=me, now=NOW)
    refused("answered_already", lambda: confirm_correction(session, correction=row, actor=me, now=NOW))
    assert row.is_open_point
    refused("reply_missing", lambda: settle_correction(session, correction=row, reply="", actor=ADVISOR, now=NOW))
    settle_correction(session, correction=row, reply="De offerte zegt € 900.", actor=ADVISOR, now=NOW)
    assert not row.is_open_point
    refused("settled_already", lambda: settle_correction(session, correction=row, reply="x", actor=ADVISOR, now=NOW))


def test_taking_back_what_the_person_objects_to_settles_it(session: Session) -> None:
    question = a_question(session)
    [row] = change(session, question, costs=DEARER)
    object_to_correction(session, correction=row, objection="Nee.", actor=resident(question), now=NOW)
    take_back(session, correction=row, actor=ADVISOR, now=NOW)
    assert not row.is_open_point
    [net] = net_changes(corrections_by_question(session, question=question))
    assert net.same


def test_a_refusal_on_what_the_person_did_not_confirm_asks_for_a_hearing(session: Session) -> None:
    question = an_application(session)
    require_hearing(session, question=question, ground=RefusalGround.OWN_FACTS)
    [row] = change(session, question, residence_municipality="GM9902")
    assert facts_changed_by_desk(session, question=question)
    refused(
        "facts_changed_by_desk",
        lambda: require_hearing(session, question=question, ground=RefusalGround.OWN_FACTS),
    )
    require_hearing(session, question=question, ground=RefusalGround.SAID_IN_TALK)
    confirm_correction(session, correction=row, actor=resident(question), now=NOW)
    require_hearing(session, question=question, ground=RefusalGround.OWN_FACTS)
    [other] = correct(
        session,
        question=question,
        changes={"fact.residence_municipality": "GM9901"},
        on_word=OnWord.LOOKED_UP,
        actor=ADVISOR,
        now=NOW,
    )
    require_hearing(session, question=question, ground=RefusalGround.OWN_FACTS)  # again as it was sent
    take_back(session, correction=other, actor=ADVISOR, now=NOW)
    correct(session, question=question, changes={"costs": CHEAPER}, on_word=OnWord.LOOKED_UP, actor=ADVISOR, now=NOW)
    refused("not_said_in_talk", lambda: require_hearing(session, question=question, ground=RefusalGround.SAID_IN_TALK))


def test_the_employer_that_promised_something_itself_is_not_overruled(session: Session) -> None:
    from portal.cases.pledges.actions import Contribution, ask_pledge, give_pledge

    question = a_question(session)
    ask_pledge(
        session,
        question=question,
        employer_name="Bakkerij",
        employer_email="b@voorbeeld.example",
        actor=ADVISOR,
        now=NOW,
    )
    money = Contribution("fixed", 10_000)
    give_pledge(session, question=question, money=money, name="Bas", function=None, actor=employer(question), now=NOW)
    for value in (VALUES["pledge"], None):
        with pytest.raises(Conflict):
            change(session, question, pledge=value)
