"""One owner per case: claiming, handing over and letting go, also when two want it at once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.owners.models import CaseOwner
from portal.cases.owners.queries import owner_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.actions import create_account, disable_account
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor
from portal.people.audit.queries import events_of
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, SYSTEM, a_draft, a_question, asker


def colleague(session: Session, name: str = "bea", role: Role = Role.ADVISOR) -> tuple[Account, Actor]:
    account = create_account(
        session, email=f"{name}@loket.example", display_name=name.title(), role=role, actor=SYSTEM, now=NOW
    )
    return account, replace(ADVISOR, account_id=account.id, display_name=name.title())


def ada(session: Session) -> Actor:
    """An advisor with an account."""
    return colleague(session, "ada")[1]


def test_a_case_is_claimed_handed_over_and_let_go_and_the_log_keeps_it(session: Session) -> None:
    question, me = a_question(session), ada(session)
    bea, as_bea = colleague(session)
    claim_case(session, question=question, actor=me, now=NOW)
    with pytest.raises(Conflict):
        claim_case(session, question=question, actor=as_bea, now=NOW)
    with pytest.raises(Conflict):
        release_case(session, question=question, actor=as_bea, now=NOW)
    hand_over_case(session, question=question, to=bea, actor=me, now=NOW)
    owner = owner_of(session, question=question)
    assert owner is not None
    assert (owner.account_id, owner.given_by) == (bea.id, me.reference)
    with pytest.raises(Conflict):
        hand_over_case(session, question=question, to=bea, actor=me, now=NOW)
    release_case(session, question=question, actor=as_bea, now=NOW)
    assert owner_of(session, question=question) is None
    acts = [event.action for event in events_of(session, object_kind="question", object_id=question.id)]
    assert acts[-3:] == ["case.claimed", "case.handed_over", "case.released"]


def test_a_case_goes_only_to_an_advisor_who_works_here(session: Session) -> None:
    question, me = a_question(session), ada(session)
    gone, _ = colleague(session, "gone")
    disable_account(session, account=gone, actor=SYSTEM, now=NOW)
    boss, _ = colleague(session, "boss", Role.ADMIN)
    for account in (gone, boss):
        with pytest.raises(Refusal):
            hand_over_case(session, question=question, to=account, actor=me, now=NOW)
    draft = a_draft(session)
    for wrong, actor in ((draft, me), (question, asker(question)), (question, SYSTEM)):
        with pytest.raises(Refusal):
            claim_case(session, question=wrong, actor=actor, now=NOW)


def test_the_case_of_somebody_who_left_can_be_let_go_by_a_colleague(session: Session) -> None:
    question = a_question(session)
    bea, as_bea = colleague(session)
    claim_case(session, question=question, actor=as_bea, now=NOW)
    disable_account(session, account=bea, actor=SYSTEM, now=NOW)
    release_case(session, question=question, actor=ada(session), now=NOW)
    assert owner_of(session, question=question) is None


def test_of_two_advisors_who_claim_at_once_one_wins(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[int, list[Actor]]:
        return a_question(session).id, [ada(session), colleague(session)[1]]

    question_id, actors = unit_of_work(engine, prepare)
    together = threading.Barrier(2, timeout=30)
    outcomes: list[str] = []

    def claim(actor: Actor) -> None:
        together.wait()
        try:
            unit_of_work(
                engine,
                lambda s: claim_case(s, question=s.get_one(DevelopmentQuestion, question_id), actor=actor, now=NOW),
            )
            outcomes.append("won")
        except Conflict:
            outcomes.append("lost")

    threads = [threading.Thread(target=claim, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["lost", "won"]
    assert unit_of_work(engine, lambda s: s.scalar(select(func.count()).select_from(CaseOwner))) == 1
