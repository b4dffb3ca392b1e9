"""A version on its way to publication: the gate, the replay, the comparison in words, and the acts of the second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.framework.catalogue.queries import FIRST_DAY, as_loaded_region, newest_published, versions_of
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.people.actor import Actor
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date, format_datetime, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.gate.actions import approve_outcome, publish_version, send_back
from portal.publishing.gate.queries import asked_since
from portal.publishing.gate.steps import Gate, gate
from portal.publishing.packages.queries import imports_of
from portal.publishing.replay.actions import run_replay
from portal.publishing.workshop.actions import LONGEST_REASON, rebase_draft, submit_for_review
from portal.publishing.workshop.queries import is_second_person, may_write, parsed_version, version_of_scheme
from portal.second_look.two_person_acts.actions import ActToLayDown
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.second_look.two_person_acts.queries import laid_down_on
from portal.web.edge import Stand, decide_on, found, note_refusal, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form, TextField
from portal.web.owner.blueprint import blueprint
from portal.web.owner.differences import differences
from portal.web.owner.gate_words import case_rows, change_rows, replay_shown, rules_by_name, steps_shown
from portal.web.owner.waiting import address_above, title_of_version
from portal.web.two_people.laying import lay_before_a_colleague
from portal.words.definition_words import amounts_of, condition_lines
from portal.words.labels import VERSION_STATES, label
from portal.words.names import Names


class PublishForm(Form):
    """From when a version holds, and why it changes."""

    from_day = DutchDateField(
        _l("Vanaf welke dag geldt deze versie?"), earliest=today, missing=_l("Vul de eerste dag in.")
    )
    reason = TextField(
        _l("Waarom verandert de regeling?"),
        maximum=LONGEST_REASON,
        multiline=True,
        missing=_l("Schrijf waarom de regeling verandert."),
    )


class SendVersionBackForm(Form):
    """Why a version goes back to its writer."""

    reason = TextField(
        _l("Wat moet er anders?"), maximum=LONGEST_REASON, multiline=True, missing=_l("Schrijf wat er anders moet.")
    )


class RetireForm(Form):
    """When a scheme ends, and why."""

    last_day = DutchDateField(_l("Wat is de laatste dag?"), earliest=today, missing=_l("Vul de laatste dag in."))
    reason = TextField(
        _l("Waarom stopt de regeling?"),
        maximum=LONGEST_REASON,
        multiline=True,
        missing=_l("Schrijf waarom de regeling stopt."),
    )


def the_version(scheme: str, version: str) -> SchemeVersion:
    """The version at this address, or 404."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 0
    shown = version_of_scheme(current_session(), scheme=scheme, number=number, actor=current_actor())
    return found(shown)


def _names() -> Names:
    return Names.of_region(as_loaded_region(current_session(), on=today()))


def _here(version: SchemeVersion) -> str:
    return url_for("owner.version", scheme=version.scheme.slug, version=version.version)


@blueprint.get("/regeling/<scheme>/versie/<version>")
def version(scheme: str, version: str) -> ResponseReturnValue:
    """One version: what changes, what the gate found, the replay, and what one may do with it now."""
    shown = the_version(scheme, version)
    _decide_on(shown)
    return _version_page(shown)


def _decide_on(shown: SchemeVersion) -> None:
    """What a second person publishes or sends back is the definition that was on the screen."""
    decide_on(lambda: _stands(shown), shown)


def _stands(shown: SchemeVersion) -> list[Stand]:
    saved = format_datetime(shown.edited_at)
    state = label(VERSION_STATES, shown.state)
    return [
        Stand("state", _("Stand van de versie"), shown.state.value, state),
        Stand("definition", _("Inhoud"), shown.work_hash, _("bewaard op %(moment)s", moment=saved)),
    ]


def _version_page(shown: SchemeVersion, form: Form | None = None) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    definition = parsed_version(shown).definition
    base = shown.based_on if shown.based_on_id is not None else None
    before = parsed_version(base).definition if base is not None else None
    names = _names()
    publishing = form if isinstance(form, PublishForm) else PublishForm(formdata=None, data={"from_day": today()})
    returning = form if isinstance(form, SendVersionBackForm) else SendVersionBackForm(formdata=None, prefix="back")
    looked = gate(session, version=shown, actor=actor, on=today()) if shown.is_open else None
    rules = rules_by_name((before, definition), today(), names)
    compared = (
        differences(before, definition, today(), names) if before is not None and definition is not None else None
    )
    return page(
        "owner/version.html",
        form=form or publishing,
        version=shown,
        title=title_of_version(shown),
        above=address_above(session, actor, shown.scheme.slug),
        state=VERSION_STATES[shown.state.value],
        history=_history(shown),
        base=base,
        compared=compared,
        conditions=condition_lines(definition, today(), names) if definition is not None else [],
        amounts=amounts_of(definition, today(), names) if definition is not None else [],
        gate=looked,
        steps=steps_shown(looked, _form_of(shown, actor)) if looked is not None else [],
        failing=case_rows(looked, rules) if looked is not None else [],
        changed=change_rows(looked, rules) if looked is not None else [],
        replay=_replay(looked, names),
        replayed=_replayed(looked),
        imports=imports_of(session, version_id=shown.id),
        publishing=publishing,
        returning=returning,
        may_write=may_write(session, scheme=shown.scheme, actor=actor),
        second=is_second_person(shown, actor),
    )


