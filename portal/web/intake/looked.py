"""Who looked at a question, for who asked: by day, with the role of who looked. Names of staff stay inside."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.people.audit.queries import looks_by_day
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.intake.state import Intake
from portal.words.labels import ROLES, label


def looks_of(intake: Intake) -> list[tuple[date, str, int]]:
    """On which day somebody of which role looked, and how often, the last day first."""
    return [
        (day, label(ROLES, role) if role in ROLES else _("Medewerker"), number)
        for day, role, number in looks_by_day(intake.session, question_id=intake.question.id)
    ]


def looked_page(intake: Intake) -> ResponseReturnValue:
    """The days on which somebody looked."""
    rows = [[format_date(day), role, str(number)] for day, role, number in looks_of(intake)]
    return page("intake/looked.html", rows=rows, back=url_for(f"{intake.audience}.status", question_id=intake.id))
