"""The life of a version: written, offered, sent back, published by a second person, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import Scheme, VersionState
from portal.framework.catalogue.queries import schemes_in_force, versions_of
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import OrganisationKind
from portal.people.accounts.queries import organisation_by_slug, schemes_of
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.publishing.gate.actions import send_back
from portal.publishing.workshop.actions import (
    rebase_draft,
    retire_scheme,
    save_draft,
    start_draft,
    submit_for_review,
    withdraw_draft,
)
from portal.publishing.workshop.queries import (
    cases_document_of,
    document_of,
    open_versions,
    parsed_version,
    stale,
    version_for,
    version_of_scheme,
)
from tests.drafts import COLLEAGUE, SLUG, STRANGER, a_changed_draft, a_published_draft, an_offered_draft
from tests.factories import ADMIN, ADVISOR, NOBODY, NOW, OWNER, REGION, SYSTEM, a_question, a_region, resident

TODAY = NOW.date()


def test_a_draft_is_a_copy_of_what_holds_and_starting_twice_gives_the_same(session: Session) -> None:
    a_region(session)
    draft = start_draft(session, scheme=SLUG, actor=OWNER, now=NOW)
    base = versions_of(session, slug=SLUG)[1]
    assert (draft.state, draft.version, draft.based_on_id, draft.revision) == (VersionState.DRAFT, 2, base.id, 1)
    assert draft.work_hash == base.work_hash and document_of(draft)["version"] == 2
    assert start_draft(session, scheme=SLUG, actor=OWNER, now=NOW) is draft
    assert start_draft(session, scheme=SLUG, actor=COLLEAGUE, now=NOW).version == 3
    assert [item.version for item in open_versions(session, scheme=SLUG, actor=OWNER)] == [3, 2]


def test_a_draft_keeps_what_was_written_also_when_it_does_not_parse(session: Session) -> None:
    a_region(session)
    draft = start_draft(session, scheme=SLUG, actor=OWNER, now=NOW)
    wrong = document_of(draft) | {"kind": "vouchre", "caps": "veel", "version": 77, "owner": "iemand-anders"}
    save_draft(session, version=draft, document=wrong, cases={"cases": []}, revision=1, actor=OWNER, now=NOW)
    kept = document_of(draft)
    assert (kept["kind"], kept["caps"], kept["version"], kept["owner"]) == ("vouchre", "veel", 2, "gemeente-proefstad")
    assert draft.revision == 2 and parsed_version(draft).definition is None
    assert {finding.path for finding in parsed_version(draft).findings} >= {"kind", "caps"}
    assert cases_document_of(draft) == {"format": "ontwikkelloket/cases/1", "scheme": SLUG, "cases": []}
    with pytest.raises(Refusal, match="nog niet af"):
        submit_for_review(session, version=draft, actor=OWNER, now=NOW)
    good = document_of(versions_of(session, slug=SLUG)[1])
    save_draft(session, version=draft, document=good, cases=None, revision=2, actor=OWNER, now=NOW)
    assert parsed_version(draft).findings == ()
    assert submit_for_review(session, version=draft, actor=OWNER, now=NOW).state is VersionState.IN_REVIEW


def test_what_is_no_plain_text_or_number_is_not_kept(session: Session) -> None:
    draft = a_changed_draft(session)
    before = draft.definition_json
    for strange in ({"title": float("nan")}, {"title": {1, 2}}, {"title": "\ud800"}, {"summary": "x" * 1_000_001}):
        with pytest.raises(Refusal) as refused:
            save_draft(
                session,
                version=draft,
                document=document_of(draft) | strange,
                cases=None,
                revision=draft.revision,
                actor=OWNER,
                now=NOW,
            )
        assert refused.value.code in ("not_json", "too_large")
    session.refresh(draft)
    assert draft.definition_json == before


def test_who_saves_an_older_revision_is_told_that_somebody_was_first(session: Session) -> None:
    draft = a_changed_draft(session)
    document, seen = document_of(draft), draft.revision
    save_draft(session, version=draft, document=document, cases=None, revision=seen, actor=COLLEAGUE, now=NOW)
    with pytest.raises(Conflict) as conflict:
        save_draft(session, version=draft, document={}, cases=None, revision=seen, actor=OWNER, now=NOW)
    assert conflict.value.code == "saved_by_other" and document_of(draft) == document
    assert draft.edited_by == COLLEAGUE.reference


def test_nothing_is_saved_once_it_was_offered_and_sending_back_opens_it_again(session: Session) -> None:
    version = an_offered_draft(session)
    with pytest.raises(Conflict) as conflict:
        save_draft(session, version=version, document={}, cases=None, revision=2, actor=OWNER, now=NOW)
    assert conflict.value.code == "not_a_draft"
    with pytest.raises(Refusal) as refused:
        send_back(session, version=version, reason="  ", actor=COLLEAGUE, now=NOW)
    assert refused.value.field == "reason"
    send_back(session, version=version, reason="Het bedrag klopt niet.", actor=REGION, now=NOW)
    assert (version.state, version.submitted_by, version.returned_by) == (
        VersionState.DRAFT,
        None,
        REGION.reference,
    )
    assert version.return_reason == "Het bedrag klopt niet."
    with pytest.raises(Conflict):
        send_back(session, version=version, reason="Nog eens", actor=REGION, now=NOW)
    submit_for_review(session, version=version, actor=OWNER, now=NOW)
    assert version.returned_at is None and version.return_reason is None


@pytest.mark.parametrize("actor", [STRANGER, ADVISOR, ADMIN, NOBODY], ids=lambda actor: str(actor.display_name))
def test_nobody_else_touches_or_sees_a_draft(session: Session, actor: Actor) -> None:
    draft = a_changed_draft(session)
    acts = (
        lambda: start_draft(session, scheme=SLUG, actor=actor, now=NOW),
        lambda: save_draft(session, version=draft, document={}, cases=None, revision=2, actor=actor, now=NOW),
        lambda: submit_for_review(session, version=draft, actor=actor, now=NOW),
        lambda: withdraw_draft(session, version=draft, actor=actor, now=NOW),
        lambda: rebase_draft(session, version=draft, actor=actor, now=NOW),
        lambda: retire_scheme(session, scheme=SLUG, last_day=TODAY, reason="Weg", actor=actor, now=NOW),
    )
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "not_yours"
    assert version_for(session, version_id=draft.id, actor=actor) is None
    assert open_versions(session, scheme=SLUG, actor=actor) == []


def test_the_region_sees_and_sends_back_but_does_not_write(session: Session) -> None:
    version = an_offered_draft(session)
    assert version_for(session, version_id=version.id, actor=REGION) is version
    assert version_of_scheme(session, scheme=SLUG, number=2, actor=REGION) is version
    assert version_of_scheme(session, scheme=SLUG, number=2, actor=resident(a_question(session))) is None
    with pytest.raises(Refusal):
        save_draft(session, version=version, document={}, cases=None, revision=2, actor=REGION, now=NOW)


def test_every_act_is_in_the_audit_log_without_what_was_written(session: Session) -> None:
    version = a_published_draft(session)
    acts = [row.action for row in session.scalars(select(AuditEvent).where(AuditEvent.object_id == str(version.id)))]
    assert [act for act in acts if act.startswith("scheme_version.")] == [
        "scheme_version.started",
        "scheme_version.saved",
        "scheme_version.submitted",
        "scheme_version.replayed",
        *["scheme_version.outcome_approved"] * 2,
        "scheme_version.published",
    ]


# A new scheme ----------------------------------------------------------------------------------------------------------


def an_owner(session: Session) -> Actor:
    """Somebody of an organisation with a row of its own."""
    a_region(session)
    house = ensure_organisation(
        session, slug="gemeente-proefstad", name="Proefstad", kind=OrganisationKind.SCHEME_OWNER, actor=SYSTEM, now=NOW
    )
    return Actor(Audience.OWNER, account_id=950, organisation_id=house.id, schemes=frozenset({SLUG}))


def test_a_new_scheme_belongs_to_its_maker_and_takes_the_name_that_is_written(session: Session) -> None:
    owner = an_owner(session)
    draft = start_draft(session, scheme=None, actor=owner, now=NOW)
    assert document_of(draft)["owner"] == "gemeente-proefstad" and draft.based_on_id is None
    document = document_of(draft) | {"scheme": "fietsvoucher"}
    save_draft(session, version=draft, document=document, cases=None, revision=1, actor=owner, now=NOW)
    assert draft.scheme.slug == "fietsvoucher"
    house = organisation_by_slug(session, slug="gemeente-proefstad")
    assert house is not None and schemes_of(session, organisation_id=house.id) == {SLUG, "fietsvoucher"}
    with pytest.raises(Refusal) as refused:
        save_draft(
            session,
            version=draft,
            document=document | {"scheme": "leervoucher"},
            cases=None,
            revision=2,
            actor=owner,
            now=NOW,
        )
    assert refused.value.field == "scheme"
    assert "fietsvoucher" not in {scheme.slug for scheme in schemes_in_force(session, on=TODAY)}


def test_a_published_scheme_keeps_its_name(session: Session) -> None:
    draft = a_changed_draft(session)
    document = document_of(draft) | {"scheme": "anders"}
    save_draft(session, version=draft, document=document, cases=None, revision=2, actor=OWNER, now=NOW)
    assert document_of(draft)["scheme"] == SLUG and draft.scheme.slug == SLUG


def test_a_new_scheme_that_is_thrown_away_leaves_nothing(session: Session) -> None:
    owner = an_owner(session)
    draft = start_draft(session, scheme=None, actor=owner, now=NOW)
    slug = draft.scheme.slug
    withdraw_draft(session, version=draft, actor=owner, now=NOW)
    assert session.scalar(select(Scheme.id).where(Scheme.slug == slug)) is None
    house = organisation_by_slug(session, slug="gemeente-proefstad")
    assert house is not None and schemes_of(session, organisation_id=house.id) == {SLUG}


def test_an_owner_without_an_organisation_starts_no_new_scheme(session: Session) -> None:
    a_region(session)
    for actor in (OWNER, replace(REGION, organisation_id=1), NOBODY):
        with pytest.raises(Refusal):
            start_draft(session, scheme=None, actor=actor, now=NOW)


def test_a_draft_that_is_thrown_away_leaves_the_scheme_as_it_was(session: Session) -> None:
    draft = a_changed_draft(session)
    withdraw_draft(session, version=draft, actor=OWNER, now=NOW)
    assert [version.version for version in versions_of(session, slug=SLUG)] == [1]
    published = versions_of(session, slug=SLUG)[0]
    with pytest.raises(Conflict):
        withdraw_draft(session, version=published, actor=OWNER, now=NOW)


def test_a_draft_of_an_older_version_is_rebased_on_the_newer_one(session: Session) -> None:
    older = a_changed_draft(session, actor=COLLEAGUE, minimum_cents=1000)
    with pytest.raises(Conflict):
        rebase_draft(session, version=older, actor=COLLEAGUE, now=NOW)
    newer = a_published_draft(session)
    rebase_draft(session, version=older, actor=COLLEAGUE, now=NOW)
    assert (older.based_on_id, older.version, document_of(older)["version"]) == (newer.id, 4, 4)
    assert document_of(older)["minimum_cents"] == 1000


# What needs care -------------------------------------------------------------------------------------------------------


def test_a_definition_past_its_review_or_with_only_closed_windows_is_stale(session: Session) -> None:
    a_region(session)
    assert stale(session, on=TODAY, actor=SYSTEM) == []
    late = {one.slug: one for one in stale(session, on=date(2028, 1, 1), actor=SYSTEM)}
    assert late["leervoucher"].closed_since == date(2027, 12, 31) and not late["leervoucher"].past_review
    assert SLUG not in late
    assert {one.slug for one in stale(session, on=date(2030, 1, 2), actor=OWNER)} == {SLUG}
    assert stale(session, on=date(2027, 12, 31), actor=SYSTEM) == []
