"""Nothing is reserved for an application but what the round of its scheme divided to it, in each of the places that reserve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.restorations.models import Restoration, RestorationState
from portal.awarding.restoring import give_back_restored
from portal.awarding.rounds import keeping
from portal.awarding.rounds.keeping import NotDivided
from portal.framework.catalogue.queries import SchemeInForce
from portal.ledger.models import Transfer
from portal.spending.vouchers.actions import scheme_of_voucher
from portal.spending.vouchers.models import Voucher
from schemes.definition.fields import Budget
from tests.factories import NOW
from tests.portal.awarding.rounds.places import PLACES, Place, a_divided_round, an_open_round, late

GUARD = "keep_to_division"
each_place = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)


def divides(session: Session, *, voucher: Voucher) -> SchemeInForce:
    """The scheme of a voucher as one whose money is divided by lot."""
    found = scheme_of_voucher(session, voucher=voucher)
    budget = Budget.model_validate({"distribution": "lottery"})
    return replace(found, definition=found.definition.model_copy(update={"budget": budget}))


@pytest.fixture
def in_rounds(session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[Place], None]:
    """Prepare a place, and let the guard see schemes that divide in rounds from then on; so that a mix gets as far as the guard."""

    def begin(place: Place) -> None:
        place.prepare(session)
        monkeypatch.setattr(keeping, "scheme_of_voucher", divides)

    return begin


def booked(session: Session) -> int:
    return session.scalar(select(func.count(Transfer.id))) or 0


def refused(session: Session, place: Place) -> NotDivided:
    before = booked(session)
    with pytest.raises(NotDivided) as said, session.begin_nested():
        place.act(session)
    session.expire_all()
    assert booked(session) == before
    return said.value


@each_place
def test_nothing_is_reserved_before_the_round_was_divided(
    session: Session, place: Place, in_rounds: Callable[[Place], None]
) -> None:
    in_rounds(place)
    assert refused(session, place).code == "no_round"
    one = an_open_round(session)
    waits = refused(session, place)
    assert waits.code == "round_not_divided" and "2 maart 2026" in str(waits)
    one.received_until = NOW.date().replace(day=1)
    session.flush()
    assert refused(session, place).code == "next_round"


@each_place
def test_no_more_is_reserved_than_the_round_divided(
    session: Session, place: Place, in_rounds: Callable[[Place], None]
) -> None:
    in_rounds(place)
    a_divided_round(session, place.total_cents - 1)
    above = refused(session, place)
    assert above.code == "above_division" and above.params["granted_cents"] == place.total_cents - 1
    assert "Meer kan niet" in str(above)


@each_place
def test_who_did_not_take_part_waits_for_the_next_round(
    session: Session, place: Place, in_rounds: Callable[[Place], None]
) -> None:
    in_rounds(place)
    late(session, place.total_cents)
    assert refused(session, place).code == "next_round"


@each_place
def test_what_the_round_divided_is_reserved_to_the_cent(
    session: Session, place: Place, in_rounds: Callable[[Place], None]
) -> None:
    in_rounds(place)
    a_divided_round(session, place.total_cents)
    before = booked(session)
    place.act(session)
    assert booked(session) > before


@each_place
def test_control_without_the_guard_it_is_reserved_before_anything_was_divided(
    session: Session, place: Place, in_rounds: Callable[[Place], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_rounds(place)
    nothing: Callable[..., None] = lambda *_args, **_named: None  # noqa: E731
    monkeypatch.setattr(f"{place.module}.{GUARD}", nothing)
    before = booked(session)
    place.act(session)
    assert booked(session) > before


@each_place
def test_a_scheme_in_the_order_of_receipt_needs_no_round(session: Session, place: Place) -> None:
    place.prepare(session)
    an_open_round(session)
    place.act(session)


def test_a_voucher_that_waits_for_more_than_was_divided_keeps_nobody_waiting(
    session: Session, in_rounds: Callable[[Place], None]
) -> None:
    place = next(one for one in PLACES if one.name == "an award that comes back")
    in_rounds(place)
    one = a_divided_round(session, place.total_cents)
    place.act(session)
    row = session.scalars(select(Restoration)).one()
    assert row.state is RestorationState.GIVEN
    row.state, row.given_at, row.valid_until = RestorationState.WAITING, None, None
    session.flush()
    assert one.divided_at is not None and give_back_restored(session, now=NOW) == 0
    assert row.state is RestorationState.WAITING
