"""Looking back and ahead: check the answers, and see what they lead to."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.awarding.answering import indicative_answer
from portal.cases.pledges.queries import pledge_of
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.intake import answers
from portal.web.intake.closing import check_page
from portal.web.intake.flow import TO_CHECK, about_costs
from portal.web.intake.outcome import outcome_of
from portal.web.intake.state import Intake
from portal.web.intake.todo import resident_todo
from portal.web.resident.blueprint import blueprint
from portal.web.resident.steps import DOOR, FLOW, words_for


@blueprint.get("/vraag/<question_id>/controle")
def check(question_id: str) -> ResponseReturnValue:
    """Every answer once, with a way to change it."""
    intake = DOOR.draft(question_id)
    return check_page(DOOR, intake, _sections(intake))


def _sections(intake: Intake) -> list[tuple[str, list[answers.Row]]]:
    words = words_for(intake)
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    costs = answers.cost_rows(FLOW, intake)
    if intake.has_employer and about_costs(intake):
        href = FLOW.url(intake, "employer", naar=TO_CHECK)
        costs.append(answers.row(_("Bijdrage van uw werkgever"), answers.pledge_text(pledge), href))
    extra = answers.extra_rows(FLOW, intake, words)
    if intake.loans:
        extra.append(
            answers.row(_("Lenen"), answers.borrow_text(intake.question), FLOW.url(intake, "borrow", naar=TO_CHECK))
        )
    return answers.sections(
        [
            (_("Uw wens"), answers.wish_rows(FLOW, intake)),
            (_("Over u"), answers.fact_rows(FLOW, intake, 2, words)),
            (_("De opleiding"), answers.training_rows(FLOW, intake, words, 3)),
            (_("De kosten"), costs),
            (_("Andere vragen"), extra),
        ]
    )


@blueprint.get("/vraag/<question_id>/uitkomst")
def outcome(question_id: str) -> ResponseReturnValue:
    """The indicative result: computed now, stored nowhere."""
    intake = DOOR.draft(question_id)
    answer = indicative_answer(intake.session, question=intake.question, on=intake.on)
    pledge = pledge_of(intake.session, question=intake.question, actor=intake.actor)
    result = outcome_of(answer, question=intake.question, pledge=pledge, names=intake.money_names)
    todo = resident_todo(intake, result, pledge, employer_said_no=intake.question.left_open.get("employer") == "no")
    return page("intake/outcome.html", result=result, intake=intake, todo=todo, on=intake.on)
