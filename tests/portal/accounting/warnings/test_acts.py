"""A plan, a warning that somebody leaves out, and the weekly mail: who may, what is kept, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.warnings.actions import LONGEST_LEFT_OUT, mark_seen, plan_inflow, set_digest, show_again
from portal.accounting.warnings.inflow import plan_on, plans
from portal.accounting.warnings.models import DigestSubscription, InflowPlan, SeenWarning, WarningSeverity
from portal.accounting.warnings.queries import notes_on, warnings_now
from portal.cases.questions.models import Route
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent, AuditLink
from portal.platform.errors import Conflict, Refusal
from tests.factories import NOW, REGION, a_voucher
from tests.portal.accounting.warnings.standing import at

TODAY = NOW.date()
CONTROLLER = Actor(Audience.CONTROLLER, account_id=920, display_name="Co Controle")
KEY = "vouchers_end"


def plan(session: Session, per_month: int, day: date = TODAY, actor: Actor = REGION) -> InflowPlan:
    return plan_inflow(session, route=Route.EMPLOYER, per_month=per_month, valid_from=day, actor=actor, now=NOW)


def ends(session: Session) -> date:
    """The last day of a voucher: a month before it the warning stands."""
    return a_voucher(session).valid_until


def see(session: Session, day: date, actor: Actor = REGION, **given: Any) -> SeenWarning:
    said = {"key": KEY, "note": "Wij bellen ze.", "until": day + timedelta(days=5)} | given
    return mark_seen(session, actor=actor, now=at(day), **said)


def open_keys(session: Session, day: date, actor: Actor = REGION) -> list[str]:
    return [one.key for one in warnings_now(session, actor=actor, now=at(day)).open]


# The plan --------------------------------------------------------------------------------------------------------------


def test_a_plan_holds_until_the_first_day_of_the_next(session: Session) -> None:
    plan(session, 100)
    plan(session, 150, TODAY + timedelta(days=30))
    found = plans(session)
    held = [plan_on(found, route=Route.EMPLOYER, day=TODAY + timedelta(days=day)) for day in (-1, 0, 29, 30, 400)]
    assert held == [0, 100, 100, 150, 150]
    assert plan_on(found, route=Route.INDIVIDUAL, day=TODAY) == 0


def test_a_plan_of_a_channel_stands_beside_that_of_all_and_an_unknown_channel_is_refused(session: Session) -> None:
    plan(session, 100)
    by_flyer = {"route": Route.EMPLOYER, "valid_from": TODAY, "actor": REGION, "now": NOW, "channel": "flyer"}
    plan_inflow(session, per_month=30, **by_flyer)
    plan_inflow(session, per_month=20, **by_flyer)
    found = plans(session)
    assert [plan_on(found, route=Route.EMPLOYER, day=TODAY, channel=one) for one in ("", "flyer", "uwv")] == [
        100,
        20,
        0,
    ]
    with pytest.raises(Refusal) as refused:
        plan_inflow(session, per_month=20, **by_flyer | {"channel": "vliegtuig"})
    assert (refused.value.code, refused.value.field) == ("plan_channel", "channel")


def test_the_same_day_again_changes_the_plan_and_the_log_says_from_what_to_what(session: Session) -> None:
    one = plan(session, 100)
    assert plan(session, 100) is one and plan(session, 120) is one and one.per_month == 120
    session.commit()  # then the log is closed
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "inflow.planned").order_by(AuditEvent.id)
    ).all()
    assert len(events) == 2 and events[1].object_id == str(one.id)
    links = select(AuditLink.decided).where(AuditLink.event_id == events[1].id)
    [said] = session.scalars(links)
    assert "per_month" in str(said) and "100" in str(said) and "120" in str(said)


@pytest.mark.parametrize(
    ("per_month", "days", "field"),
    [(-1, 0, "per_month"), (100_001, 0, "per_month"), (5, -367, "valid_from"), (5, 732, "valid_from")],
)
def test_a_plan_out_of_bounds_is_refused_at_its_field(session: Session, per_month: int, days: int, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        plan(session, per_month, TODAY + timedelta(days=days))
    assert caught.value.field == field
    plan(session, 100_000, TODAY - timedelta(days=366))


@pytest.mark.parametrize("audience", sorted(set(Audience) - {Audience.REGION, Audience.SYSTEM}))
def test_only_the_region_plans(session: Session, audience: Audience) -> None:
    with pytest.raises(Refusal) as caught:
        plan(session, 5, actor=Actor(audience, account_id=4711))
    assert caught.value.code == "not_yours"


# Seen ------------------------------------------------------------------------------------------------------------------


def test_who_has_seen_a_warning_does_not_get_it_until_the_day_and_others_do(session: Session) -> None:
    last = ends(session)
    day = last - timedelta(days=28)
    see(session, day)
    assert open_keys(session, day) == [] and open_keys(session, day, CONTROLLER) == [KEY]
    assert open_keys(session, day + timedelta(days=5)) == [] and open_keys(session, day + timedelta(days=6)) == [KEY]
    [note] = notes_on(session, key=KEY, actor=CONTROLLER, now=at(day))
    assert (note.seen_by_name, note.note) == ("Rik Regio", "Wij bellen ze.")


def test_a_warning_that_became_more_urgent_is_shown_again(session: Session) -> None:
    last = ends(session)
    day = last - timedelta(days=10)
    assert see(session, day, until=last).severity is WarningSeverity.NOTICE
    assert open_keys(session, last - timedelta(days=8)) == []
    assert open_keys(session, last - timedelta(days=7)) == [KEY]
    see(session, last - timedelta(days=7), until=last)
    assert open_keys(session, last - timedelta(days=6)) == []


def test_a_new_note_ends_the_one_before_and_showing_again_ends_it(session: Session) -> None:
    day = ends(session) - timedelta(days=28)
    first, second = see(session, day), see(session, day, note="Toch anders.")
    assert first.ended_by == REGION.reference and second.ended_at is None
    show_again(session, key=KEY, actor=REGION, now=at(day))
    assert open_keys(session, day) == [KEY]
    with pytest.raises(Conflict):
        show_again(session, key=KEY, actor=REGION, now=at(day))
    logged = session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.like("warning.%")).order_by(AuditEvent.id)
    )
    assert list(logged) == ["warning.seen", "warning.seen", "warning.shown_again"]


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("no_note", {"note": "  "}),
        ("no_note", {"note": "x" * 501}),
        ("until_out_of_range", {"until": date(2026, 1, 1)}),
        ("until_out_of_range", {"until": date(2027, 3, 1)}),
        ("warning_gone", {"key": "lapsing.nothing"}),
    ],
)
def test_what_cannot_be_left_out_is_refused(session: Session, code: str, given: dict[str, Any]) -> None:
    day = ends(session) - timedelta(days=28)
    with pytest.raises(Refusal) as caught:
        see(session, day, **given)
    assert caught.value.code == code
    see(session, day, until=day + LONGEST_LEFT_OUT)


def test_nobody_else_leaves_a_warning_out_or_gets_mail(session: Session) -> None:
    day = ends(session) - timedelta(days=28)
    for audience in sorted(set(Audience) - {Audience.REGION, Audience.CONTROLLER}):
        actor = Actor(audience, account_id=None if audience is Audience.SYSTEM else 4711)
        for act in (
            lambda who=actor: see(session, day, who),
            lambda who=actor: show_again(session, key=KEY, actor=who, now=at(day)),
            lambda who=actor: set_digest(session, wanted=True, actor=who, now=NOW),
        ):
            with pytest.raises(Refusal) as caught:
                act()
            assert caught.value.code == "not_yours"


def test_turning_the_mail_on_and_off_is_logged_once_each(session: Session) -> None:
    for wanted in (True, True, False, False, True):
        assert set_digest(session, wanted=wanted, actor=CONTROLLER, now=NOW).is_on is wanted
    logged = session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.like("digest.%")).order_by(AuditEvent.id)
    )
    assert list(logged) == ["digest.turned_on", "digest.turned_off", "digest.turned_on"]


# The tables ------------------------------------------------------------------------------------------------------------

SEEN = {
    "account_id": 1,
    "warning_key": KEY,
    "severity": WarningSeverity.NOTICE,
    "note": "Gezien.",
    "until": TODAY,
    "seen_at": NOW,
    "seen_by": "account:1",
    "seen_by_name": "Rik",
}
PLAN = {"route": Route.EMPLOYER, "valid_from": TODAY, "per_month": 5, "set_at": NOW, "set_by": "account:1"}
MAIL = {"account_id": 1, "is_on": True, "changed_at": NOW, "changed_by": "account:1"}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("of_a_warning", SeenWarning(**SEEN | {"warning_key": ""})),
        ("has_note", SeenWarning(**SEEN | {"note": ""})),
        ("ended_by_someone", SeenWarning(**SEEN | {"ended_at": NOW})),
        ("ended_after_seen", SeenWarning(**SEEN | {"ended_at": NOW - timedelta(days=1), "ended_by": "account:1"})),
        ("per_month_range", InflowPlan(**PLAN | {"per_month": -1})),
        ("set_by_someone", InflowPlan(**PLAN | {"set_by": ""})),
        ("changed_by_someone", DigestSubscription(**MAIL | {"changed_by": ""})),
    ],
)
def test_the_database_holds_what_the_acts_promise(session: Session, name: str, row: Any) -> None:
    session.add_all([SeenWarning(**SEEN), InflowPlan(**PLAN), DigestSubscription(**MAIL)])
    session.flush()
    session.add(row)
    if isinstance(row, InflowPlan):
        row.route = Route.INDIVIDUAL
    else:
        row.account_id = 2
    with pytest.raises(IntegrityError, match=name):
        session.flush()
