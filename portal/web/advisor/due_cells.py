"""How a thing that is due stands in a table: what it is and where it leads, about whom, of which advisor, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from portal.cases.questions.queries import ids_of_public_ids
from portal.oversight.worklist.due import Due, DueItem
from portal.platform.clock import local_date
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime
from portal.platform.i18n import gettext as _
from portal.web.edge.policy import note_viewing
from portal.words.decision_labels import DUE
from portal.words.labels import label

WHERE = {
    Due.OBJECTION: ("advisor.objection", "objection_id"),
    Due.OBJECTION_HEARING: ("advisor.objection", "objection_id"),
    Due.VIEW: ("advisor.view", "hearing_id"),
    Due.GIVEN_VIEW: ("advisor.view", "hearing_id"),
    Due.PREPARATION: ("advisor.preparation", "preparation_id"),
    Due.REPAYMENT: ("advisor.repay", "repayment_id"),
    Due.OWN_DEBT: ("advisor.own_debt_account", "own_debt_id"),
    Due.SHARE: ("advisor.share", "share_id"),
    Due.CORRECTION: ("advisor.correction", "correction_id"),
    Due.CALL_BACK: ("advisor.answer_call_back", "call_id"),
    Due.EVIDENCE: ("advisor.evidence", "question_id"),
    Due.GIVEN_ANSWERS: ("advisor.given_answers", "request_id"),
    Due.TALK: ("advisor.talk", "conversation_id"),
    Due.INVOICE: ("advisor.invoice", "invoice_id"),
    Due.SIGN_UP: ("advisor.registration", "registration_id"),
    Due.ACCOUNT_NUMBER: ("advisor.account_number", "provider_id"),
    Due.OLD_CLAIM: ("advisor.recovery", "recovery_id"),
    Due.CLAIM_INTEREST: ("advisor.recovery", "recovery_id"),
    Due.PRIVACY: ("advisor.privacy_request", "asked_id"),
    Due.TWO_PEOPLE: ("two_people.act", "act_id"),
}
"""The page of what is due, and the name of the id in its address."""
ON_THE_PENALTY = (Due.PENALTY,)
ON_THE_DECISION = (Due.REST, Due.REGISTER, Due.REGISTER_AGAIN)


def rows_of_due(items: Sequence[DueItem]) -> list[list[Any]]:
    """The cells of things that are due; the cases that they name are logged as looked at."""
    named = {item.question_public_id for item in items if item.question_public_id}
    for number in ids_of_public_ids(current_session(), public_ids=named):
        note_viewing(question_id=number)
    return [due_cells(item) for item in items]


def due_cells(item: DueItem) -> list[Any]:
    """The cells of one thing that is due."""
    return [
        {"text": label(DUE, item.what), "href": _address(item), "note": item.number or item.phone},
        _about(item),
        item.owner_name or _("niemand"),
        _until(item),
    ]


def _address(item: DueItem) -> str:
    if item.what in WHERE:
        endpoint, argument = WHERE[item.what]
        return url_for(endpoint, **dict[str, Any]({argument: item.about}))
    if item.what in ON_THE_PENALTY:
        return url_for("advisor.late_decision", question_id=item.question_public_id)
    if item.what is Due.OWN_INTEREST:
        return url_for("advisor.own_interest", question_id=item.question_public_id, over=item.about)
    endpoint = "advisor.decision" if item.what in ON_THE_DECISION else "advisor.question"
    return url_for(endpoint, question_id=item.question_public_id)


def _about(item: DueItem) -> dict[str, Any] | str:
    if not item.question_public_id:
        return item.asker_name
    href = url_for("advisor.question", question_id=item.question_public_id)
    return {"text": item.reference_number, "href": href, "note": item.asker_name}


def _until(item: DueItem) -> Any:
    if item.overdue:
        day = item.due_on or local_date(item.at or item.since)
        return {"text": _("te laat"), "tag": "no", "note": format_date(day, "short")}
    if item.at is not None:
        return format_datetime(item.at, "short")
    if item.due_on is not None:
        return format_date(item.due_on, "short")
    since = _("sinds %(day)s", day=format_date(local_date(item.since), "short"))
    return {"text": _("geen termijn"), "note": since}
