"""What every letter about a decision says besides its message: whose decision, on what ground, and who pays what after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import decision_on
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.papers.legal_table import row_of_letter
from portal.papers.legal_words import LegalWords, Words
from portal.papers.who_pays import CostsDecided, costs_now
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.queries import objection_behind

WITH_COSTS = frozenset(
    {
        "reduction/revoked",
        "reduction/lowered",
        "reduction/ends",
        "reduction/moved_ends",
        "reduction/restored",
        "reduction/restored_waits",
        "voucher/topped_up",
        "settlement/as_used",
        "settlement/lower",
        "settlement/lowered",
        "settlement/again",
    }
)
"""The letters after which somebody pays another part than before: they say who pays what now."""
READER = Actor.system("letters")


@dataclass(frozen=True)
class LetterSubject:
    """What the text of a letter may use besides what every message has."""

    schemes: tuple[str, ...] = ()
    """The schemes it is about; one scheme may have its own text."""
    context: dict[str, Any] = field(default_factory=dict)
    about: list[list[str]] = field(default_factory=list)
    objectable: bool = False
    """A decision against which one may object or appeal within six weeks (Awb 6:7, 7:1, 8:1)."""
    decision: Decision | None = None
    """The decision that it makes known, or that was objected to when it makes the decision on an objection known."""


@dataclass(frozen=True)
class AskedLetter:
    """A message on a question, of which the subject is asked."""

    session: Session
    message: OutboxMessage
    question: DevelopmentQuestion
    preview: bool


def of_scheme(asked: AskedLetter, scheme: str, version: int, decision: Decision | None) -> LetterSubject:
    """A decision about a voucher of this scheme."""
    title = localized(title_words(asked.session, scheme, version))
    legal = legal_of(asked, decision, bodies=(body_words(asked.session, scheme, version),))
    context = {"legal": legal, "costs": costs_after(asked)}
    return LetterSubject((scheme,), context, [[_("Voucher"), title]], objectable=True, decision=decision)


def costs_after(asked: AskedLetter) -> CostsDecided | None:
    """Who pays what after a decision that changed what a voucher pays. None when less was used than awarded: then it is not known
    what the training cost."""
    if asked.message.template not in WITH_COSTS:
        return None
    details = asked.message.details or {}
    if details.get("used_cents", 0) < details.get("awarded_cents", 0):
        return None
    on = local_date(asked.message.created_at)
    return costs_now(asked.session, question=asked.question, actor=READER, on=on)


def legal_of(
    asked: AskedLetter, decision: Decision | None, *, bodies: Sequence[Words] = (), more: tuple[str, ...] = ()
) -> LegalWords:
    """In whose name was decided, by whom, and on what ground; the bodies are those of the decision, when it names them."""
    row = row_of_letter(asked.message.template)
    outcomes = decision.outcomes if decision is not None else []
    named = [{"nl": one.deciding_body_nl, "en": one.deciding_body_en} for one in outcomes if one.deciding_body_nl]
    articles = row.ground if row is not None else ()
    return LegalWords(
        bodies=tuple(named or bodies),
        signed=decision.decided_by_name if decision is not None else "",
        schemes=tuple(title_words(asked.session, one.scheme, one.scheme_version) for one in outcomes),
        articles=(*articles, *(one for one in more if one not in articles)),
    )


def body_words(session: Session, slug: str, version: int) -> Words:
    """The body that decides on a scheme; empty when it names none."""
    found = scheme_version(session, slug=slug, version=version)
    body = found.definition.deciding_body if found is not None else None
    return {"nl": body.nl, "en": body.en} if body is not None else {"nl": "", "en": ""}


def decided_by(asked: AskedLetter, decision_id: int | None) -> Decision | None:
    """The decision with this id, on the question of the message; None for None."""
    if decision_id is None:
        return None
    return decision_on(asked.session, question=asked.question, decision_id=decision_id)


def upon_objection(session: Session, decision: Decision) -> dict[str, Any]:
    """The objection that a decision came of: then one appeals, and does not object again."""
    objection = objection_behind(session, decision=decision)
    return {"upon_objection": objection} if objection is not None else {}


def title_words(session: Session, slug: str, version: int) -> dict[str, str]:
    """The title of a scheme, or its slug."""
    found = scheme_version(session, slug=slug, version=version)
    title = found.definition.title if found is not None else None
    return {"nl": title.nl, "en": title.en} if title is not None else {"nl": slug, "en": slug}
