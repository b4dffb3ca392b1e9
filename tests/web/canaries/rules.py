"""Whose canaries somebody may get: who comes in by a link the own case, staff what their work is about, everybody else none."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.accounts.models import Account
from portal.people.actor import BY_LINK, Audience
from portal.spending.providers.models import Provider
from tests.web.canaries.birds import Canary
from tests.web.canaries.crawling import Asker, Seen
from tests.web.canaries.planting import PlantedWorld

PUBLIC_PROOF = frozenset({"access.link"})
"""A link is its own proof: who opens it is told as whom it lets in, whoever was in before."""
OFFICIALS = frozenset({Audience.ADMIN, Audience.ADVISOR, Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR})
"""Who sees the names of others who work here: beside what they did, or in the list of accounts."""
WORK: Mapping[Audience, frozenset[str]] = {
    Audience.REGION: frozenset({"payment.iban", "payment.payee_name", "application.name", "legal_hold.reason"}),
    Audience.AUDITOR: frozenset({"payment.iban", "payment.payee_name", "decision.rationale"}),
    Audience.PROVIDER: frozenset({"invoice.learner_name"}),
}
"""What of a case the work of an audience is about: who is paid, the undertakings that get state aid, why a case is kept, what stands
in a sample, and whose invoice this is."""
CASES_OF: Mapping[Audience, frozenset[str]] = {
    Audience.REGION: frozenset(
        {"decided resident", "decided employer", "other decided employer", "other sent resident"}
    ),
    Audience.AUDITOR: frozenset({"decided resident", "decided employer"}),
    Audience.PROVIDER: frozenset({"decided resident"}),
}
"""Of which cases of this desk: with a payment, with state aid or held; of the own sample; with the own invoice."""


OF_NO_PERSON = frozenset({"payment.iban", "payment.payee_name", "application.name", "legal_hold.reason"})
"""What the region sees of cases of this desk is of undertakings (a provider that is paid, who gets state aid), or its own reason by the number
of a case: nobody's case is looked at. A holder who is paid is: `note_paid` in portal/web/region."""


def foreign(planted: PlantedWorld, seen: Seen) -> bool:
    """Whether somebody got what is of another, or what is of somebody without that it was logged."""
    if seen.channel == "log of looks":
        return not (seen.asker.audience is Audience.REGION and seen.canary.place in OF_NO_PERSON)
    return seen.channel == "address" or not _may(planted, seen)


def _may(planted: PlantedWorld, seen: Seen) -> bool:
    asker, canary = seen.asker, seen.canary
    if canary.whose == "case":
        return _may_of_case(planted, asker, canary)
    own = planted.world.accounts.get(asker.audience)
    if canary.whose == "account":
        if (own is not None and canary.number == own.id) or asker.audience is Audience.ADMIN:
            return True
        named = canary.place == "account.display_name"
        return named and (asker.audience in OFFICIALS or seen.endpoint in PUBLIC_PROOF)
    return asker.audience in (Audience.ADVISOR, Audience.REGION) or canary.number == _own_provider(planted, own)


def _may_of_case(planted: PlantedWorld, asker: Asker, canary: Canary) -> bool:
    if asker.audience in BY_LINK:
        return asker.question == canary.number
    names = {name for name, question in planted.world.questions.items() if question.id == canary.number}
    if asker.audience is Audience.ADVISOR:
        return not any("draft" in name for name in names)
    return canary.place in WORK.get(asker.audience, ()) and bool(names & CASES_OF.get(asker.audience, frozenset()))


def _own_provider(planted: PlantedWorld, account: Account | None) -> int | None:
    if account is None or account.role.audience is not Audience.PROVIDER:
        return None

    def find(session: Session) -> int | None:
        mine = Provider.organisation_id == account.organisation_id
        return session.scalar(select(Provider.id).where(mine))

    return planted.world.do(find)  # type: ignore[no-any-return]
