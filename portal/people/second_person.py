"""What one person does not do alone: the first lays it down, a second one, who is somebody else, does it.

The one place where is looked who that second person is. Who is in training lays things down, and is nobody's second person.
"""

from __future__ import annotations

from collections.abc import Collection

from portal.people.actor import Actor, Audience, Grade
from portal.people.grades import require_whole_role
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

SHORTEST_REASON = 20
FEWEST_WORDS = 3


def require_second_person(actor: Actor, *, prepared_by: str | None) -> None:
    """Refuse who does alone what takes two. A program does it when the one who runs it may.

    `prepared_by` is the first person, as ``Actor.reference`` says it. Raises ``Refusal`` ``second_person_needed`` when there is
    none, or as `require_other_person`.
    """
    if actor.audience is Audience.SYSTEM:
        return
    if prepared_by is None:
        raise Refusal("second_person_needed", _l("Dit doet u niet alleen. Leg het voor aan een collega."))
    require_other_person(actor, prepared_by=prepared_by)


def require_other_person(actor: Actor, *, prepared_by: str | None) -> None:
    """Refuse who does what they laid down themselves, and who is nobody's second person. Without a first person nothing is asked.

    Raises ``Refusal``: own_preparation, or as `require_whole_role`.
    """
    if prepared_by is not None:
        own = Refusal("own_preparation", _l("U hebt dit zelf voorgelegd. Een collega beslist."))
        require_none_of(actor, earlier=(prepared_by,), own=own)


def require_none_of(actor: Actor, *, earlier: Collection[str | None], own: Refusal) -> None:
    """Refuse, with `own`, who was there before: `earlier`, as ``Actor.reference`` says them.

    Raises ``Refusal``: `own`, or as `require_whole_role` for who is nobody's second person.
    """
    if actor.reference in earlier:
        raise own
    require_whole_role(actor)


def may_be_second(actor: Actor, *, earlier: Collection[str | None]) -> bool:
    """Whether somebody can be the second person: none of `earlier`, and of the whole role."""
    return actor.reference not in earlier and actor.grade is Grade.FULL


def real_reason(text: str, *, field: str) -> str:
    """A reason that says something, without spaces around it: at least three words and twenty characters.

    Raises ``Refusal`` at `field` for less: a check that is passed over with a full stop is no check.
    """
    reason = text.strip()
    words = [word for word in reason.split() if any(letter.isalpha() for letter in word)]
    if len(reason) < SHORTEST_REASON or len(words) < FEWEST_WORDS:
        raise Refusal("reason_too_short", _l("Schrijf in een hele zin waarom dit toch goed is."), field=field)
    return reason
