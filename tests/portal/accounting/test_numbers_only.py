"""Waiting lists, signals and lead times in numbers, for the region and its controller: the same as the advisor's lists, no names."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.awarding.waiting_list.actions import join_waiting_list
from portal.awarding.waiting_list.queries import waiting_counts, waiting_list
from portal.oversight.flags.actions import close_flag, raise_flags
from portal.oversight.flags.models import FlagKind
from portal.oversight.flags.queries import FlagCount, flag_counts, flags
from portal.oversight.lead_times import lead_times
from portal.people.actor import Actor, Audience
from tests.benchmarks.worklist import statements_of
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_region, a_voucher, an_application
from tests.portal.accounting.a_desk import CONTROLLER, TODAY
from tests.portal.awarding.waiting_list.region import with_waiting_list

OTHERS = (Audience.PROVIDER, Audience.OWNER, Audience.FUNDER, Audience.RESIDENT, Audience.ANYONE)


def wait(session: Session) -> None:
    question = an_application(session)
    join_waiting_list(session, question=question, scheme="leervoucher", agreed_on=TODAY, actor=ADVISOR, now=NOW)


def test_the_lists_are_as_long_as_those_of_the_advisor(session: Session, tmp_path: Path) -> None:
    with_waiting_list(session, tmp_path / "proefland")
    assert waiting_counts(session, actor=CONTROLLER) == []
    wait(session)
    waiting_counts(session, actor=REGION)
    with statements_of(session) as said:
        waiting_counts(session, actor=REGION)
    few = len(said)
    wait(session)
    rows = waiting_list(session, actor=ADVISOR)
    with statements_of(session) as said:
        [one] = waiting_counts(session, actor=REGION)
    assert (one.waiting, one.wanted_cents, one.scheme) == (2, sum(row.wanted_cents for row in rows), "leervoucher")
    assert (one.offered, one.since, len(said)) == (0, TODAY, few)
    assert waiting_counts(session, actor=CONTROLLER) == [one]
    assert waiting_list(session, actor=REGION) == [], "who waits is for the advisor"


def test_signals_are_counted_per_kind_open_and_closed(session: Session) -> None:
    a_region(session)
    assert {(one.open, one.closed, one.open_since) for one in flag_counts(session, actor=CONTROLLER)} == {(0, 0, None)}
    for _number in range(2):
        provider, _ = a_provider(session)
        provider.iban = "NL91ABNA0417164300"
    for _number in range(10):
        a_voucher(session)
    session.flush()
    raised = raise_flags(session, now=NOW)
    every = flag_counts(session, actor=REGION)
    assert [one.kind for one in every] == list(FlagKind) and sum(one.open for one in every) == raised >= 2
    shared = next(one for one in every if one.kind is FlagKind.IBAN_OF_TWO)
    assert shared == FlagCount(FlagKind.IBAN_OF_TWO, 1, 0, TODAY)
    [flag] = [one for one in flags(session, actor=ADVISOR) if one.kind is FlagKind.IBAN_OF_TWO]
    close_flag(session, flag=flag, reason="Eén bedrijf.", actor=ADVISOR, now=NOW)
    assert FlagCount(FlagKind.IBAN_OF_TWO, 0, 1, None) in flag_counts(session, actor=CONTROLLER)
    assert flags(session, actor=CONTROLLER) == [], "the signals themselves are for who acts on them"


@pytest.mark.parametrize("audience", OTHERS)
def test_nobody_else_is_told_the_numbers(session: Session, audience: Audience) -> None:
    a_voucher(session)
    actor = Actor(audience, account_id=1)
    assert waiting_counts(session, actor=actor) == [] == flag_counts(session, actor=actor)
    assert lead_times(session, actor=actor, first=TODAY, last=TODAY) == []
    assert lead_times(session, actor=CONTROLLER, first=TODAY, last=TODAY) == lead_times(
        session, actor=REGION, first=TODAY, last=TODAY
    )
