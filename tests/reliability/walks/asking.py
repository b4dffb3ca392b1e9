"""Acts before a decision: asking, applying, what is said and changed meanwhile, and who is the same person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.awarding.earlier_awards import questions_awarded_under
from portal.awarding.setting_aside import set_aside, take_up_again
from portal.cases.applications.actions import apply_for_awards, settle_double
from portal.cases.applications.doubles import joined_applications, separate_double
from portal.cases.applications.models import Application
from portal.cases.bundles.actions import replace_trainings, send_together
from portal.cases.bundles.models import TrainingInput
from portal.cases.contents import (
    add_had_before,
    remove_had_before,
    save_borrowing,
    save_costs,
    save_employer,
    save_facts,
)
from portal.cases.conversations.actions import announce_delay
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.requests import answer_more, ask_more, end_request
from portal.cases.hearings.actions import invite_view, record_view
from portal.cases.hearings.models import Hearing, ViewWay
from portal.cases.pledges.actions import Contribution, ask_pledge, decline_pledge, expect_pledge, give_pledge
from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import (
    OPEN_STATES,
    CloseReason,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    HadBeforeInput,
    QuestionState,
    Route,
)
from tests.factories import COMPANY, MAIL, a_draft, a_question, asker, employer, somebody
from tests.reliability.walks.walk import NothingToDo, Walk, act

Question = DevelopmentQuestion
OPEN = select(Question).where(Question.state.in_(OPEN_STATES)).order_by(Question.id)
APPLIED = select(Question).where(Question.state == QuestionState.APPLIED).order_by(Question.id)
SENT = select(Question).where(Question.state == QuestionState.SUBMITTED).order_by(Question.id)
UNDERTAKINGS = (("Bakkerij Proef bv", "12345678"), ("Smederij Proef bv", "23456789"))
TUITION = (40_000, 90_000, 120_000, 180_000, 260_000)


def costs(walk: Walk, route: Route) -> list[CostInput]:
    """What a training costs: sometimes with an exam, or with materials."""
    found = [CostInput("tuition", walk.chance.choice(TUITION) + walk.chance.randrange(2) * 37)]
    if walk.happens(0.3):
        found.append(CostInput("exam", walk.chance.choice((9_000, 25_001))))
    if route is Route.INDIVIDUAL and walk.happens(0.5):
        found.append(CostInput("materials", walk.chance.choice((30_000, 64_999, 120_000))))
    return found


def aid_had(walk: Walk) -> dict[str, Any]:
    return {"de_minimis_used_cents": walk.chance.choice((0, 0, 30_000, 90_000))}


@act(3)
def a_resident_asks(walk: Walk) -> None:
    borrows = walk.happens(0.3)
    given = [CostInput("tuition", 400_000)] if borrows else costs(walk, Route.INDIVIDUAL)
    question = a_question(walk.session, costs=given, now=walk.now)
    if borrows:
        save_borrowing(walk.session, question=question, up_to_cents=150_000, **walk.by)


@act(2)
def an_employer_asks(walk: Walk) -> None:
    name, number = walk.chance.choice(UNDERTAKINGS)
    question = a_question(
        walk.session, route=Route.EMPLOYER, costs=costs(walk, Route.EMPLOYER), facts=aid_had(walk), now=walk.now
    )
    save_employer(
        walk.session,
        question=question,
        employer=EmployerDetails(name, number, "Kees Bakker"),
        learner_name=f"Kim Bakker {walk.chance.randrange(3)}",
        **walk.by,
    )


@act(0.4)
def an_employer_asks_for_several(walk: Walk) -> None:
    question = a_draft(walk.session, route=Route.EMPLOYER, facts=aid_had(walk), now=walk.now)
    start = (walk.today + timedelta(days=60)).isoformat()
    rows = [
        TrainingInput(
            person, f"Opleiding {person}", facts={"training_start": start}, costs=tuple(costs(walk, Route.EMPLOYER))
        )
        for person in ("Kim", "Bo")
    ]
    me = employer(question)
    replace_trainings(walk.session, question=question, trainings=rows, actor=me, now=walk.now)
    send_together(walk.session, question=question, contact=MAIL, actor=me, now=walk.now)


@act(9)
def applies(walk: Walk) -> None:
    """One of a few people, so that what they had before counts."""
    question = walk.pick(SENT)
    if question.route is Route.EMPLOYER:
        company = next((one for one in UNDERTAKINGS if one[1] == question.employer_kvk), UNDERTAKINGS[0])
        who = replace(
            COMPANY, name=company[0], kvk_number=company[1], learner_name=f"Kim Bakker {walk.chance.randrange(3)}"
        )
        schemes = ["bedrijfsvoucher"]
    else:
        who = replace(somebody(walk.chance.randint(1, 4)), house_number=str(walk.chance.randint(1, 2)))
        schemes = walk.chance.choice((["leervoucher"], ["leervoucher", "materiaalvoucher"], ["materiaalvoucher"]))
    apply_for_awards(
        walk.session,
        question=question,
        schemes=schemes,
        applicant=who,
        confirmed=True,
        actor=asker(question),
        now=walk.now,
    )


# What changes meanwhile ------------------------------------------------------------------------------------------------


@act(1.5)
def costs_are_corrected(walk: Walk) -> None:
    question = walk.pick(OPEN)
    save_costs(walk.session, question=question, costs=costs(walk, question.route), **walk.by)


@act()
def facts_are_corrected(walk: Walk) -> None:
    question = walk.pick(OPEN)
    facts: dict[str, Any] = {"training_start": (walk.today + timedelta(days=walk.chance.randint(5, 90))).isoformat()}
    if question.route is Route.EMPLOYER:
        facts |= aid_had(walk)
    save_facts(walk.session, question=question, facts=facts, **walk.by)


def had(walk: Walk, scheme: str) -> HadBeforeInput:
    return HadBeforeInput(scheme, walk.chance.choice((40_000, 120_000)), date(2026, 1, walk.chance.randint(1, 28)))


@act()
def says_what_was_had_before(walk: Walk) -> None:
    question = walk.pick(OPEN)
    scheme = (
        "bedrijfsvoucher"
        if question.route is Route.EMPLOYER
        else walk.chance.choice(("leervoucher", "materiaalvoucher"))
    )
    add_had_before(walk.session, question=question, entry=had(walk, scheme), **walk.by)


@act()
def takes_back_what_was_had_before(walk: Walk) -> None:
    said = [one for one in walk.find(OPEN) if one.had_before]
    question = walk.one_of(said)
    one = question.had_before[0]
    entry = HadBeforeInput(one["scheme"], one["amount_cents"], date.fromisoformat(str(one["awarded_on"])))
    remove_had_before(walk.session, question=question, entry=entry, **walk.by)


@act(0.7)
def wants_to_borrow(walk: Walk) -> None:
    question = walk.pick(OPEN.where(Question.route == Route.INDIVIDUAL))
    save_borrowing(walk.session, question=question, up_to_cents=walk.chance.choice((0, 60_000, 150_000)), **walk.by)


# The employer's money --------------------------------------------------------------------------------------------------


def money(walk: Walk) -> Contribution:
    return Contribution(walk.chance.choice(("fixed", "up_to")), walk.chance.choice((20_000, 50_001, 110_000)))


@act()
def expects_money_of_the_employer(walk: Walk) -> None:
    question = walk.pick(OPEN.where(Question.route == Route.INDIVIDUAL))
    expect_pledge(walk.session, question=question, money=money(walk), **walk.by)


@act()
def asks_the_employer(walk: Walk) -> None:
    question = walk.pick(OPEN.where(Question.route == Route.INDIVIDUAL))
    ask_pledge(
        walk.session, question=question, employer_name="Kees", employer_email="kees@voorbeeld.example", **walk.by
    )


def pledged(walk: Walk, *states: PledgeState) -> DevelopmentQuestion:
    found: DevelopmentQuestion = walk.pick(
        OPEN.join(Pledge, Pledge.question_id == Question.id).where(Pledge.state.in_(states))
    )
    return found


@act(1.5)
def the_employer_promises(walk: Walk) -> None:
    question = pledged(walk, PledgeState.ASKED, PledgeState.EXPECTED)
    give_pledge(walk.session, question=question, money=money(walk), name="Kees", function=None, **walk.by)


@act(0.7)
def the_employer_declines(walk: Walk) -> None:
    question = pledged(walk, PledgeState.ASKED, PledgeState.EXPECTED, PledgeState.GIVEN)
    decline_pledge(walk.session, question=question, name="Kees", **walk.by)


# The term, and what is missing -----------------------------------------------------------------------------------------


@act()
def more_is_asked(walk: Walk) -> None:
    question = walk.pick(APPLIED)
    days = walk.chance.choice((3, 10))
    ask_more(walk.session, question=question, text="Welke?", answer_by=walk.today + timedelta(days=days), **walk.by)


def open_request(walk: Walk) -> Any:
    waiting = InformationRequest.answered_at.is_(None), InformationRequest.ended_at.is_(None)
    return walk.pick(select(InformationRequest).where(*waiting).order_by(InformationRequest.id))


@act(0.7)
def more_is_answered(walk: Walk) -> None:
    answer_more(walk.session, request=open_request(walk), answer="Deze.", **walk.by)


@act(2)
def goes_on_without_an_answer(walk: Walk) -> None:
    request = open_request(walk)
    if request.answer_by >= walk.today:
        raise NothingToDo
    end_request(walk.session, request=request, **walk.by)


@act(6)
def is_set_aside(walk: Walk) -> None:
    request = open_request(walk)
    question = walk.session.get_one(Question, request.question_id)
    if request.answer_by >= walk.today or not question.is_open:
        raise NothingToDo
    set_aside(walk.session, question=question, reason="Niet aangevuld.", **walk.by)


@act(3)
def is_taken_up_again(walk: Walk) -> None:
    question = walk.pick(select(Question).where(Question.state == QuestionState.SET_ASIDE).order_by(Question.id))
    take_up_again(walk.session, question=question, **walk.by)


@act(0.7)
def a_delay_is_announced(walk: Walk) -> None:
    announce_delay(walk.session, question=walk.pick(APPLIED), weeks=2, reason="Druk.", **walk.by)


@act(0.3)
def the_question_is_withdrawn(walk: Walk) -> None:
    question = walk.pick(OPEN)
    withdraw_question(walk.session, question=question, reason=None, actor=asker(question), now=walk.now)


@act(0.4)
def the_question_is_closed(walk: Walk) -> None:
    question = walk.pick(
        select(Question)
        .where(Question.state.in_((QuestionState.SUBMITTED, QuestionState.DECIDED)))
        .order_by(Question.id)
    )
    close_question(walk.session, question=question, reason=walk.chance.choice(list(CloseReason)), **walk.by)


@act(0.7)
def a_view_is_asked(walk: Walk) -> None:
    answer_by = walk.today + timedelta(days=14)
    invite_view(walk.session, question=walk.pick(APPLIED), facts="Volgens de BRP.", answer_by=answer_by, **walk.by)


@act(0.7)
def a_view_is_heard(walk: Walk) -> None:
    hearing = walk.pick(select(Hearing).where(Hearing.way.is_(None)).order_by(Hearing.id))
    record_view(walk.session, hearing=hearing, way=ViewWay.SPOKEN, view="Klopt.", on=walk.today, **walk.by)


# The same person -------------------------------------------------------------------------------------------------------


@act(0.8)
def two_are_said_to_be_one(walk: Walk) -> None:
    found = walk.find(select(Application).where(Application.person_key.is_not(None)).order_by(Application.id))
    if len(found) < 2:
        raise NothingToDo
    one, other = walk.chance.sample(found, 2)
    question = walk.session.get_one(Question, one.question_id)
    settle_double(walk.session, question=question, application=one, other=other, same=walk.happens(0.8), **walk.by)


@act(0.6)
def one_is_two_after_all(walk: Walk) -> None:
    everybody = walk.find(select(Application).where(Application.person_key.is_not(None)).order_by(Application.id))
    pairs = [(one, other) for one in everybody for other in joined_applications(walk.session, application=one)]
    one, other = walk.one_of(pairs)
    question = walk.session.get_one(Question, one.question_id)
    awarded = questions_awarded_under(walk.session, person_key=one.person_key or "")
    separate_double(walk.session, question=question, application=one, other=other, awarded_questions=awarded, **walk.by)
