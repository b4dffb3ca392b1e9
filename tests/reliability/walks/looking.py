"""All that is looked at during a walk: the product's own check of its books and log, and the outside recount."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import expense_breaks
from portal.oversight.books import log_breaks, look_at_books
from tests.reliability.walks import asking, deciding, nights, objecting, paying, spending
from tests.reliability.walks.recount import BOOKS, Tables, recounted
from tests.reliability.walks.recount_rules import RULES

ACT_MODULES = (asking, deciding, spending, paying, objecting, nights)
"""Where the acts stand; whoever walks has read them."""


def verified(session: Session) -> list[str]:
    """What ``loket ledger verify`` and ``loket audit verify`` find."""
    found = [*look_at_books(session, also=(expense_breaks,)).breaks, *log_breaks(session, anchors=[])]
    return [f"verify: {one.invariant} {one.subject}: {one.message}" for one in found]


def recount(session: Session) -> list[str]:
    """What the outside recount finds."""
    return recounted(Tables(session), BOOKS + RULES)


def look(session: Session) -> list[str]:
    """Both."""
    return [*verified(session), *recount(session)]
