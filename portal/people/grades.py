"""What somebody may not do although the role may: in training, only reading, or deciding about some schemes alone."""

from __future__ import annotations

from portal.people.actor import Actor, Grade
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


def require_whole_role(actor: Actor) -> None:
    """Refuse who only reads, or is in training. Raises ``Refusal``: only_reads, in_training."""
    if actor.grade is Grade.READER:
        raise Refusal("only_reads", _l("U kunt hier alleen meelezen. Vraag een collega om dit te doen."))
    if actor.grade is Grade.TRAINEE:
        raise Refusal("in_training", _l("U bent in opleiding. Een collega doet dit; u kunt het wel voorbereiden."))


def require_full_grade(actor: Actor, *, scheme: str | None) -> None:
    """Refuse who has not the whole role, or not for this scheme. `scheme` is None for what is about no scheme, or about all.

    Raises ``Refusal``: only_reads, in_training, other_schemes.
    """
    require_whole_role(actor)
    if actor.only_schemes and scheme not in actor.only_schemes:
        raise Refusal("other_schemes", _l("U beslist alleen over bepaalde regelingen, en dit hoort daar niet bij."))


def schemes_in(text: str) -> frozenset[str]:
    """The schemes as an account keeps them: names with a comma between them."""
    return frozenset(name for name in text.split(",") if name)
