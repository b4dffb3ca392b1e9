"""What happens to a voucher between its issue and its end: each act guarded, booked where money moves, kept and told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.reductions import Ending, end_award, lower_award, revoke_award
from portal.framework.funding.models import FundingLine
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.spending.changes.actions import (
    block_voucher,
    extend_voucher,
    free_from_provider,
    move_start,
    note_moved_out,
    reserve_at_provider,
    unblock_voucher,
)
from portal.spending.changes.cancelling import Cancellation, charge_cancellation_fee
from portal.spending.changes.queries import extension_effect
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, RedemptionKind, Voucher, VoucherState
from portal.spending.vouchers.queries import changes_of, ledger_breaks
from tests.factories import ADVISOR, ASKED, MOVED, NOW, REGION, SECOND, SYSTEM, a_provider, a_voucher

TODAY = date(2026, 3, 2)
LAST_DAY = date(2026, 8, 29)


def redeem(
    session: Session, voucher: Voucher, actor: object, cents: int, now: datetime = NOW, number: str = "F1"
) -> Redemption:
    return redeem_voucher(session, voucher=voucher, bill=Bill(number, TODAY, cents), actor=actor, now=now)


def books(session: Session, voucher: Voucher) -> tuple[int, int]:
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == []
    found = figures(session, by=("voucher_id",)).get((voucher.id,), Figures())
    return found.reserved_cents, found.spent_cents


def told(session: Session) -> list[str]:
    rows = session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id))
    return [one for one in rows if one.startswith("voucher/")]


def refusal(work: object) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused:
        work()  # type: ignore[operator]
    return refused.value.code, refused.value.field


def test_a_blocked_voucher_is_not_redeemed_does_not_expire_and_gets_its_days_back(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    block_voucher(session, voucher=voucher, reason="Wacht op UWV", actor=ADVISOR, now=NOW)
    assert refusal(lambda: redeem(session, voucher, pia, 1_000)) == ("voucher_blocked", None)
    assert (
        refusal(lambda: block_voucher(session, voucher=voucher, reason="x", actor=ADVISOR, now=NOW))[0]
        == "voucher_blocked"
    )
    late = LAST_DAY + timedelta(days=30)
    assert expire_voucher(session, voucher=voucher, today=late, actor=SYSTEM, now=NOW) == 0
    after = datetime(2026, 9, 28, 10, 0, tzinfo=UTC)
    change = unblock_voucher(session, voucher=voucher, reason="UWV betaalt", actor=ADVISOR, now=after)
    assert (change.day_before, change.day_after) == (LAST_DAY, LAST_DAY + (date(2026, 9, 28) - TODAY))
    redeem(session, voucher, pia, 1_000, now=after)
    assert (
        refusal(lambda: unblock_voucher(session, voucher=voucher, reason="x", actor=ADVISOR, now=after))[0]
        == "voucher_not_blocked"
    )
    assert told(session) == ["voucher/blocked", "voucher/unblocked", "voucher/redeemed"]
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "voucher")).all()
    assert {"voucher.blocked", "voucher.unblocked"} <= set(acts)


@pytest.mark.parametrize(
    ("blocked", "unblocked", "days"),
    [
        (
            datetime(2026, 3, 28, 22, 59, tzinfo=UTC),
            datetime(2026, 3, 29, 22, 1, tzinfo=UTC),
            2,
        ),  # 23 hours and a day long
        (
            datetime(2026, 3, 28, 23, 1, tzinfo=UTC),
            datetime(2026, 3, 29, 21, 59, tzinfo=UTC),
            0,
        ),  # all of one short day
        (datetime(2026, 8, 1, 22, 0, tzinfo=UTC), datetime(2026, 8, 2, 21, 59, tzinfo=UTC), 0),
        (datetime(2026, 8, 1, 21, 59, tzinfo=UTC), datetime(2026, 8, 1, 22, 0, tzinfo=UTC), 1),
    ],
)
def test_the_days_of_a_block_are_days_in_amsterdam_also_when_the_clock_changes(
    session: Session, blocked: datetime, unblocked: datetime, days: int
) -> None:
    voucher = a_voucher(session)
    block_voucher(session, voucher=voucher, reason="x", actor=ADVISOR, now=blocked)
    unblock_voucher(session, voucher=voucher, reason="x", actor=ADVISOR, now=unblocked)
    assert voucher.valid_until == LAST_DAY + timedelta(days=days)


def test_a_blocked_voucher_can_be_revoked(session: Session) -> None:
    voucher = a_voucher(session)
    block_voucher(session, voucher=voucher, reason="x", actor=ADVISOR, now=NOW)
    revoke_voucher(session, voucher=voucher, reason="Gestopt", actor=ADVISOR, now=NOW)
    assert (voucher.state, voucher.is_blocked, books(session, voucher)) == (VoucherState.REVOKED, False, (0, 0))


# Days ------------------------------------------------------------------------------------------------------------------


def test_a_voucher_is_extended_up_to_and_including_a_leap_day(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    leap = date(2028, 2, 29)
    extend_voucher(session, voucher=voucher, until=leap, reason="Ziek", actor=ADVISOR, now=NOW)
    assert [effect.other_year for effect in extension_effect(session, voucher=voucher, until=leap)] == [False]
    assert expire_voucher(session, voucher=voucher, today=leap, actor=SYSTEM, now=NOW) == 0
    redeem(session, voucher, pia, 1_000, now=datetime(2028, 2, 29, 22, 59, 59, tzinfo=UTC))
    with pytest.raises(Conflict):
        redeem(session, voucher, pia, 1_000, now=datetime(2028, 2, 29, 23, 0, tzinfo=UTC), number="F2")
    assert expire_voucher(session, voucher=voucher, today=date(2028, 3, 1), actor=SYSTEM, now=NOW) == 119_000
    assert told(session)[0] == "voucher/extended"


def test_an_extension_says_what_it_means_for_the_money_and_stays_within_it(session: Session) -> None:
    voucher = a_voucher(session)
    [line] = session.scalars(select(FundingLine).where(FundingLine.id == voucher.award.parts[0].funding_line_id))
    line.period_to, line.period_binds = date(2027, 1, 31), "award_and_due_date"
    [effect] = extension_effect(session, voucher=voucher, until=date(2027, 1, 31))
    assert (effect.fits, effect.other_year, effect.reserved_cents) == (True, True, 120_000)
    late = refusal(
        lambda: extend_voucher(session, voucher=voucher, until=date(2027, 2, 1), reason="x", actor=ADVISOR, now=NOW)
    )
    assert late == ("outside_period", "until")
    extend_voucher(session, voucher=voucher, until=date(2027, 1, 31), reason="x", actor=ADVISOR, now=NOW)
    assert books(session, voucher) == (120_000, 0)
    line.period_binds = "award_date"
    extend_voucher(session, voucher=voucher, until=date(2027, 2, 1), reason="x", actor=ADVISOR, now=NOW)


@pytest.mark.parametrize(
    ("until", "code"), [(LAST_DAY, "not_later"), (TODAY, "not_later"), (date(2031, 1, 1), "too_far_away")]
)
def test_an_impossible_last_day_is_refused_at_the_field(session: Session, until: date, code: str) -> None:
    voucher = a_voucher(session)
    wrong = refusal(lambda: extend_voucher(session, voucher=voucher, until=until, reason="x", actor=ADVISOR, now=NOW))
    assert wrong == (code, "until")


def test_another_start_is_kept_and_must_lie_while_the_voucher_is_good(session: Session) -> None:
    voucher = a_voucher(session)
    assert voucher.starts_on == date(2026, 5, 1)
    change = move_start(session, voucher=voucher, starts_on=LAST_DAY, reason="Later begonnen", actor=ADVISOR, now=NOW)
    assert (voucher.starts_on, change.day_before) == (LAST_DAY, date(2026, 5, 1))
    for day, code in (
        (LAST_DAY, "same_day"),
        (LAST_DAY + timedelta(days=1), "after_last_day"),
        (date(2026, 3, 1), "before_issue"),
    ):
        wrong = refusal(
            lambda d=day: move_start(session, voucher=voucher, starts_on=d, reason="x", actor=ADVISOR, now=NOW)
        )
        assert wrong == (code, "starts_on")


# Amounts ---------------------------------------------------------------------------------------------------------------


def test_a_cancellation_fee_is_spent_and_the_rest_is_free_again(session: Session) -> None:
    voucher, (provider, _) = a_voucher(session), a_provider(session)
    fee = charge_cancellation_fee(
        session,
        voucher=voucher,
        cancelled=Cancellation(provider, Bill("A1", TODAY, 15_000), "Te weinig deelnemers"),
        actor=ADVISOR,
        now=NOW,
        prepared_by=SECOND.reference,
    )
    assert (fee.kind, voucher.state, voucher.released_cents) == (
        RedemptionKind.CANCELLATION_FEE,
        VoucherState.REDEEMED,
        105_000,
    )
    assert books(session, voucher) == (0, 15_000)
    assert told(session) == ["voucher/cancelled"]
    with pytest.raises(Refusal):
        charge_cancellation_fee(
            session,
            voucher=voucher,
            cancelled=Cancellation(provider, Bill("A2", TODAY, 1), "x"),
            actor=ADVISOR,
            now=NOW,
            prepared_by=SECOND.reference,
        )


# Providers and moving --------------------------------------------------------------------------------------------------


def test_a_voucher_kept_for_one_provider_is_redeemed_by_no_other_until_it_is_swapped_or_freed(session: Session) -> None:
    voucher, (first, pia), (second, pim) = a_voucher(session), a_provider(session), a_provider(session)
    reserve_at_provider(session, voucher=voucher, provider=first, reason="", actor=pia, now=NOW)
    assert refusal(lambda: redeem(session, voucher, pim, 1_000))[0] == "voucher_of_other_provider"
    redeem(session, voucher, pia, 10_000)
    assert (
        refusal(
            lambda: reserve_at_provider(session, voucher=voucher, provider=second, reason="mijn", actor=pim, now=NOW)
        )[0]
        == "not_yours"
    )
    reserve_at_provider(session, voucher=voucher, provider=second, reason="Andere school", actor=ADVISOR, now=NOW)
    assert refusal(lambda: redeem(session, voucher, pia, 1_000, number="F2"))[0] == "voucher_of_other_provider"
    redeem(session, voucher, pim, 20_000)
    free_from_provider(session, voucher=voucher, reason="Beide", actor=ADVISOR, now=NOW)
    redeem(session, voucher, pia, 5_000, number="F3")
    assert books(session, voucher) == (85_000, 35_000)
    assert [change.kind.value for change in changes_of(session, voucher=voucher)] == [
        "reserved",
        "provider_swapped",
        "freed",
    ]


def test_a_provider_that_may_not_redeem_gets_no_voucher(session: Session) -> None:
    voucher, (other, _) = a_voucher(session), a_provider(session, schemes=["materiaalvoucher"])
    wrong = refusal(
        lambda: reserve_at_provider(session, voucher=voucher, provider=other, reason="x", actor=ADVISOR, now=NOW)
    )
    assert wrong == ("provider_not_approved", "provider")


def test_who_moves_out_keeps_the_voucher(session: Session) -> None:
    kept = a_voucher(session)
    note_moved_out(session, voucher=kept, moved_on=TODAY, reason="Al begonnen", actor=ADVISOR, now=NOW)
    assert (kept.state, books(session, kept)) == (VoucherState.ISSUED, (120_000, 0))
    assert told(session) == ["voucher/moved_keeps"]
    late = TODAY + timedelta(days=1)
    wrong = refusal(lambda: note_moved_out(session, voucher=kept, moved_on=late, reason="x", actor=ADVISOR, now=NOW))
    assert wrong == ("move_out_of_range", "moved_on")


def test_every_change_needs_an_advisor_and_a_reason(session: Session) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    day = LAST_DAY + timedelta(days=1)
    acts = (
        lambda actor, reason: block_voucher(session, voucher=voucher, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: unblock_voucher(session, voucher=voucher, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: extend_voucher(session, voucher=voucher, until=day, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: move_start(session, voucher=voucher, starts_on=LAST_DAY, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: lower_award(session, voucher=voucher, by_cents=1, basis=ASKED, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: revoke_award(session, voucher=voucher, basis=ASKED, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: end_award(
            session, voucher=voucher, ending=Ending(TODAY + timedelta(days=21), 0, "x", TODAY), basis=MOVED, reason=reason, actor=actor, now=NOW
        ),
        lambda actor, reason: free_from_provider(session, voucher=voucher, reason=reason, actor=actor, now=NOW),
        lambda actor, reason: note_moved_out(
            session, voucher=voucher, moved_on=TODAY, reason=reason, actor=actor, now=NOW
        ),
        lambda actor, reason: charge_cancellation_fee(session, voucher=voucher, cancelled=Cancellation(provider, Bill("A1", TODAY, 1), reason), actor=actor, now=NOW),
    )  # fmt: skip
    for act in acts:
        assert refusal(lambda a=act: a(REGION, "x"))[0] == "not_yours"
        assert refusal(lambda a=act: a(pia, "x"))[0] == "not_yours"
        assert refusal(lambda a=act: a(ADVISOR, "  ")) == ("reason_missing", "reason")
    assert changes_of(session, voucher=voucher) == []
    assert books(session, voucher) == (120_000, 0)
