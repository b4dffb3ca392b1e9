"""The own schemes: list, and one definition with conditions, amounts, sources, versions and budgets."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.accounts.access import current_actor
from portal.catalogue.models import SchemeVersion, VersionState
from portal.catalogue.queries import catalogue, drafts, schemes_of_owner, versions_of
from portal.clock import local_date, today
from portal.database import current_session
from portal.funding.queries import lines_for_scheme
from portal.i18n import format_date, format_euros, localized
from portal.i18n import gettext as _
from portal.ledger.queries import line_figures
from portal.reports.queries import owner_budgets
from portal.web.definition_words import amounts_of, condition_lines, sources_of
from portal.web.edge import found, page
from portal.web.labels import CONFIDENCE, SCHEME_KINDS, SCHEME_STATES, VERSION_STATES, label, tag
from portal.web.owner import blueprint
from portal.web.owner.editor.drafting import title_of
from portal.web.owner.editor.sections import SECTIONS
from portal.wording import Names, availability_sentence
from portal.workshop.queries import document_of

FIRST_PART = SECTIONS[0].name


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
    waiting = drafts(session, actor=actor)
    return page("owner/schemes.html", rows=rows, waiting=len(waiting), drafts=[_draft_row(one) for one in waiting])


def _draft_row(version: SchemeVersion) -> list[Any]:
    """A draft, with the way to its form as long as it may be changed."""
    slug, number = version.scheme.slug, version.version
    name: dict[str, Any] = {"text": title_of(document_of(version), slug), "note": _("Versie %(number)s", number=number)}
    if version.state is VersionState.DRAFT:
        name["href"] = url_for("owner.edit_draft", scheme=slug, version=number, part=FIRST_PART)
    return [name, tag(VERSION_STATES, version.state), format_date(local_date(version.edited_at), "short")]


@blueprint.get("/regeling/<scheme>")
def scheme(scheme: str) -> ResponseReturnValue:
    """One own scheme, in plain words."""
    session, actor, day = current_session(), current_actor(), today()
    own = {known.slug: known for known in schemes_of_owner(session, actor=actor, on=day)}
    shown = found(own.get(scheme))
    definition, known = shown.definition, catalogue(session)
    names = Names({slug: one.definition.title for slug, one in own.items()}, known.facts, known.references)
    figures = next((row for row in owner_budgets(session, actor=actor, today=day) if row.scheme == scheme), None)
    lines = lines_for_scheme(session, scheme=scheme) if definition.administered == "here" else []
    money = line_figures(session, funding_line_ids=[line.id for line in lines])
    return page(
        "owner/scheme.html",
        definition=definition,
        state=SCHEME_STATES[definition.availability(day).state],
        availability=availability_sentence(definition.availability(day)),
        confidence=CONFIDENCE[definition.confidence],
        late=definition.review_on < day,
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
        versions=[
            [
                _version_name(version),
                tag(VERSION_STATES, version.state),
                format_date(version.in_force_from, "short") if version.in_force_from else None,
                format_date(version.in_force_until, "short") if version.in_force_until else None,
            ]
            for version in versions_of(session, slug=scheme)
        ],
    )


def _version_name(version: SchemeVersion) -> dict[str, Any]:
    name: dict[str, Any] = {"text": _("Versie %(number)s", number=version.version)}
    if version.state is VersionState.DRAFT:
        places: dict[str, Any] = {"scheme": version.scheme.slug, "version": version.version}
        name["href"] = url_for("owner.edit_draft", part=FIRST_PART, **places)
    return name
