"""Every number that steers a mix and is no fact of a scheme: prices, smallest share, order of passes, limits.

`MixSettings` travels inside a problem, so that a stored answer can be computed again. `SOLVER_PARAMETERS` is the one place
where parameters of CP-SAT are written down; matching/README.md says why each has its value.
"""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.values import Items, Model, Permille
from schemes.region import ElsewherePrices, FundingPrices
from schemes.region import Pass as RegionPass

PassName = Literal["own_money", "rest", "priced_money", "schemes", "canonical"]
"""The five passes of the objective. The first and the last are fixed; a region may reorder those between."""


class MixSettings(Model):
    """Settings of the region that a mix depends on. Every field has a default."""

    smallest_share_cents: int = Field(
        default=2500,
        ge=0,
        le=10**11,
        description=(
            "The smallest amount for which somebody is sent to apply: an offer that is used pays at least this much "
            "IN TOTAL, over all cost lines together (the larger of this and the offer's own `minimum_cents` holds). "
            "It is not a limit per cost line or per funding line, and it does not hold for pledges. Cents. 0 switches "
            "it off."
        ),
    )
    employer_price_permille: Permille = Field(
        default=1000, description="Price per euro of an `up_to` pledge. A `fixed` pledge always has price 0."
    )
    elsewhere_price_permille: ElsewherePrices = Field(
        default=ElsewherePrices(),
        description=(
            "Prices per euro of offers elsewhere without a price of their own: `sector_fund` when it is one, otherwise "
            "`public` when it is public money, otherwise `other`."
        ),
    )
    funding_price_permille: FundingPrices = Field(
        default=FundingPrices(),
        description=(
            "Prices per euro of funding lines without a price of their own: `one_scheme_or_route` when the earmark "
            "lists exactly one scheme or exactly one route, otherwise `several`; minus `less_when_ending`, never "
            "below 0, when 0 <= last day of the period minus reference date <= `ending_within_days`."
        ),
    )
    pass_order: Items[RegionPass] = Field(
        default=("own_money", "rest", "priced_money", "schemes"),
        min_length=4,
        max_length=4,
        description=(
            "Order of the first four passes: own_money first, then rest, priced_money and schemes in any order. The "
            "fifth, canonical, is always last. Every pass is solved to proven optimality with the values of all "
            "earlier ones held."
        ),
    )
    deterministic_limit_ms: int = Field(
        default=30_000,
        ge=0,
        le=3_600_000,
        description=(
            "Budget of the solver for one problem, all passes together, in thousandths of CP-SAT's deterministic time "
            "(one to five seconds per 1000, but the same on every machine). When it is used up the best mix found is "
            "returned as not_proven."
        ),
    )

    @model_validator(mode="after")
    def _each_pass_once(self) -> Self:
        if (
            sorted(self.pass_order) != ["own_money", "priced_money", "rest", "schemes"]
            or self.pass_order[0] != "own_money"
        ):
            message = "pass_order names own_money first, then rest, priced_money and schemes in any order"
            raise PydanticCustomError("pass_order", message)
        return self

    @property
    def passes(self) -> tuple[PassName, ...]:
        """The five passes in the order in which they are solved."""
        return (*self.pass_order, "canonical")


SOLVER_PARAMETERS: dict[str, int | bool] = {
    "num_workers": 1,
    "linearization_level": 2,
    "cp_model_presolve": True,
    "max_presolve_iterations": 1,
    "cp_model_probing_level": 0,
    "cut_level": 0,
    "symmetry_level": 0,
    "use_sat_inprocessing": False,
    "random_seed": 0,
}

PASSES_WITHOUT_PRESOLVE: frozenset[PassName] = frozenset({"own_money", "rest", "schemes"})
"""Passes in which presolve costs more than it gives; the two with many different weights need it."""

Way = Literal["usual", "tree", "harder", "upwards", "rising", "cuts", "deeper"]
"""A way in which CP-SAT searches."""

WAYS: dict[Way, dict[str, int | bool]] = {
    "usual": {},
    "tree": {"optimize_with_lb_tree_search": True},
    "harder": {
        "cp_model_presolve": True,
        "cut_level": 1,
        "search_branching": 5,  # PORTFOLIO_WITH_QUICK_RESTART_SEARCH
    },
    "upwards": {"cp_model_presolve": True, "cut_level": 1, "use_objective_lb_search": True},
    "rising": {"use_objective_lb_search": True},
    "cuts": {"cut_level": 1},
    "deeper": {
        "cp_model_presolve": True,
        "max_presolve_iterations": 3,
        "cp_model_probing_level": 2,
        "symmetry_level": 2,
    },
}
"""What each way changes of `SOLVER_PARAMETERS`. A problem that takes one of them long seldom takes the others long too."""

SLICE_MS = 10
"""Deterministic thousandths of one unit of CP-SAT's slices of a pass."""

