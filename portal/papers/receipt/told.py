"""A receipt with the names of everything in it, and when it was made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from matching.receipt import Receipt, ReceiptContent
from matching.receipt.reading import Rebuilt, rebuild
from portal.platform.clock import local_date
from portal.words.names import Names
from portal.words.wording import category_label


@dataclass(frozen=True)
class NamedReceipt:
    """A receipt with the names of everything in it."""

    receipt: Receipt
    rebuilt: Rebuilt
    names: Names

    @property
    def content(self) -> ReceiptContent:
        """What the receipt says."""
        return self.receipt.content


def named(receipt: Receipt) -> NamedReceipt:
    """A receipt with its names. Raises BadFile when its parts cannot be read."""
    rebuilt = rebuild(receipt)
    return NamedReceipt(receipt, rebuilt, _names(receipt, rebuilt))


def made_at(receipt: Receipt) -> datetime:
    """The moment of the receipt."""
    return datetime.strptime(receipt.content.made_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def day_of(receipt: Receipt) -> date:
    """The day of the decision, else of the computation."""
    decision = receipt.content.decision
    return local_date(made_at(receipt)) if decision is None else decision.decided_on


def _names(receipt: Receipt, rebuilt: Rebuilt) -> Names:
    base = Names.of_region(rebuilt.region)
    kinds = Counter(line.category for line in rebuilt.problem.lines)
    seen: Counter[str] = Counter()
    labels: dict[str, Any] = dict(receipt.content.funding_titles)
    for line in rebuilt.problem.lines:
        seen[line.category] += 1
        several = f" {seen[line.category]}" if kinds[line.category] > 1 else ""
        labels[line.id] = category_label(line.category) + several
    return Names({**base.titles, **labels}, base.facts, base.lists, base.ended, base.groups)
