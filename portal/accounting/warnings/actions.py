"""Acts: plan questions per route, leave a warning out for a while, ask for the weekly mail, and put it in the outbox."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.accounting.warnings.models import (
    EVERY_CHANNEL,
    LARGEST_PLAN,
    LONGEST_NOTE,
    DigestSubscription,
    InflowPlan,
    SeenWarning,
)
from portal.accounting.warnings.queries import (
    READERS,
    digest_reader,
    digests_due,
    monday_of,
    subscription_of,
    warning_by_key,
)
from portal.cases.origins.models import HeardFrom
from portal.cases.questions.models import Route
from portal.people.accounts.models import Account
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind, Recipient

LONGEST_LEFT_OUT = timedelta(days=92)
PLANNED_BACK, PLANNED_AHEAD = timedelta(days=366), timedelta(days=731)
DIGEST = "account/warnings_digest"
"""The template of the weekly mail."""
_MOVED_ON = _l("Iemand anders veranderde dit net. Kijk hoe het er nu staat.")


def plan_inflow(
    session: Session,
    *,
    route: Route,
    per_month: int,
    valid_from: date,
    actor: Actor,
    now: datetime,
    channel: str = EVERY_CHANNEL,
) -> InflowPlan:
    """Plan how many questions a month come in by a route from a day on; 0 ends the plan. The same day again changes it.

    `channel` is a way in which people heard of the desk (`HeardFrom`), or the empty one: however they did.

    Raises ``Refusal`` at ``per_month`` and ``valid_from``, ``Conflict`` when somebody else plans the same day at this moment.
    """
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise _not_yours()
    today = local_date(now)
    if not 0 <= per_month <= LARGEST_PLAN:
        raise Refusal("plan_out_of_range", _l("Vul een getal in van 0 tot en met 100.000."), field="per_month")
    if not today - PLANNED_BACK <= valid_from <= today + PLANNED_AHEAD:
        message = _l("Kies een dag van hoogstens een jaar terug en twee jaar vooruit.")
        raise Refusal("plan_too_far", message, field="valid_from")
    if channel not in {EVERY_CHANNEL, *HeardFrom}:
        raise Refusal("plan_channel", _l("Kies een kanaal uit de lijst."), field="channel")
    same = {"route": route, "channel": channel, "valid_from": valid_from}
    known = session.scalar(select(InflowPlan).filter_by(**same))
    by = {"per_month": per_month, "set_at": now, "set_by": actor.reference}
    if known is None:
        known = InflowPlan(**same, **by)
        write_new(session, known, otherwise=Conflict("plan_moved", _MOVED_ON))
    elif known.per_month == per_month:
        return known
    else:
        before = InflowPlan.per_month == known.per_month
        write_guarded(session, known, before, otherwise=Conflict("plan_moved", _MOVED_ON), **by)
    record(session, actor=actor, action="inflow.planned", object_kind="inflow_plan", object_id=known.id, now=now)
    return known


def mark_seen(session: Session, *, key: str, note: str, until: date, actor: Actor, now: datetime) -> SeenWarning:
    """Leave a warning out for this account until after a day, with a note for the others. What was noted before ends.

    Raises ``Refusal`` at ``note`` and ``until``, ``Conflict`` when the warning does not stand (any more) or the same person notes
    it at this moment.
    """
    if actor.audience not in READERS or actor.account_id is None:
        raise _not_yours()
    found = warning_by_key(session, key=key, actor=actor, now=now)
    if found is None:
        raise Conflict("warning_gone", _l("Deze waarschuwing is er niet meer."))
    text, today = note.strip(), local_date(now)
    if not text or len(text) > LONGEST_NOTE:
        raise Refusal("no_note", _l("Schrijf op wat u doet of waarom het kan wachten."), field="note")
    if not today <= until <= today + LONGEST_LEFT_OUT:
        message = _l("Kies een dag van vandaag tot en met drie maanden vooruit.")
        raise Refusal("until_out_of_range", message, field="until")
    before = _note_of(session, key, actor)
    if before is not None:
        _end(session, before, actor, now)
    seen = SeenWarning(
        account_id=actor.account_id,
        warning_key=key,
        severity=found.severity,
        note=text,
        until=until,
        seen_at=now,
        seen_by=actor.reference,
        seen_by_name=actor.signature,
    )
    write_new(session, seen, otherwise=Conflict("already_seen", _MOVED_ON))
    record(session, actor=actor, action="warning.seen", object_kind="seen_warning", object_id=seen.id, now=now)
    return seen


def show_again(session: Session, *, key: str, actor: Actor, now: datetime) -> SeenWarning:
    """End what this account noted on a warning: it counts again. Raises ``Conflict`` when nothing was noted (any more)."""
    if actor.audience not in READERS or actor.account_id is None:
        raise _not_yours()
    before = _note_of(session, key, actor)
    if before is None:
        raise _nothing_noted()
    _end(session, before, actor, now)
    record(session, actor=actor, action="warning.shown_again", object_kind="seen_warning", object_id=before.id, now=now)
    return before


def _note_of(session: Session, key: str, actor: Actor) -> SeenWarning | None:
    mine = (SeenWarning.account_id == actor.account_id, SeenWarning.warning_key == key)
    return session.scalar(select(SeenWarning).where(*mine, SeenWarning.ended_at.is_(None)))


def _end(session: Session, seen: SeenWarning, actor: Actor, now: datetime) -> None:
    stands = SeenWarning.ended_at.is_(None)
    write_guarded(session, seen, stands, otherwise=_nothing_noted(), ended_at=now, ended_by=actor.reference)


# By mail ---------------------------------------------------------------------------------------------------------------


def set_digest(session: Session, *, wanted: bool, actor: Actor, now: datetime) -> DigestSubscription:
    """Turn the weekly mail of this account on or off. Saying the same again changes nothing.

    Raises ``Conflict`` when the same account says something at this moment.
    """
    if actor.audience not in READERS or actor.account_id is None:
        raise _not_yours()
    moved_on = Conflict("digest_moved", _MOVED_ON)
    known = subscription_of(session, account_id=actor.account_id)
    said = {"is_on": wanted, "changed_at": now, "changed_by": actor.reference}
    if known is None:
        known = DigestSubscription(account_id=actor.account_id, **said)
        write_new(session, known, otherwise=moved_on)
    elif known.is_on is wanted:
        return known
    else:
        write_guarded(session, known, DigestSubscription.is_on.is_(not wanted), otherwise=moved_on, **said)
    action = "digest.turned_on" if wanted else "digest.turned_off"
    record(session, actor=actor, action=action, object_kind="digest_subscription", object_id=known.id, now=now)
    return known


def queue_digest(session: Session, *, account_id: int, actor: Actor, now: datetime) -> bool:
    """Put the mail of this week of an account in the outbox, once; False when that was done, or it may not have it (any more).

    What it says is looked up when it is sent, with the rights of that moment.
    """
    monday = monday_of(local_date(now))
    known = subscription_of(session, account_id=account_id)
    if known is None or digest_reader(session, account_id=account_id) is None:
        return False
    this_week = or_(DigestSubscription.last_week.is_(None), DigestSubscription.last_week < monday)
    if not write_guarded(
        session, known, DigestSubscription.is_on.is_(True), this_week, otherwise=None, last_week=monday
    ):
        return False
    account = session.get_one(Account, account_id)
    message = NewMessage(
        kind=MessageKind.EMAIL,
        template=DIGEST,
        recipient=Recipient.ACCOUNT,
        object_kind=f"warnings:{monday.isoformat()}",
        object_id=account_id,
        locale=account.locale,
    )
    enqueue(session, message=message, now=now)
    record(session, actor=actor, action="digest.queued", object_kind="digest_subscription", object_id=known.id, now=now)
    return True


def digest_job(actor: Actor) -> Job:
    """The job that puts the mail of the week in the outbox of everybody who wants it."""

    def due(session: Session, at: datetime) -> list[str]:
        return [f"{account}:{monday}" for account, monday in digests_due(session, today=local_date(at))]

    def act(session: Session, item: str, at: datetime) -> bool:
        return queue_digest(session, account_id=int(item.partition(":")[0]), actor=actor, now=at)

    return Job("weekly_warnings", due, act)


def _not_yours() -> Refusal:
    return Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _nothing_noted() -> Conflict:
    return Conflict("nothing_noted", _l("Deze waarschuwing stond al weer bij de open waarschuwingen."))
