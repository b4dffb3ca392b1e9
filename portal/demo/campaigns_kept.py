"""The campaigns of the region in the history, and every week how many looked at the first page and began to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from portal.cases.origins.actions import count_at_door, end_campaign, make_campaign
from portal.cases.origins.models import NO_CAMPAIGN, DoorStep
from portal.cases.origins.queries import campaign_by_code, campaigns
from portal.demo.desk import DemoDesk
from portal.demo.timetable import Story, Timetable
from portal.demo.ways_in import A_WEEK, BEGIN_TOO, CAMPAIGNS, CampaignTold

WEEK = timedelta(days=7)


def campaigns_kept(desk: DemoDesk, at: Timetable, since: datetime, *, opened: datetime) -> list[Story]:
    """From `since` on: the campaigns, counted in days from when the desk would have opened, and the visits of every week."""
    return [
        *(_campaign(desk, one, since, opened + timedelta(days=one.begins), opened) for one in CAMPAIGNS),
        _visits(desk, since, at.end),
    ]


def _campaign(desk: DemoDesk, one: CampaignTold, since: datetime, begins: datetime, opened: datetime) -> Story:
    if one.ends is not None and opened + timedelta(days=one.ends) < since:
        return
    yield max(begins, since + timedelta(hours=4))
    make_campaign(desk.session, code=one.code, name=one.name, actor=desk.staff.region, now=desk.now)
    if one.ends is None:
        return
    yield opened + timedelta(days=one.ends)
    made = campaign_by_code(desk.session, code=one.code)
    assert made is not None
    end_campaign(desk.session, campaign=made, actor=desk.staff.region, now=desk.now)


def _visits(desk: DemoDesk, since: datetime, end: datetime) -> Story:
    """Every week, of the day on which it is written down; by a campaign that has ended a few still come."""
    chance = Random("ontwikkelloket:door")
    for moment in _weeks(since, end):
        yield moment
        known = {one.code: one.ended_at is None for one in campaigns(desk.session)}
        usual = {NO_CAMPAIGN: A_WEEK} | {one.code: one.a_week for one in CAMPAIGNS if one.code in known}
        seen: dict[tuple[date, DoorStep, str], int] = {}
        for code, number in usual.items():
            came = chance.randint(number // 2, number + number // 2)
            if not known.get(code, True):
                came = chance.randint(0, 1)
            for step, times in ((DoorStep.VISIT, came), (DoorStep.BEGUN, came // BEGIN_TOO)):
                if times:
                    seen[desk.today, step, code] = times
        count_at_door(desk.session, counts=seen)


def _weeks(since: datetime, end: datetime) -> Iterator[datetime]:
    moment = since + WEEK
    while moment < end:
        yield moment
        moment += WEEK
