"""Each warning is said when its rule holds, not a day or a cent before, and its rows add up to its figure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import DutyTerms, add_duty, fulfil_duty
from portal.accounting.agreements.models import DutyKind
from portal.accounting.warnings import sources
from portal.accounting.warnings.actions import plan_inflow
from portal.accounting.warnings.inflow import sent_per_day
from portal.accounting.warnings.models import WarningKind, WarningSeverity
from portal.accounting.warnings.money import Standing
from portal.accounting.warnings.queries import READERS, desk_warnings
from portal.accounting.warnings.sentences import sentence
from portal.accounting.warnings.sources import OpenDuty
from portal.cases.origins.models import HeardFrom, QuestionOrigin
from portal.cases.questions.models import Route
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.models import Agreement
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.queries import line_figures
from portal.people.actor import Actor, Audience
from portal.platform.i18n import use_locale
from portal.spending.changes.actions import block_voucher
from tests.factories import ADVISOR, NOW, REGION, SECOND, a_question, a_region, a_voucher, an_application
from tests.portal.accounting.warnings.standing import at, of_kind

TODAY = NOW.date()
ENDS = date(2027, 12, 31)
"""The last day of the funding lines of Proefland."""


def move(session: Session, slug: str, cents: int) -> None:
    """Change the budget of a line by so much."""
    line = funding_line_by_slug(session, slug=slug)
    assert line is not None
    act = raise_budget if cents > 0 else lower_budget
    act(
        session, line=line, amount_cents=abs(cents), reason="Proef", actor=REGION, prepared_by=SECOND.reference, now=NOW
    )


@pytest.mark.parametrize("audience", sorted(set(Audience) - READERS))
def test_nobody_else_sees_warnings(session: Session, audience: Audience) -> None:
    a_voucher(session)
    late = at(ENDS)
    assert desk_warnings(session, actor=Actor(audience, account_id=1), now=late) == []
    assert desk_warnings(session, actor=REGION, now=late) != []


def test_every_warning_says_a_sentence_in_both_languages_without_a_name(session: Session) -> None:
    a_voucher(session)
    an_application(session)
    plan_inflow(session, route=Route.EMPLOYER, per_month=900, valid_from=TODAY, actor=REGION, now=NOW)
    found = desk_warnings(session, actor=REGION, now=at(ENDS - timedelta(days=80)))
    found += desk_warnings(session, actor=REGION, now=at(date(2026, 8, 20)))
    assert {one.kind for one in found} >= {
        WarningKind.LAPSING,
        WarningKind.TERMS_PAST,
        WarningKind.VOUCHERS_END,
        WarningKind.FEW_QUESTIONS,
    }
    for one in found:
        dutch = sentence(one)
        with use_locale("en"):
            assert sentence(one) != dutch
        assert "de Vries" not in dutch and dutch.endswith(".")
        assert one.since <= ENDS


def test_a_channel_that_lags_is_told_by_its_name_and_counts_only_who_named_it(session: Session) -> None:
    """Ninety a month by all ways and as many by flyers: nobody came by a flyer, and enough by other ways."""
    later = NOW + timedelta(days=20)
    for channel in ("", "flyer"):
        plan_inflow(
            session, route=Route.INDIVIDUAL, channel=channel, per_month=30, valid_from=TODAY, actor=REGION, now=NOW
        )
    for number in range(12):
        question = a_question(session, now=NOW + timedelta(days=1 + number))
        session.add(QuestionOrigin(question_id=question.id, heard_from=HeardFrom.UWV))
    session.flush()
    found = [one for one in desk_warnings(session, actor=REGION, now=later) if one.kind is WarningKind.FEW_QUESTIONS]
    assert [(one.about, one.figures["sent"]) for one in found] == [("individual.flyer", 0)]
    assert "een flyer of folder" in sentence(found[0])
    assert sent_per_day(session, first=TODAY, last=later.date()).total() == 24, "each for all ways, and for its own"


# Funding lines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "said"), [(91, False), (90, True), (0, True), (-1, True)])
def test_a_line_lapses_from_ninety_days_before_its_period_ends(session: Session, days: int, said: bool) -> None:
    a_region(session)
    found = of_kind(session, WarningKind.LAPSING, ENDS - timedelta(days=days))
    assert [one.about for one in found] == (["provincie-breed", "rijk-leren"] if said else [])
    for one in found:
        assert one.since == ENDS - timedelta(days=90)
        assert (one.severity is WarningSeverity.URGENT) is (days <= 30)


def test_a_line_without_money_does_not_lapse(session: Session) -> None:
    a_region(session)
    move(session, "rijk-leren", -1_000_000)
    found = of_kind(session, WarningKind.LAPSING, ENDS)
    assert [one.about for one in found] == ["provincie-breed"]


def test_the_figure_of_a_line_is_that_of_the_overview_and_its_rows_add_up_to_it(session: Session) -> None:
    a_voucher(session)
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    shown = line_figures(session, funding_line_ids=[line.id])[line.id].available_cents
    one = next(one for one in of_kind(session, WarningKind.LAPSING, ENDS) if one.about == "rijk-leren")
    assert one.figures["available_cents"] == shown == 1_000_000 - 120_000
    assert sum(row.cents or 0 for row in one.rows) == shown


@pytest.mark.parametrize(("left", "said"), [(100_000, False), (99_999, True), (0, True)])
def test_a_line_runs_out_below_a_tenth(left: int, said: bool) -> None:
    assert Standing(1_000_000, left, 0).runs_out(TODAY, ENDS) is said


@pytest.mark.parametrize(("taken", "said"), [(300_000, True), (299_999, False), (0, False), (-5, False)])
def test_a_line_runs_out_when_nothing_is_left_within_sixty_days_at_this_pace(taken: int, said: bool) -> None:
    assert Standing(1_000_000, 200_000, taken).runs_out(TODAY, ENDS) is said
    assert not Standing(1_000_000, 200_000, taken).runs_out(TODAY, TODAY + timedelta(days=58)), "its period ends before"


def test_a_line_that_is_empty_since_a_voucher_says_so_from_that_day(session: Session) -> None:
    a_voucher(session)
    assert of_kind(session, WarningKind.RUNNING_OUT, TODAY) == []
    move(session, "rijk-leren", -870_000)
    one = next(iter(of_kind(session, WarningKind.RUNNING_OUT, TODAY + timedelta(days=10))))
    assert (one.about, one.since, one.severity) == ("rijk-leren", TODAY, WarningSeverity.URGENT)
    assert one.figures["available_cents"] == 10_000 == sum(row.cents or 0 for row in one.rows)
    move(session, "rijk-leren", 900_000)
    assert of_kind(session, WarningKind.RUNNING_OUT, TODAY + timedelta(days=10)) == []


# Days ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "said"), [(31, False), (30, True), (0, True), (-1, False)])
def test_a_voucher_is_said_from_thirty_days_before_its_last_day(session: Session, days: int, said: bool) -> None:
    voucher = a_voucher(session)
    found = of_kind(session, WarningKind.VOUCHERS_END, voucher.valid_until - timedelta(days=days))
    assert len(found) == said
    for one in found:
        assert (one.figures["number"], one.figures["cents"]) == (1, 120_000)
        assert (sum(row.number or 0 for row in one.rows), sum(row.cents or 0 for row in one.rows)) == (1, 120_000)


def test_a_blocked_voucher_does_not_end(session: Session) -> None:
    voucher = a_voucher(session)
    block_voucher(session, voucher=voucher, reason="Vraag", actor=ADVISOR, now=NOW)
    assert of_kind(session, WarningKind.VOUCHERS_END, voucher.valid_until) == []


def test_terms_are_near_for_a_week_and_past_after_their_last_day(session: Session) -> None:
    question = an_application(session)
    last = question.decide_by
    assert last is not None
    kinds = (WarningKind.TERMS_NEAR, WarningKind.TERMS_PAST)
    for days, near, past in ((8, 0, 0), (7, 1, 0), (0, 1, 0), (-1, 0, 1)):
        day = last - timedelta(days=days)
        assert [len(of_kind(session, kind, day)) for kind in kinds] == [near, past], days
    [one] = of_kind(session, WarningKind.TERMS_PAST, last + timedelta(days=3))
    assert one.since == last + timedelta(days=1) and sum(row.number or 0 for row in one.rows) == one.figures["number"]


def test_a_step_is_late_with_five_cases_over_the_promise_and_not_with_four(session: Session) -> None:
    for number in range(5):
        question = a_question(session)
        question.responded_at = NOW + timedelta(days=12)
        session.flush()
        found = of_kind(session, WarningKind.LEAD_TIME, TODAY + timedelta(days=13))
        assert len(found) == (number == 4)
    assert (found[0].figures["days"], found[0].figures["number"]) == (12, 5)
    assert found[0].figures["promised"] < 12


def test_steps_within_the_promise_are_not_said(session: Session) -> None:
    for _ in range(6):
        question = a_question(session)
        question.responded_at = NOW + timedelta(days=1)
    session.flush()
    assert of_kind(session, WarningKind.LEAD_TIME, TODAY + timedelta(days=13)) == []


def test_another_subject_joins_its_duties_in_one_line(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    due = OpenDuty("D1", "Voortgangsverslag", "Progress report", TODAY + timedelta(days=40))
    assert of_kind(session, WarningKind.DUTY, TODAY + timedelta(days=40)) == []
    monkeypatch.setattr(sources, "DUTIES", [lambda _session, until: [due] if due.due_on <= until else []])
    assert of_kind(session, WarningKind.DUTY, TODAY) == []
    [soon] = of_kind(session, WarningKind.DUTY, TODAY + timedelta(days=10))
    [late] = of_kind(session, WarningKind.DUTY, TODAY + timedelta(days=41))
    assert (soon.key, soon.severity, late.severity) == (
        "duty.D1.20260411",
        WarningSeverity.NOTICE,
        WarningSeverity.URGENT,
    )
    assert "Voortgangsverslag" in sentence(late)


def test_a_duty_of_an_agreement_warns_until_it_is_done(session: Session) -> None:
    a_region(session)
    agreement = session.scalars(select(Agreement).order_by(Agreement.id)).first()
    assert agreement is not None
    terms = DutyTerms(DutyKind.REPORT, "Voortgangsverslag", due_on=TODAY + timedelta(days=40))
    duty = add_duty(session, agreement=agreement, terms=terms, actor=REGION, now=NOW)
    assert of_kind(session, WarningKind.DUTY, TODAY) == []
    [soon] = of_kind(session, WarningKind.DUTY, TODAY + timedelta(days=20))
    assert soon.about.startswith(duty.public_id) and "Voortgangsverslag" in sentence(soon)
    later = NOW + timedelta(days=20)
    fulfil_duty(session, duty=duty, done_on=later.date(), note="Verstuurd.", actor=REGION, now=later)
    assert of_kind(session, WarningKind.DUTY, TODAY + timedelta(days=20)) == []


# Questions -------------------------------------------------------------------------------------------------------------


def test_a_route_lags_when_the_plan_is_high_and_not_when_it_is_met(session: Session) -> None:
    for day in range(28):
        a_question(session, now=NOW + timedelta(days=day))
    now = NOW + timedelta(days=28)
    plan_inflow(session, route=Route.INDIVIDUAL, per_month=30, valid_from=TODAY, actor=REGION, now=now)
    assert of_kind(session, WarningKind.FEW_QUESTIONS, now.date()) == []
    plan_inflow(session, route=Route.INDIVIDUAL, per_month=90, valid_from=TODAY, actor=REGION, now=now)
    [one] = of_kind(session, WarningKind.FEW_QUESTIONS, now.date())
    assert one.about == "individual" and one.figures["sent"] == 28
    assert sum(row.number or 0 for row in one.rows) == 28
    assert round(sum(row.planned or 0 for row in one.rows)) == one.figures["planned"] == 83
    plan_inflow(session, route=Route.INDIVIDUAL, per_month=0, valid_from=TODAY, actor=REGION, now=now)
    assert of_kind(session, WarningKind.FEW_QUESTIONS, now.date()) == []
