"""Mistakes to be put in on purpose, which a walk must find; most of them only an outside recount can see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding import reductions, state_aid, top_ups
from portal.awarding.top_ups import TopUpDraft
from portal.framework.funding.models import FundingLine
from portal.paying.payments import actions as payments
from portal.paying.payments.models import PaymentBatch
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Award, AwardPart
from tests.portal.spending.vouchers.bugs import caps_not_given_back, recovered_but_not_booked


@dataclass(frozen=True)
class Planted:
    """A mistake: how to put it in, which recount must see it, and whether nothing else may."""

    plant: Callable[[pytest.MonkeyPatch], None]
    seen_by: str
    alone: bool = True

    @property
    def name(self) -> str:
        return self.plant.__name__


def own_share_forgotten_when_more_is_awarded(patch: pytest.MonkeyPatch) -> None:
    """More is awarded without looking at the whole mix: at what the employer has to pay, say."""
    patch.setattr("portal.awarding.top_ups._within_the_mix", lambda *_args: None)


def earmark_forgotten_when_more_is_awarded(patch: pytest.MonkeyPatch) -> None:
    """More is awarded out of money that is for something else, which is asked more often than else, so that it happens soon."""
    patch.setattr("tests.reliability.walks.deciding.SAME_LINE", 0.1)
    patch.setattr("portal.awarding.top_ups._admitted", lambda *_args: None)
    patch.setattr("portal.awarding.top_ups._within_the_mix", lambda *_args: None)


def aid_of_this_desk_forgotten(patch: pytest.MonkeyPatch) -> None:
    """An undertaking has its room for aid again with every question."""
    patch.setattr(state_aid, "_awarded", lambda *_args: [])


def left_out_but_in_the_file(patch: pytest.MonkeyPatch) -> None:
    """What a colleague left out of a batch stands in its file all the same."""
    real = payments.payment_file

    def with_all(batch: PaymentBatch, **given: Any) -> str:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(PaymentBatch, "counted", property(lambda one: list(one.payments)))
            return real(batch, **given)

    patch.setattr(payments, "payment_file", with_all)


def letter_says_what_was(patch: pytest.MonkeyPatch) -> None:
    """The letter about an award that was lowered says what was left before."""
    real = reductions.tell_asker

    def tell(session: Session, *, details: dict[str, Any], **given: Any) -> None:
        before = details["left_cents"] + details["freed_cents"]
        real(session, details=details | {"left_cents": before}, **given)

    patch.setattr(reductions, "tell_asker", tell)


def mandate_for_the_difference(patch: pytest.MonkeyPatch) -> None:
    """More is awarded under a mandate for the addition, and not for the whole."""
    real = top_ups.require_authority

    def require(session: Session, **given: Any) -> Any:
        return real(session, **(given | {"cents": min(given["cents"], 20_000)}))

    patch.setattr(top_ups, "require_authority", require)


def cap_not_counted(patch: pytest.MonkeyPatch) -> None:
    """What is awarded on top counts towards no ceiling."""
    patch.setattr(top_ups, "caps_of_award", lambda *_args: ())


def part_on_another_line(patch: pytest.MonkeyPatch) -> None:
    """The award says that another funding line pays than the one that does."""

    def add(session: Session, award: Award, draft: TopUpDraft, now: datetime) -> None:
        other = session.scalars(select(FundingLine.id).where(FundingLine.id != draft.funding_line.id)).first() or 0
        award.amount_cents += draft.amount_cents
        known = next(
            (one for one in award.parts if (one.line_key, one.funding_line_id) == (draft.line_key, other)), None
        )
        if known is None:
            paid = {"line_key": draft.line_key, "funding_line_id": other, "amount_cents": draft.amount_cents}
            award.parts.append(AwardPart(**paid, awarded_on=local_date(now)))
        else:
            known.amount_cents += draft.amount_cents
        session.flush()

    patch.setattr("portal.awarding.top_ups._add_part", add)


PLANTED = (
    Planted(letter_says_what_was, "letters_say_what_is_left"),
    Planted(own_share_forgotten_when_more_is_awarded, "shares_are_kept"),
    Planted(earmark_forgotten_when_more_is_awarded, "money_goes_to_what_it_is_for"),
    Planted(aid_of_this_desk_forgotten, "aid_is_within_its_room"),
    Planted(left_out_but_in_the_file, "files_pay_once", alone=False),
    Planted(mandate_for_the_difference, "nobody_decides_above_a_mandate"),
    Planted(cap_not_counted, "caps_are_kept", alone=False),
    Planted(part_on_another_line, "awards_are_their_parts", alone=False),
    Planted(caps_not_given_back, "caps_are_kept", alone=False),
    Planted(recovered_but_not_booked, "what_comes_back_adds_up", alone=False),
)
