"""What the address asks of the worklist: a filter, an order and columns. What is not known is left out, so an old link works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.cases.owners.queries import advisors
from portal.cases.questions.models import OPEN_STATES, QuestionState, Route
from portal.framework.teams.models import Team
from portal.framework.teams.queries import teams
from portal.oversight.worklist.queries import Whose
from portal.oversight.worklist.selection import CaseOrder, Selection
from portal.people.accounts.models import Account
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, ChoicesField, ConfirmField, DutchDateField, Form
from portal.words.labels import QUESTION_STATES, ROUTES, WHOSE, choices, label
from portal.words.worklist_labels import CASE_COLUMNS, CASE_ORDERS

SHOWN_STATES = tuple(state for state in QuestionState if state is not QuestionState.DRAFT)
ALL = "alle"
USUAL_COLUMNS = ("training", "owner", "costs", "standing", "age", "until")
PARAMETERS = ("staat", "van", "team", "soort", "laat", "vanaf", "tot", "op", "kol")


class FilterForm(Form):
    """The filter, the order and the columns of the worklist."""

    staat = ChoiceField(_l("Stand"), optional=True)
    van = ChoiceField(_l("Van wie"), optional=True)
    team = ChoiceField(_l("Team"), optional=True)
    soort = ChoiceField(_l("Soort vrager"), optional=True)
    vanaf = DutchDateField(_l("Verstuurd vanaf"), optional=True, latest=today)
    tot = DutchDateField(_l("Verstuurd tot en met"), optional=True)
    op = ChoiceField(_l("Volgorde"), optional=True)
    laat = ConfirmField(_l("Alleen wat over de laatste dag is"), optional=True)
    kol = ChoicesField(_l("Kolommen"), optional=True, choices=choices(CASE_COLUMNS))


@dataclass(frozen=True)
class Asked:
    """What was asked for: the selection, the columns, and the same as the parameters of an address."""

    selection: Selection
    columns: tuple[str, ...]
    parameters: Mapping[str, list[str]]
    form: FilterForm

    @property
    def narrowed(self) -> bool:
        """Whether more is asked than a state and whose."""
        return (
            bool(set(self.parameters) & {"team", "soort", "laat", "vanaf", "tot"})
            or self.selection.owner_id is not None
        )

    @property
    def back(self) -> str:
        """The same, in one field of a form."""
        return urlencode(self.parameters, doseq=True)

    def address(self, endpoint: str = "advisor.queue", **other: str | list[str] | None) -> str:
        """The address of this filter, with some parameters otherwise; None leaves one out."""
        return url_for(endpoint, **dict[str, Any]({**self.parameters, **other}))


def asked_of(given: Mapping[str, Sequence[str]]) -> Asked:
    """What these parameters ask for. Days that cannot be read stay in the form with a message and narrow nothing."""
    colleagues = {one.public_id: one for one in advisors(current_session())}
    groups = {one.public_id: one for one in teams(current_session())}
    kept = _known(given, colleagues, groups)
    form = FilterForm(formdata=MultiDict((name, value) for name, values in kept.items() for value in values))
    form.staat.choices = [
        ("", _("Te doen")),
        *((state.value, label(QUESTION_STATES, state)) for state in SHOWN_STATES),
        (ALL, _("alle")),
    ]
    form.van.choices = [
        *((one.value, label(WHOSE, one)) for one in Whose),
        *((public_id, one.display_name) for public_id, one in colleagues.items()),
    ]
    form.team.choices = [("", _("alle")), *((public_id, one.name) for public_id, one in groups.items())]
    form.soort.choices = [("", _("alle")), *choices(ROUTES)]
    form.op.choices = choices(CASE_ORDERS)
    if not form.kol.data:
        form.kol.data = list(USUAL_COLUMNS)
    form.validate()
    parameters = {name: values for name, values in kept.items() if not form[name].errors}
    columns = tuple(name for name in CASE_COLUMNS if name in form.kol.data)
    return Asked(_selection(parameters, form, colleagues, groups), columns, parameters, form)


def asked_back(query: str) -> Asked:
    """What `Asked.back` asked for."""
    return asked_of(parse_qs(query[:2000]))


def _known(
    given: Mapping[str, Sequence[str]], colleagues: Mapping[str, Account], groups: Mapping[str, Team]
) -> dict[str, list[str]]:
    """Only what is known and not what is usual; days as they were typed."""
    whose = {one.value for one in Whose} - {Whose.EVERYBODY.value}
    known = {
        "staat": {state.value for state in SHOWN_STATES} | {ALL},
        "van": whose | set(colleagues),
        "team": set(groups),
        "soort": {one.value for one in Route},
        "laat": {"y"},
        "op": {one.value for one in CaseOrder} - {CaseOrder.DEADLINE.value},
        "kol": set(CASE_COLUMNS),
    }
    kept: dict[str, list[str]] = {}
    for name in PARAMETERS:
        values = [value for value in given.get(name, ()) if name not in known or value in known[name]]
        values = values if name == "kol" else values[:1]
        if name == "kol":
            values = [column for column in CASE_COLUMNS if column in values]
            values = [] if tuple(values) == USUAL_COLUMNS else values
        if any(value.strip() for value in values):
            kept[name] = values
    return kept


def _selection(
    parameters: Mapping[str, list[str]],
    form: FilterForm,
    colleagues: Mapping[str, Account],
    groups: Mapping[str, Team],
) -> Selection:
    def one(name: str) -> str:
        return parameters.get(name, [""])[0]

    states = {state.value: (state,) for state in SHOWN_STATES} | {ALL: SHOWN_STATES}
    colleague = colleagues.get(one("van"))
    return Selection(
        states=states.get(one("staat"), OPEN_STATES),
        whose=Whose(one("van")) if one("van") and colleague is None else Whose.EVERYBODY,
        owner_id=colleague.id if colleague is not None else None,
        team_id=groups[one("team")].id if one("team") else None,
        route=Route(one("soort")) if one("soort") else None,
        late=bool(one("laat")),
        sent_from=_day(form.vanaf, parameters),
        sent_until=_day(form.tot, parameters),
        order=CaseOrder(one("op") or CaseOrder.DEADLINE),
    )


def _day(field: Any, parameters: Mapping[str, list[str]]) -> date | None:
    return field.data if field.name in parameters else None
