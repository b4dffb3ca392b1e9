"""Every reason code of matching with the names of its parameters. Sentences for them are written in portal/words/wording.py.

Parameters that end in `_cents` are amounts; `offers`, `schemes`, `facts` and `lines` are lists of names.
"""

USED: dict[str, tuple[str, ...]] = {
    "fixed_amount": ("fixed_cents",),
    "cap": ("cap_cents", "had_before_cents", "left_cents"),
    "holder_cap": ("cap_cents", "had_before_cents"),
    "share_of_base": ("share", "base_cents", "limit_cents"),
    "tiers": ("base_cents", "limit_cents"),
    "borrowing": ("limit_cents",),
    "de_minimis_room": ("room_cents", "offers"),
    "pledge_amount": ("amount_cents",),
    "coverage": ("lines",),
    "costs_paid": ("lines",),
    "budget": ("funding_lines",),
    "joint_cap": ("cap", "limit_cents"),
    "round_part": ("limit_cents",),
    "co_financing": ("share", "of"),
    "rounding": ("unit_cents",),
    "rest_of_the_mix": (),
}
"""What bound the amount of an offer or pledge that is used."""

SOURCES: dict[str, tuple[str, ...]] = {
    "only_line": ("refusals",),
    "cheaper_used_up": ("funding_lines",),
    "ends_soon": ("price_permille", "funding_lines", "last_day"),
    "narrow_earmark": ("price_permille", "funding_lines"),
    "lowest_price": ("price_permille", "funding_lines"),
    "same_price": ("funding_lines",),
    "together": ("funding_lines",),
}
"""Why the money of a scheme comes from this funding line: its earmark, price or period. `funding_lines` are the others."""

USED_BECAUSE: dict[str, tuple[str, ...]] = {
    "saves": ("own_cents",),
    "covers": ("rest_cents",),
    "cheaper_money": ("price_cents",),
    "fewer_schemes": ("number",),
    "as_good": (),
    "locked": (),
}
"""Why a scheme is in the mix: what changes for the asker when it pays nothing, found by solving again."""

AT_MOST: dict[str, tuple[str, ...]] = {
    "covered": ("lines",),
    "cap": ("cap_cents", "had_before_cents"),
    "fixed_amount": ("fixed_cents",),
    "share_of_base": ("share", "base_cents"),
    "tiers": ("base_cents",),
    "borrowing": ("limit_cents",),
    "de_minimis_room": ("room_cents",),
    "budget": ("funding_lines",),
    "joint_cap": ("limit_cents", "offers"),
    "round_part": ("limit_cents",),
}
"""Which limit says what a scheme that pays nothing could pay at most."""

UNUSED: dict[str, tuple[str, ...]] = {
    "other_route": (),
    "ended": ("ended_on",),
    "closed": ("closes_on",),
    "not_yet_open": ("opens_on",),
    "ceiling_reached": ("since",),
    "not_eligible": (),
    "possible": ("why", "facts", "worth_cents"),
    "amount_unknown": ("why", "facts"),
    "no_cost_covered": ("categories",),
    "costs_of_the_employer": (),
    "fixed_amount_not_whole": ("fixed_cents", "unit_cents", "minimum_cents"),
    "fixed_amount_too_small": ("fixed_cents", "unit_cents", "minimum_cents"),
    "no_budget": ("refusals",),
    "needs_request_to_borrow": ("worth_cents",),
    "cap_used_up": ("cap_cents", "had_before_cents"),
    "de_minimis_room": ("left_cents", "room_cents"),
    "holder_cap_full": ("cap_cents", "had_before_cents"),
    "below_minimum": ("minimum_cents", "worth_cents"),
    "joint_cap_full": ("cap", "limit_cents", "offers"),
    "round_part_full": ("limit_cents",),
    "cofinancing_missing": ("needed_cents", "given_cents"),
    "group_closed": (),
    "excluded_by": ("offers",),
    "comes_after": ("offers",),
    "forbidden": (),
    "nothing_left": (),
}
"""Why a scheme pays nothing. With not_eligible the reason of the verdict says which condition fails."""

WHY_POSSIBLE: dict[str, tuple[str, ...]] = {
    "facts_missing": ("facts",),
    "state_unknown": (),
    "discretion": (),
    "third_party": (),
    "amount_depends": ("facts",),
    "amount_unknown": (),
}
"""Why an offer is only possible: the `why` of possible and amount_unknown."""

UNCOVERED: dict[str, tuple[str, ...]] = {
    "nobody_covers": ("category",),
    "limits_reached": ("offers",),
    "de_minimis_room": ("offers", "room_cents"),
    "only_possible": ("offers",),
    "could_borrow": ("offers",),
    "own_part_required": ("offers",),
    "not_combined": ("offers",),
    "too_little_left": ("offers",),
    "no_budget": ("offers",),
    "forbidden": ("offers",),
}
"""Why nobody pays what is left of a cost line."""

NOTES: dict[str, tuple[str, ...]] = {
    "de_minimis_declaration": ("offers",),
    "ask_first": ("schemes", "offers"),
}
"""What somebody still has to say that could change amounts. No amount is lowered for it: nothing is invented."""

