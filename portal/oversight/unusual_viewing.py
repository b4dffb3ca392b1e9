"""Looking into cases in a way that asks for a question: very many in an hour, or at night. Who and when, never which case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.staff import tell_administrators
from portal.people.accounts.queries import account_by_reference
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.audit.models import ViewingEvent
from portal.platform.clock import local_date, local_time
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job

MANY_IN_HOUR = 40
"""So many different cases in one hour ask for a question: more than anybody who works at a case looks at."""
A_LIST = 3
"""More looks than this at one moment are those of a page that lists people."""
NIGHT_ENDS, NIGHT_BEGINS = 6, 22
TOLD = "account/unusual_viewing"


@dataclass(frozen=True)
class UnusualHour:
    """One hour of one person: how many different cases, and what is unusual about it."""

    hour: datetime
    who: str
    """The name; the reference of who has no account any more."""
    cases: int
    many: bool
    at_night: bool


def unusual_hours(session: Session, *, since: datetime, until: datetime, actor: Actor) -> list[UnusualHour]:
    """The hours in which somebody looked at very many cases or looked at night, the last first. For administrators alone."""
    if actor.audience not in (Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    names = (ViewingEvent.at, ViewingEvent.actor, ViewingEvent.question_id)
    looks = session.execute(select(*names).where(ViewingEvent.at >= since, ViewingEvent.at < until)).all()
    found = []
    for (reference, hour), cases in _by_hour((at, who, case) for at, who, case in looks).items():
        clock = local_time(hour).hour
        many, at_night = len(cases) > MANY_IN_HOUR, not NIGHT_ENDS <= clock < NIGHT_BEGINS
        if many or at_night:
            account = account_by_reference(session, reference=reference)
            who = account.display_name if account is not None else reference
            found.append(UnusualHour(hour, who, len(cases), many, at_night))
    return sorted(found, key=lambda one: (-one.hour.timestamp(), one.who))


def _by_hour(looks: Iterable[tuple[datetime, str, int]]) -> dict[tuple[str, datetime], set[int]]:
    """Which cases somebody looked at in each hour; what one page shows of many people at once is left out."""
    at_once: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    for at, who, case in looks:
        at_once[who, at].add(case)
    hours: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    for (who, at), cases in at_once.items():
        if len(cases) <= A_LIST:
            hours[who, at.replace(minute=0, second=0, microsecond=0)] |= cases
    return hours


def tell_of_unusual_viewing(session: Session, *, actor: Actor, now: datetime) -> int:
    """Tell the administrators when something unusual was seen in the last day; returns how many hours. Only a program does so."""
    if actor.audience is not Audience.SYSTEM:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    number = len(unusual_hours(session, since=now - timedelta(days=1), until=now, actor=actor))
    if number:
        tell_administrators(session, template=TOLD, details={"number": number}, now=now)
        record(session, actor=actor, action="viewing.unusual", object_kind="viewing", object_id=number, now=now)
    return number


def unusual_viewing_job(actor: Actor) -> Job:
    """The job that looks once a day."""

    def due(_session: Session, at: datetime) -> list[str]:
        return [local_date(at).isoformat()]

    def act(session: Session, _item: str, at: datetime) -> None:
        tell_of_unusual_viewing(session, actor=actor, now=at)

    return Job("unusual_viewing", due, act)