def _form_of(shown: SchemeVersion, actor: Actor) -> Callable[[str], str] | None:
    """Gives the pages of the form of a draft that the actor may write."""
    if shown.state is not VersionState.DRAFT or not may_write(current_session(), scheme=shown.scheme, actor=actor):
        return None
    places: dict[str, Any] = {"scheme": shown.scheme.slug, "version": shown.version}
    return lambda part: url_for("owner.edit_draft", part=part, **places)


def _replayed(looked: Gate | None) -> list[str]:
    """When the replay was done, and what it does not know yet."""
    if looked is None or looked.replay is None:
        return []
    said = [_("Gedaan op %(day)s.", day=format_date(looked.replay.on))]
    if since := asked_since(current_session(), replay=looked.replay):
        said.append(ngettext("Daarna kwam er %(num)s vraag bij.", "Daarna kwamen er %(num)s vragen bij.", since))
    if looked.step("replay").state != "passed":
        said.append(_("De proef is te oud om mee te publiceren. Doe haar opnieuw."))
    return said


def _replay(looked: Gate | None, names: Names) -> list[dict[str, Any]]:
    if looked is None or looked.replay is None:
        return []
    past, people = looked.replay.past, looked.replay.generated
    return [
        {
            "title": _("Eerdere vragen aan dit loket"),
            "size": ngettext("%(num)s vraag bekeken.", "%(num)s vragen bekeken.", past.number),
            **replay_shown(past, names),
        },
        {
            "title": _("Verzonnen mensen"),
            "size": ngettext("%(num)s mens bekeken.", "%(num)s mensen bekeken.", people.number),
            **replay_shown(people, names),
        },
    ]


def _history(shown: SchemeVersion) -> list[dict[str, str]]:
    rows = [
        (_("Begonnen"), shown.created_at, None),
        (_("Laatst bewaard"), shown.edited_at, None),
        (_("Aangeboden"), shown.submitted_at, None),
        (_("Teruggestuurd"), shown.returned_at, shown.return_reason),
        (_("Gepubliceerd"), shown.published_at, shown.publish_reason),
        (_("Besloten te stoppen"), shown.retired_at, shown.retire_reason),
    ]
    found_rows = [
        {"label": what, "value": format_datetime(at) + (f". {why}" if why else "")}
        for what, at, why in rows
        if at is not None
    ]
    if shown.in_force_from is not None:
        last = shown.in_force_until or shown.last_day
        until = _("tot en met %(day)s", day=format_date(last)) if last is not None else ""
        always = shown.in_force_from == FIRST_DAY
        since = _("vanaf het begin") if always else _("vanaf %(day)s", day=format_date(shown.in_force_from))
        found_rows.append(
            {
                "label": _("Geldt"),
                "value": f"{since} {until}".strip(),
            }
        )
    return found_rows


@blueprint.post("/regeling/<scheme>/versie/<version>/aanbieden")
def offer_version(scheme: str, version: str) -> ResponseReturnValue:
    """Offer the draft to a second person, from its own page."""
    return _act(scheme, version, submit_for_review, _("De versie is aangeboden. Een collega kijkt haar na."))


@blueprint.post("/regeling/<scheme>/versie/<version>/proef")
def replay_version(scheme: str, version: str) -> ResponseReturnValue:
    """Run the draft over past questions and generated people: apart from this page, where a process of the desk does that."""
    if "job_names" not in current_app.extensions:
        return _act(scheme, version, run_replay, _("De proef is klaar."))
    shown = the_version(scheme, version)
    if parsed_version(shown).findings:
        return _act(scheme, version, run_replay, "")
    work = begin_work(current_session(), kind=WorkKind.REPLAY, about=str(shown.id), actor=current_actor(), now=now())
    return redirect(url_for("access.long_work", work_id=work.public_id), code=303)


