"""What trainings brought: a table per scheme and per funder, small groups hidden."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import has_region, scheme_titles
from portal.framework.funding.queries import funders
from portal.oversight.feedback.models import FeedbackAnswer
from portal.oversight.feedback.queries import FeedbackCounts, feedback_counts
from portal.oversight.outcomes.models import Moment
from portal.oversight.outcomes.queries import SMALLEST_GROUP, OutcomeRow, outcome_table
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import current_locale
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.web.intake.feedback import ANSWERS, ASKED
from portal.web.intake.training_words import MOMENTS
from portal.web.region.blueprint import blueprint


@blueprint.get("/opbrengst")
def outcomes() -> ResponseReturnValue:
    """The answers of holders at one moment after the end."""
    session, actor = current_session(), current_actor()
    asked = request.args.get("moment", "")
    moment = Moment(asked) if asked in set(Moment) else Moment.WEEK
    names = _names()
    return page(
        "region/outcomes.html",
        moments=[(one.value, MOMENTS[one], one is moment) for one in Moment],
        schemes=[_cells(row, names) for row in outcome_table(session, by="scheme", moment=moment, actor=actor)],
        funders=[_cells(row, names) for row in outcome_table(session, by="funder", moment=moment, actor=actor)],
        smallest=SMALLEST_GROUP,
        feedback=[_said(one) for one in feedback_counts(session, actor=actor)],
        answers=[str(words) for words in ANSWERS.values()],
    )


def _said(one: FeedbackCounts) -> list[Any]:
    if one.answers is None:
        return [str(ASKED[one.subject]), _("te weinig"), *("—" for _more in [*FeedbackAnswer][1:])]
    return [str(ASKED[one.subject]), *(str(one.answers[answer]) for answer in FeedbackAnswer)]


def _names() -> dict[str, str]:
    session = current_session()
    english = current_locale() == "en"
    names = {one.slug: one.name_en if english else one.name_nl for one in funders(session)}
    if has_region(session):
        names |= scheme_titles(session, on=today())
    return names


def _cells(row: OutcomeRow, names: dict[str, str]) -> list[Any]:
    name = names.get(row.key, row.key)
    if row.answers is None:
        return [name, _("te weinig"), "—", "—", "—", "—"]
    shares = (row.finished, row.at_work, row.better_placed, row.not_without)
    return [name, str(row.answers), *(f"{share}%" for share in shares)]
