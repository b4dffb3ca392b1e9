"""Tables of the region and of scheme versions. After loading, these records are the truth and the files are history."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.append_only import append_only
from portal.platform.database import Base, Json, choice
from portal.platform.sealed_columns import SALT, SealedText


class VersionState(enum.StrEnum):
    """The life of a scheme version."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


OPEN_STATES = (VersionState.DRAFT, VersionState.IN_REVIEW)
"""States of a version that was not published yet."""


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
    holder_salt: Mapped[str] = mapped_column(SealedText(64, SALT))
    """Secret that makes the pseudonyms of holders of ceilings unguessable; never shown, never changed."""
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(80))


@append_only
class RegionSnapshot(Base):
    """The region as it was at some load: names and settings, facts and lists. What was computed then is read with these."""

    __tablename__ = "region_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(80), unique=True)
    """The hash under which proposals name it (`catalogue_hash`)."""
    region: Mapped[dict[str, Any]] = mapped_column(Json)
    facts: Mapped[list[Any]] = mapped_column(Json)
    references: Mapped[list[Any]] = mapped_column("reference_lists", Json)
    kept_at: Mapped[datetime]


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
    """One version of one scheme. What is published never changes: old decisions and running questions keep theirs.

    As long as it is a draft, `definition_json` and `cases_json` may be any JSON object; from in_review on they parse.
    """

    __tablename__ = "scheme_version"
    __table_args__ = (
        UniqueConstraint("scheme_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_by IS NULL)", name="submitted_by_someone"),
        CheckConstraint("state <> 'draft' OR submitted_at IS NULL", name="draft_until_submitted"),
        CheckConstraint("state <> 'in_review' OR submitted_at IS NOT NULL", name="in_review_when_submitted"),
        CheckConstraint(
            "(returned_at IS NULL) = (returned_by IS NULL) AND (returned_at IS NULL) = (return_reason IS NULL)",
            name="returned_by_someone_for_a_reason",
        ),
        CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL) AND (published_at IS NULL) = (publish_reason IS NULL)",
            name="published_by_someone_for_a_reason",
        ),
        CheckConstraint(
            "published_by = 'system' OR (published_by <> edited_by AND published_by <> submitted_by)",
            name="published_by_a_second_person",
        ),
        CheckConstraint(
            "(state IN ('draft', 'in_review')) = (published_at IS NULL)",
            name="published_when_no_draft",
        ),
        CheckConstraint("(published_at IS NULL) = (in_force_from IS NULL)", name="in_force_from_when_published"),
        CheckConstraint(
            "(state IN ('superseded', 'retired')) = (in_force_until IS NOT NULL)", name="ended_has_last_day"
        ),
        CheckConstraint(
            "(retired_at IS NULL) = (retired_by IS NULL) AND (retired_at IS NULL) = (retire_reason IS NULL)"
            " AND (retired_at IS NULL) = (last_day IS NULL)",
            name="retired_by_someone_for_a_reason",
        ),
        CheckConstraint("state <> 'retired' OR in_force_until = last_day", name="retired_on_last_day"),
        CheckConstraint("retired_at IS NULL OR published_at IS NOT NULL", name="retired_when_published"),
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
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("scheme_version.id"), index=True)
    """The published version this one was made from and will replace; None for the first of a scheme."""
    definition_json: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the SchemeDefinition, its own `version` equal to the column; of a draft that does not parse: what was
    written."""
    cases_json: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON of the scheme's cases (schemes.region.cases.CasesFile); None when there are none."""
    content_hash: Mapped[str] = mapped_column(String(80))
    """SHA-256 of `definition_json`."""
    source_hash: Mapped[str] = mapped_column(String(80))
    """`work_hash` as the file had it, for a version made from a file: tells whether a file says something new."""
    work_hash: Mapped[str] = mapped_column(String(80))
    """SHA-256 of the definition without its version number and of the cases. Approvals and replays are about one such content."""
    revision: Mapped[int] = mapped_column(Integer, default=1)
    """Goes up with every save: who saves an older revision is told that somebody else was first."""
    state: Mapped[VersionState] = mapped_column(choice(VersionState))
    in_force_from: Mapped[date | None] = mapped_column(Date)
    in_force_until: Mapped[date | None] = mapped_column(Date)
    """Last day on which the version held."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    edited_at: Mapped[datetime]
    edited_by: Mapped[str] = mapped_column(String(80))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(80))
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[str | None] = mapped_column(String(80))
    return_reason: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(80))
    publish_reason: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(String(80))
    retire_reason: Mapped[str | None] = mapped_column(Text)
    last_day: Mapped[date | None] = mapped_column(Date)
    """Last day of the scheme, when it was decided to end it."""

    scheme: Mapped[Scheme] = relationship(back_populates="versions", lazy="joined")
    based_on: Mapped[SchemeVersion | None] = relationship(remote_side=[id])

    @property
    def is_open(self) -> bool:
        """Whether the version was not published yet."""
        return self.state in OPEN_STATES
