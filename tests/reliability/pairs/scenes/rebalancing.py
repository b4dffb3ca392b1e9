"""A plan of re-assignments: worked out, and carried out or dropped while the voucher itself changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.ledger.models import AccountKind
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.planning.rebalances.actions import carry_out_rebalance, drop_rebalance, lay_down_rebalance
from portal.planning.rebalances.models import Rebalance
from portal.spending.vouchers.models import Voucher
from tests.factories import REGION
from tests.portal.planning.books import REASON, UNTIL, a_late_voucher, laid_down
from tests.reliability.pairs.acts import REGIONS, SECOND_REGION, Scene, by, made, row, the
from tests.reliability.pairs.scenes.spending import the_line

PLAN, VOUCHER = the(Rebalance), the(Voucher)


def _open(session: Session) -> None:
    a_late_voucher(session)


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
    (row(lay_down_rebalance, until=UNTIL, reason=REASON, actor=REGIONS), BY_HAND),
)
WAITS = Scene(
    "a plan of re-assignments that waits for a second person",
    _waits,
    (
        row(carry_out_rebalance, rebalance=PLAN, actor=by(REGION)),
        row(drop_rebalance, rebalance=PLAN, actor=REGIONS),
        BY_HAND,
    ),
)

SCENES = (OPEN, WAITS)
