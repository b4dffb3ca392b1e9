"""A voucher's life: redeemed in whole or in parts, expired, revoked; and its money in the books at each step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput, Route
from portal.commands.due import desk_jobs
from portal.commands.vouchers import ExpiryRun, expire_late_vouchers
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.jobs.actions import run_jobs
from portal.platform.jobs.models import JobState
from portal.platform.jobs.queries import job_items
from portal.post.messages.models import OutboxMessage
from portal.spending.providers.actions import withdraw_approval, withdraw_provider
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher, VoucherState
from portal.spending.vouchers.queries import (
    awards_held,
    ledger_breaks,
    redeemed_by_provider,
    redemptions_of,
    redemptions_of_provider,
    voucher_by_code,
    voucher_by_public_id,
    vouchers,
    vouchers_of_question,
)
from tests.factories import (
    ADMIN,
    ADVISOR,
    NOW,
    OWNER,
    REGION,
    SYSTEM,
    a_provider,
    a_voucher,
    an_application,
    approve,
    employer,
    resident,
)

MATERIALS = {"schemes": ["materiaalvoucher"], "costs": [CostInput("materials", 80_000)]}
COMPANY = {"route": Route.EMPLOYER, "costs": [CostInput("tuition", 100_000)]}


def invoice(
    session: Session, voucher: Voucher, actor: object, cents: int, number: str = "F1", **more: object
) -> Redemption:
    about = {"invoice_date": date(2026, 3, 2), "amount_cents": cents}
    about |= {key: more.pop(key) for key in ("invoice_number", "invoice_date", "received_on") if key in more}
    bill = Bill(about.pop("invoice_number", number), **about)  # type: ignore[arg-type]
    given = {"actor": actor, "now": NOW}
    return redeem_voucher(session, voucher=voucher, bill=bill, **(given | more))  # type: ignore[arg-type]


def books(session: Session, voucher: Voucher) -> tuple[int, int]:
    found = figures(session, by=("voucher_id",)).get((voucher.id,), Figures())
    assert verify(session) == [] and ledger_breaks(session) == []
    return found.reserved_cents, found.spent_cents


def test_a_voucher_is_redeemed_in_two_parts(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    invoice(session, voucher, pia, 50_000)
    assert (voucher.state, voucher.open_cents, books(session, voucher)) == (
        VoucherState.PARTLY_REDEEMED,
        70_000,
        (70_000, 50_000),
    )
    invoice(session, voucher, pia, 70_000, "F2")
    assert (voucher.state, voucher.open_cents, books(session, voucher)) == (VoucherState.REDEEMED, 0, (0, 120_000))
    assert [row.amount_cents for row in redemptions_of_provider(session, actor=pia)] == [70_000, 50_000]
    assert [row.amount_cents for row in redemptions_of_provider(session, actor=pia, limit=1, offset=1)] == [50_000]
    assert redeemed_by_provider(session, actor=pia) == (2, 120_000)
    assert redeemed_by_provider(session, actor=a_provider(session)[1]) == (0, 0)


def test_a_voucher_that_keeps_no_rest_releases_it_at_once(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session, **COMPANY), a_provider(session)
    assert voucher.amount_cents == 50_000
    done = invoice(session, voucher, pia, 30_000)
    assert (voucher.state, voucher.redeemed_cents, voucher.released_cents) == (VoucherState.REDEEMED, 30_000, 20_000)
    assert done.released_cents == 20_000
    assert books(session, voucher) == (0, 30_000)


def test_a_voucher_without_parts_is_redeemed_for_the_whole_amount_only(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session, **MATERIALS), a_provider(session)
    with pytest.raises(Refusal) as refused:
        invoice(session, voucher, pia, 30_000)
    assert (refused.value.code, refused.value.field) == ("no_partial_redemption", "amount")
    invoice(session, voucher, pia, 40_000)
    assert voucher.state is VoucherState.REDEEMED


@pytest.mark.parametrize("cents", [0, -1, 120_001])
def test_an_impossible_amount_is_refused_at_the_field(session: Session, cents: int) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    with pytest.raises(Refusal) as refused:
        invoice(session, voucher, pia, cents)
    assert refused.value.field == "amount"
    assert books(session, voucher) == (120_000, 0)


def test_a_used_voucher_is_not_redeemed_again(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    invoice(session, voucher, pia, 120_000)
    with pytest.raises(Conflict) as refused:
        invoice(session, voucher, pia, 1, "F2")
    assert refused.value.code == "voucher_used"


def test_the_same_invoice_counts_once_however_it_is_typed(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    invoice(session, voucher, pia, 10_000, "INV 2026-7")
    with pytest.raises(Conflict) as refused:
        invoice(session, voucher, pia, 10_000, " inv2026-7 ")
    assert (refused.value.code, refused.value.field) == ("invoice_known", "invoice_number")
    invoice(session, voucher, pia, 10_000, "INV 2026-8")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"number": "  "}, "invoice_number"),
        ({"number": "9" * 61}, "invoice_number"),
        ({"invoice_date": date(2026, 3, 3)}, "invoice_date"),
        ({"invoice_date": date(2025, 2, 27)}, "invoice_date"),
    ],
)
def test_an_impossible_invoice_is_refused_at_the_field(session: Session, more: dict[str, object], field: str) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    with pytest.raises(Refusal) as refused:
        invoice(session, voucher, pia, 1_000, **more)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_only_an_approved_provider_redeems(session: Session) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    _, other = a_provider(session, schemes=["materiaalvoucher"])
    for actor, code in ((other, "provider_not_approved"), (ADVISOR, "not_a_provider")):
        with pytest.raises(Refusal) as refused:
            invoice(session, voucher, actor, 1_000)
        assert refused.value.code == code
    withdraw_approval(session, provider=provider, scheme="leervoucher", reason="Klachten", actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal):
        invoice(session, voucher, pia, 1_000)


def test_a_provider_that_was_taken_off_the_list_redeems_nothing(session: Session) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    withdraw_provider(session, provider=provider, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal):
        invoice(session, voucher, pia, 1_000)
    assert voucher_by_code(session, code=voucher.code, actor=pia) is None


# The last day ----------------------------------------------------------------------------------------------------------

LAST_DAY = date(2026, 8, 29)  # 180 days after 2 March, in summer time


@pytest.mark.parametrize(
    ("instant", "good"),
    [
        (datetime(2026, 8, 29, 21, 59, 59, tzinfo=UTC), True),  # 23:59:59 in Amsterdam
        (datetime(2026, 8, 29, 22, 0, tzinfo=UTC), False),  # midnight in Amsterdam
        (datetime(2026, 8, 29, 23, 0, tzinfo=UTC), False),  # still the 29th in UTC
    ],
)
def test_a_voucher_is_good_up_to_and_including_its_last_day_in_amsterdam(
    session: Session, instant: datetime, good: bool
) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    assert voucher.valid_until == LAST_DAY
    if good:
        invoice(session, voucher, pia, 1_000, now=instant)
        assert voucher.redeemed_cents == 1_000
    else:
        with pytest.raises(Conflict) as refused:
            invoice(session, voucher, pia, 1_000, now=instant)
        assert refused.value.code == "voucher_expired"


def test_expiry_takes_the_day_after_and_not_the_last_day_itself(session: Session) -> None:
    voucher = a_voucher(session)
    assert expire_voucher(session, voucher=voucher, today=LAST_DAY, actor=SYSTEM, now=NOW) == 0
    assert (
        expire_voucher(session, voucher=voucher, today=LAST_DAY + timedelta(days=1), actor=SYSTEM, now=NOW) == 120_000
    )
    assert (voucher.state, books(session, voucher)) == (VoucherState.EXPIRED, (0, 0))


def test_what_expires_on_command_is_done_for_the_night_too(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    after = datetime(2026, 8, 30, 3, 0, tzinfo=UTC)
    assert expire_late_vouchers(engine, now=after) == ExpiryRun(1, 120_000, 0)
    done = unit_of_work(engine, lambda s: [(row.job, row.state) for row in job_items(s, states=tuple(JobState))])
    assert done == [("expire_vouchers", JobState.DONE)]
    night = [job for job in desk_jobs() if job.name == "expire_vouchers"]
    assert run_jobs(engine, jobs=night, now=after + timedelta(hours=1)).done == {}


def test_a_voucher_that_cannot_expire_is_put_off_and_the_others_go_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = unit_of_work(engine, lambda session: [a_voucher(session).id, a_voucher(session).id][0])

    def expire(session: Session, *, voucher: Voucher, **given: Any) -> int:
        if voucher.id == broken:
            raise RuntimeError("no")
        return expire_voucher(session, voucher=voucher, **given)

    monkeypatch.setattr("portal.spending.expiry.expire_voucher", expire)
    assert expire_late_vouchers(engine, now=datetime(2026, 8, 30, 3, 0, tzinfo=UTC)) == ExpiryRun(1, 120_000, 1)


def test_expiry_runs_per_voucher_and_may_run_again(engine: Engine) -> None:
    def issue(session: Session) -> None:
        _, (_, pia) = a_voucher(session), a_provider(session)
        invoice(session, a_voucher(session), pia, 20_000)
        invoice(session, a_voucher(session), pia, 120_000, "F2")

    unit_of_work(engine, issue)
    after = datetime(2026, 8, 30, 3, 0, tzinfo=UTC)
    first = expire_late_vouchers(engine, now=after)
    again = expire_late_vouchers(engine, now=after)
    assert (first.expired, first.released_cents, again.expired) == (2, 220_000, 0)
    with Session(engine) as session:
        states = session.scalars(select(Voucher.state).order_by(Voucher.id)).all()
        assert states == [VoucherState.EXPIRED, VoucherState.EXPIRED, VoucherState.REDEEMED]
        told = session.scalars(select(OutboxMessage.template).where(OutboxMessage.template == "voucher/expired")).all()
        assert len(told) == 2
        assert verify(session) == [] and ledger_breaks(session) == []


def test_an_expired_award_gives_its_room_under_the_ceiling_back(session: Session) -> None:
    from tests.factories import SAM

    voucher = a_voucher(session, applicant=SAM, costs=[CostInput("tuition", 250_000)])
    second = an_application(session, applicant=SAM, costs=[CostInput("tuition", 250_000)])
    expire_voucher(session, voucher=voucher, today=LAST_DAY + timedelta(days=1), actor=SYSTEM, now=NOW)
    key = voucher.award.person_key
    [held] = awards_held(session, person_key=key, employer_key=None)["leervoucher"]
    assert (held.cents, held.day) == (0, date(2026, 3, 2))
    decision = approve(session, second)
    assert decision.outcomes[0].amount_cents == 250_000
    assert ledger_breaks(session) == [] and verify(session) == []


# Revoking and seeing ---------------------------------------------------------------------------------------------------


def test_revoking_releases_what_is_open_and_keeps_what_was_redeemed(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    invoice(session, voucher, pia, 20_000)
    revoke_voucher(session, voucher=voucher, reason="Gestopt met de opleiding", actor=ADVISOR, now=NOW)
    assert (voucher.state, voucher.redeemed_cents, voucher.released_cents) == (VoucherState.REVOKED, 20_000, 100_000)
    assert books(session, voucher) == (0, 20_000)
    with pytest.raises(Conflict) as refused:
        invoice(session, voucher, pia, 1_000, "F2")
    assert refused.value.code == "voucher_revoked"
    with pytest.raises(Conflict):
        revoke_voucher(session, voucher=voucher, reason="nog eens", actor=ADVISOR, now=NOW)


def test_revoking_needs_an_advisor_and_a_reason(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    for actor, reason in ((pia, "x"), (ADVISOR, " ")):
        with pytest.raises(Refusal):
            revoke_voucher(session, voucher=voucher, reason=reason, actor=actor, now=NOW)
    assert voucher.is_live


def test_everybody_sees_only_the_vouchers_that_are_theirs_to_see(session: Session) -> None:
    voucher, other, (_, pia) = a_voucher(session), a_voucher(session), a_provider(session)
    question = an_application(session)

    def sees(actor: object) -> bool:
        return voucher_by_public_id(session, public_id=voucher.public_id, actor=actor) is not None  # type: ignore[arg-type]

    mine = session.get_one(type(question), voucher.question_id)
    theirs = session.get_one(type(question), other.question_id)
    assert sees(ADVISOR) and sees(resident(mine))
    assert not any(sees(actor) for actor in (resident(theirs), employer(mine), pia, OWNER, REGION, ADMIN))
    assert voucher_by_code(session, code=voucher.code, actor=pia) is voucher, "a provider sees what it is shown"
    invoice(session, voucher, pia, 1_000)
    assert sees(pia), "and what it redeemed"
    _, stranger = a_provider(session)
    assert not sees(stranger)
    assert redemptions_of(session, voucher=voucher, actor=stranger) == []
    assert vouchers(session, actor=REGION) == [] and len(vouchers(session, actor=ADVISOR)) == 2
    assert vouchers_of_question(session, question=mine, actor=resident(theirs)) == []
    assert voucher_by_public_id(session, public_id="bestaat-niet", actor=ADVISOR) is None
