"""The change of a scheme in the demonstration: it waits for a second person, and everything else of it is in order."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.demo.staff import add_staff, staff
from portal.demo.workshop import NEW_CAP, SCHEME, offer_a_change
from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.framework.catalogue.queries import newest_published, versions_of
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import accounts, actor_of_account
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.publishing.gate.actions import approve_outcome, publish_version
from portal.publishing.gate.steps import changed_outcomes, gate
from portal.publishing.replay.actions import run_replay
from portal.publishing.workshop.queries import open_versions, parsed_version
from schemes.basics.values import value_on
from tests.portal.demo.conftest import NOW, FilledDesk, once, open_region

TODAY = local_date(NOW)


def owners(session: Session) -> tuple[Actor, Actor]:
    """Who wrote the change, and a colleague."""
    writer = staff(session).owner
    found: list[Account] = [one for one in accounts(session) if one.role is Role.OWNER]
    same = [actor for actor in map(actor_of_account, found) if actor.organisation_id == writer.organisation_id]
    return writer, next(actor for actor in same if actor.reference != writer.reference)


def waiting(session: Session, actor: Actor) -> SchemeVersion:
    [found] = open_versions(session, scheme=SCHEME, actor=actor)
    return found


def test_a_change_waits_for_a_second_person_with_nothing_wrong_in_it(desk: FilledDesk) -> None:
    def look(session: Session) -> None:
        writer, second = owners(session)
        version = waiting(session, second)
        assert (version.state, version.submitted_by) == (VersionState.IN_REVIEW, writer.reference)
        shown = gate(session, version=version, actor=second, on=TODAY)
        assert {step.name: step.state for step in shown.steps} == {
            "parses": "passed",
            "lint": "passed",
            "cases": "to_do",
            "replay": "to_do",
            "second_person": "passed",
        }
        assert [case.name for case in shown.cases if not case.passed] == []
        assert sorted(change.kind for change in shown.changes) == ["changed", "changed", "removed"]
        assert gate(session, version=version, actor=writer, on=TODAY).step("second_person").state == "to_do"

    desk.read(look)


def test_the_second_person_can_publish_it(copied_desk: FilledDesk) -> None:
    def act(session: Session) -> None:
        _writer, second = owners(session)
        version = waiting(session, second)
        run_replay(session, version=version, actor=second, now=NOW, people=20)
        for change in changed_outcomes(session, version=version, on=TODAY):
            approve_outcome(session, version=version, key=change.key, actor=second, now=NOW)
        publish_version(
            session, version=version, from_day=TODAY, reason="Scholing wordt duurder.", actor=second, now=NOW
        )
        newest = newest_published(session, scheme_id=version.scheme_id)
        assert newest is not None and newest.id == version.id
        definition = parsed_version(newest).definition
        assert definition is not None and value_on(definition.caps[0].amount_cents, TODAY) == NEW_CAP

    unit_of_work(copied_desk.engine, act)


@once
def test_who_does_not_own_the_scheme_offers_nothing(engine: Engine) -> None:
    open_region(engine)

    def act(session: Session) -> None:
        add_staff(session, now=NOW)
        stranger = replace(staff(session).owner, schemes=frozenset())
        before = session.scalar(select(func.count(SchemeVersion.id)))
        assert offer_a_change(session, writer=stranger, now=NOW) is False
        assert session.scalar(select(func.count(SchemeVersion.id))) == before
        assert offer_a_change(session, writer=staff(session).owner, now=NOW) is True
        assert len(versions_of(session, slug=SCHEME)) >= 1 and waiting(session, staff(session).owner)

    unit_of_work(engine, act)
