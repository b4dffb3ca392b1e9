"""Bugs to be put in on purpose, which the lives of vouchers must find."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.ledger import actions as ledger
from portal.spending.vouchers import actions as vouchers


def no_guard(patch: pytest.MonkeyPatch) -> None:
    """Money is given away without looking at the guard of the budget."""
    patch.setattr(ledger, "move_budgets", lambda _session, _moves: None)


def double_redemption(patch: pytest.MonkeyPatch) -> None:
    """An invoice is booked without being counted on the voucher, so that it can be booked again."""
    patch.setattr(vouchers, "_take", lambda *_args: None)


def no_release_on_expiry(patch: pytest.MonkeyPatch) -> None:
    """A voucher expires and its money stays reserved."""
    real = ledger.release

    def release(session: Session, *, note: str | None = None, **given: Any) -> Any:
        return [] if note == "voucher expired" else real(session, note=note, **given)

    patch.setattr(ledger, "release", release)


def order_of_receipt_ignored(patch: pytest.MonkeyPatch) -> None:
    """Money goes to whoever is decided on, also while an earlier application still waits for it."""
    for place in (
        "portal.awarding.order_of_receipt.actions.keep_order_of_receipt",
        "portal.awarding.top_ups.keep_order_of_receipt",
    ):
        patch.setattr(place, lambda *_args, **_given: None)


def recovered_but_not_booked(patch: pytest.MonkeyPatch) -> None:
    """What came back is written down and never reaches the books."""
    patch.setattr("portal.paying.recoveries.recover_paid", lambda *_args, **_given: [])


def settled_without_taking_back(patch: pytest.MonkeyPatch) -> None:
    """A lower settlement forgets the invoices that were not paid yet."""
    patch.setattr("portal.paying.settlements.actions.take_off", lambda *_args, **_given: None)


def caps_not_given_back(patch: pytest.MonkeyPatch) -> None:
    """What is released does not make room under the ceiling again."""
    patch.setattr(ledger, "give_back_caps", lambda _session, _freed: None)


BUGS = (
    no_guard,
    double_redemption,
    no_release_on_expiry,
    order_of_receipt_ignored,
    recovered_but_not_booked,
    settled_without_taking_back,
    caps_not_given_back,
)
