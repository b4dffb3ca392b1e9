"""The life of a version: written, offered, sent back, published by a second person, ended."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.models import VersionState
from portal.catalogue.queries import versions_of
from portal.errors import Refusal
from portal.workshop.actions import (
    save_draft,
    start_draft,
    submit_for_review,
)
from portal.workshop.queries import document_of, open_versions, parsed_version
from tests.factories import NOW, OWNER, a_region
from tests.drafts import (
    COLLEAGUE,
)

SLUG = "materiaalvoucher"
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
    with pytest.raises(Refusal, match="nog niet af"):
        submit_for_review(session, version=draft, actor=OWNER, now=NOW)
    save_draft(session, version=draft, document=document_of(versions_of(session, slug=SLUG)[1]), cases=None,
               revision=2, actor=OWNER, now=NOW)  # fmt: skip
    assert parsed_version(draft).findings == ()
    assert submit_for_review(session, version=draft, actor=OWNER, now=NOW).state is VersionState.IN_REVIEW
