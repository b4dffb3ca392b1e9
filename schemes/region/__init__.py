"""Everything of one region."""

from schemes.region.region import (
    CEILING_2024,
    DeMinimis,
    Desk,
    ElsewherePrices,
    EmailAddress,
    FundingPrices,
    Pass,
    Region,
    RegionBody,
    RegionSettings,
)

__all__ = [
    "CEILING_2024",
    "DeMinimis",
    "Desk",
    "ElsewherePrices",
    "EmailAddress",
    "FundingPrices",
    "Pass",
    "Region",
    "RegionBody",
    "RegionSettings",
]
