"""The addresses of what people ask of their own data and of how long everything is kept: whose they are."""

from __future__ import annotations

from portal.people.actor import Audience
from tests.web.objects import Whose, belongs_to, objects
from tests.web.world import World

objects("term_id")(belongs_to(Audience.REGION, "retention term"))
objects("hold_id")(belongs_to(Audience.REGION, "legal hold"))
objects("asked_id")(belongs_to(Audience.ADVISOR, "privacy request"))
objects("kept_kind")(
    lambda _world, audience: Whose("unapplied") if audience is Audience.REGION else Whose(None, "unapplied")
)


@objects("asked_id", only="resident.")
@objects("asked_id", only="employer.")
def own_asked_id(world: World, audience: Audience) -> Whose:
    """What was asked of the own data stands on the page of that question; a draft has none, and leads on to itself."""
    other = world.ids["other privacy request"] if world.stage != "draft" else None
    mine = audience is Audience.RESIDENT and world.stage == "sent"
    return Whose(world.ids["privacy request"] if mine else None, other)
