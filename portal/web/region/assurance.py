"""How sure it must be who somebody is before something is awarded to them: for the desk, and for a scheme."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.assurance.actions import set_assurance
from portal.framework.assurance.models import AssuranceRule, AssuredAct
from portal.framework.assurance.queries import assurance_rules
from portal.framework.catalogue.queries import schemes_in_force
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import Level
from portal.web.edge import Stand, decide_on, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form
from portal.web.region.blueprint import blueprint
from portal.words.identity_labels import ASSURED_ACTS, LEVELS
from portal.words.labels import choices, label


class AssuranceForm(Form):
    """For which act, which scheme, and how sure."""

    act = ChoiceField(_l("Waarvoor?"), choices=choices(ASSURED_ACTS), missing=_l("Kies waarvoor dit geldt."))
    scheme = ChoiceField(_l("Alleen voor deze regeling"), optional=True)
    level = ChoiceField(_l("Nodig niveau"), choices=choices(LEVELS), missing=_l("Kies een niveau."))


@blueprint.route("/identificatie", methods=["GET", "POST"])
def assurance() -> ResponseReturnValue:
    """The rules that are in force, and a form to change one."""
    session, form = current_session(), AssuranceForm()
    held = [one for one in schemes_in_force(session, on=today()) if one.definition.administered == "here"]
    titles = {one.slug: localized(one.definition.title) for one in held}
    form.scheme.choices = list(titles.items())
    rules = assurance_rules(session)
    decide_on(lambda: [_stand(one, titles) for one in assurance_rules(session)])
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            set_assurance(
                session,
                act=AssuredAct(form.act.data),
                scheme=form.scheme.data or "",
                level=Level(form.level.data),
                actor=current_actor(),
                now=now(),
            )
            flash(_("Vastgelegd. Het geldt voor besluiten vanaf nu."), "ok")
            return redirect(url_for("region.assurance"), code=303)
    rows = [
        [
            label(ASSURED_ACTS, one.act),
            titles.get(one.scheme) or one.scheme or _("alle andere regelingen"),
            label(LEVELS, one.level),
            format_date(one.set_at.date(), "short"),
        ]
        for one in rules
    ]
    return page("region/assurance.html", form=form, rows=rows)


def _stand(one: AssuranceRule, titles: dict[str, str]) -> Stand:
    about = f"{label(ASSURED_ACTS, one.act)} {titles.get(one.scheme, one.scheme)}"
    return Stand(f"{one.act.value}:{one.scheme}", about, one.level.value, str(label(LEVELS, one.level)))
