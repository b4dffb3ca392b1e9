"""Tables of the diaries of advisors. Times of the day are minutes after midnight, in Dutch time."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, new_public_id


class TalkWay(enum.StrEnum):
    """Where the talk takes place."""

    DESK = "desk"
    PHONE = "phone"
    VIDEO = "video"
    WORKPLACE = "workplace"


class Diary(Base):
    """What holds for all talks of one advisor: the place at the desk, and the link for a video talk.

    Who changes the hours or the days away locks this row.
    """

    __tablename__ = "diary"
    __table_args__ = (
        CheckConstraint("place IS NULL OR length(place) > 0", name="place_has_words"),
        CheckConstraint("video_link IS NULL OR video_link LIKE 'https://%'", name="video_link_is_safe"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    place: Mapped[str | None] = mapped_column(String(200))
    """Where people come; without it the address of the desk."""
    video_link: Mapped[str | None] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class AdvisorHours(Base):
    """Hours of every week in which people can choose a talk with an advisor, one talk after another."""

    __tablename__ = "advisor_hours"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 5", name="never_on_sunday"),
        CheckConstraint("begins >= 420 AND ends <= 1260", name="within_the_day"),
        CheckConstraint("begins % 15 = 0", name="begins_on_a_quarter"),
        CheckConstraint(
            "talk_minutes >= 15 AND talk_minutes <= 120 AND talk_minutes % 15 = 0", name="length_in_quarters"
        ),
        CheckConstraint("ends - begins >= talk_minutes", name="room_for_a_talk"),
        CheckConstraint("at_desk OR by_phone OR by_video", name="in_some_way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    weekday: Mapped[int]
    """0 is Monday, 5 is Saturday."""
    begins: Mapped[int]
    ends: Mapped[int]
    talk_minutes: Mapped[int]
    at_desk: Mapped[bool]
    by_phone: Mapped[bool]
    by_video: Mapped[bool]

    @property
    def ways(self) -> tuple[TalkWay, ...]:
        """The ways in which people can have a talk in these hours."""
        chosen = ((TalkWay.DESK, self.at_desk), (TalkWay.PHONE, self.by_phone), (TalkWay.VIDEO, self.by_video))
        return tuple(way for way, offered in chosen if offered)


class DayAway(Base):
    """Days on which an advisor has no talks, the first and the last one included."""

    __tablename__ = "day_away"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)


class TakenQuarter(Base):
    """A quarter of an hour of an advisor that a planned talk takes. The key is the guard: nobody has two talks at once.

    A talk that is held, missed or called off has none. `advisor_id` is the account, without a foreign key as in ``planned_by``.
    """

    __tablename__ = "taken_quarter"

    advisor_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
