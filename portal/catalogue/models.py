"""Tables of the region and of scheme versions. After loading, these records are the truth and the files are history."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Json, choice


class VersionState(enum.StrEnum):
    """The life of a scheme version."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class RegionRecord(Base):
    """The region of this desk: names and settings, facts and reference lists, as loaded. There is one."""

    __tablename__ = "region_record"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(80))
    region: Mapped[dict[str, Any]] = mapped_column(Json)
    facts: Mapped[list[Any]] = mapped_column(Json)
    references: Mapped[list[Any]] = mapped_column("reference_lists", Json)
    content_hash: Mapped[str] = mapped_column(String(80))
    """Hash of region, facts and reference lists."""
    loaded_hash: Mapped[str] = mapped_column(String(80))
    """Hash of everything that was in the folder when it was last loaded; the same folder is not read again."""
    holder_salt: Mapped[str] = mapped_column(String(64))
    """Secret that makes the pseudonyms of holders of ceilings unguessable; never shown, never changed."""
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(80))


class Scheme(Base):
    """A scheme under its name; what it says is in its versions."""

    __tablename__ = "scheme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    owner: Mapped[str] = mapped_column(String(80), index=True)
    """The organisation that owns the scheme, by its id in the region."""
    created_at: Mapped[datetime]

    versions: Mapped[list[SchemeVersion]] = relationship(back_populates="scheme", order_by="SchemeVersion.version")


class SchemeVersion(Base):
    """One version of one scheme. The definition is fixed as soon as it is in force; old decisions keep theirs."""

    __tablename__ = "scheme_version"
    __table_args__ = (
        UniqueConstraint("scheme_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_by_someone"),
        CheckConstraint(
            "(state IN ('draft', 'in_review')) = (published_at IS NULL)",
            name="published_when_no_draft",
        ),
        CheckConstraint("(published_at IS NULL) = (in_force_from IS NULL)", name="in_force_from_when_published"),
        CheckConstraint(
            "(state IN ('superseded', 'retired')) = (in_force_until IS NOT NULL)", name="ended_has_last_day"
        ),
        Index(
            "uq_scheme_version_in_force",
            "scheme_id",
            unique=True,
            sqlite_where=text("state = 'in_force'"),
            postgresql_where=text("state = 'in_force'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    definition_json: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the SchemeDefinition, its own `version` equal to the column."""
    content_hash: Mapped[str] = mapped_column(String(80))
    """SHA-256 of `definition_json`."""
    source_hash: Mapped[str] = mapped_column(String(80))
    """SHA-256 of the definition as the file had it, version number left out: tells whether a file says something new."""
    state: Mapped[VersionState] = mapped_column(choice(VersionState))
    in_force_from: Mapped[date | None] = mapped_column(Date)
    in_force_until: Mapped[date | None] = mapped_column(Date)
    """Last day on which the version held."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(80))

    scheme: Mapped[Scheme] = relationship(back_populates="versions", lazy="joined")
