"""Rights: the last administrator stays, who is limited does less, and somebody looks at all of them every year."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.powers import Power, require_power
from portal.framework.staff import (
    REVIEW_ADMIN_EVERY,
    REVIEW_EVERY,
    close_account,
    confirm_rights,
    give_role,
    limit_rights,
    remind_of_review,
    reset_second_step,
    rights_to_review,
)
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Account, Role, SessionRecord
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience, Grade
from portal.people.audit.queries import decided_in, events_of
from portal.people.grades import require_full_grade
from portal.people.sessions import Entrant, open_session
from portal.platform.errors import Refusal
from portal.post.messages.models import OutboxMessage
from tests.factories import SYSTEM

ONE = Actor(Audience.ADMIN, account_id=901, display_name="Beheerder")


def somebody(session: Session, role: Role, now: datetime, name: str = "kim") -> Account:
    email = f"{name}@loket.example"
    return create_account(session, email=email, display_name=name, role=role, actor=SYSTEM, now=now)


def why(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def test_the_last_administrator_stays_whoever_takes_it_away(session: Session, now: datetime) -> None:
    last = somebody(session, Role.ADMIN, now)
    for actor in (SYSTEM, ONE):
        for act in (
            lambda actor: close_account(session, account=last, actor=actor, now=now),
            lambda actor: give_role(session, account=last, role=Role.HELPER, actor=actor, now=now),
            lambda actor: limit_rights(session, account=last, grade=Grade.READER, schemes=(), actor=actor, now=now),
        ):
            with pytest.raises(Refusal) as refused:
                act(actor)
            assert why(refused) == "last_administrator"
    other = somebody(session, Role.ADMIN, now, "lou")
    close_account(session, account=last, actor=actor_of_account(other), now=now)
    with pytest.raises(Refusal) as refused:
        close_account(session, account=other, actor=SYSTEM, now=now)
    assert why(refused) == "last_administrator", "one that is closed is none"


def test_who_is_limited_is_out_at_once_told_and_does_less(session: Session, now: datetime) -> None:
    account = somebody(session, Role.ADVISOR, now)
    open_session(session, now=now, who=Entrant(account=account))
    open_session(session, now=now, who=Entrant(pending=account))
    limit_rights(session, account=account, grade=Grade.FULL, schemes=("b", "a"), actor=ONE, now=now)
    ended = session.scalars(select(SessionRecord.ended_because).execution_options(populate_existing=True)).all()
    assert len(ended) == 2 and all(ended), "nobody is in it any more, and each says why"
    assert session.scalars(select(OutboxMessage.template)).all() == ["account/limited"]
    actor = actor_of_account(account)
    require_full_grade(actor, scheme="a")
    for scheme in ("c", None):
        with pytest.raises(Refusal) as refused:
            require_full_grade(actor, scheme=scheme)
        assert why(refused) == "other_schemes"
    for grade, code in ((Grade.TRAINEE, "in_training"), (Grade.READER, "only_reads")):
        limit_rights(session, account=account, grade=grade, schemes=("a",), actor=ONE, now=now)
        with pytest.raises(Refusal) as refused:
            require_power(session, Power.ACCEPT_INVOICE, actor=actor_of_account(account), on=now.date())
        assert why(refused) == code
    session.flush()
    event = events_of(session, object_kind="account", object_id=account.id)[-1]
    assert event.action == "account.rights_limited"
    session.commit()
    assert decided_in(session, event=event)[f"account:{account.id}"]["grade"] == ["trainee", "reader"]


def test_more_rights_come_only_with_the_role_given_anew(session: Session, now: datetime) -> None:
    account = somebody(session, Role.CONTROLLER, now)
    limit_rights(session, account=account, grade=Grade.READER, schemes=("a",), actor=ONE, now=now)
    for grade, schemes, code in (
        (Grade.TRAINEE, ("a",), "gives_more"),
        (Grade.READER, ("a", "b"), "gives_more"),
        (Grade.READER, (), "gives_more"),
        (Grade.READER, ("a",), "nothing_changes"),
    ):
        with pytest.raises(Refusal) as refused:
            limit_rights(session, account=account, grade=grade, schemes=schemes, actor=ONE, now=now)
        assert why(refused) == code
    give_role(session, account=account, role=Role.CONTROLLER, actor=ONE, now=now)
    assert (account.grade, account.only_schemes) == (Grade.FULL, "")
    own = actor_of_account(somebody(session, Role.ADMIN, now, "lou"))
    mine = session.get_one(Account, own.account_id)
    for act in (
        lambda: limit_rights(session, account=mine, grade=Grade.READER, schemes=(), actor=own, now=now),
        lambda: confirm_rights(session, account=mine, actor=own, now=now),
        lambda: reset_second_step(session, account=mine, actor=own, now=now),
    ):
        with pytest.raises(Refusal, match=r"eigen|uzelf"):
            act()


def test_somebody_looks_at_all_rights_every_year_and_at_administrators_every_quarter(
    session: Session, now: datetime
) -> None:
    advisor, admin = somebody(session, Role.ADVISOR, now), somebody(session, Role.ADMIN, now, "lou")
    moment = timedelta(seconds=1)
    for at, due in (
        (now + REVIEW_ADMIN_EVERY - moment, []),
        (now + REVIEW_ADMIN_EVERY, [admin]),
        (now + REVIEW_EVERY, [advisor, admin]),
    ):
        assert rights_to_review(session, now=at) == due
    later = now + REVIEW_EVERY
    assert remind_of_review(session, actor=SYSTEM, now=now) == 0
    assert remind_of_review(session, actor=SYSTEM, now=later) == 1
    assert session.scalars(select(OutboxMessage.template)).all() == ["account/review_due"]
    confirm_rights(session, account=advisor, actor=actor_of_account(admin), now=later)
    assert rights_to_review(session, now=later) == [admin]
    for actor in (ONE, actor_of_account(advisor)):
        with pytest.raises(Refusal):
            remind_of_review(session, actor=actor, now=later)
