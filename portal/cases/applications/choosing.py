"""What can be applied for at once: no schemes that exclude each other, and nothing while it is not known what it is for.

Who asks is stopped before the legal clock starts. An advisor may do what a person insists on: that is decided on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import localized
from schemes.definition import SchemeDefinition


@dataclass(frozen=True)
class ExcludingSchemes:
    """Schemes of which at most so many are awarded for one training."""

    schemes: tuple[str, ...]
    at_most: int


def excluding(definitions: Sequence[SchemeDefinition]) -> list[ExcludingSchemes]:
    """Which of these schemes exclude each other for a whole training, each set once; of one name the strictest number holds."""
    members: dict[str, list[tuple[str, int]]] = {}
    for definition in definitions:
        for rule in definition.exclusion.groups:
            if rule.scope == "training":
                members.setdefault(rule.group, []).append((definition.scheme, rule.at_most))
    found = {
        (tuple(sorted(slug for slug, _ in group)), min(at_most for _, at_most in group)) for group in members.values()
    }
    for alone in definitions:
        for other in definitions:
            if alone.exclusion.no_other_public_money and other.public_money and other.scheme != alone.scheme:
                found.add((tuple(sorted((alone.scheme, other.scheme))), 1))
    return [ExcludingSchemes(schemes, at_most) for schemes, at_most in sorted(found) if len(schemes) > at_most]


def has_what_it_is_for(question: DevelopmentQuestion) -> bool:
    """Whether it is known which training it is, and what it costs."""
    return question.training_name is not None and bool(question.cost_lines)


def require_what_it_is_for(question: DevelopmentQuestion) -> None:
    """Refuse an application for nothing: without a training or costs nothing can be awarded."""
    if not has_what_it_is_for(question):
        message = _l(
            "Wij weten nog niet welke opleiding het is of wat zij kost. Praat eerst met een adviseur. Er is niets aangevraagd."
        )
        raise Refusal("nothing_to_award", message, field="schemes")


def require_together(chosen: Sequence[SchemeInForce]) -> None:
    """Refuse schemes that exclude each other; the message names them."""
    titles = {scheme.slug: localized(scheme.definition.title) for scheme in chosen}
    for group in excluding([scheme.definition for scheme in chosen]):
        names = "; ".join(titles[slug] for slug in group.schemes)
        if group.at_most == 0:
            message = _l("Dit kan niet worden toegekend: %(names)s.", names=names)
        elif group.at_most == 1:
            message = _l("Dit kan niet samen voor één opleiding: %(names)s. Kies er één.", names=names)
        else:
            message = _l(
                "Dit kan niet allemaal samen voor één opleiding: %(names)s. Kies er hoogstens %(most)s.",
                names=names,
                most=group.at_most,
            )
        raise Refusal("schemes_exclude_each_other", message, field="schemes")
