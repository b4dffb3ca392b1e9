"""What was refused stands in the log with its reason, bound as everything else; strangers cannot fill it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.commands.opening import refused_items
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import KEPT, MOST_OF_A_PLACE, record_refusal
from portal.people.audit.models import AuditEvent, RefusalsOfPlace
from portal.people.audit.queries import events_of, id_for_log, refusals, refusals_counted
from portal.people.audit.verifying import chain_breaks
from portal.platform.clock import now as now_of_the_desk
from portal.platform.database import load_models, unit_of_work
from portal.platform.errors import Refusal
from portal.platform.jobs.actions import Job, run_jobs
from tests.portal.commands.test_database_and_books import desk, loket
from tests.portal.people.audit.tampering import ADVISOR

__all__ = ["desk"]
HERE, THERE = "a" * 32, "b" * 32
STRANGER = Actor(Audience.ANYONE, origin=HERE)


def refuse(session: Session, now: datetime, actor: Actor = STRANGER, **more: Any) -> None:
    wanted: dict[str, Any] = {"action": "provider.sign_up", "about": ("page", "-"), "reason": "known_already", **more}
    record_refusal(session, actor=actor, now=now, **wanted)


def rows(engine: Engine) -> list[AuditEvent]:
    return unit_of_work(engine, lambda s: refusals(s, limit=1000), read_only=True)


def counted(engine: Engine, now: datetime) -> int:
    return unit_of_work(engine, lambda s: refusals_counted(s, since=now - KEPT), read_only=True)


def test_a_refusal_is_logged_with_who_what_why_where_and_when(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, lambda s: refuse(s, now, ADVISOR, action="advisor.approve", about=("question", 9)))
    [row] = rows(engine)
    assert (row.actor, row.role, row.action, row.result) == ("account:4", "advisor", "advisor.approve", "refused")
    assert (row.object_kind, row.object_id, row.reason) == ("question", "9", "known_already")
    assert (row.origin, row.at, row.fields) == ("0" * 32, now, ["known_already"])
    about = {"object_kind": "question", "object_id": 9}
    assert unit_of_work(engine, lambda s: events_of(s, **about)) == []  # type: ignore[arg-type]
    assert len(unit_of_work(engine, lambda s: events_of(s, refused=True, **about))) == 1  # type: ignore[arg-type]
    assert unit_of_work(engine, lambda s: list(chain_breaks(s)), read_only=True) == []


@pytest.mark.parametrize("wrong", [{"reason": "Nora Smit"}, {"action": "een pagina"}, {"about": ("a b", 1)}])
def test_what_is_no_name_does_not_come_into_the_log(session: Session, now: datetime, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a name"):
        refuse(session, now, **wrong)


def test_a_program_is_logged_by_what_it_is_called(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, lambda s: refuse(s, now, Actor.system("loket jobs run"), action="job.expire"))
    assert [(row.actor, row.role) for row in rows(engine)] == [("system", "loket jobs run")]


def test_a_count_is_positive(engine: Engine, now: datetime) -> None:
    with pytest.raises(IntegrityError), Session(engine) as session:
        session.add(RefusalsOfPlace(place=HERE, hour=now, number=0))
        session.flush()


# Of strangers ----------------------------------------------------------------------------------------------------------


def test_of_one_place_so_many_an_hour_are_logged_and_the_rest_is_counted(engine: Engine, now: datetime) -> None:
    for number in range(MOST_OF_A_PLACE + 7):
        unit_of_work(engine, lambda s, n=number: refuse(s, now + timedelta(seconds=n)))  # type: ignore[misc]
    assert (len(rows(engine)), counted(engine, now)) == (MOST_OF_A_PLACE, 7)
    for other in (Actor(Audience.ANYONE, origin=THERE), Actor(Audience.ADVISOR, account_id=4, origin=HERE)):
        unit_of_work(engine, lambda s, who=other: refuse(s, now, who))  # type: ignore[misc]
    assert len(rows(engine)) == MOST_OF_A_PLACE + 2
    for by_link in (Audience.RESIDENT, Audience.EMPLOYER):
        unit_of_work(engine, lambda s, who=by_link: refuse(s, now, Actor(who, question_id=1, origin=HERE)))  # type: ignore[misc]
    assert (len(rows(engine)), counted(engine, now)) == (MOST_OF_A_PLACE + 2, 9)
    unit_of_work(engine, lambda s: refuse(s, now + timedelta(minutes=70)))
    assert len(rows(engine)) == MOST_OF_A_PLACE + 3, "an hour later there is room again"
    assert unit_of_work(engine, lambda s: list(chain_breaks(s)), read_only=True) == []


def test_four_at_once_log_exactly_as_many(engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.people.audit import actions

    monkeypatch.setattr(actions, "MOST_OF_A_PLACE", 10)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: unit_of_work(engine, lambda s: refuse(s, now), attempts=20), range(24)))
    assert (len(rows(engine)), counted(engine, now)) == (10, 14)
    assert unit_of_work(engine, lambda s: list(chain_breaks(s)), read_only=True) == []


def test_how_many_were_only_counted_is_forgotten_after_a_month(
    engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.people.audit import actions

    monkeypatch.setattr(actions, "MOST_OF_A_PLACE", 0)
    for at in (now, now + KEPT + timedelta(hours=2)):
        unit_of_work(engine, lambda s, at=at: refuse(s, at))  # type: ignore[misc]
    hours = unit_of_work(engine, lambda s: s.scalars(select(RefusalsOfPlace.number)).all(), read_only=True)
    assert hours == [1]


def test_what_an_address_names_is_found_by_its_id_in_every_table_that_the_screens_name(engine: Engine) -> None:
    from portal.web.edge.refusing import ABOUT, KEYS

    tables = load_models().tables
    for name, (_kind, table) in ABOUT.items():
        key = KEYS.get(name, "public_id")
        assert key in tables[table].c, name
        if key != "id":
            look = {"table": table, "key": key, "value": "none"}
            assert unit_of_work(engine, lambda s, look=look: id_for_log(s, **look), read_only=True) is None  # type: ignore[misc]


# By programs -----------------------------------------------------------------------------------------------------------


def test_a_command_that_is_refused_is_logged_and_one_that_is_done_is_not(desk: Engine) -> None:
    add = ("user", "add", "ada@loket.example", "--name", "Ada", "--role", "advisor")
    assert loket(*add).exit_code == 0 and rows(desk) == []
    assert loket(*add).exit_code == 1
    [row] = rows(desk)
    assert (row.actor, row.role, row.action) == ("system", "loket user.add", "command.user.add")
    assert (row.object_kind, row.object_id, row.reason) == ("command", "user.add", "email_in_use")


def test_an_item_of_a_job_that_is_refused_is_logged_each_time(engine: Engine, now: datetime) -> None:
    def act(_session: Session, item: str, _at: datetime) -> None:
        if item == "2:2026-03-02":
            raise Refusal("no_address", "Geen adres.")
        if item == "3":
            raise RuntimeError("a fault is no refusal")

    job = Job("note", lambda _session, _now: ("1", "2:2026-03-02", "3"), act)
    told = refused_items(engine, Actor.system("loket jobs run"))
    for at in (now, now + timedelta(minutes=3)):
        run_jobs(engine, jobs=[job], now=at, refused=told)
    assert [(row.action, row.object_kind, row.object_id, row.reason) for row in rows(engine)] == [
        ("job.note", "job", "2:2026-03-02", "no_address")
    ] * 2


def test_what_was_refused_last_is_shown_with_why(desk: Engine) -> None:
    assert loket("audit", "refused").output == "nothing\n"
    at = now_of_the_desk()
    unit_of_work(desk, lambda s: refuse(s, at, ADVISOR, action="advisor.approve", about=("question", 9)))
    shown = loket("audit", "refused").output
    assert "advisor.approve  account:4 (advisor)  refused: known_already  question 9" in shown
    assert "refused: known_already" in loket("audit", "show", "question", "9").output
