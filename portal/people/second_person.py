"""What one person does not do alone: the first lays it down, a second one, who is somebody else, does it."""

from __future__ import annotations

from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

SHORTEST_REASON = 20
FEWEST_WORDS = 3


def require_second_person(actor: Actor, *, prepared_by: str | None) -> None:
    """Refuse who does alone what takes two. A program does it when the one who runs it may.

    `prepared_by` is the first person, as ``Actor.reference`` says it. Raises ``Refusal`` ``second_person_needed`` when there is
    none, ``own_preparation`` when it is the same person.
    """
    if actor.audience is Audience.SYSTEM:
        return
    if prepared_by is None:
        raise Refusal("second_person_needed", _l("Dit doet u niet alleen. Leg het voor aan een collega."))
    require_other_person(actor, prepared_by=prepared_by)


def require_other_person(actor: Actor, *, prepared_by: str | None) -> None:
    """Refuse who does what they laid down themselves. Raises ``Refusal``."""
    if prepared_by is not None and prepared_by == actor.reference:
        raise Refusal("own_preparation", _l("U hebt dit zelf voorgelegd. Een collega beslist."))


def real_reason(text: str, *, field: str) -> str:
    """A reason that says something, without spaces around it: at least three words and twenty characters.

    Raises ``Refusal`` at `field` for less: a check that is passed over with a full stop is no check.
    """
    reason = text.strip()
    words = [word for word in reason.split() if any(letter.isalpha() for letter in word)]
    if len(reason) < SHORTEST_REASON or len(words) < FEWEST_WORDS:
        raise Refusal("reason_too_short", _l("Schrijf in een hele zin waarom dit toch goed is."), field=field)
    return reason