SLICE_MS_PER_ROW = 0.1
"""And so many more for each row of the model: a bundle is large, and easy all the same."""

Slice = tuple[Way | Literal["second"], float, int]
"""A way or the second engine, its units, and how many better mixes CP-SAT may find: it creeps where its deterministic time hardly
moves."""

SLICES: tuple[Slice, ...] = (
    ("rising", 0.5, 40),
    ("usual", 2, 40),
    ("cuts", 2, 40),
    ("tree", 3, 100),
    ("deeper", 6, 100),
    ("second", 14, 0),
    ("usual", 6, 100),
    ("tree", 12, 200),
    ("harder", 12, 200),
)
"""The slices of a pass. What they leave open goes to the second engine, for longer."""

FEW_ROWS = 400
SLICES_OF_FEW: tuple[Slice, ...] = (
    ("usual", 0.1, 10),
    ("tree", 0.25, 40),
    ("usual", 1, 40),
    ("harder", 1, 100),
    ("tree", 2, 40),
    ("usual", 6, 100),
    ("harder", 4, 100),
    ("tree", 12, 200),
    ("harder", 12, 200),
)
"""Those of a model of at most so many rows: each way is tried soon and shortly, as what takes one of them a second takes another
some milliseconds."""

COUNTING_FEW: tuple[Slice, ...] = (
    ("tree", 1, 40),
    ("usual", 2, 40),
    ("harder", 2, 100),
    ("tree", 6, 100),
    ("usual", 12, 200),
    ("harder", 12, 200),
)
"""And of its pass that counts."""

SLICES_OF_BUNDLE: tuple[Slice, ...] = (
    ("usual", 2, 40),
    ("upwards", 4, 200),
    ("harder", 5, 200),
    ("upwards", 15, 200),
)
"""Those of a bundle: many amounts and nobody who asks first. Upwards from the bound it is mostly proven at the first try."""

SLICES_OF_BUNDLE_PASS: dict[PassName, tuple[Slice, ...]] = {
    "schemes": (("usual", 1, 40), ("upwards", 6, 200), ("tree", 6, 200), ("upwards", 20, 200)),
    "canonical": (("usual", 1, 40), ("upwards", 4, 200), ("harder", 5, 200)),
}
"""And of its passes that count or only divide."""

MANY_ROWS = 10_000
SLICES_OF_MANY: tuple[Slice, ...] = (("usual", 3, 40),)
"""Those of a model of so many rows: a good mix to begin with, then the second engine, which is slow without one."""

_MONEY_FIRST: tuple[Slice, ...] = (
    ("usual", 0.5, 40),
    ("cuts", 1, 40),
    ("upwards", 1, 40),
    ("usual", 3, 100),
    ("tree", 3, 100),
    ("harder", 5, 100),
)
_MONEY_LAST: tuple[Slice, ...] = (("second", 14, 0), ("tree", 6, 100), ("cuts", 8, 200), ("harder", 12, 200))
_SCHEMES_FIRST: tuple[Slice, ...] = (("rising", 1, 40), ("tree", 2, 40), ("usual", 3, 100), ("harder", 5, 100))
_SCHEMES_LAST: tuple[Slice, ...] = (("second", 6, 0), ("tree", 8, 200), ("harder", 12, 200))

SLICES_OF: dict[PassName, tuple[Slice, ...]] = {
    "priced_money": (*_MONEY_FIRST, ("cuts", 4, 100), ("deeper", 8, 100), *_MONEY_LAST),
    "schemes": (*_SCHEMES_FIRST, ("deeper", 5, 100), *_SCHEMES_LAST),
    "canonical": (("tree", 0.2, 40), ("harder", 1, 40), ("usual", 1, 40), ("tree", 4, 100), ("upwards", 12, 200)),
}
"""Those of passes in which another order is sooner: that of money needs every way, and what is only divided is a tree."""

LARGE_ROWS = 1_500
SLICES_OF_LARGE: dict[PassName, tuple[Slice, ...]] = {
    **SLICES_OF,
    "priced_money": (*_MONEY_FIRST, ("usual", 4, 200), *_MONEY_LAST),
    "schemes": (*_SCHEMES_FIRST, ("usual", 3, 200), ("rising", 3, 200), ("tree", 3, 200), *_SCHEMES_LAST),
}
"""Those of a model of at least so many rows: the second engine takes 3 to 35 s there, so it comes after longer ones of CP-SAT."""

MOST_STEPS = 2_000
"""Better mixes that CP-SAT may find in the last run of a pass, after the second engine."""

SECOND_PARAMETERS: dict[str, int] = {"threads": 1}
"""Parameters of the second engine (HiGHS, through MathOpt); tolerances stand in matching/solver/second.py."""

SECOND_SHARE = 0.6
"""Share of what is left of a pass that the second engine may use."""

RESERVE = 0.1
"""Share of the budget that is kept for each later pass, so that the mix is also cheap, simple and fixed when a pass is hard."""
