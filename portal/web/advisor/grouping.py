"""The group that an employer belongs to, for the most that it may have as state aid: what was said, and a correction."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.undertakings import group_of
from portal.cases.applications.queries import application_by_question
from portal.cases.linked.actions import correct_group
from portal.cases.linked.models import GroupDeclaration
from portal.cases.linked.queries import declarations_of
from portal.cases.questions.models import Route
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime, format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import TextField
from portal.web.intake.group import GroupForm, filled_in, group_said


class CorrectGroupForm(GroupForm):
    """The group as it is, with the reason why it is changed."""

    reason = TextField(
        _l("Waarom verandert u dit?"),
        missing=_l("Schrijf op waarom u dit verandert."),
        multiline=True,
        maximum=1000,
    )


@blueprint.route("/vraag/<question_id>/groep", methods=["GET", "POST"])
def group(question_id: str) -> ResponseReturnValue:
    """What was said about the group, who is one undertaking with the employer, and a form to correct it."""
    session, question = current_session(), the_question(question_id)
    found(True if question.route is Route.EMPLOYER else None)
    decide_on(lambda: _stands(declarations_of(session, question=question)), question)
    said, application = declarations_of(session, question=question), application_by_question(session, question=question)
    own = application.kvk_number if application is not None else question.employer_kvk
    form = CorrectGroupForm(data=filled_in(said[0] if said else None))
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            correct_group(
                session,
                question=question,
                group=form.said(),
                own_number=own,
                reason=form.reason.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De groep is aangepast. Zij telt mee bij elke toekenning hierna."), "ok")
            return redirect(url_for("advisor.group", question_id=question_id), code=303)
    others = sorted(group_of(session, own) - {own}) if own is not None else []
    return page(
        "advisor/group.html",
        form=form,
        question=question,
        others=format_list(others),
        said=[_cells(one) for one in said],
    )


def _stands(said: list[GroupDeclaration]) -> list[Stand]:
    last = said[0] if said else None
    return [Stand("group", _("Groep"), last.id if last is not None else None, group_said(last) or _("niets gezegd"))]


def _cells(one: GroupDeclaration) -> list[str]:
    return [
        format_datetime(one.said_at, "short"),
        format_list(one.numbers) or _("geen"),
        format_euros(one.aid_cents, exact=True),
        one.reason or _("door de werkgever gezegd"),
    ]
