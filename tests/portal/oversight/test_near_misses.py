"""Refused on one condition alone: counted from stored verdicts, per condition, and not told when there are few."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.awarding.proposals.actions import make_proposal
from portal.framework.catalogue.queries import SchemeInForce, schemes_in_force
from portal.oversight.near_misses import missed_alone, near_misses
from portal.people.actor import Actor, Audience
from tests.factories import ADVISOR, NOW, OWNER, a_question, a_region

LEER = replace(OWNER, schemes=frozenset({"leervoucher"}))


def scheme_of(session: Session) -> SchemeInForce:
    return next(one for one in schemes_in_force(session, on=NOW.date()) if one.slug == "leervoucher")


def proposed(session: Session, number: int, **facts: Any) -> None:
    for _ in range(number):
        make_proposal(session, question=a_question(session, facts=facts), actor=ADVISOR, now=NOW)


def verdict(*statuses: str, **other: Any) -> dict[str, Any]:
    children = [{"status": one} for one in statuses]
    return {"route_fits": True, "availability": {"state": "open"}, "outcomes": {"children": children}} | other


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (verdict("met", "not_met", "met"), 1),
        (verdict("not_met"), 0),
        (verdict("met", "met"), None),
        (verdict("not_met", "not_met"), None),
        (verdict("not_met", "unknown"), None),
        (verdict("met", "unknown"), None),
        (verdict("not_met", "met", route_fits=False), None),
        (verdict("not_met", "met", availability={"state": "closed"}), None),
    ],
)
def test_only_what_was_refused_on_one_condition_alone_counts(found: dict[str, Any], place: int | None) -> None:
    assert missed_alone(found) == place


def test_ten_questions_are_counted_and_nine_are_not_told(session: Session) -> None:
    a_region(session)
    elsewhere = {"residence_municipality": "GM0363"}
    proposed(session, 3)
    proposed(session, 9, **elsewhere)
    one = scheme_of(session)
    assert near_misses(session, scheme=one, actor=LEER, now=NOW) == [None, None]
    proposed(session, 1, **elsewhere)
    assert near_misses(session, scheme=one, actor=LEER, now=NOW) == [10, None]
    assert near_misses(session, scheme=replace(one, version=2), actor=LEER, now=NOW) == [None, None]
    assert near_misses(session, scheme=one, actor=LEER, now=NOW + timedelta(days=366)) == [None, None]


def test_a_question_that_was_proposed_again_counts_once(session: Session) -> None:
    a_region(session)
    question = a_question(session, facts={"residence_municipality": "GM0363"})
    for minutes in range(12):
        make_proposal(session, question=question, actor=ADVISOR, now=NOW + timedelta(minutes=minutes))
    assert near_misses(session, scheme=scheme_of(session), actor=LEER, now=NOW) == [None, None]


def test_nobody_but_its_owner_sees_them(session: Session) -> None:
    a_region(session)
    one = scheme_of(session)
    assert near_misses(session, scheme=one, actor=LEER, now=NOW) is not None
    for actor in (
        OWNER,
        *(replace(LEER, audience=other) for other in set(Audience) - {Audience.OWNER}),
        Actor.anonymous(),
    ):
        assert near_misses(session, scheme=one, actor=actor, now=NOW) is None