@blueprint.post("/regeling/<scheme>/versie/<version>/bijwerken")
def rebase_version(scheme: str, version: str) -> ResponseReturnValue:
    """Let the draft take the place of the version that was published meanwhile."""
    return _act(scheme, version, rebase_draft, _("Het concept komt nu in de plaats van de nieuwste versie."))


def _act(scheme: str, version: str, act: Any, done: str) -> ResponseReturnValue:
    shown = the_version(scheme, version)
    try:
        act(current_session(), version=shown, actor=current_actor(), now=now())
        flash(done, "ok")
    except Refusal as refusal:
        note_refusal(refusal)
        flash(str(refusal.message), "error")
    return redirect(_here(shown), code=303)


@blueprint.post("/regeling/<scheme>/versie/<version>/uitkomst")
def approve_change(scheme: str, version: str) -> ResponseReturnValue:
    """Approve one changed outcome."""
    shown = the_version(scheme, version)
    key = request.form.get("key", "")[:64]
    try:
        approve_outcome(current_session(), version=shown, key=key, actor=current_actor(), now=now())
        flash(_("De nieuwe uitkomst is goedgekeurd."), "ok")
    except Refusal as refusal:
        note_refusal(refusal)
        flash(str(refusal.message), "error")
    return redirect(_here(shown) + "#uitkomsten", code=303)


@blueprint.post("/regeling/<scheme>/versie/<version>/terug")
def return_version(scheme: str, version: str) -> ResponseReturnValue:
    """Send a version in review back to its writer."""
    shown, form = the_version(scheme, version), SendVersionBackForm(prefix="back")
    _decide_on(shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            send_back(current_session(), version=shown, reason=form.reason.data, actor=current_actor(), now=now())
            flash(_("De versie is teruggestuurd."), "ok")
            return redirect(_here(shown), code=303)
    return _version_page(shown, form)


@blueprint.post("/regeling/<scheme>/versie/<version>/publiceren")
def publish(scheme: str, version: str) -> ResponseReturnValue:
    """Publish as the second person: from today, or later."""
    shown, form = the_version(scheme, version), PublishForm()
    _decide_on(shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            publish_version(
                current_session(),
                version=shown,
                from_day=form.from_day.data,
                reason=form.reason.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De versie is gepubliceerd. Lopende vragen houden hun oude versie."), "ok")
            return redirect(_here(shown), code=303)
    return _version_page(shown, form)


@blueprint.get("/regeling/<scheme>/vergelijken")
def compare(scheme: str) -> ResponseReturnValue:
    """Two versions side by side, in words."""
    session = current_session()
    readable = [row for row in versions_of(session, slug=scheme) if parsed_version(row).definition is not None]
    seen = [
        row for row in readable if version_of_scheme(session, scheme=scheme, number=row.version, actor=current_actor())
    ]
    shown = found(seen or None)
    numbers = {row.version: row for row in shown}
    old = numbers.get(request.args.get("van", 0, type=int)) or (shown[1] if len(shown) > 1 else shown[0])
    new = numbers.get(request.args.get("naar", 0, type=int)) or shown[0]
    before, after = parsed_version(old).definition, parsed_version(new).definition
    assert before is not None and after is not None
    return page(
        "owner/compare.html",
        scheme=scheme,
        title=localized(after.title),
        old=old,
        new=new,
        versions=shown,
        states=VERSION_STATES,
        above=address_above(session, current_actor(), scheme),
        compared=differences(before, after, today(), _names()),
    )


@blueprint.route("/regeling/<scheme>/stoppen", methods=["GET", "POST"])
def retire(scheme: str) -> ResponseReturnValue:
    """Decide that a scheme ends."""
    session, actor = current_session(), current_actor()
    versions = versions_of(session, slug=scheme)
    row = found(versions[0].scheme if versions and may_write(session, scheme=versions[0].scheme, actor=actor) else None)
    current = found(newest_published(session, scheme_id=row.id))
    definition = parsed_version(current).definition
    title = localized(definition.title) if definition is not None else scheme
    form = RetireForm()
    _decide_on(current)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            told = {"scheme": scheme, "title": title, "last_day": form.last_day.data.isoformat()}
            act = ActToLayDown(TwoPersonKind.STOP_SCHEME, f"scheme:{scheme}", form.reason.data, details=told)
            return lay_before_a_colleague(act, back=url_for("owner.retire", scheme=scheme))
    ended = current.state is VersionState.RETIRED or current.retired_at is not None
    above, laid = address_above(session, actor, scheme), laid_down_on(session, subject=f"scheme:{scheme}")
    return page("owner/retire.html", form=form, title=title, ended=ended, above=above, laid=laid)
