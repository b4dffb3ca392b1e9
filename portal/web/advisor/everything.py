"""Everything of one person or company on one page. Each look is logged at every question that it shows."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.awarding.caps import RoomUnderCap
from portal.framework.catalogue.queries import scheme_titles
from portal.oversight.everything import Whole, company_of, person_of
from portal.platform.clock import local_date, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_euros
from portal.platform.i18n import gettext as _
from portal.spending.vouchers.codes import format_code
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor, note_viewing
from portal.words.decision_labels import OBJECTION_STATES
from portal.words.labels import (
    MESSAGE_STATES,
    QUESTION_STATES,
    TALK_STATES,
    TALK_WAYS,
    VOUCHER_STATES,
    label,
    tag,
)
from portal.words.message_labels import MESSAGES
from portal.words.voucher_labels import DEBTORS, RECOVERY_STATES

Cells = list[list[Any]]


@blueprint.get("/vraag/<question_id>/persoon")
def person(question_id: str) -> ResponseReturnValue:
    """Everything of the person who learns in a question."""
    asked = the_question(question_id)
    whole = found(person_of(current_session(), question=asked, actor=current_actor(), today=today()))
    return _whole_page(asked, whole)


@blueprint.get("/vraag/<question_id>/bedrijf")
def company(question_id: str) -> ResponseReturnValue:
    """Everything of the company that asked a question; for a question of a resident the page says that there is none."""
    asked = the_question(question_id)
    return _whole_page(asked, company_of(current_session(), question=asked, actor=current_actor(), today=today()))


def _whole_page(asked: Any, whole: Whole | None) -> ResponseReturnValue:
    if whole is None:
        return page("advisor/person.html", question=asked, whole=None)
    for one in whole.questions:
        note_viewing(question_id=one.id)
    titles = scheme_titles(current_session(), on=today())
    return page(
        "advisor/person.html",
        question=asked,
        whole=whole,
        questions=_questions(whole),
        rooms=[_room(one, titles) for one in whole.rooms],
        awards=_awards(whole, titles),
        recoveries=_recoveries(whole),
        talks=_talks(whole),
        messages=_messages(whole),
        objections=_objections(whole),
    )


def _case(whole: Whole, question_id: int) -> dict[str, Any]:
    one = next(one for one in whole.questions if one.id == question_id)
    return {"text": one.reference_number, "href": url_for("advisor.question", question_id=one.public_id)}


def _questions(whole: Whole) -> Cells:
    return [
        [
            _case(whole, one.id),
            {
                "text": one.training_name or _("nog geen opleiding"),
                "note": one.learner_name if whole.kvk_number else None,
            },
            tag(QUESTION_STATES, one.state),
            format_date(local_date(one.submitted_at or one.created_at), "short"),
        ]
        for one in whole.questions
    ]


def _room(room: RoomUnderCap, titles: dict[str, str]) -> list[Any]:
    return [
        {"text": titles.get(room.scheme, room.scheme), "note": _period(room)},
        format_euros(room.limit_cents),
        format_euros(room.taken_cents) if room.taken_cents else None,
        {"text": format_euros(room.left_cents), "tag": "ok" if room.left_cents else "no"},
    ]


def _period(room: RoomUnderCap) -> str:
    years = room.rule.years or 0
    return {
        "calendar_year": _("per kalenderjaar"),
        "school_year": _("per schooljaar"),
        "before_award": _("in de %(years)s jaar tot nu", years=years),
        "from_first_award": _("in %(years)s jaar vanaf de eerste toekenning", years=years),
    }.get(room.rule.period, _("in totaal"))


def _awards(whole: Whole, titles: dict[str, str]) -> Cells:
    return [
        [
            {"text": titles.get(one.award.scheme, one.award.scheme), "note": whole.reference_of(one.question_id)},
            format_date(one.award.awarded_on, "short"),
            format_euros(one.award.amount_cents, exact=True),
            None
            if one.voucher is None
            else {
                "text": format_code(one.voucher.code),
                "href": url_for("advisor.voucher", voucher_id=one.voucher.public_id),
                "note": label(VOUCHER_STATES, one.voucher.state),
            },
            format_euros(one.voucher.used_cents, exact=True) if one.voucher and one.voucher.used_cents else None,
            format_euros(one.voucher.open_cents, exact=True) if one.voucher and one.voucher.open_cents else None,
        ]
        for one in whole.awards
    ]


def _recoveries(whole: Whole) -> Cells:
    return [
        [
            {
                "text": format_date(local_date(one.claimed_at), "short"),
                "href": url_for("advisor.recovery", recovery_id=one.public_id),
            },
            label(DEBTORS, one.debtor),
            format_euros(one.amount_cents, exact=True),
            format_euros(one.open_cents, exact=True) if one.open_cents else None,
            tag(RECOVERY_STATES, one.state),
        ]
        for one in whole.recoveries
    ]


def _talks(whole: Whole) -> Cells:
    return [
        [
            {"text": format_datetime(one.planned_for, "short"), "note": whole.reference_of(one.question_id)},
            label(TALK_WAYS, one.way),
            one.advisor_name,
            tag(TALK_STATES, one.state),
        ]
        for one in whole.talks
    ]


def _messages(whole: Whole) -> Cells:
    return [
        [
            {
                "text": label(MESSAGES, one.template),
                "href": url_for("advisor.message", message_id=one.public_id),
                "note": whole.reference_of(one.object_id) if one.object_kind == "question" else None,
            },
            format_datetime(one.created_at, "short"),
            tag(MESSAGE_STATES, one.state),
        ]
        for one in whole.messages
    ]


def _objections(whole: Whole) -> Cells:
    return [
        [
            {"text": one.number, "href": url_for("advisor.objection", objection_id=one.public_id)},
            _case(whole, one.question_id),
            tag(OBJECTION_STATES, one.state),
            format_date(one.decide_by, "short"),
        ]
        for one in whole.objections
    ]
