"""Acts on a diary: keep the hours of every week, days away, the place and the link; and take quarters of an hour for a talk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.cases.diaries.models import AdvisorHours, DayAway, Diary, TakenQuarter, TalkWay
from portal.cases.open_hours import EARLIEST, LATEST, SUNDAY, quarters_of
from portal.cases.questions.actions import not_yours
from portal.framework.catalogue.queries import has_region, region
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.database import insert_into
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l

LENGTHS = (15, 30, 45, 60, 75, 90, 120)
"""How long a talk can be, in minutes."""


@dataclass(frozen=True)
class WeeklyHours:
    """Hours of every week as they are filled in; `begins` and `ends` in minutes after midnight, Dutch time."""

    weekday: int
    begins: int
    ends: int
    talk_minutes: int
    ways: Collection[TalkWay]


def add_hours(session: Session, *, hours: WeeklyHours, actor: Actor, now: datetime) -> AdvisorHours:
    """Open hours of every week in the own diary.

    Raises ``Refusal`` at the field for a Sunday, hours outside 7.00 to 21.00 or off the quarter, hours without room for one talk,
    and video without a link; ``Conflict`` when they overlap hours that are there.
    """
    diary = own_diary(session, actor=actor, now=now)
    _check_hours(hours, has_link=_has_link(session, diary.video_link))
    others = select(AdvisorHours).where(
        AdvisorHours.account_id == diary.account_id, AdvisorHours.weekday == hours.weekday
    )
    if any(hours.begins < other.ends and other.begins < hours.ends for other in session.scalars(others)):
        raise Conflict("hours_overlap", _l("U hebt op deze dag al uren die hier overheen vallen."), field="begins")
    made = AdvisorHours(
        account_id=diary.account_id,
        weekday=hours.weekday,
        begins=hours.begins,
        ends=hours.ends,
        talk_minutes=hours.talk_minutes,
        at_desk=TalkWay.DESK in hours.ways,
        by_phone=TalkWay.PHONE in hours.ways,
        by_video=TalkWay.VIDEO in hours.ways,
    )
    session.add(made)
    session.flush()
    _log(session, "diary.hours_added", diary, actor, now)
    return made


def remove_hours(session: Session, *, hours: AdvisorHours, actor: Actor, now: datetime) -> None:
    """Close hours of every week. Talks that were planned in them stay. Raises ``Conflict`` when they are gone already."""
    diary = own_diary(session, actor=actor, now=now)
    _mine(hours.account_id, actor)
    if not hold(session, hours):
        raise Conflict("hours_gone", _l("Deze uren zijn al weg."))
    session.delete(hours)
    session.flush()
    _log(session, "diary.hours_removed", diary, actor, now)


def add_away(session: Session, *, first_day: date, last_day: date, actor: Actor, now: datetime) -> DayAway:
    """Keep days on which people cannot choose a talk. Talks that were planned on them stay, and the advisor moves them.

    Raises ``Refusal`` at the field for days in the past or in the wrong order.
    """
    diary = own_diary(session, actor=actor, now=now)
    if last_day < first_day:
        raise Refusal("away_backwards", _l("De laatste dag is voor de eerste dag."), field="last_day")
    if last_day < local_date(now):
        raise Refusal("away_in_the_past", _l("Deze dagen zijn al voorbij."), field="last_day")
    made = DayAway(account_id=diary.account_id, first_day=first_day, last_day=last_day)
    session.add(made)
    session.flush()
    _log(session, "diary.away_added", diary, actor, now)
    return made


def remove_away(session: Session, *, away: DayAway, actor: Actor, now: datetime) -> None:
    """Be there after all on these days. Raises ``Conflict`` when they are gone already."""
    diary = own_diary(session, actor=actor, now=now)
    _mine(away.account_id, actor)
    if not hold(session, away):
        raise Conflict("away_gone", _l("Deze dagen zijn al weg."))
    session.delete(away)
    session.flush()
    _log(session, "diary.away_removed", diary, actor, now)


def keep_place(session: Session, *, place: str | None, video_link: str | None, actor: Actor, now: datetime) -> Diary:
    """Keep where people come, and the link for a video talk. Talks that were planned keep theirs.

    Raises ``Refusal`` at the field for a link that is not https, or when video is offered and there is no link any more.
    """
    diary = own_diary(session, actor=actor, now=now)
    link = (video_link or "").strip() or None
    if link is not None and (not link.startswith("https://") or any(character.isspace() for character in link)):
        message = _l("Vul een adres in dat begint met https://, zonder spaties.")
        raise Refusal("video_link_unsafe", message, field="video_link")
    offered = select(AdvisorHours.id).where(AdvisorHours.account_id == diary.account_id, AdvisorHours.by_video)
    if not _has_link(session, link) and session.scalars(offered.limit(1)).first() is not None:
        message = _l("U biedt videobellen aan. Daarvoor is een link nodig.")
        raise Refusal("video_link_needed", message, field="video_link")
    diary.place, diary.video_link, diary.changed_at = (place or "").strip() or None, link, now
    session.flush()
    _log(session, "diary.place_kept", diary, actor, now)
    return diary


def own_diary(session: Session, *, actor: Actor, now: datetime) -> Diary:
    """The diary of an advisor, locked until the end of the transaction; it is begun when there is none. Raises ``Refusal``."""
    if actor.audience is not Audience.ADVISOR or actor.account_id is None:
        raise not_yours()
    session.execute(
        insert_into(session)(Diary)
        .values(account_id=actor.account_id, changed_at=now)
        .on_conflict_do_nothing(index_elements=["account_id"])
    )
    diary = session.get_one(Diary, actor.account_id)
    hold(session, diary)
    return diary


def _has_link(session: Session, own: str | None) -> bool:
    """Whether there is a link for video: of the advisor, or of the region."""
    return own is not None or (has_region(session) and region(session).settings.talks.video_link is not None)


def _check_hours(hours: WeeklyHours, *, has_link: bool) -> None:
    if not 0 <= hours.weekday < SUNDAY:
        raise Refusal("hours_on_sunday", _l("Op zondag zijn er geen gesprekken. Kies een andere dag."), field="weekday")
    for field, minute in (("begins", hours.begins), ("ends", hours.ends)):
        if not EARLIEST <= minute <= LATEST:
            raise Refusal("hours_outside_day", _l("Kies een tijd van 7.00 tot en met 21.00 uur."), field=field)
        if minute % 15:
            message = _l("Kies een heel uur of een kwartier, bijvoorbeeld 14.00 of 14.15.")
            raise Refusal("hours_off_the_quarter", message, field=field)
    if hours.talk_minutes not in LENGTHS:
        raise Refusal("talk_length_unknown", _l("Kies hoe lang een gesprek duurt."), field="talk_minutes")
    if hours.ends - hours.begins < hours.talk_minutes:
        raise Refusal("hours_too_short", _l("In deze uren past geen gesprek. Kies een latere eindtijd."), field="ends")
    if not set(hours.ways) & {TalkWay.DESK, TalkWay.PHONE, TalkWay.VIDEO}:
        raise Refusal("way_missing", _l("Kies hoe mensen met u kunnen praten."), field="ways")
    if TalkWay.VIDEO in hours.ways and not has_link:
        message = _l("Vul eerst bij uw plaats een link voor videobellen in.")
        raise Refusal("video_link_missing", message, field="ways")


def _mine(account_id: int, actor: Actor) -> None:
    if account_id != actor.account_id:
        raise not_yours()


def _log(session: Session, action: str, diary: Diary, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="account", object_id=diary.account_id, now=now)


# The quarters of a talk -------------------------------------------------------------------------------------------------


def take_quarters(session: Session, *, advisor_id: int, talk_id: int, starts_at: datetime, minutes: int) -> bool:
    """Take the time of a talk in a diary, instead of what the talk had; whether it was free.

    The key of the table decides: of two at once the second one waits for the first, and finds it taken. Then nothing is changed.
    """
    wanted = quarters_of(starts_at, minutes)
    with session.begin_nested() as point:
        free_quarters(session, talk_id=talk_id)
        if len(_claimed(session, advisor_id, talk_id, wanted)) == len(wanted):
            return True
        point.rollback()
    return False


def free_quarters(session: Session, *, talk_id: int) -> None:
    """Give the time of a talk back to the diary."""
    session.flush()
    session.execute(
        delete(TakenQuarter).where(TakenQuarter.talk_id == talk_id).execution_options(synchronize_session=False)
    )


def _claimed(session: Session, advisor_id: int, talk_id: int, wanted: Collection[datetime]) -> Collection[datetime]:
    rows = [{"advisor_id": advisor_id, "starts_at": quarter, "talk_id": talk_id} for quarter in wanted]
    taking = insert_into(session)(TakenQuarter).values(rows)
    return list(
        session.scalars(
            taking.on_conflict_do_nothing(index_elements=["advisor_id", "starts_at"]).returning(TakenQuarter.starts_at)
        )
    )
