"""Every reason code of this package with the names of its parameters. Sentences for them are written in the portal.

RULES: what a condition asks; an outcome carries one of these whatever its status (met, not_met, unknown). Where a
condition has two bounds, the outcome carries the code of the bound that decided, and the `..._between` code when both hold.
UNKNOWN: why an outcome is unknown. AVAILABILITY: whether a scheme can be asked for on a day.
"""

_BETWEEN = ("minimum", "minimum_included", "maximum", "maximum_included")
_COUNTED = {"at_least": ("minimum",), "at_most": ("maximum",), "between": _BETWEEN}
_BOUNDED = {"more_than": ("minimum",), "less_than": ("maximum",), **_COUNTED}
_AWARDS = ("schemes", "period", "months", "count")
_STANDS = ("at_least", "more_than", "at_most", "less_than", "equal")
_COMPARED = ("other", "list", "by", "share", "each", "limit")

RULES: dict[str, tuple[str, ...]] = {
    "is_one_of": ("allowed",),
    "has_any_of": ("allowed",),
    "is_yes": (),
    "is_no": (),
    "number_at_least": ("minimum",),
    "number_more_than": ("minimum",),
    "number_at_most": ("maximum",),
    "number_less_than": ("maximum",),
    "number_between": ("minimum", "minimum_included", "maximum", "maximum_included"),
    "date_on_or_after": ("earliest",),
    "date_on_or_before": ("latest",),
    "date_between": ("earliest", "latest"),
    "days_after_reference_at_least": ("minimum_days", "days"),
    "days_after_reference_at_most": ("maximum_days", "days"),
    "days_after_reference_between": ("minimum_days", "maximum_days", "days"),
    "starts_after_reference": ("reference_date", "same_day_allowed"),
    "age_at_least": ("minimum", "counted_on", "age"),
    "age_at_most": ("maximum", "counted_on", "age"),
    "age_below": ("limit", "counted_on", "age"),
    "age_below_state_pension": ("pension_years", "pension_months", "counted_on", "age"),
    "age_between": ("minimum", "maximum", "below", "below_state_pension", "counted_on", "age"),
    "in_list": ("list", "list_from"),
    "postcode_between": ("ranges",),
    "starts_with": ("prefixes",),
    **{f"awards_{code}": (*names, *_AWARDS) for code, names in {"none": (), **_COUNTED}.items()},
    **{f"awards_amount_{code}": (*names, *_AWARDS) for code, names in _COUNTED.items()},
    **{f"elapsed_{code}": (*names, "unit", "from", "to", "elapsed") for code, names in _BOUNDED.items()},
    **{f"compare_{code}": _COMPARED for code in _STANDS},
    **{f"compare_total_{code}": (*_COMPARED, "plus", "total") for code in _STANDS},
    "number_by": ("by",),
    **{f"number_by_{code}": (*names, "by", "by_value") for code, names in _BOUNDED.items()},
    "number_by_extra": ("by", "above", "each"),
    **{f"total_{code}": (*names, "plus", "minus", "total") for code, names in _BOUNDED.items()},
    "all_of": ("needed", "met", "unknown"),
    "at_least_one_of": ("of", "met", "unknown"),
    "at_least_n_of": ("needed", "of", "met", "unknown"),
    "points_at_least": ("needed", "worth", "got", "possible"),
    "must_not": (),
}

UNKNOWN: dict[str, tuple[str, ...]] = {
    "fact_missing": ("facts",),
    "birth_year_does_not_decide": ("facts",),
    "no_value_on_date": ("on",),
    "no_list_on_date": ("list", "on"),
    "no_value_for_answer": ("fact", "value"),
    "own_scheme_unknown": (),
    "parts_unknown": ("facts",),
}

AVAILABILITY: dict[str, tuple[str, ...]] = {
    "open_always": (),
    "open_until": ("opens_on", "opens_at", "closes_on", "closes_at"),
    "third_party_only": ("third_party", "opens_on", "opens_at", "closes_on", "closes_at"),
    "opens_on": ("opens_on", "opens_at", "closes_on", "closes_at"),
    "not_yet_open": (),
    "closed": (),
    "closed_since": ("closes_on", "closes_at"),
    "ceiling_reached": ("since",),
    "ended": ("ended_on",),
    "state_unknown": (),
}
