"""How sure it is who asked: what was done, what is needed for an award, and which ways there are."""

from __future__ import annotations

from flask import current_app, url_for
from flask.typing import ResponseReturnValue

from portal.cases.applications.queries import level_for_award
from portal.cases.identifying.models import AT_DESK, Identification
from portal.cases.identifying.queries import award_to, identifications, level_of
from portal.framework.assurance.queries import assurance_rules
from portal.framework.catalogue.queries import scheme_titles
from portal.platform.i18n import current_locale, format_date
from portal.platform.i18n import gettext as _
from portal.platform.identity_services import IdentityService, Level
from portal.web.edge import page
from portal.web.intake.state import Intake
from portal.words.identity_labels import IDENTITY_PAPERS, LEVELS
from portal.words.labels import label


def identify_page(intake: Intake) -> ResponseReturnValue:
    """What is known of who asked, what an award needs, and the ways to get there."""
    session, question = intake.session, intake.question
    act, has = award_to(question), level_of(session, question=question)
    needed = level_for_award(session, question=question, actor=intake.actor)
    titles = scheme_titles(session, on=intake.today)
    rules = [one for one in assurance_rules(session) if one.act is act and one.level is not Level.NONE]
    here = url_for(f"{intake.audience}.identify", question_id=intake.id)
    ways = [(one.name, one.title(current_locale())) for one in _ways(intake)]
    others = _("alle andere regelingen")
    return page(
        "intake/identify.html",
        intake=intake,
        question=question,
        known=[_line(one) for one in identifications(session, question=question, actor=intake.actor)],
        enough=has.rank >= needed.rank,
        needed=label(LEVELS, needed) if needed is not Level.NONE else None,
        rules=[(titles.get(one.scheme) or one.scheme or others, label(LEVELS, one.level)) for one in rules],
        ways=[(title, url_for("access.begin_at_service", service=name, naar=here)) for name, title in ways],
    )


def _ways(intake: Intake) -> list[IdentityService]:
    known: tuple[IdentityService, ...] = current_app.extensions["identity_services"]
    return [one for one in known if one.audience == str(intake.audience)]


def _line(one: Identification) -> str:
    day, level = format_date(one.identified_at.date()), label(LEVELS, one.level)
    if one.means == AT_DESK:
        paper = label(IDENTITY_PAPERS, one.paper) if one.paper is not None else ""
        return _("Op %(day)s aan de balie, met: %(paper)s", day=day, paper=paper)
    return _("Op %(day)s via %(service)s, niveau %(level)s", day=day, service=one.means, level=level)
