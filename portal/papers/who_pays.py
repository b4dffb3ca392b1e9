"""Who pays what by a decision, or after it, for its letter: per scheme and for the employer, and what who asked pays.

What is computed stands in one place, `portal.awarding.sent_outcomes`; here it gets its words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.queries import decision_of
from portal.awarding.sent_outcomes.queries import WhoPays, own_payer, paid_by_decision, who_pays_now
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.people.actor import Actor
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
    if decision.kind is DecisionKind.REJECTED:
        return CostsDecided(question.total_cents, (), question.total_cents) if question.total_cents else None
    paid = paid_by_decision(question=question, decision=decision)
    return _costs(session, question, decision, paid) if paid is not None else None


def costs_now(session: Session, *, question: DevelopmentQuestion, actor: Actor, on: date) -> CostsDecided | None:
    """The costs after all that was decided since about the vouchers: awarded more, lowered, ended, settled. None where no mix was
    decided."""
    decision = decision_of(session, question=question, actor=actor)
    if decision is None:
        return None
    paid = who_pays_now(session, question=question, decision=decision, on=on, actor=actor)
    return _costs(session, question, decision, paid) if paid is not None else None


def _costs(session: Session, question: DevelopmentQuestion, decision: Decision, paid: WhoPays) -> CostsDecided:
    offers = {one["id"]: one for one in json.loads(decision.problem_json or "{}").get("offers", ())}
    own, employer = paid.payers.get(own_payer(question), 0), 0
    schemes: dict[str, int] = {}
    for payer, cents in paid.payers.items():
        if payer in offers:
            schemes[payer] = cents
        elif payer != own_payer(question):
            employer += cents
    parts = [PaidPart(cents, _title(session, offers[offer])) for offer, cents in sorted(schemes.items()) if cents]
    parts += [PaidPart(employer, None)] if employer else []
    return CostsDecided(paid.total_cents, tuple(parts), own)


def _title(session: Session, offer: Mapping[str, object]) -> Mapping[str, str]:
    slug, version = str(offer["scheme"]), offer.get("version")
    found = scheme_version(session, slug=slug, version=version) if isinstance(version, int) else None
    title = found.definition.title if found is not None else None
    return {"nl": title.nl, "en": title.en} if title is not None else {"nl": slug, "en": slug}
