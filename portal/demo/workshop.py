"""A change of a scheme that waits for a second person, so that there is something to review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.publishing.workshop.actions import save_draft, start_draft, submit_for_review
from portal.publishing.workshop.queries import cases_document_of, document_of

SCHEME = "werk-naar-werk-voucher"
OLD_CASE = "Boven € 6.000 blijft het € 2.000"
OLD_CAP, NEW_CAP = 200_000, 250_000


def offer_a_change(session: Session, *, writer: Actor, now: datetime) -> bool:
    """The writer raises what the work-to-work voucher pays at most, with its examples, and offers that.

    Returns False and leaves no draft when the scheme is not as the demonstration knows it.
    """
    if SCHEME not in writer.schemes:
        return False
    draft = start_draft(session, scheme=SCHEME, actor=writer, now=now)
    document, cases = document_of(draft), cases_document_of(draft)
    caps = [cap | {"amount_cents": NEW_CAP} if cap["amount_cents"] == OLD_CAP else cap for cap in document["caps"]]
    save_draft(
        session,
        version=draft,
        document=document | {"caps": caps},
        cases=_cases(cases) if cases else None,
        revision=draft.revision,
        actor=writer,
        now=now,
    )
    submit_for_review(session, version=draft, actor=writer, now=now)
    return True


def _cases(document: dict[str, Any]) -> dict[str, Any]:
    """The same examples; the one above the old limit becomes two, around the new one."""
    kept: list[dict[str, Any]] = []
    for case in document["cases"]:
        if case["name"] == OLD_CASE:
            kept.append(case | {"name": "Van € 6.900 betaalt de voucher € 2.300", "expect": {"amount_cents": 230_000}})
            case = case | {
                "name": "Boven € 7.500 blijft het € 2.500",
                "costs": [{"category": "tuition", "amount_cents": 800_000}],
                "pledge": {"kind": "up_to", "amount_cents": 600_000},
                "expect": {"amount_cents": NEW_CAP},
            }
        kept.append(case)
    return document | {"cases": kept}
