"""The money of a funder that ends: its steps, and where what is left goes, each at the same moment as the others."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.accounting.winding_down.actions import (
    begin_winding_down,
    call_off,
    close_step,
    lay_down_transfer,
    take_back_transfer,
    transfer_what_is_left,
)
from portal.accounting.winding_down.models import WindDownStep, WindingDown
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.models import Funder
from tests.factories import REGION, a_region
from tests.portal.accounting.winding_down.winding import LATER, TODAY, begun, laid_down, stop, to_transfer
from tests.reliability.pairs.acts import FIRST_OF_REGION, REGIONS, SECOND_REGION, Found, Scene, by, row, the
from tests.reliability.pairs.scenes.spending import the_line

LINE, WINDING, RIJK = the_line("rijk-leren"), the(WindingDown), the(Funder, slug="rijk")
BACK = Found(lambda session, who: {LINE.look(session, who).id: None})


def _begun(session: Session) -> None:
    begun(session)
    stop(session)


def _to_transfer(session: Session) -> None:
    a_region(session)
    to_transfer(session)


def _laid_down(session: Session) -> None:
    laid_down(session)


BEGUN = Scene(
    "the money of a funder that ends, before the first step",
    _begun,
    (
        row(close_step, winding=WINDING, step=WindDownStep.STOP, note="", actor=REGIONS, now=LATER),
        row(call_off, winding=WINDING, reason="Het geld gaat toch door.", actor=REGIONS, now=LATER),
    ),
)

MAY_END = Scene(
    "the money of a funder that may end",
    a_region,
    (
        row(begin_winding_down, funder=RIJK, schemes=(), last_day=TODAY, reason="Loopt af.", actor=REGIONS),
        row(
            raise_budget,
            "to what may end",
            line=LINE,
            amount_cents=10_000,
            reason="Er kwam nog iets.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
    ),
)

TO_TRANSFER = Scene(
    "the money of a funder that ends, with money left",
    _to_transfer,
    (
        row(lay_down_transfer, winding=WINDING, to=BACK, actor=REGIONS, now=LATER),
        row(call_off, "at the end", winding=WINDING, reason="Het gaat toch door.", actor=REGIONS, now=LATER),
    ),
)

TRANSFERRING = Scene(
    "what is left of the money of a funder, on its way",
    _laid_down,
    (
        row(transfer_what_is_left, winding=WINDING, actor=by(SECOND_REGION), now=LATER),
        row(take_back_transfer, winding=WINDING, actor=by(REGION, SECOND_REGION), now=LATER),
        row(
            raise_budget,
            "to what ends",
            line=LINE,
            amount_cents=10_000,
            reason="Er kwam nog iets.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
            now=LATER,
        ),
        row(
            lower_budget,
            "of what ends",
            line=LINE,
            amount_cents=10_000,
            reason="Minder.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
            now=LATER,
        ),
    ),
)

SCENES = (BEGUN, MAY_END, TO_TRANSFER, TRANSFERRING)
