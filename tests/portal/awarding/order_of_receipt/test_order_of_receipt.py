"""The order of receipt: the last euros go to the application that was complete first."""

from __future__ import annotations

import gc
import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.order_of_receipt.actions import EarlierApplicationFirst, keep_order_of_receipt
from portal.awarding.order_of_receipt.queries import earlier_claims, place_in_order
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question, missing_facts
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, OWN_FACTS, a_region, an_application, approve, asker
from tests.portal.awarding.order_of_receipt.money import leave, line_ids

MINUTE = timedelta(minutes=1)


def applied(session: Session, question: DevelopmentQuestion) -> Application:
    found = application_by_question(session, question=question)
    assert found is not None
    return found


def refused_for(session: Session, question: DevelopmentQuestion) -> str | None:
    """The number of the application that goes first; None when this one may be approved (and it is)."""
    try:
        approve(session, question, now=NOW + 2 * MINUTE)
    except EarlierApplicationFirst as refused:
        number = refused.number
    else:
        return None
    gc.collect(1)  # what the savepoint took back is gone from the session only when nothing holds it
    return number


def test_the_last_euros_are_refused_to_who_came_later_and_given_to_who_came_first(session: Session) -> None:
    a_region(session)
    first = an_application(session, now=NOW)
    second = an_application(session, now=NOW + MINUTE)
    leave(session, {"rijk-leren": 200_000, "provincie-breed": 0})
    assert refused_for(session, second) == applied(session, first).number
    assert second.state is QuestionState.APPLIED
    approve(session, first, now=NOW + 3 * MINUTE)
    assert first.state is QuestionState.DECIDED


def test_once_the_earlier_one_is_decided_the_later_one_gets_what_is_left(session: Session) -> None:
    a_region(session)
    first = an_application(session, now=NOW)
    second = an_application(session, now=NOW + MINUTE)
    leave(session, {"rijk-leren": 120_000, "provincie-breed": 0})
    assert refused_for(session, second) == applied(session, first).number
    reject_question(
        session, question=first, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW + 3 * MINUTE
    )
    approve(session, second, now=NOW + 4 * MINUTE)
    assert second.state is QuestionState.DECIDED


def test_while_there_is_plenty_the_order_of_deciding_is_free(session: Session) -> None:
    a_region(session)
    an_application(session, now=NOW)
    second = an_application(session, now=NOW + MINUTE)
    leave(session, {"rijk-leren": 240_000, "provincie-breed": 0})
    approve(session, second, now=NOW + 2 * MINUTE)
    assert second.state is QuestionState.DECIDED


def test_money_that_the_earlier_one_cannot_use_is_free_for_the_later_one(session: Session) -> None:
    a_region(session)
    first = an_application(session, now=NOW)  # individual route: rijk-leren or provincie-breed
    leave(session, {"rijk-leren": 120_000, "provincie-breed": 120_000})
    second = an_application(session, now=NOW + MINUTE)
    ids = line_ids(session)
    claims = earlier_claims(session, application=applied(session, second), now=NOW)
    assert [claim.id for claim in claims] == [applied(session, first).number]
    assert claims[0].schemes[0].funding_lines == {"rijk-leren", "provincie-breed"}
    mine = applied(session, second)
    keep_order_of_receipt(session, application=mine, cents_by_funding_line={ids["rijk-leren"]: 120_000}, now=NOW)
    both = {ids["rijk-leren"]: 120_000, ids["provincie-breed"]: 1}
    with pytest.raises(EarlierApplicationFirst):
        keep_order_of_receipt(session, application=mine, cents_by_funding_line=both, now=NOW)


def test_who_was_complete_first_goes_first_not_who_applied_first(session: Session) -> None:
    a_region(session)
    early = an_application(session, now=NOW)
    request = ask_more(
        session,
        question=early,
        text="Stuur de offerte.",
        answer_by=NOW.date() + timedelta(days=14),
        actor=ADVISOR,
        now=NOW,
    )
    late = an_application(session, now=NOW + MINUTE)
    assert applied(session, early).completed_at is None
    assert place_in_order(session, application=applied(session, early)) is None
    assert place_in_order(session, application=applied(session, late)) == 1
    answer_more(session, request=request, answer="Hier is zij.", actor=asker(early), now=NOW + 2 * MINUTE)
    assert applied(session, early).completed_at == NOW + 2 * MINUTE
    assert place_in_order(session, application=applied(session, early)) == 2
    leave(session, {"rijk-leren": 120_000, "provincie-breed": 0})
    assert refused_for(session, early) == applied(session, late).number
    approve(session, late, now=NOW + 4 * MINUTE)


