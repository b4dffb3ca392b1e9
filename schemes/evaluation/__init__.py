"""What a condition says about one person, with the reason; the conditions of many definitions at once."""

from schemes.evaluation.evaluation import (
    EVALUATORS,
    Rule,
    describe,
    evaluate,
    evaluate_all,
)

__all__ = [
    "EVALUATORS",
    "Rule",
    "describe",
    "evaluate",
    "evaluate_all",
]
