"""Tables of teams, of who is in them and of their municipalities. Nothing is thrown away: what was so until when stays known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, new_public_id

_OPEN, _NOW = text("closed_at IS NULL"), text("until IS NULL")


class Team(Base):
    """Advisors who do cases together, such as those of one municipality. Two open teams have no name in common."""

    __tablename__ = "team"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_at_and_by"),
        Index("uq_team_open_name", "name", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))


class TeamMember(Base):
    """Somebody in a team, from and until when; `until` is empty of who is in it now. Somebody may be in several teams."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint("(until IS NULL) = (removed_by IS NULL)", name="until_and_by"),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
        Index("uq_team_member_now", "account_id", "team_id", unique=True, sqlite_where=_NOW, postgresql_where=_NOW),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(String(80))


class TeamPlace(Base):
    """A municipality of which new questions go to a team, from and until when. At one time it has one team."""

    __tablename__ = "team_place"
    __table_args__ = (
        CheckConstraint("(until IS NULL) = (ended_by IS NULL)", name="until_and_by"),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
        Index("uq_team_place_now", "municipality", unique=True, sqlite_where=_NOW, postgresql_where=_NOW),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    municipality: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
