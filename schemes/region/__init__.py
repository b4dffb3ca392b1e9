"""Everything of one region."""

from schemes.region.region import (
    CEILING_2024,
    DeMinimis,
    Desk,
    ElsewherePrices,
    EmailAddress,
    FundingPrices,
    Organisation,
    Pass,
    Region,
    Settings,
)

__all__ = [
    "CEILING_2024",
    "DeMinimis",
    "Desk",
    "ElsewherePrices",
    "EmailAddress",
    "FundingPrices",
    "Organisation",
    "Pass",
    "Region",
    "Settings",
]
