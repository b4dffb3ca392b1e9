"""The closed vocabulary of the scheme language: words that code knows. Their labels are written in the portal."""

from typing import Literal

CostCategory = Literal[
    "tuition", "exam", "books", "materials", "travel", "childcare", "wage", "guidance", "assessment", "other"
]
Route = Literal["individual", "employer"]
SchemeState = Literal["open", "not_yet_open", "closed", "ceiling_reached", "ended", "unknown"]
Confidence = Literal["verified", "verified_old", "secondary", "general", "unknown"]
SchemeKind = Literal["voucher", "subsidy", "loan", "sector_fund", "employer_contribution", "benefit_service"]
Administered = Literal["here", "elsewhere"]
StateAid = Literal["none", "de_minimis"]
PaymentMoment = Literal[
    "before_start", "after_start", "after_completion", "on_invoice", "in_parts", "with_salary", "other"
]
Distribution = Literal["order_of_receipt", "lottery", "pro_rata", "ranking", "discretion"]
ChangeOfSubstance = Literal["higher_costs", "another_training"]
Province = Literal[
    "drenthe",
    "flevoland",
    "friesland",
    "gelderland",
    "groningen",
    "limburg",
    "noord-brabant",
    "noord-holland",
    "overijssel",
    "utrecht",
    "zeeland",
    "zuid-holland",
]
OrganisationKind = Literal[
    "municipality", "province", "region", "ministry", "agency", "sector_fund", "education", "other"
]

CHANGES_OF_SUBSTANCE: tuple[ChangeOfSubstance, ...] = ("higher_costs", "another_training")
COST_CATEGORIES: tuple[CostCategory, ...] = (
    "tuition",
    "exam",
    "books",
    "materials",
    "travel",
    "childcare",
    "wage",
    "guidance",
    "assessment",
    "other",
)
CONFIDENCE_ORDER: tuple[Confidence, ...] = ("verified", "verified_old", "secondary", "general", "unknown")
"""From the strongest to the weakest source."""
