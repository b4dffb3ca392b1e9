"""The formal letters that are registered in the archive of the municipality (ZGW), each as a document, and as a decision or not.

Made from the table of decisions, so that a decision that is added there is registered too; a test goes through all letters.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.papers.legal_table import DECISIONS
from portal.papers.no_decisions import NO_DECISION_BY

DECIDED_ON_OBJECTION = ("objection/decided", "objection/of_another_decided")
"""The letters of a decision on an objection: to who objected, and to who asked when another did. Both belong to one decision."""

REGISTERED: Mapping[str, bool] = {
    **dict.fromkeys(NO_DECISION_BY, False),
    **{letter: row.power is not None for row in DECISIONS for letter in row.letters},
    **dict.fromkeys(DECIDED_ON_OBJECTION, True),
}
"""By name of a letter: whether it makes a decision known. The others (advice, a reminder to pay) are documents alone."""
