"""Teams of advisors: who is in one, and which cases are of it. A case itself is not shown here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.owners.queries import advisors
from portal.cases.teams.actions import assign_places, close_team, found_team, join_team, leave_team, rename_team
from portal.cases.teams.queries import open_cases_by_team
from portal.framework.catalogue.queries import as_loaded_region, has_region
from portal.framework.teams.models import Team, TeamMember
from portal.framework.teams.queries import (
    member_by_public_id,
    member_names,
    members,
    places,
    team_by_public_id,
    teams,
)
from portal.people.accounts.models import Account
from portal.people.accounts.queries import account_by_reference
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_list, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.admin.blueprint import blueprint
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, Form, TextField
from portal.words.names import Names


class TeamForm(Form):
    """What a team is called."""

    name = TextField(_l("Naam van het team"), missing=_l("Vul in hoe het team heet."), maximum=80)


class MemberForm(Form):
    """Put an advisor in a team."""

    account = ChoiceField(_l("Adviseur"), missing=_l("Kies een adviseur."))


class PlacesForm(Form):
    """Of which municipalities new questions go to a team."""

    municipalities = ChoicesField(_l("Nieuwe vragen uit deze gemeenten gaan naar dit team"), optional=True)


class CloseTeamForm(Form):
    """Close a team; another one gets its cases."""

    heir = ChoiceField(_l("Welk team neemt de vragen over?"), optional=True)


@blueprint.route("/teams", methods=["GET", "POST"])
def team_list() -> ResponseReturnValue:
    """The teams, who is in them, and how many open cases they have; and a form to make one."""
    session, form = current_session(), TeamForm()
    if form.validate_on_submit():
        with form.refusals():
            made = found_team(session, name=form.name.data, actor=current_actor(), now=now())
            flash(_("Het team is gemaakt. Zet er nu adviseurs in."), "ok")
            return redirect(url_for("admin.team", team_id=made.public_id), code=303)
    names, cases = member_names(session), open_cases_by_team(session)
    rows: list[list[Any]] = [
        [
            {"text": one.name, "href": url_for("admin.team", team_id=one.public_id)},
            format_list(names.get(one.id, [])) or _("nog niemand"),
            cases.get(one.id, 0),
        ]
        for one in teams(session)
    ]
    return page("admin/teams.html", form=form, rows=rows, of_nobody=cases.get(None, 0))


def the_team(team_id: str) -> Team:
    """The open team in the address, or a 404."""
    team = found(team_by_public_id(current_session(), public_id=team_id))
    found(team if team.closed_at is None else None)
    return team


@blueprint.route("/teams/<team_id>", methods=["GET", "POST"])
def team(team_id: str) -> ResponseReturnValue:
    """One team: its name, who is and was in it."""
    shown = the_team(team_id)
    form = TeamForm(obj=shown)
    decide_on(lambda: _stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            rename_team(current_session(), team=shown, name=form.name.data, actor=current_actor(), now=now())
            flash(_("Het team heet nu zo."), "ok")
            return redirect(url_for("admin.team", team_id=team_id), code=303)
    return _team_page(shown, form)


@blueprint.post("/teams/<team_id>/leden")
def add_member(team_id: str) -> ResponseReturnValue:
    """Put an advisor in the team."""
    session, shown = current_session(), the_team(team_id)
    form = _member_form(shown, MemberForm())
    decide_on(lambda: _stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            account = next(one for one in advisors(session) if one.public_id == form.account.data)
            join_team(session, team=shown, account=account, actor=current_actor(), now=now())
            flash(_("%(name)s zit nu in dit team.", name=account.display_name), "ok")
            return redirect(url_for("admin.team", team_id=team_id), code=303)
    return _team_page(shown, form)


@blueprint.post("/teams/<team_id>/leden/<member_id>/weg")
def remove_member(team_id: str, member_id: str) -> ResponseReturnValue:
    """Take somebody out of the team. The cases stay with the team."""
    session, shown = current_session(), the_team(team_id)
    member = found(member_by_public_id(session, public_id=member_id))
    found(member if member.team_id == shown.id else None)
    leave_team(session, member=member, actor=current_actor(), now=now())
    flash(_("De adviseur is uit het team. De vragen blijven van het team."), "ok")
    return redirect(url_for("admin.team", team_id=team_id), code=303)


@blueprint.post("/teams/<team_id>/gemeenten")
def set_places(team_id: str) -> ResponseReturnValue:
    """Say of which municipalities new questions go to the team."""
    session, shown = current_session(), the_team(team_id)
    form = _places_form(shown, PlacesForm())
    decide_on(lambda: _stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            chosen = form.municipalities.data
            assign_places(session, team=shown, municipalities=chosen, actor=current_actor(), now=now())
            flash(_("De gemeenten zijn bewaard."), "ok")
            return redirect(url_for("admin.team", team_id=team_id), code=303)
    return _team_page(shown, form)


@blueprint.post("/teams/<team_id>/sluiten")
def end_team(team_id: str) -> ResponseReturnValue:
    """Close a team in which nobody is any more; its cases go to another."""
    session, shown = current_session(), the_team(team_id)
    form = _close_form(shown, CloseTeamForm())
    decide_on(lambda: _stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            heir = next((one for one in teams(session) if one.public_id == form.heir.data), None)
            close_team(session, team=shown, heir=heir, actor=current_actor(), now=now())
            flash(_("Het team is gesloten."), "ok")
            return redirect(url_for("admin.team_list"), code=303)
    return _team_page(shown, form)


def _member_form(shown: Team, form: MemberForm) -> MemberForm:
    session = current_session()
    inside = {account.id for member, account in members(session, team=shown) if member.until is None}
    form.account.choices = [(one.public_id, one.display_name) for one in advisors(session) if one.id not in inside]
    return form


def _places_form(shown: Team, form: PlacesForm) -> PlacesForm:
    session = current_session()
    if not has_region(session):
        return form
    region, names = as_loaded_region(session, on=today()), {one.id: one.name for one in teams(session)}
    words, held = Names.of_region(region), {one.municipality: names.get(one.team_id) for one in places(session)}
    form.municipalities.choices = [
        (code, _with_team(words.answer("residence_municipality", code), held.get(code), shown))
        for code in region.region.municipalities
    ]
    return form


def _with_team(municipality: str, team: str | None, shown: Team) -> str:
    if team is None or team == shown.name:
        return municipality
    return _("%(municipality)s (nu van %(team)s)", municipality=municipality, team=team)


def _places_of(shown: Team) -> list[str]:
    return [one.municipality for one in places(current_session()) if one.team_id == shown.id]


def _close_form(shown: Team, form: CloseTeamForm) -> CloseTeamForm:
    others = [(one.public_id, one.name) for one in teams(current_session()) if one.id != shown.id]
    form.heir.choices = [("", _("geen ander team")), *others]
    return form


def _stands(shown: Team) -> list[Stand]:
    """What the page of a team shows that is decided on."""
    inside = [one for one in members(current_session(), team=shown) if one[0].until is None]
    names = format_list([account.display_name for _member, account in inside])
    return [
        Stand("name", _("Naam van het team"), shown.name, shown.name),
        Stand("members", _("Wie in het team zit"), ",".join(one.public_id for one, _account in inside), names or "–"),
        Stand("places", _("Gemeenten"), ",".join(_places_of(shown)), ", ".join(_places_of(shown)) or "–"),
    ]


def _team_page(shown: Team, form: Form) -> ResponseReturnValue:
    """The page of a team; `form` is the one of its forms that was sent, with what is wrong in it."""
    session = current_session()
    everybody = members(session, team=shown)
    number = open_cases_by_team(session).get(shown.id, 0)
    return page(
        "admin/team.html",
        team=shown,
        form=form,
        naming=form if isinstance(form, TeamForm) else TeamForm(formdata=None, name=shown.name),
        joining=form if isinstance(form, MemberForm) else _member_form(shown, MemberForm(formdata=None)),
        placing=form if isinstance(form, PlacesForm) else _places_form(shown, _known_places(shown)),
        closing=form if isinstance(form, CloseTeamForm) else _close_form(shown, CloseTeamForm(formdata=None)),
        cases=ngettext("%(num)s open vraag", "%(num)s open vragen", number),
        now_in=[_inside(member, account) for member, account in everybody if member.until is None],
        before=[_before(member, account) for member, account in everybody if member.until is not None],
    )


def _known_places(shown: Team) -> PlacesForm:
    return PlacesForm(formdata=None, municipalities=_places_of(shown))


def _inside(member: TeamMember, account: Account) -> dict[str, Any]:
    sees = _("alleen vragen van de eigen teams") if account.only_own_teams else _("alle vragen")
    return {
        "id": member.public_id,
        "name": account.display_name,
        "account": account.public_id,
        "sees": sees,
        "since": format_date(member.since.date()),
        "closed": account.disabled_at is not None,
    }


def _before(member: TeamMember, account: Account) -> list[Any]:
    assert member.until is not None
    by = account_by_reference(current_session(), reference=member.removed_by or "")
    return [
        account.display_name,
        format_date(member.since.date(), "short"),
        format_date(member.until.date(), "short"),
        by.display_name if by is not None else None,
    ]