def test_an_unanswered_fact_keeps_an_application_out_of_the_order(session: Session) -> None:
    a_region(session)
    whole = an_application(session, now=NOW)
    assert missing_facts(session, question=whole, application=applied(session, whole)) == ()
    whole.facts = {key: value for key, value in whole.facts.items() if key != "residence_municipality"}
    session.flush()
    assert missing_facts(session, question=whole, application=applied(session, whole)) == ("residence_municipality",)
    whole.facts = whole.facts | {"residence_municipality": "unknown"}
    assert missing_facts(session, question=whole, application=applied(session, whole)) == ("residence_municipality",)


def test_an_advisor_says_when_everything_was_in_within_what_is_possible(session: Session) -> None:
    a_region(session)
    question = an_application(session, now=NOW)
    application = applied(session, question)
    with pytest.raises(Conflict):
        declare_complete(
            session, question=question, application=application, received_at=NOW, actor=ADVISOR, now=NOW + MINUTE
        )
    application.completed_at = None
    session.flush()
    for wrong in (NOW - MINUTE, NOW + 2 * MINUTE):
        with pytest.raises(Refusal):
            declare_complete(
                session, question=question, application=application, received_at=wrong, actor=ADVISOR, now=NOW + MINUTE
            )
    with pytest.raises(Refusal):
        declare_complete(
            session,
            question=question,
            application=application,
            received_at=NOW,
            actor=asker(question),
            now=NOW + MINUTE,
        )
    declare_complete(
        session, question=question, application=application, received_at=NOW, actor=ADVISOR, now=NOW + MINUTE
    )
    assert application.completed_at == NOW


def test_two_awards_at_once_that_are_harmless_alone_do_not_take_the_euros_of_a_third_together(engine: Engine) -> None:
    """Two applications that are not complete (so neither stands in front of the other) take one line each, while a complete one
    could use either. Without the lock both would go through."""
    outcomes = race(engine, guarded=True)
    assert sorted(outcomes) == ["awarded", "refused"], outcomes


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has booked.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_lock_the_same_race_takes_the_euros_of_who_came_first(engine: Engine) -> None:
    assert sorted(race(engine, guarded=False)) == ["awarded", "awarded"]


def race(engine: Engine, *, guarded: bool) -> list[str]:
    def prepare(session: Session) -> tuple[list[int], dict[str, int]]:
        a_region(session)
        questions = [an_application(session, now=NOW + n * MINUTE) for n in range(3)]
        leave(session, {"rijk-leren": 120_000, "provincie-breed": 120_000})
        later = [applied(session, one) for one in questions[1:]]
        for one in later:
            one.completed_at = None
        return [one.id for one in later], line_ids(session)

    later, ids = unit_of_work(engine, prepare)
    together = threading.Barrier(2, timeout=30)
    outcomes: list[str] = []

    def take(application_id: int, line: int) -> None:
        def work(session: Session) -> None:
            application = session.get_one(Application, application_id)
            if not guarded:
                hold_without_lock(session, application, {line: 120_000})
                together.wait()  # both have looked, nobody has booked
            else:
                keep_order_of_receipt(session, application=application, cents_by_funding_line={line: 120_000}, now=NOW)
            session.execute(
                text("UPDATE budget_guard SET reserved_cents = reserved_cents + 120000 WHERE funding_line_id = :line"),
                {"line": line},
            )

        try:
            if guarded:
                together.wait()
            unit_of_work(engine, work)
            outcomes.append("awarded")
        except EarlierApplicationFirst:
            outcomes.append("refused")

    lines = (ids["rijk-leren"], ids["provincie-breed"])
    threads = [threading.Thread(target=take, args=pair) for pair in zip(later, lines, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def hold_without_lock(session: Session, application: Application, taken: dict[int, int]) -> None:
    """The same look at the order of receipt, but with the locks left out: what the control must show to be wrong."""
    from unittest.mock import patch

    with patch("portal.awarding.order_of_receipt.actions.lock_money"):
        keep_order_of_receipt(session, application=application, cents_by_funding_line=taken, now=NOW)
