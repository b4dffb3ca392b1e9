"""Winding down on the screen: five steps one after the other, each with what still stands open and where that is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.winding_down.actions import (
    BY_ONE,
    LONGEST_REASON,
    begin_winding_down,
    call_off,
    close_step,
    lay_down_transfer,
    take_back_transfer,
    transfer_what_is_left,
)
from portal.accounting.winding_down.models import ClosedStep, WindDownStep, WindingDown
from portal.accounting.winding_down.open_things import OpenKind, open_in
from portal.accounting.winding_down.queries import (
    closed_steps,
    funders_to_wind_down,
    left_now,
    leftovers_of,
    lines_to_move_to,
    schemes_on,
    who_is_told,
    winding_by_public_id,
    windings,
)
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.funding.models import Funder
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import ActToLayDown, lay_down
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.second_look.two_person_acts.queries import laid_down_on
from portal.web.accounting.acting import ActPage, do_on
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.winding_words import SHOWN, STEPS, WHAT, open_rows, state_of
from portal.web.accounting.words import title_of
from portal.web.edge import READING, Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, DutchDateField, Form, TextField

BACK = "back"
"""The choice that money goes back to the funder."""


class BeginForm(Form):
    """Begin winding down."""

    funder = ChoiceField(_l("Van welke geldgever loopt het geld af?"), choices=[], missing=_l("Kies een geldgever."))
    schemes = ChoicesField(_l("Welke regelingen stoppen?"), choices=[])
    last_day = DutchDateField(_l("Laatste dag om aan te vragen"), earliest=today, missing=_l("Vul de laatste dag in."))
    reason = TextField(_l("Waarom?"), maximum=LONGEST_REASON, missing=_l("Schrijf op waarom."), multiline=True)


class ReasonForm(Form):
    """An act that takes a reason."""

    reason = TextField(_l("Waarom?"), maximum=LONGEST_REASON, missing=_l("Schrijf op waarom."), multiline=True)


class StopSchemeForm(ReasonForm):
    """Stop one of the schemes that end."""

    regeling = ChoiceField(_l("Welke regeling stopt?"), choices=[], missing=_l("Kies een regeling."))


class StepNoteForm(Form):
    """Close a step, with a note."""

    note = TextField(_l("Opmerking"), optional=True, maximum=LONGEST_REASON, multiline=True)


class GoingForm(Form):
    """Where what is left goes; a field per line comes with it."""


class PlainActForm(Form):
    """An act with nothing to fill in."""


@blueprint.get("/afbouw")
def winding_list() -> ResponseReturnValue:
    """Every winding down with how far it is."""
    session, actor = current_session(), current_actor()
    rows = [
        [
            {"text": _funder(one.funder), "href": url_for("accounting.winding", winding_id=one.public_id)},
            state_of(one),
            format_date(one.last_day),
            {"text": one.begun_by_name, "note": format_date(one.begun_at.date())},
        ]
        for one in windings(session, actor=actor)
    ]
    begins = actor.audience is Audience.REGION and bool(funders_to_wind_down(session))
    return page("accounting/windings.html", rows=rows, begins=begins)


@blueprint.route("/afbouw/nieuw", methods=["GET", "POST"])
def begin_winding() -> ResponseReturnValue:
    """Begin to wind down the money of a funder."""
    session, form = current_session(), BeginForm()
    known = {one.slug: one for one in funders_to_wind_down(session)}
    form.funder.choices = [(slug, _funder(one)) for slug, one in known.items()]
    payable = {slug for one in known.values() for slug in schemes_on(session, funder=one, on=today())}
    names = _scheme_names(sorted(payable))
    form.schemes.choices = list(names.items())
    made: list[WindingDown] = []

    def act() -> None:
        given = {"schemes": form.schemes.data or [], "last_day": form.last_day.data, "reason": form.reason.data}
        funder = known[form.funder.data]
        made.append(begin_winding_down(session, funder=funder, **given, actor=current_actor(), now=now()))

    number = len(windings(session, actor=current_actor()))
    shown = ActPage(
        title=_("Afbouw beginnen"),
        submit=_("Begin de afbouw"),
        back=url_for("accounting.winding_list"),
        stands=lambda: [Stand("windings", _("Aantal keer afbouw"), number, str(number))],
        why=_("Hiermee stopt nog niets. U ziet daarna per stap wat er nog openstaat."),
        hints={
            "schemes": _(
                "Alleen regelingen die uit dit geld worden betaald. Andere regelingen gaan door met ander geld."
            )
        },
    )
    return do_on(shown, form, act, lambda: _("De afbouw is begonnen."))


@blueprint.get("/afbouw/<winding_id>")
def winding(winding_id: str) -> ResponseReturnValue:
    """The five steps: what was closed, what stands open, and what can be done now."""
    one = _the(winding_id)
    decide_on(lambda: _stands(one), one)
    return _page(one, StepNoteForm(formdata=None))


@blueprint.post("/afbouw/<winding_id>/sluiten")
def close_winding_step(winding_id: str) -> ResponseReturnValue:
    """Close the step that is open."""
    one, form = _the(winding_id), StepNoteForm()
    step = one.step
    return _do(
        one,
        form,
        lambda: close_step(
            current_session(), winding=one, step=step, note=form.note.data or "", actor=current_actor(), now=now()
        ),
        _("De stap is gesloten."),
    )


@blueprint.route("/afbouw/<winding_id>/stoppen", methods=["GET", "POST"])
def stop_ending_scheme(winding_id: str) -> ResponseReturnValue:
    """Lay before a colleague that one of the schemes stops on the last day."""
    session, one, form = current_session(), _the(winding_id), StopSchemeForm()
    going = [
        thing.name
        for thing in open_in(session, winding=one, step=WindDownStep.STOP, today=today())
        if thing.kind is OpenKind.SCHEME
    ]
    names = _scheme_names(going)
    form.regeling.choices = list(names.items())
    if request.method in READING and request.args.get("regeling") in names:
        form.regeling.data = request.args["regeling"]

    def act() -> None:
        require_seen()
        slug = form.regeling.data
        told = {"scheme": slug, "title": names[slug], "last_day": one.last_day.isoformat()}
        wanted = ActToLayDown(TwoPersonKind.STOP_SCHEME, f"scheme:{slug}", form.reason.data, details=told)
        lay_down(session, act=wanted, actor=current_actor(), now=now())

    shown = ActPage(
        title=_("Regeling stoppen"),
        submit=_("Leg het voor aan een collega"),
        back=url_for("accounting.winding", winding_id=winding_id),
        stands=lambda: _stands(one),
        records=(one,),
        why=_(
            "De laatste dag om aan te vragen is %(day)s. Toekenningen die er zijn blijven gelden.",
            day=format_date(one.last_day),
        ),
    )
    return do_on(shown, form, act, lambda: _("Het ligt klaar. Een collega kijkt ernaar en beslist."))


@blueprint.route("/afbouw/<winding_id>/overdracht", methods=["GET", "POST"])
def lay_down_leftovers(winding_id: str) -> ResponseReturnValue:
    """Say for each line where what is left goes."""
    session, one = current_session(), _the(winding_id)
    targets = {line.slug: line for line in lines_to_move_to(session, winding=one, on=today())}
    left = left_now(session, winding=one)
    choices = [(BACK, _("Terug naar %(funder)s", funder=_funder(one.funder)))]
    choices += [(slug, f"{title_of(line)} ({_funder(line.funder)})") for slug, line in targets.items()]
    fields = {
        f"to_{line.id}": ChoiceField(
            f"{title_of(line)}: {format_euros(cents, exact=True)}",
            choices=choices,
            missing=_l("Kies waar het geld heen gaat."),
        )
        for line, cents in left
    }
    form = type("GoingFormWithLines", (GoingForm,), fields)()

    def act() -> None:
        to = {line.id: targets.get(form[f"to_{line.id}"].data) for line, _cents in left}
        lay_down_transfer(session, winding=one, to=to, actor=current_actor(), now=now())

    shown = ActPage(
        title=_("Waar gaat het heen?"),
        submit=_("Leg het voor aan een collega"),
        back=url_for("accounting.winding", winding_id=winding_id),
        stands=lambda: [*_stands(one), Stand.of_cents("left", _("Over"), sum(cents for _line, cents in left))],
        records=(one,),
        why="" if left else _("Er is niets over. Een collega sluit de afbouw."),
    )
    return do_on(shown, form, act, lambda: _("De overdracht is voorgelegd. Een collega voert haar uit."))


@blueprint.post("/afbouw/<winding_id>/overdracht/terugnemen")
def take_back_leftovers(winding_id: str) -> ResponseReturnValue:
    """Take back where what is left goes."""
    one = _the(winding_id)
    by: dict[str, Any] = {"winding": one, "actor": current_actor(), "now": now()}
    return _do(
        one, PlainActForm(), lambda: take_back_transfer(current_session(), **by), _("Het voorleggen is teruggenomen.")
    )


@blueprint.post("/afbouw/<winding_id>/overdracht/uitvoeren")
def transfer_leftovers(winding_id: str) -> ResponseReturnValue:
    """Let what is left go where it was said, as the second person."""
    one = _the(winding_id)
    by: dict[str, Any] = {"winding": one, "actor": current_actor(), "now": now()}
    return _do(one, PlainActForm(), lambda: transfer_what_is_left(current_session(), **by), _("De afbouw is klaar."))


@blueprint.route("/afbouw/<winding_id>/intrekken", methods=["GET", "POST"])
def call_off_winding(winding_id: str) -> ResponseReturnValue:
    """Call it off: the money goes on."""
    one, form = _the(winding_id), ReasonForm()
    shown = ActPage(
        title=_("Afbouw intrekken"),
        submit=_("Trek de afbouw in"),
        back=url_for("accounting.winding", winding_id=winding_id),
        stands=lambda: _stands(one),
        records=(one,),
        why=_("Het geld gaat dan door. Regelingen die al zijn gestopt, blijven gestopt."),
    )
    by: dict[str, Any] = {"winding": one, "actor": current_actor(), "now": now()}
    return do_on(
        shown,
        form,
        lambda: call_off(current_session(), reason=form.reason.data, **by),
        lambda: _("De afbouw is ingetrokken."),
    )


# Parts -----------------------------------------------------------------------------------------------------------------


def _the(winding_id: str) -> WindingDown:
    return found(winding_by_public_id(current_session(), public_id=winding_id, actor=current_actor()))


def _do(one: WindingDown, form: Form, act: Callable[[], object], told: str) -> ResponseReturnValue:
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            act()
            flash(told, "ok")
            return redirect(url_for("accounting.winding", winding_id=one.public_id), code=303)
    return _page(one, form)


def _stands(one: WindingDown) -> list[Stand]:
    """Which step is open, and whether the transfer waits or it was called off."""
    waits = one.laid_down_at is not None
    off = one.called_off_at is not None
    return [
        Stand("step", _("Stap"), one.step.value, str(STEPS[one.step])),
        Stand("waits", _("Overdracht voorgelegd"), waits, _("ja") if waits else _("nee")),
        Stand("off", _("Ingetrokken"), off, _("ja") if off else _("nee")),
    ]


def _page(one: WindingDown, form: Form) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    region, waits = actor.audience is Audience.REGION, one.laid_down_at is not None
    at_transfer = one.step is WindDownStep.TRANSFER and one.is_running
    return page(
        "accounting/winding.html",
        form=form,
        note=form if isinstance(form, StepNoteForm) else StepNoteForm(formdata=None),
        one=one,
        title=_("Afbouw: %(funder)s", funder=_funder(one.funder)),
        state=state_of(one),
        schemes=list(_scheme_names(one.schemes).values()),
        told=who_is_told(session, winding=one),
        steps=_steps(one),
        may_close=region and one.is_running and one.step in BY_ONE,
        may_call_off=region and one.is_running and not waits,
        may_lay_down=region and at_transfer and not waits,
        may_take_back=region and at_transfer and waits,
        may_transfer=region and at_transfer and waits and one.laid_down_by != actor.reference,
        own=region and at_transfer and waits and one.laid_down_by == actor.reference,
        left=_left(one),
        waiting=_waiting(one),
    )


def _steps(one: WindingDown) -> list[dict[str, Any]]:
    session = current_session()
    closed = {row.step: row for row in closed_steps(session, winding=one)}
    steps: list[dict[str, Any]] = []
    for number, step in enumerate(tuple(WindDownStep)[:5], 1):
        things = [] if step in closed else open_in(session, winding=one, step=step, today=today())
        names = _scheme_names([thing.name for thing in things if thing.kind is OpenKind.SCHEME])
        steps.append(
            {
                "key": step.value,
                "title": f"{number}. {STEPS[step]}",
                "what": str(WHAT[step]),
                "closed": closed.get(step),
                "figures": _figures(closed.get(step)),
                "current": one.step is step and one.is_running,
                "rows": open_rows(things, one, names),
                "number": len(things),
                "more": max(0, len(things) - SHOWN),
                "blocked": any(thing.blocks for thing in things),
            }
        )
    return steps


def _figures(closed: ClosedStep | None) -> list[dict[str, str]]:
    if closed is None:
        return []
    names = (
        ("funded_cents", _("Budget")),
        ("spent_cents", _("Besteed")),
        ("paid_cents", _("Betaald")),
        ("available_cents", _("Over")),
    )
    return [{"label": text, "value": format_euros(closed.figures[key], exact=True)} for key, text in names]


def _left(one: WindingDown) -> list[list[Any]]:
    """What is left per line: as it was laid down, else as it is now."""
    session = current_session()
    if one.laid_down_at is None:
        return [
            [title_of(line), None, format_euros(cents, exact=True)] for line, cents in left_now(session, winding=one)
        ]
    return [
        [
            title_of(row.line),
            title_of(row.to_line) if row.to_line is not None else _funder(one.funder),
            format_euros(row.amount_cents, exact=True),
        ]
        for row in leftovers_of(session, winding=one)
    ]


def _waiting(one: WindingDown) -> list[str]:
    """The schemes of which the stop waits for a second person."""
    session = current_session()
    waits = [slug for slug in one.schemes if laid_down_on(session, subject=f"scheme:{slug}") is not None]
    return list(_scheme_names(waits).values())


def _funder(funder: Funder) -> str:
    return localized({"nl": funder.name_nl, "en": funder.name_en})


def _scheme_names(slugs: Sequence[str]) -> dict[str, str]:
    """What schemes are called, also those that have ended."""
    session = current_session()
    titles = scheme_titles(session, on=today())
    return {slug: titles.get(slug, slug) for slug in slugs}
