"""Scheme versions on their way into force: written, replayed, reviewed, published, exchanged."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from portal.framework.catalogue.actions import activate_due_versions
from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.publishing.gate.actions import approve_outcome, publish_version, send_back
from portal.publishing.gate.steps import changed_outcomes
from portal.publishing.packages.actions import import_package, stop_trusting, trust_signer
from portal.publishing.packages.models import TrustedSigner
from portal.publishing.packages.queries import signed_package, signing_key
from portal.publishing.replay.actions import run_replay
from portal.publishing.workshop.actions import (
    rebase_draft,
    retire_scheme,
    save_draft,
    start_draft,
    submit_for_review,
    withdraw_draft,
)
from portal.publishing.workshop.queries import document_of
from tests.drafts import CASES, COLLEAGUE, SLUG, a_changed_draft, a_published_draft, a_ready_draft, an_offered_draft
from tests.factories import NOW, OWNER, REGION, a_region
from tests.reliability.pairs.acts import NO, REGIONS, Found, Row, Scene, by, made, row, said, the

DAY = timedelta(days=1)
TODAY = NOW.date()
WRITERS = by(OWNER, COLLEAGUE)
REVIEWERS = by(COLLEAGUE, REGION)
DRAFT = OFFERED = the(SchemeVersion, created_by=OWNER.reference)
"""The one that the scene made."""

# Scheme versions ---------------------------------------------------------------------------------------------------------


def written(version: Found) -> Found:
    """The document of a version with another title for each of two people."""

    def look(session: Session, who: int) -> dict[str, object]:
        document = document_of(said(version, session, who))
        return document | {"caps": [{**document["caps"][0], "amount_cents": 20_000 + who}]}

    return Found(look)


def saving(version: Found) -> Row:
    """Save a draft as it is on the screen."""
    revision = made(lambda draft: draft.revision, version)
    return row(save_draft, version=version, document=written(version), cases=CASES, revision=revision, actor=WRITERS)


writing = partial(row, version=DRAFT, actor=WRITERS)
retiring = row(
    retire_scheme,
    scheme=SLUG,
    last_day=TODAY + 30 * DAY,
    reason="Geld op.",
    actor=REVIEWERS,
    prepared_by=by(OWNER.reference),
)
WRITTEN = Scene(
    "a draft of a scheme",
    a_changed_draft,
    (
        saving(DRAFT),
        writing(submit_for_review),
        writing(withdraw_draft),
        writing(run_replay, people=5),
        row(start_draft, scheme=SLUG, actor=by(COLLEAGUE, OWNER)),
        retiring,
    ),
)
reviewing = partial(row, version=OFFERED, actor=REVIEWERS)
IN_REVIEW = Scene(
    "a version in review",
    an_offered_draft,
    (
        reviewing(
            approve_outcome,
            key=Found(lambda s, w: changed_outcomes(s, version=OFFERED.look(s, w), on=TODAY)[0].key),
        ),
        reviewing(send_back, reason="Kijk nog eens."),
        row(withdraw_draft, version=OFFERED, actor=WRITERS),
        row(run_replay, version=OFFERED, people=5, actor=WRITERS),
    ),
)


def _ready(session: Session) -> None:
    a_ready_draft(session)


publishing = reviewing(publish_version, "today", from_day=TODAY, reason="Minder geld.")
READY = Scene(
    "a version that can be published",
    _ready,
    (
        publishing,
        reviewing(publish_version, "later", from_day=TODAY + 9 * DAY, reason="Minder geld."),
        reviewing(send_back, reason="Kijk nog eens."),
        row(withdraw_draft, version=OFFERED, actor=WRITERS),
        retiring,
    ),
)


def _overtaken(session: Session) -> None:
    a_region(session)
    start_draft(session, scheme=SLUG, actor=COLLEAGUE, now=NOW)
    a_published_draft(session, from_day=TODAY + DAY)


OVERTAKEN_ONE = the(SchemeVersion, state=VersionState.DRAFT)
OVERTAKEN = Scene(
    "a draft beside a version that is scheduled",
    _overtaken,
    (
        row(rebase_draft, version=OVERTAKEN_ONE, actor=WRITERS),
        row(withdraw_draft, version=OVERTAKEN_ONE, actor=WRITERS),
        saving(OVERTAKEN_ONE),
        row(activate_due_versions, actor=NO, now=NOW + DAY),
        row(start_draft, scheme=SLUG, actor=by(COLLEAGUE, OWNER)),
    ),
)
SEAL = signing_key("a secret of at least thirty-two characters")


def a_package(session: Session, _who: int) -> str:
    """The scheme as it leaves the desk."""
    return signed_package(session, scheme=SLUG, key=SEAL, actor=OWNER, on=TODAY) or ""


IN_FORCE = Scene(
    "a scheme without a draft",
    a_region,
    (
        row(import_package, text=Found(a_package), actor=WRITERS),
        row(start_draft, scheme=SLUG, actor=WRITERS),
        retiring,
    ),
)
KEY = "A" * 43 + "="
OTHER_KEY = "B" * 43 + "="


def _trusted(session: Session) -> None:
    a_region(session)
    trust_signer(session, name="Buren", public_key=OTHER_KEY, actor=REGION, now=NOW)


TRUSTED = Scene(
    "a signer that is trusted",
    _trusted,
    (
        row(trust_signer, name="Regio Oost", public_key=KEY, actor=REGIONS),
        row(stop_trusting, signer=the(TrustedSigner), actor=REGIONS),
    ),
)

SCENES = (WRITTEN, IN_REVIEW, READY, OVERTAKEN, IN_FORCE, TRUSTED)
