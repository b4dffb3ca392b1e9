"""Two people at the same moment: one wins, the other is told."""

from __future__ import annotations

import threading
from dataclasses import replace

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.framework.catalogue.queries import versions_of
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.publishing.workshop.actions import save_draft, start_draft
from portal.publishing.workshop.queries import document_of
from tests.drafts import (
    COLLEAGUE,
    SLUG,
    a_ready_draft,
    publish,
)
from tests.factories import NOW, OWNER, REGION, a_region

TODAY = NOW.date()


def states(session: Session) -> list[tuple[int, VersionState]]:
    return [(version.version, version.state) for version in reversed(versions_of(session, slug=SLUG))]


def race(engine: Engine, act: object) -> list[str]:
    """Two people do something at the same moment, each in a transaction of their own; what became of it."""
    ready, outcomes = threading.Barrier(2), []

    def one(actor: Actor) -> None:
        ready.wait()
        try:
            unit_of_work(engine, lambda session: act(session, actor))  # type: ignore[operator]
            outcomes.append("done")
        except Refusal as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=one, args=(actor,)) for actor in (COLLEAGUE, REGION)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_two_who_publish_the_same_draft_at_once_exactly_one_wins(engine: Engine) -> None:
    number = unit_of_work(engine, lambda session: a_ready_draft(session).id)
    outcomes = race(
        engine, lambda session, actor: publish(session, session.get_one(SchemeVersion, number), actor=actor)
    )
    assert len(outcomes) == 2 and outcomes.count("done") == 1
    assert set(outcomes) - {"done"} <= {"version_moved_on", "not_in_review"}
    with Session(engine) as session:
        assert states(session) == [(1, VersionState.SUPERSEDED), (2, VersionState.IN_FORCE)]


def test_control_without_the_guard_in_the_write_both_would_win(engine: Engine) -> None:
    number = unit_of_work(engine, lambda session: a_ready_draft(session).id)

    def act(session: Session, actor: Actor) -> None:
        values = {"published_at": NOW, "published_by": actor.reference, "publish_reason": "x", "in_force_from": TODAY}
        rows = update(SchemeVersion).where(SchemeVersion.id == number)
        session.execute(rows.values(state=VersionState.SCHEDULED, **values))

    assert race(engine, act) == ["done", "done"]


def test_of_two_drafts_that_are_published_at_once_one_wins_and_the_other_must_look_again(engine: Engine) -> None:
    def prepare(session: Session) -> dict[int | None, int]:
        mine, theirs = a_ready_draft(session, actor=OWNER), a_ready_draft(session, actor=COLLEAGUE, minimum_cents=100)
        return {REGION.account_id: mine.id, COLLEAGUE.account_id: mine.id, None: theirs.id}

    ids = unit_of_work(engine, prepare)
    third = replace(REGION, account_id=990)

    def act(session: Session, actor: Actor) -> None:
        number = ids[None] if actor is COLLEAGUE else ids[actor.account_id]
        publish(session, session.get_one(SchemeVersion, number), actor=third if actor is COLLEAGUE else actor)

    outcomes = race(engine, act)
    assert outcomes in (["done", "other_version_published"], ["done", "gate_closed"])
    with Session(engine) as session:
        assert [state for _, state in states(session)].count(VersionState.IN_FORCE) == 1


def test_of_two_who_save_the_same_draft_at_once_one_is_told(engine: Engine) -> None:
    def prepare(session: Session) -> int:
        a_region(session)
        return start_draft(session, scheme=SLUG, actor=OWNER, now=NOW).id

    number = unit_of_work(engine, prepare)
    writers = {COLLEAGUE.account_id: COLLEAGUE, REGION.account_id: OWNER}

    def act(session: Session, actor: Actor) -> None:
        draft = session.get_one(SchemeVersion, number)
        document = document_of(draft) | {"minimum_cents": actor.account_id}
        save_draft(
            session, version=draft, document=document, cases=None, revision=1, actor=writers[actor.account_id], now=NOW
        )

    outcomes = race(engine, act)
    assert outcomes in (["done", "saved_by_other"], ["done", "version_moved_on"])
