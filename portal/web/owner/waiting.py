"""What asks for an owner's attention: drafts and versions in review, definitions to look at again, schemes that ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.framework.catalogue.queries import FIRST_DAY, drafts, newest_published, schemes_of_owner, versions_of
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date, today
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.publishing.workshop.queries import StaleScheme, document_of, is_second_person
from portal.web.owner.editor.drafting import title_of
from portal.web.owner.editor.sections import SECTIONS
from portal.words.labels import VERSION_STATES, tag

FIRST_PART = SECTIONS[0].name


def version_address(version: SchemeVersion) -> str:
    """The page of a version: its gate, its replay and what one may do with it."""
    return url_for("owner.version", scheme=version.scheme.slug, version=version.version)


def editor_address(version: SchemeVersion) -> str:
    """The first page of the form of a draft."""
    return url_for("owner.edit_draft", scheme=version.scheme.slug, version=version.version, part=FIRST_PART)


def address_above(session: Session, actor: Actor, scheme: str) -> str:
    """Where one goes back to from the pages of a scheme: its own page when it holds today, else the list."""
    if actor.audience is not Audience.OWNER:
        return url_for("region.reviews")
    held = any(own.slug == scheme for own in schemes_of_owner(session, actor=actor, on=today()))
    return url_for("owner.scheme", scheme=scheme) if held else url_for("owner.scheme_list")


def title_of_version(version: SchemeVersion) -> str:
    """What a version calls its scheme, also while it is not finished."""
    return title_of(document_of(version), version.scheme.slug)


def waits_for(version: SchemeVersion, actor: Actor) -> dict[str, Any]:
    """Who must do something with an open version now."""
    if version.state is VersionState.DRAFT:
        return {"text": _("op verder schrijven")}
    if is_second_person(version, actor):
        return {"text": _("op u"), "tag": "wait"}
    return {"text": _("op een tweede persoon")}


def waiting_for(session: Session, actor: Actor) -> int:
    """How many versions the actor can publish or send back as the second person."""
    review = [one for one in drafts(session, actor=actor) if one.state is VersionState.IN_REVIEW]
    return sum(is_second_person(one, actor) for one in review)


def draft_rows(session: Session, actor: Actor) -> list[list[Any]]:
    """Every open version: drafts open in the form, versions in review on their own page."""
    rows = []
    for one in drafts(session, actor=actor):
        in_form = one.state is VersionState.DRAFT
        name = {
            "text": title_of_version(one),
            "note": _("Versie %(number)s", number=one.version),
            "href": editor_address(one) if in_form else version_address(one),
        }
        rows.append(
            [
                name,
                tag(VERSION_STATES, one.state),
                waits_for(one, actor),
                format_date(local_date(one.edited_at), "short"),
            ]
        )
    return rows


def ended_rows(session: Session, actor: Actor) -> list[list[Any]]:
    """Own schemes that were published once and do not hold today: ended, or not begun yet."""
    held = {own.slug for own in schemes_of_owner(session, actor=actor, on=today())}
    rows = []
    for slug in sorted(actor.schemes - held):
        versions = versions_of(session, slug=slug)
        last = newest_published(session, scheme_id=versions[0].scheme_id) if versions else None
        if last is not None:
            until = last.in_force_until or last.last_day
            rows.append(
                [
                    {"text": title_of_version(last), "href": version_address(last)},
                    tag(VERSION_STATES, last.state),
                    first_day(last),
                    format_date(until, "short") if until is not None else None,
                ]
            )
    return rows


def version_rows(session: Session, scheme: str) -> list[list[Any]]:
    """Every version of a scheme with its state and its days, each leading to its page."""
    return [
        [
            {"text": _("Versie %(number)s", number=one.version), "href": version_address(one)},
            tag(VERSION_STATES, one.state),
            first_day(one),
            format_date(until, "short") if (until := one.in_force_until or one.last_day) is not None else None,
        ]
        for one in versions_of(session, slug=scheme)
    ]


def first_day(version: SchemeVersion) -> str | None:
    """From when a version holds, in words; None as long as nobody decided it."""
    if version.in_force_from is None:
        return None
    return _("het begin") if version.in_force_from == FIRST_DAY else format_date(version.in_force_from, "short")


def last_day_of(session: Session, scheme: str) -> date | None:
    """The last day of a scheme that somebody decided to end; None when it goes on."""
    versions = versions_of(session, slug=scheme)
    newest = newest_published(session, scheme_id=versions[0].scheme_id) if versions else None
    return newest.last_day if newest is not None and newest.retired_at is not None else None


def stale_sentences(one: StaleScheme) -> list[str]:
    """Why a definition must be looked at again."""
    said = []
    if one.past_review:
        said.append(
            _("De regeling moest voor %(day)s worden nagekeken. Klopt alles nog?", day=format_date(one.review_on))
        )
    if one.closed_since is not None:
        said.append(
            _(
                "De laatste periode is voorbij sinds %(day)s. Komt er een nieuwe periode, of stopt de regeling?",
                day=format_date(one.closed_since),
            )
        )
    return said
