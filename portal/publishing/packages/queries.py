"""Reads of exchange: the desk's own key, whether a signature holds and is trusted, and where a draft came from."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import Scheme
from portal.framework.catalogue.queries import as_loaded_region
from portal.people.actor import Actor
from portal.publishing.packages.models import PackageImport, TrustedSigner
from portal.publishing.workshop.queries import may_review
from schemes.region.package import Package, Seal, make_package, package_text

SealState = Literal["trusted", "unknown_signer", "unsigned", "false"]
PURPOSE = b"ontwikkelloket scheme packages 1"


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The key of this desk, derived from its secret: nothing more to keep, and another secret gives another key.

    Raises ValueError when there is no secret.
    """
    if not secret:
        raise ValueError("a package is signed with a key made from SECRET_KEY, and there is none")
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key_text(key: Ed25519PrivateKey) -> str:
    """The public half in base64: 44 characters that may be shown to everybody."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def seal_for(content_hash: str, signer: str, key: Ed25519PrivateKey) -> Seal:
    """The signature over a content hash."""
    value = base64.b64encode(key.sign(content_hash.encode())).decode()
    return Seal(algorithm="ed25519", signer=signer, public_key=public_key_text(key), signature=value)


def holds(package: Package) -> bool:
    """Whether the signature belongs to the content and the key that are written there. False when nobody signed."""
    if package.seal is None:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(package.seal.public_key, validate=True))
        key.verify(base64.b64decode(package.seal.signature, validate=True), package.content_hash.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def seal_state(session: Session, *, package: Package) -> SealState:
    """Whether the package is signed, by somebody this desk trusts. `false`: there is a signature and it does not fit."""
    if package.seal is None:
        return "unsigned"
    if not holds(package):
        return "false"
    return "trusted" if signer_of(session, public_key=package.seal.public_key) is not None else "unknown_signer"


def signer_of(session: Session, *, public_key: str) -> TrustedSigner | None:
    """The trusted signer with this key; None when the key is not (or no longer) trusted."""
    rows = select(TrustedSigner).where(TrustedSigner.public_key == public_key, TrustedSigner.removed_at.is_(None))
    return session.scalars(rows.order_by(TrustedSigner.id)).first()


def trusted_signers(session: Session) -> list[TrustedSigner]:
    """Everybody whose signature is trusted now, by name."""
    rows = select(TrustedSigner).where(TrustedSigner.removed_at.is_(None))
    return list(session.scalars(rows.order_by(TrustedSigner.name, TrustedSigner.id)))


def trusted_signer_by_id(session: Session, *, signer_id: int) -> TrustedSigner | None:
    """A signer that is trusted now; None when there is none."""
    found = session.get(TrustedSigner, signer_id)
    return found if found is not None and found.removed_at is None else None


def signed_package(session: Session, *, scheme: str, key: Ed25519PrivateKey, actor: Actor, on: date) -> str | None:
    """The version of a scheme that holds on a day as a signed package file; None when the actor may not send it."""
    row = session.scalar(select(Scheme).where(Scheme.slug == scheme))
    region = as_loaded_region(session, on=on)
    if row is None or scheme not in region.schemes or not may_review(session, scheme=row, actor=actor):
        return None
    package = make_package(region, scheme, on)
    name = region.region.desk.name.nl if region.region.desk is not None else region.region.name.nl
    sealed = package.model_copy(update={"seal": seal_for(package.content_hash, name, key)})
    return package_text(sealed)


def imports_of(session: Session, *, version_id: int) -> list[PackageImport]:
    """The packages a version was made from, the newest first."""
    rows = select(PackageImport).where(PackageImport.scheme_version_id == version_id)
    return list(session.scalars(rows.order_by(PackageImport.id.desc())))