POINTS: dict[str, tuple[str, ...]] = {
    "possible": ("facts",),
    "facts_missing": ("facts",),
    "state_unknown": (),
    "discretion": (),
    "third_party": (),
    "amount_depends": ("facts",),
    "amount_unknown": ("facts",),
    "place_unknown": ("facts",),
    "aid_undeclared": ("facts", "offers"),
}
"""What is not certain about an answer: the `certainty_code` of a point of the interval."""

DIFFERS: dict[str, tuple[str, ...]] = {
    "fewer_applications": ("number",),
    "more_applications": ("number",),
    "less_to_repay": ("difference_cents",),
    "more_to_repay": ("difference_cents",),
    "employer_pays_less": ("difference_cents",),
    "employer_pays_more": ("difference_cents",),
    "less_public_money": ("difference_cents",),
    "more_public_money": ("difference_cents",),
}
"""What else differs between an alternative and the best mix than what the asker pays."""

LEVERS: dict[str, tuple[str, ...]] = {
    "listed_training": ("changes", "offers"),
    "other_training": ("changes", "offers"),
    "provider": ("changes", "offers"),
    "employer_fact": ("changes", "offers"),
    "more_hours": ("fact", "value", "offers"),
    "fewer_hours": ("fact", "value", "offers"),
    "start_later": ("fact", "day", "offers"),
    "start_earlier": ("fact", "day", "offers"),
    "apply_before_start": ("fact", "day", "offers"),
    "apply_later": ("day", "offers"),
    "pledge": ("amount_cents", "more_cents"),
    "pledge_unlocks": ("amount_cents", "more_cents", "schemes_cents", "offers"),
    "other_route": ("route", "resident_cents", "employer_cents", "offers"),
    "split_over_years": ("day", "first_cents", "second_cents", "part", "of", "lines", "offers"),
    "ceiling_raised": ("offers", "from_cents", "to_cents", "by_cents"),
    "minimum_lowered": ("offers", "from_cents", "to_cents"),
    "combination_allowed": ("offers", "others"),
    "scheme_open": ("offers",),
    "budget_raised": ("funding_lines", "by_cents", "to_cents"),
    "lock_released": ("offers",),
}
"""What would make the asker pay less. `changes` are facts with their values, `day` a day, `offers` what then pays more."""

VIOLATIONS: dict[str, tuple[str, ...]] = {
    "duplicate_share": ("times",),
    "unknown_line": (),
    "unknown_offer": (),
    "unknown_funding_line": (),
    "not_positive": (),
    "line_overpaid": ("paid_cents", "amount_cents"),
    "above_coverage": ("limit_cents",),
    "line_of_the_employer": (),
    "offer_not_firm": (),
    "offer_amount_unknown": (),
    "above_cap": ("cap_cents", "had_before_cents", "limit_cents"),
    "above_de_minimis_room": ("room_cents", "offers"),
    "above_holder_cap": ("cap_cents", "had_before_cents", "offers"),
    "above_share_of_base": ("base_cents", "share", "limit_cents"),
    "below_minimum": ("minimum_cents",),
    "below_smallest_share": ("smallest_share_cents",),
    "not_the_fixed_amount": ("fixed_amount_cents",),
    "above_tiers": ("base_cents", "limit_cents"),
    "co_financing_short": ("needed_cents", "given_cents", "share", "of"),
    "excluded_together": ("group", "at_most", "offers"),
    "excluded_on_line": ("group", "at_most", "offers"),
    "other_public_money": ("offers",),
    "broken_precedence": ("offers",),
    "above_joint_cap": ("cap", "limit_cents", "offers"),
    "above_round_part": ("limit_cents",),
    "above_borrowing": ("limit_cents", "offers"),
    "funding_line_not_used_here": (),
    "funding_line_missing": (),
    "funding_period_award_date": (),
    "funding_period_due_date": (),
    "funding_earmark_scheme": (),
    "funding_earmark_route": (),
    "funding_earmark_municipality": (),
    "funding_earmark_province": (),
    "funding_earmark_sector": (),
    "funding_earmark_category": (),
    "above_available": ("available_cents",),
    "not_rounded": ("unit_cents",),
    "pledge_does_not_pay_line": (),
    "above_pledge": ("amount_cents",),
    "fixed_pledge_not_used": ("due_cents",),
    "lock_not_kept": ("locked_cents", "actual_cents"),
    "forbidden_offer_used": (),
}
"""What `violations` reports; each also carries cents, offer, line and funding line."""

CLAIMS: dict[str, tuple[str, ...]] = {
    "problem_differs": (),
    "passes_differ": ("claimed_passes", "actual_passes"),
    "status_differs": (),
    "status_too_good": (),
    "rest_differs": ("lines", "claimed_cents", "actual_cents"),
    "rest_missing": ("lines", "actual_cents"),
    "rest_of_nothing": ("lines",),
    "total_differs": ("name", "claimed_cents", "actual_cents"),
    "pass_differs": ("name", "claimed", "actual"),
    "bound_above_value": ("name", "claimed", "actual"),
    "proof_differs": ("name", "claimed", "actual"),
}
"""What `loket verify` finds wrong in the sums of a whole proposal."""
