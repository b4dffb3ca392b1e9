"""Tables of exchange: the signers that this desk trusts, and where an imported draft came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Json

SEALS = ("trusted", "unknown_signer", "unsigned")
_SEALS = ", ".join(f"'{seal}'" for seal in SEALS)


class TrustedSigner(Base):
    """A public key whose signature this desk believes, with whose it is. Taken away by an act, never overwritten."""

    __tablename__ = "trusted_signer"
    __table_args__ = (
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_by_someone"),
        CheckConstraint("length(public_key) = 44", name="public_key_is_ed25519"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    public_key: Mapped[str] = mapped_column(String(44), index=True)
    """32 bytes in base64."""
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(String(80))


class PackageImport(Base):
    """Where a draft came from: one row for each package that was taken in."""

    __tablename__ = "package_import"
    __table_args__ = (
        CheckConstraint(f"seal IN ({_SEALS})", name="seal_known"),
        CheckConstraint("(seal = 'unsigned') = (public_key IS NULL)", name="unsigned_without_key"),
        CheckConstraint("length(content_hash) = 71", name="content_hash_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id", ondelete="CASCADE"), index=True)
    content_hash: Mapped[str] = mapped_column(String(80))
    from_region: Mapped[str] = mapped_column(String(300))
    made_on: Mapped[date] = mapped_column(Date)
    seal: Mapped[str] = mapped_column(String(20))
    signer: Mapped[str | None] = mapped_column(String(300))
    public_key: Mapped[str | None] = mapped_column(String(44))
    fit: Mapped[dict[str, Any]] = mapped_column(Json)
    """What this region lacked or had otherwise: keys of facts and names of lists (schemes.region.package.Fit)."""
    needed: Mapped[dict[str, Any]] = mapped_column(Json)
    """The definitions of the missing facts and lists, to be added to the region's files."""
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(80))
