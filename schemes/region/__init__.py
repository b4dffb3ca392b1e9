"""Everything of one region, read from its folder and checked for fitting together."""

from schemes.region.region import (
    CEILING_2024,
    CollectingSettings,
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
    "CollectingSettings",
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
