"""Expected use on the screen: who vouches for what is promised beyond a budget, how it stands, and the two who let it begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.funding.actions import LARGEST_BUDGET_CENTS
from portal.framework.funding.models import Funder, FundingLine
from portal.framework.funding.queries import funders, funding_lines
from portal.oversight.long_work.models import WorkKind
from portal.oversight.long_work.queries import open_work
from portal.people.actor import Audience
from portal.planning.expected_use.actions import (
    USUAL_LIMIT,
    SuretyTerms,
    ask_surety_room,
    begin_surety,
    end_surety,
    lay_down_surety,
)
from portal.planning.expected_use.models import Surety, SuretyRoom, SuretyState
from portal.planning.expected_use.queries import sureties, surety_by_public_id, surety_stands
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import LONGEST, ActPage, do_on, how_many
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, EuroField, Form, TextField
from portal.words.labels import label, tag

STATES: Mapping[str, tuple[LazyString, str]] = {
    "laid_down": (_l("wacht op een tweede persoon"), "wait"),
    "in_force": (_l("geldt"), "ok"),
    "ended": (_l("gestopt"), "neutral"),
    "dropped": (_l("vervallen"), "neutral"),
}
LIMITS: Mapping[str, LazyString] = {"5": _l("0,5%"), "10": _l("1%"), "20": _l("2%"), "50": _l("5%")}


class SuretyForm(Form):
    """Who vouches for which budget, up to how much, and with which chance of overspending."""

    line = ChoiceField(_l("Voor welk budget?"), missing=_l("Kies een budget."))
    guarantor = ChoiceField(_l("Wie staat garant?"), missing=_l("Kies wie garant staat."))
    most = EuroField(
        _l("Voor hoeveel hoogstens?"), at_most=LARGEST_BUDGET_CENTS, missing=_l("Vul in voor hoeveel hoogstens.")
    )
    limit = ChoiceField(
        _l("Welke kans op een tekort mag er zijn?"), choices=list(LIMITS.items()), missing=_l("Kies een kans.")
    )
    reason = TextField(_l("Waarom?"), maximum=LONGEST, multiline=True, missing=_l("Schrijf op waarom."))


class SuretyActForm(Form):
    """An act with nothing to fill in."""


@blueprint.get("/verwacht-gebruik")
def surety_list() -> ResponseReturnValue:
    """Every surety with what is promised beyond the budget: the exposure of the guarantor."""
    actor = current_actor()
    known = sureties(current_session(), actor=actor)
    return page(
        "accounting/sureties.html",
        rows=[_row(one) for one in known],
        writes=actor.audience is Audience.REGION,
    )


@blueprint.route("/verwacht-gebruik/nieuw", methods=["GET", "POST"])
def new_surety() -> ResponseReturnValue:
    """Lay down who vouches for a budget."""
    session, form, made = current_session(), SuretyForm(), list[Surety]()
    lines = {line.slug: line for line in funding_lines(session) if line.period_to > today()}
    bodies = {one.slug: one for one in funders(session)}
    form.line.choices = [(slug, title_of(line)) for slug, line in lines.items()]
    form.guarantor.choices = [(slug, _name(one)) for slug, one in bodies.items()]
    if form.limit.data is None and not form.is_submitted():
        form.limit.data = str(USUAL_LIMIT)
    shown = ActPage(
        _("Garantie voorleggen"),
        _("Leg voor aan een collega"),
        url_for("accounting.surety_list"),
        lambda: how_many("sureties", _("Garanties"), len(sureties(session, actor=current_actor()))),
        why=_(
            "Niet elke voucher wordt gebruikt. Met een garantie kan het loket meer beloven dan er in een budget zit. "
            "Is het toch te weinig? Dan betaalt wie garant staat. Het loket rekent elke dag uit hoeveel er kan, en stopt vanzelf."
        ),
    )

    def act() -> None:
        made.append(_lay_down(form, lines, bodies))

    answer = do_on(shown, form, act, lambda: _("De garantie is voorgelegd. Een collega beslist."))
    if made:
        return redirect(url_for("accounting.surety", surety_id=made[0].public_id), code=303)
    return answer


def _lay_down(form: SuretyForm, lines: Mapping[str, FundingLine], bodies: Mapping[str, Funder]) -> Surety:
    return lay_down_surety(
        current_session(),
        line=lines[form.line.data],
        terms=SuretyTerms(bodies[form.guarantor.data], int(form.limit.data), form.most.data),
        reason=form.reason.data,
        actor=current_actor(),
        now=now(),
    )


@blueprint.get("/verwacht-gebruik/<surety_id>")
def surety(surety_id: str) -> ResponseReturnValue:
    """One surety: how it stands, and every time that its room was set."""
    one = _the_surety(surety_id)
    decide_on(lambda: _stands(one), one)
    return _page(one, SuretyActForm(formdata=None))


@blueprint.post("/verwacht-gebruik/<surety_id>/begin")
def begin_a_surety(surety_id: str) -> ResponseReturnValue:
    """The second person lets it begin; then its room is worked out."""

    def begin(one: Surety) -> str:
        begin_surety(current_session(), surety=one, actor=current_actor(), now=now())
        flash(_("De garantie geldt nu. Het loket rekent uit hoeveel er extra kan."), "ok")
        return _asked(one)

    return _act(surety_id, begin)


@blueprint.post("/verwacht-gebruik/<surety_id>/ruimte")
def set_a_room(surety_id: str) -> ResponseReturnValue:
    """Let be worked out how much may be promised beyond the budget; who asked is shown how far it is."""
    return _act(surety_id, _asked)


@blueprint.post("/verwacht-gebruik/<surety_id>/stop")
def end_a_surety(surety_id: str) -> ResponseReturnValue:
    """Nothing more is promised by it."""

    def end(one: Surety) -> str:
        end_surety(current_session(), surety=one, actor=current_actor(), now=now())
        flash(_("Er wordt niets meer extra beloofd."), "ok")
        return url_for("accounting.surety", surety_id=surety_id)

    return _act(surety_id, end)


def _asked(one: Surety) -> str:
    work = ask_surety_room(current_session(), surety=one, actor=current_actor(), now=now())
    return url_for("access.long_work", work_id=work.public_id)


def _act(surety_id: str, act: Callable[[Surety], str]) -> ResponseReturnValue:
    """Do one act on it; `act` says where to go then."""
    one, form = _the_surety(surety_id), SuretyActForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            return redirect(act(one), code=303)
    return _page(one, form)


def _the_surety(surety_id: str) -> Surety:
    return found(surety_by_public_id(current_session(), public_id=surety_id, actor=current_actor()))


def _stands(one: Surety) -> list[Stand]:
    return [Stand("state", _("Stand"), one.state.value, label(STATES, one.state))]


def _name(one: Funder) -> str:
    return localized({"nl": one.name_nl, "en": one.name_en})


def _percent(permille: float) -> str:
    return f"{permille / 10:.1f}%".replace(".0%", "%").replace(".", ",")


def _row(one: Surety) -> list[Any]:
    stands = surety_stands(current_session(), surety=one)
    last = stands.last
    return [
        {"text": title_of(one.line), "href": url_for("accounting.surety", surety_id=one.public_id)},
        _name(one.guarantor),
        tag(STATES, one.state),
        format_euros(one.most_cents),
        format_euros(stands.exposure_cents),
        format_euros(stands.vouched.available_cents),
        _brake(last) if one.state is SuretyState.IN_FORCE else "",
    ]


def _brake(last: SuretyRoom | None) -> str:
    if last is None or not last.braked:
        return _("nee")
    return _("ja: de kans is %(chance)s", chance=_percent(last.chance_ppm / 1000))


def _room(one: SuretyRoom) -> list[Any]:
    return [
        format_date(one.set_at.date(), "short"),
        format_euros(one.exposure_cents),
        format_euros(one.room_cents),
        _percent(one.chance_ppm / 1000),
        _("ja") if one.braked else _("nee"),
        format_euros(one.moved_back_cents),
        _of_what(one),
    ]


def _of_what(one: SuretyRoom) -> str:
    """What the room was worked out from; rows of before do not say."""
    if one.of_day is None:
        return "–"
    if not one.learned_from:
        return _("Op %(day)s was nog te weinig bekend.", day=format_date(one.of_day, "short"))
    return _(
        "Boeken van %(day)s; %(open)s open vouchers; geleerd van %(learned)s; %(sets)s keer getrokken met getal %(seed)s",
        day=format_date(one.of_day, "short"),
        open=one.open_vouchers,
        learned=one.learned_from,
        sets=one.sets,
        seed=one.seed,
    )


def _page(one: Surety, form: Form) -> ResponseReturnValue:
    actor, session = current_actor(), current_session()
    region = actor.audience is Audience.REGION
    waits, own = one.state is SuretyState.LAID_DOWN, one.laid_down_by == actor.reference
    stands = surety_stands(session, surety=one)
    going = open_work(session, kind=WorkKind.ROOM, about=one.public_id)
    return page(
        "accounting/surety.html",
        form=form,
        one=one,
        title=title_of(one.line),
        guarantor=_name(one.guarantor),
        limit=_percent(one.limit_permille),
        state=tag(STATES, one.state),
        most=format_euros(one.most_cents),
        exposure=format_euros(stands.exposure_cents),
        room=format_euros(stands.vouched.available_cents),
        rows=[_room(each) for each in reversed(one.rooms[-60:])],
        begins=region and waits and not own,
        own=region and waits and own,
        sets=region and one.state is SuretyState.IN_FORCE and going is None,
        going=url_for("access.long_work", work_id=going.public_id) if going is not None and region else None,
        ends=region and one.state in (SuretyState.LAID_DOWN, SuretyState.IN_FORCE),
    )
