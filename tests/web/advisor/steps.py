"""What an advisor does in several tests."""

from __future__ import annotations

from typing import Any

from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import proposals_of
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import give_back
from tests.factories import ADVISOR, NOW, SYSTEM
from tests.web.browser import Browser
from tests.web.office import Office
from tests.web.walking import soup_of

CHECKED = {
    "rationale": "Past bij de vraag naar technici.",
    "identity": "y",
    "purpose": "y",
    "costs": "y",
    "nothing_paid_twice": "y",
}
TWO_LINES = (CostInput("tuition", 120_000), CostInput("books", 30_000))


def case(question: DevelopmentQuestion, rest: str = "") -> str:
    return f"/adviseur/vraag/{question.public_id}{rest}"


def proposed(office: Office, question: DevelopmentQuestion) -> Browser:
    """A browser of an advisor who has made a proposal."""
    browser = office.browser("advisor")
    assert browser.post(case(question, "/voorstel")).status_code == 303
    return browser


def records(office: Office, question: DevelopmentQuestion) -> list[ProposalRecord]:
    """The proposals, the newest first."""
    return office.do(lambda s: proposals_of(s, question=question, actor=ADVISOR))


def cells(page: Any) -> dict[str, str]:
    """The amounts in the table as they stand, by name of the field."""
    return {str(box["name"]): str(box["value"]) for box in soup_of(page).select("table.cells input[type=text]")}


def lower(office: Office, slug: str, cents: int) -> None:
    """Take money out of a budget."""

    def work(session: Any) -> None:
        line = funding_line_by_slug(session, slug=slug)
        assert isinstance(line, FundingLine)
        give_back(
            session,
            funding_line_id=line.id,
            amount_cents=cents,
            actor_id=SYSTEM.reference,
            now=NOW,
            note="lager budget",
        )

    office.do(work)


ASKED_FOR = {"ground": "at_request", "left_out": "asked", "left_out_reason": "Belde ons."}
"""Something is taken of a voucher because the holder asked for it."""
ENDS = {
    "ground": "changed",
    "left_out": "own_facts",
    "left_out_reason": "Meldde het zelf.",
    "ends_on": "13-04-2026",
    "damage": "0",
    "damage_reason": "Geen kosten.",
}
"""A voucher ends after a reasonable term."""
