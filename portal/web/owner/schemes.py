"""The own schemes: list, and one definition with conditions, amounts, sources, versions and budgets."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.models import VersionState
from portal.framework.catalogue.queries import as_loaded_region, schemes_of_owner
from portal.framework.funding.queries import lines_for_scheme
from portal.ledger.queries import line_figures
from portal.oversight.allocation import owner_budgets
from portal.oversight.near_misses import near_misses as misses_of
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.publishing.workshop.queries import open_versions, stale
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.owner.blueprint import blueprint
from portal.web.owner.waiting import (
    draft_rows,
    editor_address,
    ended_rows,
    last_day_of,
    stale_sentences,
    version_rows,
    waiting_for,
)
from portal.words.definition_words import amounts_of, condition_lines, sources_of
from portal.words.labels import CONFIDENCE, SCHEME_KINDS, SCHEME_STATES, label, tag
from portal.words.names import Names
from portal.words.wording import availability_sentence, rule_sentence
from schemes.evaluation import describe


@blueprint.get("/")
def scheme_list() -> ResponseReturnValue:
    """The own schemes with their state, and whether the definition must be checked again."""
    session, actor, day = current_session(), current_actor(), today()
    figures = {row.scheme: row for row in owner_budgets(session, actor=actor, today=day)}
    rows: list[list[Any]] = []
    for scheme in schemes_of_owner(session, actor=actor, on=day):
        definition = scheme.definition
        late = definition.review_on < day
        review = format_date(definition.review_on, "short")
        money = figures.get(scheme.slug)
        rows.append(
            [
                {
                    "text": localized(definition.title),
                    "href": url_for("owner.scheme", scheme=scheme.slug),
                    "note": label(SCHEME_KINDS, definition.kind),
                },
                tag(SCHEME_STATES, definition.availability(day).state),
                tag(CONFIDENCE, definition.confidence),
                {"text": _("te laat"), "tag": "no", "note": review} if late else review,
                money.vouchers if money is not None else None,
                format_euros(money.reserved_cents + money.spent_cents, exact=True) if money is not None else None,
            ]
        )
    old = [
        [
            {"text": localized(one.title), "href": url_for("owner.scheme", scheme=one.slug)},
            " ".join(stale_sentences(one)),
        ]
        for one in stale(session, on=day, actor=actor)
    ]
    return page(
        "owner/schemes.html",
        rows=rows,
        waiting=waiting_for(session, actor),
        drafts=draft_rows(session, actor),
        old=old,
        ended=ended_rows(session, actor),
    )


@blueprint.get("/regeling/<scheme>")
def scheme(scheme: str) -> ResponseReturnValue:
    """One own scheme, in plain words."""
    session, actor, day = current_session(), current_actor(), today()
    own = {known.slug: known for known in schemes_of_owner(session, actor=actor, on=day)}
    shown = found(own.get(scheme))
    definition = shown.definition
    names = Names.of_region(as_loaded_region(session, on=day))
    open_ones = open_versions(session, scheme=scheme, actor=actor)
    mine = [one for one in open_ones if one.state is VersionState.DRAFT and one.created_by == actor.reference]
    figures = next((row for row in owner_budgets(session, actor=actor, today=day) if row.scheme == scheme), None)
    lines = lines_for_scheme(session, scheme=scheme) if definition.administered == "here" else []
    money = line_figures(session, funding_line_ids=[line.id for line in lines])
    return page(
        "owner/scheme.html",
        definition=definition,
        state=SCHEME_STATES[definition.availability(day).state],
        availability=availability_sentence(definition.availability(day)),
        confidence=CONFIDENCE[definition.confidence],
        old=[
            text for one in stale(session, on=day, actor=actor) if one.slug == scheme for text in stale_sentences(one)
        ],
        kind=label(SCHEME_KINDS, definition.kind),
        conditions=condition_lines(definition, day, names),
        amounts=amounts_of(definition, day, names),
        sources=sources_of(definition),
        figures=figures,
        bars=[
            {
                "label": localized({"nl": line.title_nl, "en": line.title_en}),
                "figures": money[line.id],
                "period": f"{format_date(line.period_from, 'short')} – {format_date(line.period_to, 'short')}",
                "assumption": localized({"nl": line.assumption_nl, "en": line.assumption_en}),
            }
            for line in lines
        ],
        versions=version_rows(session, scheme),
        last_day=last_day_of(session, scheme),
        continued=next((editor_address(one) for one in mine), None),
    )


@blueprint.get("/regeling/<scheme>/net-niet")
def near_misses(scheme: str) -> ResponseReturnValue:
    """Per condition of an own scheme how many questions were refused on that one alone; few are not told."""
    session, actor, day = current_session(), current_actor(), today()
    own = {known.slug: known for known in schemes_of_owner(session, actor=actor, on=day)}
    shown = found(own.get(scheme))
    counts = found(misses_of(session, scheme=shown, actor=actor, now=now()))
    names = Names.of_region(as_loaded_region(session, on=day))
    rows = [
        [rule_sentence(describe(condition, day, names.lists), names), _("minder dan 10") if count is None else count]
        for condition, count in zip(shown.definition.conditions, counts, strict=True)
    ]
    return page("owner/near_misses.html", definition=shown.definition, rows=rows)
