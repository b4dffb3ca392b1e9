"""What a condition says about one person, with the reason."""

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
