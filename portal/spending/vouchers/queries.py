"""Reads of awards, vouchers and redemptions; and the codes that are printed on vouchers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.cases.questions.models import DevelopmentQuestion, training_key_of
from portal.cases.questions.queries import (
    STAFF_OF_CASES,
    may_see,
    of_cases_in_sight,
    of_questions_seen_by,
    question_by_id,
)
from portal.cases.same_person.queries import keys_of_person
from portal.framework.funding.models import FundingLine
from portal.ledger.invariants import Break
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import Figures, figures
from portal.people.actor import Actor, Audience
from portal.spending.providers.queries import approved_schemes, provider_of
from portal.spending.vouchers.models import (
    LIVE_STATES,
    Award,
    AwardPart,
    Redemption,
    RedemptionSpend,
    Voucher,
    VoucherChange,
    VoucherState,
)


@dataclass(frozen=True)
class RedemptionRow:
    """One redemption as a provider sees it: the voucher by its code, no person."""

    public_id: str
    code: str
    scheme: str
    invoice_number: str
    invoice_date: date
    amount_cents: int
    redeemed_at: datetime


# Vouchers --------------------------------------------------------------------------------------------------------------


def voucher_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Voucher | None:
    """A voucher; None when there is none or the actor may not see it.

    An advisor sees all, who asked sees the own ones, a provider sees a voucher it has redeemed (part of).
    """
    return session.scalar(select(Voucher).where(Voucher.public_id == public_id, _seen_by(session, actor)))


def _seen_by(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition on vouchers that this actor may see. What is of another is looked up as what is not there is."""
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        if own is None:
            return false()
        return Voucher.id.in_(select(Redemption.voucher_id).where(Redemption.provider_id == own.id))
    return of_questions_seen_by(Voucher.question_id, actor)


