"""Every code of the linter with its severity. What each means stands in schemes/README.md, and in Dutch in the portal."""

from collections.abc import Mapping

from schemes.basics.findings import Severity

RULES: Mapping[str, Severity] = {
    # conditions
    "rule_never_true": "error",
    "rules_contradict": "error",
    "variant_never_used": "error",
    "rule_always_true": "warning",
    "rule_adds_nothing": "warning",
    # stacking
    "precedence_in_group": "error",
    "precedence_excluded": "error",
    "precedence_circle": "error",
    "precedence_no_effect": "warning",
    "precedence_costs_money": "warning",
    "less_excluded": "warning",
    "own_share_excluded": "warning",
    "joint_cap_excluded": "warning",
    "joint_cap_differs": "warning",
    "group_of_one": "warning",
    "group_never_binds": "warning",
    "group_differs": "warning",
    # amounts
    "fixed_not_whole": "warning",
    "fixed_too_small": "warning",
    "scheme_beaten": "warning",
    "cliff_in_cost": "warning",
    "cliff_in_fact": "warning",
    "cliff_in_time": "warning",
    # ages and days
    "ages_gap": "warning",
    "ages_overlap": "warning",
    "window_gap": "warning",
    "dated_gap": "warning",
    "value_missing": "warning",
    "list_missing": "warning",
    # money
    "budget_unreachable": "warning",
    "scheme_without_money": "warning",
    # texts, sources and age of the definition
    "translation_missing": "warning",
    "source_missing": "warning",
    "review_passed": "warning",
    "windows_passed": "warning",
}
"""An error is always a mistake: such a definition may not be published. A warning may be meant; a person decides."""
