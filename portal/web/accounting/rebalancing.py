"""Rebalancing on the screen: what lapses, a plan of re-assignments that is worked out apart, and a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import scheme_titles
from portal.oversight.long_work.models import LongWork, WorkKind
from portal.oversight.long_work.queries import open_work
from portal.people.actor import Audience
from portal.planning.rebalances.actions import (
    ask_rebalance,
    ask_rebalance_anew,
    carry_out_rebalance,
    drop_rebalance,
)
from portal.planning.rebalances.models import OPEN, Rebalance, RebalanceMove, RebalanceState
from portal.planning.rebalances.queries import (
    books_changed,
    lapsing_money,
    rebalance_by_public_id,
    rebalances,
    waiting_rebalance,
)
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import LONGEST, ActPage, do_on
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form, TextField
from portal.words.labels import label, tag

STATES: Mapping[str, tuple[LazyString, str]] = {
    "asked": (_l("wordt uitgerekend"), "wait"),
    "laid_down": (_l("wacht op een tweede persoon"), "wait"),
    "nothing": (_l("niets te winnen"), "neutral"),
    "carried_out": (_l("uitgevoerd"), "ok"),
    "dropped": (_l("vervallen"), "neutral"),
}
OUTCOMES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_l("nog niet geboekt"), "wait"),
    "done": (_l("geboekt"), "ok"),
    "skipped": (_l("overgeslagen"), "no"),
}
WHY: Mapping[str, LazyString] = {
    "saves": _l("Het nieuwe budget loopt af op %(day)s. Zo blijft er geld over in een budget dat langer geldt."),
    "frees": _l("Het nieuwe budget mag voor minder worden gebruikt. Zo blijft er geld over dat voor meer mag."),
    "makes_room": _l("Zo komt er plaats voor een andere herboeking."),
}
SKIPPED: Mapping[str, LazyString] = {
    "voucher_settled": _l("de voucher is vastgesteld"),
    "voucher_not_live": _l("de voucher is intussen gebruikt, verlopen of ingetrokken"),
    "in_a_payment": _l("het geld staat in een betaling aan de bank"),
    "not_reserved": _l("er staat intussen minder op dit budget"),
    "budget_exhausted": _l("het nieuwe budget heeft intussen te weinig"),
    "earlier_application_first": _l("een eerdere aanvraag gaat voor"),
    "line_does_not_admit": _l("het nieuwe budget mag dit niet meer betalen"),
}
STANDS: Mapping[str, LazyString] = {
    "reserved": _l("gereserveerd"),
    "spent": _l("gebruikt, nog niet betaald"),
    "paid": _l("betaald"),
}


class RebalanceForm(Form):
    """Until which day money lapses, and why."""

    until = DutchDateField(
        _l("Welke budgetten lopen af? Tot en met"), missing=_l("Vul de dag in tot en met waarop budgetten aflopen.")
    )
    reason = TextField(_l("Waarom?"), maximum=LONGEST, multiline=True, missing=_l("Schrijf op waarom."))


class EndRebalanceForm(Form):
    """An act with nothing to fill in."""


@blueprint.get("/herboeken")
def rebalance_list() -> ResponseReturnValue:
    """What will lapse by the end of next year, and every plan of before."""
    session = current_session()
    until = date(today().year + 1, 12, 31)
    lapsing = lapsing_money(session, until=until, on=today())
    return page(
        "accounting/rebalances.html",
        until=format_date(until),
        lapsing=[
            [title_of(line), format_date(line.period_to, "short"), format_euros(cents, exact=True)]
            for line, cents in lapsing
        ],
        lapsing_total=[_("Totaal"), "", format_euros(sum(cents for _line, cents in lapsing), exact=True)],
        rows=[_row(one) for one in rebalances(session)],
        writes=current_actor().audience is Audience.REGION and waiting_rebalance(session) is None,
    )


@blueprint.route("/herboeken/nieuw", methods=["GET", "POST"])
def new_rebalance() -> ResponseReturnValue:
    """Let a plan be worked out, apart from the page; who asked is shown how far it is."""
    session, form, asked = current_session(), RebalanceForm(), list[LongWork]()
    waiting = waiting_rebalance(session)
    shown = ActPage(
        _("Herboekingen uitrekenen"),
        _("Reken uit en leg voor"),
        url_for("accounting.rebalance_list"),
        lambda: [Stand("waiting", _("Er loopt al een plan"), waiting.id if waiting else None, _yes_no(waiting))],
        why=_(
            "Het loket rekent uit welk budget welke voucher het best kan betalen. Geld dat afloopt, wordt het eerst gebruikt. "
            "Voor de houder verandert er niets. Dit kan even duren. Een collega bekijkt het plan en voert het uit."
        ),
    )

    def act() -> None:
        until, reason = form.until.data, form.reason.data
        asked.append(ask_rebalance(session, until=until, reason=reason, actor=current_actor(), now=now()))

    answer = do_on(shown, form, act, lambda: _("Het loket rekent het plan nu uit."))
    if asked:
        return redirect(url_for("access.long_work", work_id=asked[0].public_id), code=303)
    return answer


def _yes_no(one: Rebalance | None) -> str:
    return _("Ja") if one is not None else _("Nee")


@blueprint.get("/herboeken/<rebalance_id>")
def rebalance(rebalance_id: str) -> ResponseReturnValue:
    """One plan: what it keeps usable, every re-assignment with why, and what became of it."""
    one = _the_rebalance(rebalance_id)
    decide_on(lambda: _stands(one), one)
    return _page(one, EndRebalanceForm(formdata=None))


@blueprint.post("/herboeken/<rebalance_id>/opnieuw")
def work_a_rebalance_out_anew(rebalance_id: str) -> ResponseReturnValue:
    """Let it be worked out over the books as they are now; who asked is shown how far it is."""

    def anew(one: Rebalance) -> str:
        work = ask_rebalance_anew(current_session(), rebalance=one, actor=current_actor(), now=now())
        return url_for("access.long_work", work_id=work.public_id)

    return _act(rebalance_id, anew)


@blueprint.post("/herboeken/<rebalance_id>/uitvoeren")
def carry_out_a_rebalance(rebalance_id: str) -> ResponseReturnValue:
    """The second person carries it out."""
    return _act(rebalance_id, _ending(carry_out_rebalance, _told))


@blueprint.post("/herboeken/<rebalance_id>/weg")
def drop_a_rebalance(rebalance_id: str) -> ResponseReturnValue:
    """Let it go: nothing is booked."""
    return _act(rebalance_id, _ending(drop_rebalance, lambda _one: _("Het plan is vervallen. Er is niets geboekt.")))


def _ending(act: Callable[..., Any], told: Callable[[Rebalance], str]) -> Callable[[Rebalance], str]:
    def end(one: Rebalance) -> str:
        act(current_session(), rebalance=one, actor=current_actor(), now=now())
        flash(told(one), "ok")
        return url_for("accounting.rebalance", rebalance_id=one.public_id)

    return end


def _act(rebalance_id: str, act: Callable[[Rebalance], str]) -> ResponseReturnValue:
    """Do one act on it; `act` says where to go then."""
    one, form = _the_rebalance(rebalance_id), EndRebalanceForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            return redirect(act(one), code=303)
    return _page(one, form)


def _told(one: Rebalance) -> str:
    done = sum(move.outcome.value == "done" for move in one.moves)
    skipped = len(one.moves) - done
    said = ngettext("%(num)s herboeking is gedaan.", "%(num)s herboekingen zijn gedaan.", done)
    if not skipped:
        return said
    return f"{said} " + ngettext(
        "%(num)s paste niet meer en is overgeslagen.", "%(num)s pasten niet meer en zijn overgeslagen.", skipped
    )


def _the_rebalance(rebalance_id: str) -> Rebalance:
    return found(rebalance_by_public_id(current_session(), public_id=rebalance_id))


def _stands(one: Rebalance) -> list[Stand]:
    return [Stand("state", _("Stand"), one.state.value, label(STATES, one.state))]


def _headline(one: Rebalance) -> str:
    """What the plan comes to, in one sentence."""
    number = len(one.moves)
    if one.worked_out_at is None:
        return _("Plan dat nog niet is uitgerekend")
    if not number:
        return _("Er valt niets te winnen")
    if not one.saved_cents:
        return ngettext("%(num)s herboeking houdt geld vrijer", "%(num)s herboekingen houden geld vrijer", number)
    return ngettext(
        "%(amount)s blijft bruikbaar door %(num)s herboeking",
        "%(amount)s blijft bruikbaar door %(num)s herboekingen",
        number,
        amount=format_euros(one.saved_cents),
    )


def _fewest(one: Rebalance) -> str:
    """What is proven about the number of re-assignments; nothing where nothing is."""
    number, fewest = len(one.moves), one.fewest_moves
    if fewest is None:
        return ""
    if fewest == number:
        return _("Met minder herboekingen kan dit niet: ook dat is bewezen.")
    return _(
        "Met minder dan %(fewest)s herboekingen kan dit zeker niet. Dit plan heeft er %(number)s.",
        fewest=fewest,
        number=number,
    )


def _row(one: Rebalance) -> list[Any]:
    return [
        {"text": _headline(one), "href": url_for("accounting.rebalance", rebalance_id=one.public_id)},
        tag(STATES, one.state),
        format_date(one.laid_down_at.date(), "short"),
        one.laid_down_by_name,
    ]


def _cells(move: RebalanceMove, titles: Mapping[str, str]) -> list[Any]:
    why = str(WHY[move.why.value])
    if move.why.value == "saves":
        why = why % {"day": format_date(move.to_line.period_to)}
    outcome: dict[str, Any] = dict(tag(OUTCOMES, move.outcome))
    if move.skipped_code is not None:
        outcome["note"] = str(SKIPPED.get(move.skipped_code, _("het past niet meer")))
    return [
        {
            "text": format_euros(move.amount_cents, exact=True),
            "note": str(STANDS[move.stands.value]),
        },
        {
            "text": titles.get(move.voucher.scheme, move.voucher.scheme),
            "note": format_date(move.voucher.issued_on, "short"),
        },
        title_of(move.from_line),
        title_of(move.to_line),
        why,
        outcome,
    ]


def _page(one: Rebalance, form: Form) -> ResponseReturnValue:
    actor, session = current_actor(), current_session()
    region = actor.audience is Audience.REGION
    waits = one.state is RebalanceState.LAID_DOWN and region
    own = one.laid_down_by == actor.reference
    titles = scheme_titles(session, on=today())
    going = open_work(session, kind=WorkKind.REBALANCE, about=one.public_id) if one.state in OPEN else None
    return page(
        "accounting/rebalance.html",
        form=form,
        one=one,
        title=_headline(one),
        state=tag(STATES, one.state),
        until=format_date(one.until),
        rows=[_cells(move, titles) for move in one.moves],
        may_carry_out=waits and not own,
        own=waits and own,
        may_drop=region and one.state in OPEN,
        may_anew=region and one.state in OPEN and going is None,
        going=url_for("access.long_work", work_id=going.public_id) if going is not None and region else None,
        changed=one.state is RebalanceState.LAID_DOWN and books_changed(session, rebalance=one, on=today()),
        fewest=_fewest(one),
    )