def of_vouchers_seen_by(session: Session, voucher_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that what belongs to a voucher is of one that this actor may see, by the column that says to which."""
    return voucher_id.in_(select(Voucher.id).where(_seen_by(session, actor)))


def of_vouchers_in_sight(voucher_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that what belongs to a voucher is of a case that this actor sees; none for who sees all of the role."""
    if actor.sight is None:
        return true()
    return voucher_id.in_(select(Voucher.id).where(of_cases_in_sight(Voucher.question_id, actor)))


def voucher_by_code(session: Session, *, code: str, actor: Actor) -> Voucher | None:
    """The voucher that a provider was shown, by its code as `codes.parse_code` reads it; also an advisor may look one up.

    None when there is none, or when the provider is not approved for its scheme: then it does not exist for this provider.
    """
    one = select(Voucher).where(Voucher.code == code)
    if actor.audience in STAFF_OF_CASES:
        return session.scalar(one.where(_seen_by(session, actor)))
    provider = provider_of(session, actor=actor) if actor.audience is Audience.PROVIDER else None
    if provider is None:
        return None
    return session.scalar(one.where(Voucher.scheme.in_(approved_schemes(session, provider=provider))))


def vouchers_of_question(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Voucher]:
    """The vouchers of a question, oldest first; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    return list(session.scalars(select(Voucher).where(Voucher.question_id == question.id).order_by(Voucher.id)))


def vouchers_of_decision(session: Session, *, decision_id: int) -> list[Voucher]:
    """The vouchers that a decision issued, oldest first."""
    rows = select(Voucher).join(Award, Award.id == Voucher.award_id).where(Award.decision_id == decision_id)
    return list(session.scalars(rows.order_by(Voucher.id)))


def vouchers(
    session: Session, *, actor: Actor, state: VoucherState | None = None, limit: int = 200, offset: int = 0
) -> list[Voucher]:
    """All vouchers, those that end first in front; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    seen = select(Voucher).where(of_cases_in_sight(Voucher.question_id, actor))
    rows = seen.order_by(Voucher.valid_until, Voucher.id).limit(limit).offset(offset)
    return list(session.scalars(rows if state is None else rows.where(Voucher.state == state)))


def vouchers_by_issue(session: Session, *, actor: Actor, after: Voucher | None = None, limit: int) -> list[Voucher]:
    """All vouchers in the order of their issue, from behind `after` on; for an advisor only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(Voucher).where(of_cases_in_sight(Voucher.question_id, actor)).order_by(Voucher.id).limit(limit)
    return list(session.scalars(rows if after is None else rows.where(Voucher.id > after.id)))


def voucher_counts(session: Session, *, actor: Actor) -> dict[VoucherState, int]:
    """How many vouchers stand in each state; empty for everybody but advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return {}
    rows = select(Voucher.state, func.count()).where(of_cases_in_sight(Voucher.question_id, actor))
    counted = session.execute(rows.group_by(Voucher.state))
    return {state: int(number) for state, number in counted}


def redemptions_of(session: Session, *, voucher: Voucher, actor: Actor) -> list[Redemption]:
    """The redemptions of a voucher; a provider sees its own only."""
    rows = select(Redemption).where(Redemption.voucher_id == voucher.id).order_by(Redemption.id)
    if actor.audience is Audience.PROVIDER:
        provider = provider_of(session, actor=actor)
        return [] if provider is None else list(session.scalars(rows.where(Redemption.provider_id == provider.id)))
    question = question_by_id(session, question_id=voucher.question_id, actor=actor)
    return list(session.scalars(rows)) if question is not None else []


def redemption_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Redemption | None:
    """One redemption, for the provider that made it or an advisor."""
    one = select(Redemption).where(Redemption.public_id == public_id)
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        return None if own is None else session.scalar(one.where(Redemption.provider_id == own.id))
    return session.scalar(one.where(of_vouchers_seen_by(session, Redemption.voucher_id, actor)))


def redeemed_by_provider(session: Session, *, actor: Actor) -> tuple[int, int]:
    """How often the actor's provider redeemed, and for how much in all, in cents."""
    provider = provider_of(session, actor=actor)
    sums = select(func.count(Redemption.id), func.coalesce(func.sum(Redemption.amount_cents), 0))
    row = session.execute(sums.where(Redemption.provider_id == (provider.id if provider is not None else 0))).one()
    return int(row[0]), int(row[1])


def redemptions_of_provider(
    session: Session, *, actor: Actor, limit: int = 200, offset: int = 0
) -> list[RedemptionRow]:
    """What the actor's provider has redeemed, newest first."""
    provider = provider_of(session, actor=actor)
    if provider is None:
        return []
    rows = select(Redemption).where(Redemption.provider_id == provider.id).order_by(Redemption.id.desc())
    return [
        RedemptionRow(
            row.public_id,
            row.voucher.code,
            row.voucher.scheme,
            row.invoice_number,
            row.invoice_date,
            row.amount_cents,
            row.redeemed_at,
        )
        for row in session.scalars(rows.limit(limit).offset(offset))
    ]


def late_vouchers(session: Session, *, today: date) -> list[tuple[int, date]]:
    """The live vouchers that are not blocked and whose last day lies before a day, in order: id and last day."""
    late = (Voucher.state.in_(LIVE_STATES), Voucher.valid_until < today, Voucher.blocked_at.is_(None))
    rows = session.execute(select(Voucher.id, Voucher.valid_until).where(*late).order_by(Voucher.id))
    return [(row.id, row.valid_until) for row in rows]


def later_day(session: Session, *, voucher: Voucher, day: date) -> date:
    """The last day of a voucher when it moves to a later day: never past the period of money that is reserved for it and whose
    period binds its use, and never back."""
    held = figures(session, by=("funding_line_id",), voucher_ids=[voucher.id])
    reserved = [key[0] for key, found in held.items() if found.reserved_cents > 0 and key[0] is not None]
    binding = select(func.min(FundingLine.period_to)).where(
        FundingLine.id.in_(reserved), FundingLine.period_binds != "award_date"
    )
    ends = session.scalar(binding)
    return max(voucher.valid_until, day if ends is None else min(day, ends))


def has_other_live(session: Session, *, voucher: Voucher) -> bool:
    """Whether the same person has another live voucher of the scheme for this question: then this one cannot live again."""
    same = (
        Voucher.question_id == voucher.question_id,
        Voucher.scheme == voucher.scheme,
        Voucher.beneficiary_key == voucher.beneficiary_key,
    )
    rows = select(Voucher.id).where(*same, Voucher.state.in_(LIVE_STATES), Voucher.id != voucher.id)
    return session.scalar(rows.limit(1)) is not None


def changes_of(session: Session, *, voucher: Voucher) -> list[VoucherChange]:
    """What was changed on a voucher after its issue, oldest first."""
    rows = select(VoucherChange).where(VoucherChange.voucher_id == voucher.id)
    return list(session.scalars(rows.order_by(VoucherChange.id)))


def change_by_id(session: Session, *, change_id: int) -> VoucherChange | None:
    """The change of a voucher with this id. The caller guards who may see it."""
    return session.get(VoucherChange, change_id)


def changed_voucher(session: Session, *, question: DevelopmentQuestion, change_id: int) -> Voucher | None:
    """The voucher that a change is about; None when it is not of this question."""
    rows = select(Voucher).join(VoucherChange, VoucherChange.voucher_id == Voucher.id)
    return session.scalar(rows.where(VoucherChange.id == change_id, Voucher.question_id == question.id))


def spends_of(session: Session, *, redemption: Redemption) -> list[int]:
    """The ids of the transfers that spent the money of a redemption and were not taken back, oldest first."""
    back = aliased(Transfer)
    rows = (
        select(RedemptionSpend.transfer_id)
        .outerjoin(back, (back.resolves_id == RedemptionSpend.transfer_id) & (back.kind == TransferKind.CORRECT))
        .where(RedemptionSpend.redemption_id == redemption.id, back.id.is_(None))
    )
    return list(session.scalars(rows.order_by(RedemptionSpend.transfer_id)))


# Awards ----------------------------------------------------------------------------------------------------------------


def awards_of_question(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Award]:
    """The awards of a question, by scheme; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    return list(session.scalars(select(Award).where(Award.question_id == question.id).order_by(Award.scheme)))


@dataclass(frozen=True)
class HeldAward:
    """An award as ceilings count it: net of what was released or came back, on its day, for a training."""

    id: int
    scheme: str
    cents: int
    day: date
    training_key: str


def awards_held(
    session: Session,
    *,
    person_key: str | None,
    employer_key: str | None,
    but: int | None = None,
    but_question: int | None = None,
) -> dict[str, list[HeldAward]]:
    """Per scheme the awards to somebody, by day.

    A person is counted under all pseudonyms that an advisor confirmed to be hers. `but` leaves one award out, by its id, and
    `but_question` all awards of one question.
    """
    if person_key is None and employer_key is None:
        return {}
    if person_key:
        whose: ColumnElement[bool] = Award.person_key.in_(keys_of_person(session, person_key))
    else:
        whose = Award.employer_key == employer_key
    return _held(session, whose, but=but, but_question=but_question)


def awards_for_training(
    session: Session,
    *,
    training_key: str,
    schemes: Iterable[str],
    but: int | None = None,
    but_question: int | None = None,
) -> dict[str, list[HeldAward]]:
    """Per scheme, of these, the awards to anybody for a training, by day; `but` and `but_question` leave out as above."""
    here = or_(Award.training_key == training_key, Award.training_key.is_(None))
    found = _held(session, and_(Award.scheme.in_(sorted(schemes)), here), but=but, but_question=but_question)
    mine = {scheme: [one for one in held if one.training_key == training_key] for scheme, held in found.items()}
    return {scheme: held for scheme, held in mine.items() if held}


def _held(
    session: Session, which: ColumnElement[bool], *, but: int | None, but_question: int | None
) -> dict[str, list[HeldAward]]:
    given_back = Voucher.released_cents + Voucher.recovered_cents
    asked = (DevelopmentQuestion.id, DevelopmentQuestion.training_id, DevelopmentQuestion.training_name)
    rows = (
        select(Award.id, Award.scheme, Award.amount_cents, Award.counted_on, given_back, Award.training_key, *asked)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Award.question_id)
        .outerjoin(Voucher, Voucher.award_id == Award.id)
        .where(which)
    )
    rows = rows if but is None else rows.where(Award.id != but)
    rows = rows if but_question is None else rows.where(Award.question_id != but_question)
    found: dict[str, list[HeldAward]] = {}
    for row in session.execute(rows.order_by(Award.counted_on, Award.id)):
        number, scheme, cents, day, released, key, question, training, name = row
        held = HeldAward(number, scheme, cents - (released or 0), day, key or training_key_of(question, training, name))
        found.setdefault(scheme, []).append(held)
    return found


# Against the ledger ----------------------------------------------------------------------------------------------------


def ledger_breaks(session: Session) -> list[Break]:
    """I4 and I6, the vouchers' half: each voucher says what its transfers and redemptions say, each award what its parts say."""
    return [*_vouchers_against_books(session), *_redemptions_against_books(session), *_awards_against_parts(session)]


def _vouchers_against_books(session: Session) -> Iterator[Break]:
    booked = {key[0]: found for key, found in figures(session, by=("voucher_id",)).items()}
    net = func.sum(Redemption.amount_cents - Redemption.credited_cents)
    used = {
        row[0]: int(row[1])
        for row in session.execute(select(Redemption.voucher_id, net).group_by(Redemption.voucher_id))
    }
    rows = select(
        Voucher.id,
        Voucher.state,
        Voucher.amount_cents,
        Voucher.redeemed_cents,
        Voucher.released_cents,
        Voucher.recovered_cents,
    )
    for voucher_id, state, amount, redeemed, released, recovered in session.execute(rows.order_by(Voucher.id)):
        found = booked.pop(voucher_id, Figures())
        open_cents = amount - redeemed - released
        if (found.reserved_cents, found.spent_cents) != (open_cents, redeemed - recovered):
            message = f"{state.value}: {open_cents} open and {redeemed} - {recovered} used, but the books have {found}"
            yield Break("I4", f"voucher {voucher_id}", message)
        if used.get(voucher_id, 0) != redeemed:
            yield Break(
                "I4", f"voucher {voucher_id}", f"{redeemed} redeemed, but its redemptions say {used.get(voucher_id, 0)}"
            )
    for key in booked:
        if key is not None:
            yield Break("I4", f"voucher {key}", "has transfers but does not exist")


def _redemptions_against_books(session: Session) -> Iterator[Break]:
    """What was spent for a redemption and stands adds up to what is to be paid for it.

    A spend that was taken back does not stand, nor does one of which the payment came back and was then taken back.
    """
    back = aliased(Transfer)
    taken = (back.resolves_id == Transfer.id) & (back.kind == TransferKind.CORRECT)
    spent = Transfer.kind == TransferKind.SPEND
    standing = case(
        (spent & back.id.is_(None), Transfer.amount_cents),
        (~spent & back.id.is_not(None), -Transfer.amount_cents),
        else_=0,
    )
    rows = (
        select(Redemption.id, Redemption.amount_cents - Redemption.credited_cents, func.sum(standing))
        .outerjoin(RedemptionSpend, RedemptionSpend.redemption_id == Redemption.id)
        .outerjoin(Transfer, Transfer.id == RedemptionSpend.transfer_id)
        .outerjoin(back, taken)
        .group_by(Redemption.id, Redemption.amount_cents, Redemption.credited_cents)
    )
    for redemption_id, net, cents in session.execute(rows.order_by(Redemption.id)):
        if net != int(cents or 0):
            yield Break("I4", f"redemption {redemption_id}", f"{net} to pay, but its spends say {int(cents or 0)}")


def _awards_against_parts(session: Session) -> Iterator[Break]:
    sums = (
        select(Award.id, Award.amount_cents, func.coalesce(func.sum(AwardPart.amount_cents), 0))
        .outerjoin(AwardPart, AwardPart.award_id == Award.id)
        .group_by(Award.id, Award.amount_cents)
        .order_by(Award.id)
    )
    for award_id, amount, parts in session.execute(sums):
        if amount != parts:
            yield Break("I6", f"award {award_id}", f"awards {amount}, but its parts are {parts}")
