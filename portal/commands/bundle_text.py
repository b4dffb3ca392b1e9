"""The answer to a bundle as text for people: a table per training, totals and reasons over all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.commands.tables import Schemes, line_labels, payment_lines, proposal_text
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.words import wording

if TYPE_CHECKING:
    from matching.answering.bundle_answer import BundleAnswer, PartOutcome
    from schemes.region.loading import LoadedRegion


def bundle_text(answer: BundleAnswer, region: LoadedRegion, *, everything: bool = False) -> str:
    """The whole answer to a bundle. With `everything` also each scheme that does not fit."""
    names = wording.Names.of_region(region)
    parts = [_("Peildatum: %(day)s", day=format_date(answer.prepared.on)), ""]
    parts += [_training(one) for one in answer.trainings]
    problem, proposal, explanation = answer.prepared.problem, answer.proposal, answer.explanation
    if problem is not None and proposal is not None and explanation is not None:
        titles = {offer.id: f"{names.title(offer.scheme)} ({offer.part})" for offer in problem.offers}
        schemes = Schemes(region.schemes, {}, everything)
        named = replace(names, titles={**line_labels(problem), **names.titles, **titles})
        parts += ["", proposal_text(problem, proposal, explanation, schemes, named)]
    for one in answer.trainings:
        if not one.lines:
            parts += ["", _("%(training)s heeft nog geen kosten. Misschien betalen mee:", training=one.id)]
            parts += payment_lines(one.possible, names, region.schemes)
    return "\n".join(parts)


def _training(one: PartOutcome) -> str:
    name = one.part.training.training.name if one.part.training.training is not None else None
    return _(
        "%(training)s: kosten %(cost)s, vergoed %(paid)s, het bedrijf zelf %(rest)s",
        training=one.id if name is None else f"{one.id} ({name})",
        cost=format_euros(one.cost_cents, exact=True),
        paid=format_euros(one.paid_cents, exact=True),
        rest=format_euros(one.rest_cents, exact=True),
    )
