"""Looking back and ahead: check the answers, and see what they lead to."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.awarding.answering import indicative_answer
from portal.cases.linked.queries import group_of_question
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import DOOR, FLOW, WORDS
from portal.web.intake import answers
from portal.web.intake.closing import check_page
from portal.web.intake.flow import TO_CHECK, about_aid
from portal.web.intake.group import group_said
from portal.web.intake.outcome import outcome_of
from portal.web.intake.state import Intake
from portal.web.intake.todo import employer_todo


@blueprint.get("/werkgever/vraag/<question_id>/controle")
def check(question_id: str) -> ResponseReturnValue:
    """Every answer once, with a way to change it."""
    intake = DOOR.draft(question_id)
    return check_page(DOOR, intake, _sections(intake))


def _sections(intake: Intake) -> list[tuple[str, list[answers.Row]]]:
    question, href = intake.question, FLOW.url(intake, "company", naar=TO_CHECK)
    company = [
        answers.row(_("Naam van de organisatie"), question.employer_name, href),
        answers.row(_("KVK-nummer"), question.employer_kvk, href),
        answers.row(_("Contactpersoon"), question.employer_contact, href),
    ]
    return answers.sections(
        [
            (_("De wens"), answers.wish_rows(FLOW, intake)),
            (_("Uw organisatie"), company + answers.fact_rows(FLOW, intake, 2, WORDS)),
            (_("De opleiding"), answers.training_rows(FLOW, intake, WORDS, 3)),
            (_("De kosten"), answers.cost_rows(FLOW, intake)),
            (_("Andere vragen"), answers.extra_rows(FLOW, intake, WORDS) + _group_row(intake)),
        ]
    )


def _group_row(intake: Intake) -> list[answers.Row]:
    if not about_aid(intake):
        return []
    said = group_said(group_of_question(intake.session, question=intake.question))
    return [answers.row(_("Andere ondernemingen van de groep"), said, FLOW.url(intake, "group", naar=TO_CHECK))]


@blueprint.get("/werkgever/vraag/<question_id>/uitkomst")
def outcome(question_id: str) -> ResponseReturnValue:
    """The indicative result of the employer route: computed now, stored nowhere."""
    intake = DOOR.draft(question_id)
    answer = indicative_answer(intake.session, question=intake.question, on=intake.on)
    result = outcome_of(answer, question=intake.question, pledge=None, names=intake.money_names)
    return page("intake/outcome.html", result=result, intake=intake, todo=employer_todo(intake, result), on=intake.on)
