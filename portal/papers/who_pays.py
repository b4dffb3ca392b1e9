"""Who pays what by a decision, for its letter and the own page: per scheme and for the employer, and what who asked pays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.queries import decided_mix, own_cents
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized


@dataclass(frozen=True)
class PaidPart:
    """What one of them pays, in cents."""

    cents: int
    named: Mapping[str, str] | None
    """The title of the scheme; None for the employer."""

    @property
    def title(self) -> str:
        """Who pays, in the language of the moment."""
        return localized(self.named) if self.named is not None else _("Uw werkgever")


@dataclass(frozen=True)
class CostsDecided:
    """What the training costs and who pays it by a decision; `own_cents` is of who asked, and may be nothing."""

    total_cents: int
    parts: tuple[PaidPart, ...]
    own_cents: int


def costs_decided(session: Session, *, decision: Decision, question: DevelopmentQuestion) -> CostsDecided | None:
    """The costs by a decision on an application; of a rejection all that was asked for. None for a decision about no costs.

    The parts add up to the total, with what who asked pays.
    """
    own = own_cents(decision)
    if decision.kind is DecisionKind.REJECTED:
        return CostsDecided(question.total_cents, (), question.total_cents) if question.total_cents else None
    mix = decided_mix(decision)
    if own is None or mix is None or decision.problem_json is None:
        return None
    problem = json.loads(decision.problem_json)
    offers = {one["id"]: one for one in problem["offers"]}
    schemes: dict[str, int] = {}
    employer = 0
    for share in mix.shares:
        if share.offer in offers:
            schemes[share.offer] = schemes.get(share.offer, 0) + share.cents
        else:
            employer += share.cents
    total = sum(int(line["amount_cents"]) for line in problem["lines"])
    employer += total - own - employer - sum(schemes.values())
    parts = [PaidPart(cents, _title(session, offers[offer])) for offer, cents in sorted(schemes.items()) if cents]
    parts += [PaidPart(employer, None)] if employer else []
    return CostsDecided(total, tuple(parts), own)


def _title(session: Session, offer: Mapping[str, object]) -> Mapping[str, str]:
    slug, version = str(offer["scheme"]), offer.get("version")
    found = scheme_version(session, slug=slug, version=version) if isinstance(version, int) else None
    title = found.definition.title if found is not None else None
    return {"nl": title.nl, "en": title.en} if title is not None else {"nl": slug, "en": slug}
