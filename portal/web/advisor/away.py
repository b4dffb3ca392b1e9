"""Who is away, and who stands in: the open cases go to a colleague, and back when the person is there again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.handovers.actions import end_absence, start_absence
from portal.cases.handovers.queries import Away, hand_over_by_public_id, open_cases_of, who_is_away
from portal.cases.owners.queries import advisors
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, ngettext
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form


class AwayForm(Form):
    """Who is away, until when, and who stands in."""

    who = ChoiceField(_l("Wie is er niet?"), missing=_l("Kies wie er niet is."))
    until = DutchDateField(
        _l("Tot en met welke dag?"), missing=_l("Vul de laatste dag van de afwezigheid in."), earliest=today
    )
    to = ChoiceField(_l("Wie neemt het over?"), missing=_l("Kies wie het overneemt."))


@blueprint.route("/afwezig", methods=["GET", "POST"])
def away() -> ResponseReturnValue:
    """Who is away now; and saying that somebody is: oneself, or a colleague who cannot do it."""
    session, actor = current_session(), current_actor()
    people = {one.public_id: one for one in advisors(session)}
    open_cases = open_cases_of(session, account_ids=[one.id for one in people.values()])
    mine = next((key for key, one in people.items() if one.id == actor.account_id), None)
    form = AwayForm(data={"who": mine})
    form.who.choices = [
        (key, f"{one.display_name}, {_open_cases(open_cases.get(one.id, 0))}")
        for key, one in sorted(people.items(), key=lambda pair: pair[0] != mine)
    ]
    form.to.choices = [(key, one.display_name) for key, one in people.items()]
    if form.validate_on_submit():
        who, to = people[form.who.data], people[form.to.data]
        with form.refusals():
            _away, went = start_absence(session, who=who, to=to, until=form.until.data, actor=actor, now=now())
            name = to.display_name
            text = ngettext(
                "%(num)s vraag ging naar %(name)s.", "%(num)s vragen gingen naar %(name)s.", went, name=name
            )
            flash(text, "ok")
            return redirect(url_for("advisor.away"), code=303)
    rows = [(one, _cells(one)) for one in who_is_away(session)]
    return page("advisor/away.html", form=form, rows=rows, alone=len(people) < 2)


def _open_cases(number: int) -> str:
    return ngettext("%(num)s open vraag", "%(num)s open vragen", number)


def _cells(one: Away) -> dict[str, Any]:
    late = one.hand_over.until is not None and one.hand_over.until < today()
    return {
        "until": format_date(one.hand_over.until) if one.hand_over.until is not None else "",
        "late": late,
        "cases": ngettext("%(num)s vraag", "%(num)s vragen", one.cases),
    }


@blueprint.post("/afwezig/<hand_over_id>/terug")
def back(hand_over_id: str) -> ResponseReturnValue:
    """Somebody is back: what is still with who stood in goes back."""
    session = current_session()
    hand_over = found(hand_over_by_public_id(session, public_id=hand_over_id))
    number = end_absence(session, hand_over=hand_over, actor=current_actor(), now=now())
    flash(ngettext("%(num)s vraag is terug.", "%(num)s vragen zijn terug.", number), "ok")
    return redirect(url_for("advisor.away"), code=303)
