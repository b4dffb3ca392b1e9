"""What every table holds of people: one row per table. A new table without a row fails a test."""

from portal.oversight.privacy.holdings.cases import CASE_HOLDINGS
from portal.oversight.privacy.holdings.money import MONEY_HOLDINGS
from portal.oversight.privacy.holdings.others import OTHER_HOLDINGS
from portal.oversight.privacy.holdings.rules import Family, Held, Holding, HoldsNobody

HOLDINGS: dict[str, Held] = {**CASE_HOLDINGS, **MONEY_HOLDINGS, **OTHER_HOLDINGS}

__all__ = ["HOLDINGS", "Family", "Held", "Holding", "HoldsNobody"]
