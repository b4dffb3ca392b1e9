"""By which campaigns people came to the desk of the demonstration, and what they say about how they heard of it, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from portal.cases.origins.models import NO_CAMPAIGN, HeardFrom


@dataclass(frozen=True)
class CampaignTold:
    """A campaign: its code and name, on which day of the history it begins and ends, and how many come by it in a week."""

    code: str
    name: str
    begins: int
    """Days after the desk opened."""
    ends: int | None
    a_week: int
    heard: HeardFrom
    """What most who come by it say."""


CAMPAIGNS = (
    CampaignTold("bibliotheek", "Flyer in de bibliotheken", 2, None, 9, HeardFrom.FLYER),
    CampaignTold("uwv", "Kaartje van de adviseurs van UWV", 20, None, 6, HeardFrom.UWV),
    CampaignTold("beurs", "Stand op de banenbeurs", 380, 410, 14, HeardFrom.OTHERWISE),
    CampaignTold("berichten", "Berichten op sociale media", 560, None, 22, HeardFrom.SOCIAL_MEDIA),
)
A_WEEK = 25
"""So many come in a week by no campaign at all."""
BEGIN_TOO = 6
"""Of so many who look one begins to answer and goes away again."""
OTHERS = (
    HeardFrom.WEBSITE, HeardFrom.MUNICIPALITY, HeardFrom.MUNICIPALITY, HeardFrom.EMPLOYER, HeardFrom.ACQUAINTANCE,
    HeardFrom.UWV, HeardFrom.FLYER, None,
)  # fmt: skip
"""What people say who came by no campaign; some say nothing."""


def came_by(number: int, running: Sequence[str]) -> str:
    """The code of the campaign by which the person of a case came, of those that run; the same for the same number."""
    chance = _chance(number)
    return chance.choice(sorted(running)) if running and chance.random() < 0.55 else NO_CAMPAIGN


def says_heard(number: int, code: str) -> HeardFrom | None:
    """How the person of a case says to have heard of the desk."""
    chance = _chance(-number)
    known = next((one.heard for one in CAMPAIGNS if one.code == code), None)
    return known if known is not None and chance.random() < 0.8 else chance.choice(OTHERS)


def _chance(number: int) -> Random:
    return Random(f"ontwikkelloket:ways in:{number}")
