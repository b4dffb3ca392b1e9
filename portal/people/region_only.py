"""What only the region does, or a program for it."""

from __future__ import annotations

from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


def require_region(actor: Actor) -> None:
    """Raise ``Refusal`` ``not_yours`` for who does not act for the region."""
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
