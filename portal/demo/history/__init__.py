"""The history of the source: the Ontwikkelfonds of Regio Stedendriehoek as far as its figures go, planned and then played."""

from portal.demo.history.filling import check_history, load_history
from portal.demo.history.plan import FULL, history_plan

__all__ = ["FULL", "check_history", "history_plan", "load_history"]
