"""Acts of exchange: sign a package, take one in as a draft, trust a signer and stop trusting one."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import RegionRecord, Scheme, SchemeVersion
from portal.framework.catalogue.queries import as_loaded_region
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.packages.models import PackageImport, TrustedSigner
from portal.publishing.packages.queries import seal_state, signer_of
from portal.publishing.workshop.actions import not_yours, save_draft, start_draft
from schemes.files.canonical import canonical
from schemes.region.package import Fit, PackageContent, fit, read_package

LARGEST_PACKAGE = 2_000_000
"""Characters of a package file."""


def import_package(session: Session, *, text: str, actor: Actor, now: datetime, file: str = "") -> SchemeVersion:
    """Take a package in as a draft of the actor's organisation; it goes through the same gate as every draft.

    Raises ``BadFile`` when the file is no package or was changed; ``Refusal`` when its signature is false or
    the name belongs to a scheme of another organisation; ``Conflict`` when the actor has a draft of this scheme already.
    """
    if actor.audience is not Audience.OWNER:
        raise not_yours()
    if len(text) > LARGEST_PACKAGE:
        raise Refusal("too_large", _l("Dit bestand is te groot. Een pakket is hoogstens 2 MB."))
    package = read_package(text, file)
    seal = seal_state(session, package=package)
    if seal == "false":
        raise Refusal("false_signature", _l("De handtekening klopt niet. Vraag het pakket opnieuw aan de afzender."))
    content = package.content
    found = fit(content, as_loaded_region(session, on=local_date(now)))
    version = _draft_for(session, content, actor, now)
    save_draft(
        session,
        version=version,
        document=canonical(content.definition),
        revision=version.revision,
        actor=actor,
        now=now,
        cases=canonical(content.cases) if content.cases is not None else None,
    )
    session.add(
        PackageImport(
            scheme_version_id=version.id,
            content_hash=package.content_hash,
            from_region=content.region_name,
            made_on=content.made_on,
            seal=seal,
            signer=package.seal.signer if package.seal else None,
            public_key=package.seal.public_key if package.seal else None,
            fit=_plain(found),
            needed=_needed(content, found),
            imported_at=now,
            imported_by=actor.reference,
        )
    )
    session.flush()
    record(session, actor=actor, action="package.imported", object_kind="scheme_version", object_id=version.id, now=now)
    return version


def _draft_for(session: Session, content: PackageContent, actor: Actor, now: datetime) -> SchemeVersion:
    slug = content.definition.scheme
    known = session.scalar(select(Scheme).where(Scheme.slug == slug))
    version = start_draft(session, scheme=None if known is None else slug, actor=actor, now=now)
    if version.revision != 1 or version.created_at != now:
        raise Conflict(
            "draft_exists", _l("U hebt al een concept van deze regeling. Gooi het eerst weg of maak het af.")
        )
    return version


def _plain(found: Fit) -> dict[str, Any]:
    return {name: list(value) for name, value in asdict(found).items()}


def _needed(content: PackageContent, found: Fit) -> dict[str, Any]:
    return {
        "facts": [canonical(fact) for fact in content.facts if fact.key in found.missing_facts],
        "lists": [canonical(one) for one in content.lists if one.list in found.missing_lists],
    }


def trust_signer(session: Session, *, name: str, public_key: str, actor: Actor, now: datetime) -> TrustedSigner:
    """Believe the signatures of a key from now on. Raises ``Refusal`` for a name or key that is not one, or is known already."""
    _only_region(actor)
    title, key = " ".join(name.split()), re.sub(r"\s", "", public_key)
    if not title or len(title) > 300:
        raise Refusal("name_missing", _l("Vul in van wie de sleutel is."), field="name")
    try:
        right = len(base64.b64decode(key, validate=True)) == 32 and len(key) == 44
    except (binascii.Error, ValueError):
        right = False
    if not right:
        message = _l("Dit is geen sleutel. Een sleutel heeft 44 tekens en eindigt op =.")
        raise Refusal("not_a_key", message, field="public_key")
    region = session.scalar(select(RegionRecord))
    if region is not None:
        hold(session, region)  # of two who add one key at once the second sees the first
    if signer_of(session, public_key=key) is not None:
        raise Refusal("key_known", _l("Deze sleutel vertrouwt u al."), field="public_key")
    row = TrustedSigner(name=title, public_key=key, added_at=now, added_by=actor.reference)
    session.add(row)
    session.flush()
    record(session, actor=actor, action="signer.trusted", object_kind="trusted_signer", object_id=row.id, now=now)
    return row


def stop_trusting(session: Session, *, signer: TrustedSigner, actor: Actor, now: datetime) -> None:
    """Believe a key no longer. What was imported with it stays, with what was known then."""
    _only_region(actor)
    write_guarded(
        session,
        signer,
        TrustedSigner.removed_at.is_(None),
        otherwise=Conflict("not_trusted", _l("Deze sleutel vertrouwt u niet meer.")),
        removed_at=now,
        removed_by=actor.reference,
    )
    record(session, actor=actor, action="signer.removed", object_kind="trusted_signer", object_id=signer.id, now=now)


def _only_region(actor: Actor) -> None:
    if actor.audience not in (Audience.REGION, Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Alleen de regio beheert de sleutels."))
