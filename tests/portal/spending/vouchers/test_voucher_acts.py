"""The history of a voucher's money: one line per act, every transfer in one of them, and together exactly what the books say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.ledger import actions as ledger
from portal.ledger.models import AccountKind, Transfer, TransferKind
from portal.ledger.queries import figures, voucher_transfers
from portal.ledger.voucher_acts import AccountPlace, Posting, VoucherAct, net_flows, stands, voucher_acts
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import SettlementGround
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher
from portal.web.advisor import voucher_history
from tests.factories import ADVISOR, NOW, SYSTEM, a_provider, a_voucher
from tests.portal.spending.vouchers.test_life import SIZE, Lives, desk

__all__ = ["desk"]

AVAILABLE, RESERVED, SPENT, PAID = AccountKind.AVAILABLE, AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID
TODAY = NOW.date()
once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def differs_from_the_books(session: Session, voucher: Voucher, acts: Sequence[VoucherAct]) -> list[object]:
    """Transfers that are not in exactly one act, and figures per funding line other than those of the ledger."""
    booked = [one.id for one in voucher_transfers(session, voucher_id=voucher.id)]
    wrong: list[object] = [] if [one.transfer.id for act in acts for one in act.postings] == booked else [booked]
    left = stands(acts)
    dimensions = ("funding_line_id", "voucher_id")
    for (line, _), found in figures(session, by=dimensions, voucher_ids=[voucher.id]).items():
        mine = left.get(line or 0, dict.fromkeys(AccountKind, 0))
        said = (mine[AVAILABLE], mine[RESERVED], mine[SPENT] + mine[PAID], mine[PAID])
        if said != (found.available_cents, found.reserved_cents, found.spent_cents, found.paid_cents):
            wrong.append((line, said, found))
    return wrong


# Whatever happens ------------------------------------------------------------------------------------------------------


class Told(Lives):
    """The lives of vouchers, told to an advisor after every act."""

    @invariant()
    def the_history_adds_up_to_the_books(self) -> None:
        for voucher in self.session.scalars(select(Voucher)):
            acts = voucher_acts(self.session, voucher_id=voucher.id)
            assert differs_from_the_books(self.session, voucher, acts) == []
            for act in acts:
                pairs = [(flow.source, flow.target) for flow in act.flows]
                assert len(set(pairs)) == len(pairs) and all(flow.cents > 0 for flow in act.flows)
                assert not any((target, source) in pairs for source, target in pairs), "nothing goes to and fro"


def told(desk: Engine, size: settings = SIZE) -> None:
    run_state_machine_as_test(type("Told", (Told,), {"desk": desk}), settings=size)


@once
def test_whatever_happens_the_lines_of_the_history_add_up_to_the_books(desk: Engine) -> None:
    told(desk)


@once
def test_control_a_history_that_loses_a_cent_is_found(desk: Engine) -> None:
    def broken(postings: Sequence[Posting]) -> list[object]:
        return [replace(flow, cents=flow.cents + 1) for flow in net_flows(postings)]

    with patch("portal.ledger.voucher_acts.net_flows", broken), pytest.raises(AssertionError):
        told(desk, settings(SIZE, report_multiple_bugs=False))


# Acts by themselves ----------------------------------------------------------------------------------------------------


def routes(act: VoucherAct) -> list[tuple[AccountKind, AccountKind, int]]:
    return [(flow.source.kind, flow.target.kind, flow.cents) for flow in act.flows]


@once
def test_a_partial_use_a_credit_note_a_payment_and_a_settlement_are_a_line_each(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    steps = [NOW + timedelta(days=number) for number in range(1, 5)]
    used = redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, 50_000), actor=pia, now=steps[0])
    take_credit_note(session, redemption=used, amount_cents=10_000, reason="Korter.", actor=ADVISOR, now=steps[1])
    spends = select(Transfer).where(Transfer.voucher_id == voucher.id, Transfer.kind == TransferKind.SPEND)
    last = session.scalars(spends.order_by(Transfer.id.desc())).first()
    assert last is not None
    ledger.pay(session, spend_id=last.id, actor_id=SYSTEM.reference, now=steps[2])
    session.expire_all()
    rest = voucher.open_cents
    settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(40_000, SettlementGround.AS_USED, "Klaar."),
        actor=ADVISOR,
        now=steps[3],
    )
    acts = voucher_acts(session, voucher_id=voucher.id)
    assert [routes(act) for act in acts] == [
        [(AVAILABLE, RESERVED, 120_000)],
        [(RESERVED, SPENT, 50_000)],
        [(SPENT, RESERVED, 10_000)],
        [(SPENT, PAID, 40_000)],
        [(RESERVED, AVAILABLE, rest)],
    ]
    assert [len(act.postings) for act in acts][:2] == [1, 4], "what is one line was four transfers"
    assert differs_from_the_books(session, voucher, acts) == []
    assert session.scalars(select(Redemption)).one().net_cents == 40_000


@pytest.mark.parametrize("kind", [RESERVED, SPENT, PAID])
def test_what_another_budget_takes_over_is_told_by_account_whatever_the_kinds_are_called(kind: AccountKind) -> None:
    def posting(source: AccountPlace, target: AccountPlace, cents: int) -> Posting:
        return Posting(Transfer(kind=TransferKind.CORRECT, amount_cents=cents), source, target)

    one, other = AccountPlace(7, kind.value), AccountPlace(3, kind.value)
    free, free_other = AccountPlace(7, AVAILABLE.value), AccountPlace(3, AVAILABLE.value)
    split = [posting(one, free, 900), posting(free, one, 500), posting(free, one, 400)]
    moved = [*split, posting(one, other, 400), posting(free_other, free, 400)]
    flows = list(net_flows(moved))
    assert {(flow.source, flow.target, flow.cents) for flow in flows} == {(one, other, 400), (free_other, free, 400)}
    back = [posting(other, one, 400), posting(free, free_other, 400)]
    assert list(net_flows([*moved, *back])) == [], "there and back again is nothing"


def test_every_way_between_the_accounts_of_a_line_has_words() -> None:
    ways = {(one, other) for one in (AVAILABLE, RESERVED, SPENT, PAID) for other in (AVAILABLE, RESERVED, SPENT, PAID)}
    assert {*voucher_history.EFFECTS} == {way for way in ways if way[0] is not way[1]}
    assert {*voucher_history.ACCOUNTS} == {*AccountKind}
