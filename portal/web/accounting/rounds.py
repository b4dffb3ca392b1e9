"""Rounds on the screen: opened with the print of a seed, points given, the money divided apart from the page, the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.divisions.models import AwardRound, RoundMethod, RoundState
from portal.awarding.divisions.queries import Division, division_of
from portal.awarding.rounds.actions import drop_round, give_points, not_over, open_round
from portal.awarding.rounds.queries import points_of, round_by_public_id, rounds, schemes_with_rounds
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.funding.queries import funding_lines
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import LazyString, format_date, format_euros, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import ActPage, do_on, how_many
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.words.definition_words import DIVIDED
from portal.words.labels import label, tag

STATES: Mapping[str, tuple[LazyString, str]] = {
    "open": (_l("loopt"), "wait"),
    "divided": (_l("verdeeld"), "ok"),
    "dropped": (_l("vervallen"), "neutral"),
}
LONGEST_POINTS = 20_000


class RoundForm(Form):
    """Of which scheme, and until when applications take part."""

    scheme = ChoiceField(_l("Van welke regeling?"), missing=_l("Kies een regeling."))
    until = DutchDateField(_l("Tot en met welke dag doen aanvragen mee?"), missing=_l("Vul de laatste dag in."))


class PointsForm(Form):
    """A line per application: its number and its points."""

    points = TextField(
        _l("Punten per aanvraag"), maximum=LONGEST_POINTS, multiline=True, missing=_l("Vul de punten in.")
    )


class RoundActForm(Form):
    """An act with nothing to fill in."""


@blueprint.get("/rondes")
def round_list() -> ResponseReturnValue:
    """Every round."""
    session, actor = current_session(), current_actor()
    titles = _titles()
    return page(
        "accounting/rounds.html",
        rows=[
            [
                {
                    "text": titles.get(one.scheme, one.scheme),
                    "href": url_for("accounting.award_round", round_id=one.public_id),
                },
                str(DIVIDED[one.method.value]),
                format_date(one.received_until, "short"),
                tag(STATES, one.state),
            ]
            for one in rounds(session, actor=actor)
        ],
        opens=actor.audience is Audience.REGION and bool(schemes_with_rounds(session, on=today())),
        any=bool(schemes_with_rounds(session, on=today())),
    )


@blueprint.route("/rondes/nieuw", methods=["GET", "POST"])
def new_round() -> ResponseReturnValue:
    """Open one."""
    session, form, made = current_session(), RoundForm(), list[AwardRound]()
    titles = _titles()
    form.scheme.choices = [(slug, titles.get(slug, slug)) for slug in schemes_with_rounds(session, on=today())]
    shown = ActPage(
        _("Ronde openen"),
        _("Open de ronde"),
        url_for("accounting.round_list"),
        lambda: how_many("rounds", _("Rondes"), len(rounds(session, actor=current_actor()))),
        why=_(
            "In een ronde wordt het geld in een keer verdeeld over alle aanvragen die compleet zijn. Bij loten trekt het loket "
            "nu een getal. Iedereen ziet er meteen een vingerafdruk van, en na het verdelen het getal zelf. Zo kan iedereen "
            "nakijken of er eerlijk is geloot."
        ),
    )

    def act() -> None:
        until = form.until.data
        made.append(
            open_round(session, scheme=form.scheme.data, received_until=until, actor=current_actor(), now=now())
        )

    answer = do_on(shown, form, act, lambda: _("De ronde is open."))
    if made:
        return redirect(url_for("accounting.award_round", round_id=made[0].public_id), code=303)
    return answer


@blueprint.get("/rondes/<round_id>")
def award_round(round_id: str) -> ResponseReturnValue:
    """One round: how it stands, and how the money is divided."""
    one = _the_round(round_id)
    decide_on(lambda: _stands(one), one)
    return _page(one, RoundActForm(formdata=None))


@blueprint.route("/rondes/<round_id>/punten", methods=["GET", "POST"])
def give_round_points(round_id: str) -> ResponseReturnValue:
    """Say how many points every application has."""
    one, form = _the_round(round_id), PointsForm()
    if form.points.data is None and not form.is_submitted():
        form.points.data = "\n".join(f"{number} {points}" for number, points in points_of(one).items())
    shown = ActPage(
        _("Punten geven"),
        _("Leg de punten vast"),
        url_for("accounting.award_round", round_id=round_id),
        lambda: _stands(one),
        records=(one,),
        hints={"points": _("Op elke regel het nummer van een aanvraag, een spatie en de punten: AV-2026-0012 80.")},
    )

    def act() -> None:
        points = _points(form.points.data)
        give_points(current_session(), award_round=one, points=points, actor=current_actor(), now=now())

    return do_on(shown, form, act, lambda: _("De punten zijn vastgelegd."))


@blueprint.post("/rondes/<round_id>/verdelen")
def divide_a_round(round_id: str) -> ResponseReturnValue:
    """Let the money be divided, apart from the page."""

    def ask(one: AwardRound) -> str:
        if today() <= one.received_until:
            raise not_over()
        actor, about = current_actor(), one.public_id
        work = begin_work(current_session(), kind=WorkKind.ROUND, about=about, actor=actor, now=now())
        return url_for("access.long_work", work_id=work.public_id)

    return _act(round_id, ask)


@blueprint.post("/rondes/<round_id>/weg")
def drop_a_round(round_id: str) -> ResponseReturnValue:
    """Let it go."""

    def drop(one: AwardRound) -> str:
        drop_round(current_session(), award_round=one, actor=current_actor(), now=now())
        flash(_("De ronde is vervallen. Er is niets verdeeld."), "ok")
        return url_for("accounting.award_round", round_id=round_id)

    return _act(round_id, drop)


def _act(round_id: str, act: Callable[[AwardRound], str]) -> ResponseReturnValue:
    one, form = _the_round(round_id), RoundActForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            return redirect(act(one), code=303)
    return _page(one, form)


def _the_round(round_id: str) -> AwardRound:
    return found(round_by_public_id(current_session(), public_id=round_id, actor=current_actor()))


def _stands(one: AwardRound) -> list[Stand]:
    return [Stand("state", _("Stand"), one.state.value, label(STATES, one.state))]


def _titles() -> dict[str, str]:
    return scheme_titles(current_session(), on=today())


def _points(text: str) -> dict[str, int]:
    """Per number its points. Raises ``Refusal`` at the field for a line that says something else."""
    found_ = {}
    for line in text.splitlines():
        parts = line.replace(";", " ").split()
        if not parts:
            continue
        if len(parts) != 2 or not parts[1].isdecimal() or parts[0] in found_:
            message = _l(
                "Schrijf op elke regel een nummer en de punten. Dit klopt niet: %(line)s", line=line.strip()[:60]
            )
            raise Refusal("points_not_read", message, field="points")
        found_[parts[0]] = int(parts[1])
    return found_


def _page(one: AwardRound, form: Form) -> ResponseReturnValue:
    division, writes = division_of(one), current_actor().audience is Audience.REGION
    is_open = one.state is RoundState.OPEN
    return page(
        "accounting/round.html",
        form=form,
        one=one,
        title=_titles().get(one.scheme, one.scheme),
        state=tag(STATES, one.state),
        method=str(DIVIDED[one.method.value]),
        lots=one.method is not RoundMethod.RANKING,
        all_drawn=one.method is RoundMethod.LOTTERY,
        seed=one.seed if division is not None else "",
        given=len(points_of(one)),
        may_give=writes and is_open and one.method is RoundMethod.RANKING,
        may_divide=writes and is_open and today() > one.received_until,
        may_drop=writes and is_open,
        shown=_shown(one, division) if division is not None else None,
    )


def _shown(one: AwardRound, division: Division) -> dict[str, Any]:
    titles = {line.slug: title_of(line) for line in funding_lines(current_session())}
    extra = {RoundMethod.LOTTERY: _("Lot"), RoundMethod.RANKING: _("Punten")}.get(one.method)
    columns: list[dict[str, str]] = [{"label": _("Aanvraag")}]
    columns += [{"label": extra}] if extra else []
    columns += [{"label": _("Kan krijgen"), "kind": "number"}, {"label": _("Krijgt"), "kind": "number"}]
    columns += [{"label": _("Uit budget")}]
    return {
        "sentence": _(
            "%(cents)s is verdeeld over %(number)s aanvragen. Meer dan %(most)s kan met dit geld niet: dat is bewezen.",
            cents=format_euros(division.cents),
            number=sum(row.granted_cents > 0 for row in division.rows),
            most=format_euros(division.most_cents),
        ),
        "part": _(
            "Iedereen krijgt %(part)s%% van wat kan.", part=format_number(Decimal(str(round(division.part_percent, 2))))
        )
        if one.method is RoundMethod.PRO_RATA
        else "",
        "columns": columns,
        "rows": [
            [
                row.number,
                *([row.lot[:16]] if one.method is RoundMethod.LOTTERY else []),
                *([str(row.points)] if one.method is RoundMethod.RANKING else []),
                format_euros(row.asked_cents, exact=True),
                format_euros(row.granted_cents, exact=True),
                ", ".join(titles.get(line, line) for line, _cents in row.lines) or "–",
            ]
            for row in division.rows
        ],
    }
