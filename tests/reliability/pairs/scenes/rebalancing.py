"""A plan of re-assignments: asked for, kept, worked out anew, carried out or dropped while the voucher itself changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.ledger.models import AccountKind
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.planning.rebalances.actions import (
    ask_rebalance,
    ask_rebalance_anew,
    carry_out_rebalance,
    drop_rebalance,
    keep_rebalance,
    work_out_rebalance,
)
from portal.planning.rebalances.models import Rebalance
from portal.planning.rebalances.queries import open_books
from portal.spending.vouchers.models import Voucher
from tests.factories import NOW, REGION
from tests.portal.planning.books import REASON, UNTIL, a_late_voucher, asked, laid_down
from tests.reliability.pairs.acts import REGIONS, SECOND_REGION, Found, Scene, by, made, row, the
from tests.reliability.pairs.scenes.spending import the_line

PLAN, VOUCHER = the(Rebalance), the(Voucher)


def _open(session: Session) -> None:
    a_late_voucher(session)


def _asked(session: Session) -> None:
    a_late_voucher(session)
    asked(session, actor=SECOND_REGION)


def _waits(session: Session) -> None:
    a_late_voucher(session)
    laid_down(session, actor=SECOND_REGION)


TAKEOVER = made(Takeover, the_line("rijk-leren"), the_line("provincie-breed"), 50_000, AccountKind.RESERVED)
BY_HAND = row(
    reassign_voucher, "beside a plan", voucher=VOUCHER, takeover=TAKEOVER, reason="Met de hand.", actor=REGIONS
)
OPEN = Scene(
    "a voucher on money that stays, beside money that lapses",
    _open,
    (row(ask_rebalance, until=UNTIL, reason=REASON, actor=REGIONS), BY_HAND),
)
WORKED_OUT = Found(lambda session, _who: work_out_rebalance(open_books(session, until=UNTIL, on=NOW.date())))
ASKED = Scene(
    "a plan of re-assignments that is worked out",
    _asked,
    (
        row(keep_rebalance, rebalance=PLAN, worked_out=WORKED_OUT, actor=REGIONS),
        row(ask_rebalance_anew, "before it is worked out", rebalance=PLAN, actor=REGIONS),
        row(drop_rebalance, "before it is worked out", rebalance=PLAN, actor=REGIONS),
        BY_HAND,
    ),
)
WAITS = Scene(
    "a plan of re-assignments that waits for a second person",
    _waits,
    (
        row(carry_out_rebalance, rebalance=PLAN, actor=by(REGION)),
        row(drop_rebalance, rebalance=PLAN, actor=REGIONS),
        row(ask_rebalance_anew, rebalance=PLAN, actor=REGIONS),
        BY_HAND,
    ),
)

SCENES = (OPEN, ASKED, WAITS)
