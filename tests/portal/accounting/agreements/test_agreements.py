"""What goes with an agreement: who signed, what has to be done and by when, the papers, and who agreed to changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import (
    AgreementPaper,
    AgreementTerms,
    DutyTerms,
    add_agreement,
    add_document,
    add_duty,
    add_party,
    amend_agreement,
    ask_change,
    change_duty,
    drop_duty,
    fulfil_duty,
    note_signed,
    record_answer,
)
from portal.accounting.agreements.models import (
    AgreementDuty,
    AgreementParty,
    AnswerState,
    DutyKind,
    PlanApproval,
    PlanChange,
    Repeated,
)
from portal.accounting.agreements.queries import (
    agreement_by_slug,
    agreements,
    changes_of,
    document_file,
    documents_of,
    duties_due,
    duties_of,
    parties_of,
)
from portal.framework.funding.models import Agreement, Funder
from portal.people.accounts.queries import organisation_by_slug
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import decided_in
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, note_scan
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_region
from tests.portal.at_once import Act, at_once
from tests.portal.paying.payments.test_payments import SECOND
from tests.portal.post.files.hostile import pdf
from tests.snapshots import made_once

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
NO_REGION = [ADVISOR, *(Actor(one, account_id=1) for one in (Audience.CONTROLLER, Audience.AUDITOR, Audience.FUNDER))]


@pytest.fixture
@made_once
def covenant(session: Session) -> Agreement:
    """The agreement of the test region, with the province."""
    a_region(session)
    return session.scalars(select(Agreement)).one()


def funder(session: Session, slug: str) -> Funder:
    return session.scalars(select(Funder).where(Funder.slug == slug)).one()


def staff_of(session: Session, slug: str) -> Actor:
    organisation = organisation_by_slug(session, slug=slug)
    assert organisation is not None
    return Actor(Audience.FUNDER, account_id=7, organisation_id=organisation.id)


def duty(session: Session, agreement: Agreement, due: date | None = None, **more: Any) -> AgreementDuty:
    terms = DutyTerms(DutyKind.REPORT, "Voortgang melden.", due_on=due, **more)
    return add_duty(session, agreement=agreement, terms=terms, actor=REGION, now=NOW)


def said_last(session: Session) -> Any:
    """What the last event of the log says was decided: known once it was committed."""
    session.commit()
    return decided_in(session, event=session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one())


def test_the_region_lays_down_an_agreement_and_corrects_it_and_the_log_has_the_old_and_the_new_day(
    session: Session, covenant: Agreement
) -> None:
    terms = AgreementTerms(" Regiodeal ", "Region deal", " RD-7 ", date(2026, 2, 1))
    made = add_agreement(session, slug="regiodeal", funder=covenant.funder, terms=terms, actor=REGION, now=NOW)
    assert (made.title_nl, made.reference, made.signed_on) == ("Regiodeal", "RD-7", date(2026, 2, 1))
    session.commit()
    amend_agreement(session, agreement=made, terms=replace(terms, signed_on=TODAY), actor=REGION, now=NOW)
    assert made.signed_on == TODAY
    assert said_last(session) == {f"agreement:{made.id}": {"signed_on": ["2026-02-01", TODAY.isoformat()]}}
    assert [one.slug for one in agreements(session, actor=REGION)] == ["convenant", "regiodeal"]


@pytest.mark.parametrize(
    ("slug", "terms", "field"),
    [
        ("convenant", AgreementTerms("A", "B"), "slug"),
        ("Regio Deal", AgreementTerms("A", "B"), "slug"),
        ("nieuw", AgreementTerms(" ", "B"), "title_nl"),
        ("nieuw", AgreementTerms("A", ""), "title_en"),
        ("nieuw", AgreementTerms("A", "B", "x" * 301), "reference"),
        ("nieuw", AgreementTerms("A", "B", None, TOMORROW), "signed_on"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused_at_the_field(
    session: Session, covenant: Agreement, slug: str, terms: AgreementTerms, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        add_agreement(session, slug=slug, funder=covenant.funder, terms=terms, actor=REGION, now=NOW)
    assert refused.value.field == field
    control = AgreementTerms("A", "B", "x" * 300, TODAY)
    assert add_agreement(session, slug="nieuw", funder=covenant.funder, terms=control, actor=REGION, now=NOW).id


def test_a_party_signs_once_and_stands_there_once(session: Session, covenant: Agreement) -> None:
    first = add_party(session, agreement=covenant, name=" Gemeente Proefstad ", signed_on=None, actor=REGION, now=NOW)
    second = add_party(session, agreement=covenant, name="Provincie", signed_on=TODAY, actor=REGION, now=NOW)
    assert (second.signed_on, second.signed_noted_by) == (TODAY, REGION.reference)
    with pytest.raises(Refusal) as known:
        add_party(session, agreement=covenant, name="Provincie", signed_on=None, actor=REGION, now=NOW)
    assert known.value.code == "party_known"
    with pytest.raises(Refusal):
        note_signed(session, party=first, signed_on=TOMORROW, actor=REGION, now=NOW)
    note_signed(session, party=first, signed_on=TODAY, actor=SECOND, now=NOW)
    with pytest.raises(Conflict):
        note_signed(session, party=first, signed_on=TODAY, actor=REGION, now=NOW)
    assert [(one.name, one.signed_on) for one in parties_of(session, agreement=covenant)] == [
        ("Gemeente Proefstad", TODAY),
        ("Provincie", TODAY),
    ]


def test_the_calendar_has_the_earliest_first_marks_what_is_overdue_and_leaves_out_what_is_over(
    session: Session, covenant: Agreement
) -> None:
    late, done, dropped = (duty(session, covenant, TODAY - timedelta(days=days)) for days in (1, 2, 3))
    soon, far = duty(session, covenant, TODAY), duty(session, covenant, TODAY + timedelta(days=90))
    duty(session, covenant)
    fulfil_duty(session, duty=done, done_on=TODAY, note="Verstuurd.", actor=REGION, now=NOW)
    drop_duty(session, duty=dropped, reason="Vervallen.", actor=REGION, now=NOW)
    until = TODAY + timedelta(days=89)
    found = duties_due(session, until=until, on=TODAY)
    assert [(one.duty.id, one.overdue) for one in found] == [(late.id, True), (soon.id, False)]
    control = duties_due(session, until=until + timedelta(days=1), on=TODAY)
    assert [one.duty.id for one in control] == [late.id, soon.id, far.id]
    assert duties_due(session, until=until, on=TODAY, agreement_ids=[]) == []
    recount = text(
        "SELECT count(*) FROM agreement_duty WHERE due_on <= :until AND done_on IS NULL AND dropped_at IS NULL"
    )
    assert session.execute(recount, {"until": until}).scalar_one() == len(found)


def test_a_duty_that_comes_back_stands_on_each_of_its_days_and_the_next_follows_when_one_is_done(
    session: Session, covenant: Agreement
) -> None:
    first = duty(session, covenant, date(2026, 1, 31), repeated=Repeated.MONTHLY)
    days = [(one.due_on, one.overdue, one.ahead) for one in duties_due(session, until=date(2026, 4, 30), on=TODAY)]
    assert days == [
        (date(2026, 1, 31), True, False),
        (date(2026, 2, 28), True, True),
        (date(2026, 3, 31), False, True),
        (date(2026, 4, 30), False, True),
    ]
    second = fulfil_duty(session, duty=first, done_on=TODAY, note="Gemeld.", actor=REGION, now=NOW)
    assert second is not None and (second.due_on, second.follows_id) == (date(2026, 2, 28), first.id)
    third = fulfil_duty(session, duty=second, done_on=TODAY, note="Gemeld.", actor=REGION, now=NOW)
    assert third is not None and third.due_on == date(2026, 3, 31), "the last day of the month stays the last day"
    drop_duty(session, duty=third, reason="Vervallen.", actor=REGION, now=NOW)
    assert duties_due(session, until=date(2030, 1, 1), on=TODAY) == []
    once = duty(session, covenant, TODAY)
    assert fulfil_duty(session, duty=once, done_on=TODAY, note="Gemeld.", actor=REGION, now=NOW) is None


def test_a_duty_is_changed_with_its_old_and_new_day_in_the_log_until_it_is_over(
    session: Session, covenant: Agreement
) -> None:
    one = duty(session, covenant, TODAY, repeated=Repeated.QUARTERLY)
    session.commit()
    terms = DutyTerms(DutyKind.COFINANCING, "Bijdrage van de gemeenten.", 5_000, TOMORROW, Repeated.YEARLY)
    change_duty(session, duty=one, terms=terms, actor=SECOND, now=NOW)
    assert (one.kind, one.amount_cents, one.due_on, one.counted_from) == (terms.kind, 5_000, TOMORROW, TOMORROW)
    assert said_last(session)[f"agreement_duty:{one.id}"]["due_on"] == [TODAY.isoformat(), TOMORROW.isoformat()]
    change_duty(session, duty=one, terms=replace(terms, repeated=None), actor=SECOND, now=NOW)
    assert (one.repeated, one.counted_from) == (None, None)
    fulfil_duty(session, duty=one, done_on=TODAY, note="Gedaan.", actor=REGION, now=NOW)
    acts: list[Callable[[], Any]] = [
        lambda: change_duty(session, duty=one, terms=terms, actor=REGION, now=NOW),
        lambda: fulfil_duty(session, duty=one, done_on=TODAY, note="Weer.", actor=REGION, now=NOW),
        lambda: drop_duty(session, duty=one, reason="Toch niet.", actor=REGION, now=NOW),
    ]
    for act in acts:
        with pytest.raises(Conflict) as over:
            act()
        assert over.value.code == "duty_over"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (DutyTerms(DutyKind.REPORT, " "), "text"),
        (DutyTerms(DutyKind.REPORT, "Melden.", 0), "amount"),
        (DutyTerms(DutyKind.REPORT, "Melden.", repeated=Repeated.YEARLY), "due_on"),
        (DutyTerms(DutyKind.REPORT, "Melden.", due_on=date(2101, 1, 1)), "due_on"),
    ],
)
def test_a_duty_that_cannot_be_is_refused_at_the_field(
    session: Session, covenant: Agreement, terms: DutyTerms, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        add_duty(session, agreement=covenant, terms=terms, actor=REGION, now=NOW)
    assert refused.value.field == field
    assert duties_of(session, agreement=covenant) == []
    control = DutyTerms(DutyKind.REPORT, "Melden.", 1, date(2100, 12, 31), Repeated.YEARLY)
    assert add_duty(session, agreement=covenant, terms=control, actor=REGION, now=NOW).id


def test_done_takes_a_note_and_no_day_to_come(session: Session, covenant: Agreement) -> None:
    one = duty(session, covenant, TODAY)
    for done_on, note, field in ((TODAY, " ", "note"), (TOMORROW, "Gedaan.", "done_on")):
        with pytest.raises(Refusal) as refused:
            fulfil_duty(session, duty=one, done_on=done_on, note=note, actor=REGION, now=NOW)
        assert refused.value.field == field
    assert one.is_open


def test_a_paper_is_kept_sealed_and_a_funder_opens_its_own_once_it_was_scanned(
    session: Session, covenant: Agreement, tmp_path: Path
) -> None:
    vault = Vault.under(tmp_path, "secret")
    paper = AgreementPaper(pdf(), "convenant.pdf", " Het convenant ")
    kept = add_document(session, agreement=covenant, paper=paper, vault=vault, actor=REGION, now=NOW)
    assert [one.title for one in documents_of(session, agreement=covenant)] == ["Het convenant"]
    of, other = staff_of(session, "provincie"), staff_of(session, "rijk")
    assert document_file(session, public_id=kept.public_id, actor=REGION) is kept.file
    assert document_file(session, public_id=kept.public_id, actor=of) is None, "nobody scanned it yet"
    note_scan(session, file=kept.file, clean=True, actor=SYSTEM, now=NOW)
    assert document_file(session, public_id=kept.public_id, actor=of) is kept.file
    assert document_file(session, public_id=kept.public_id, actor=other) is None
    with pytest.raises(Refusal) as refused:
        add_document(session, agreement=covenant, paper=replace(paper, title=""), vault=vault, actor=REGION, now=NOW)
    assert refused.value.field == "title"


def a_change(session: Session, agreement: Agreement) -> PlanChange:
    asked = [funder(session, slug) for slug in ("rijk", "provincie")]
    return ask_change(
        session, agreement=agreement, what="Meer groepen.", asked_on=TODAY, funders=asked, actor=REGION, now=NOW
    )


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ((True, True, True), AnswerState.APPROVED),
        ((True, True), AnswerState.WAITING),
        ((True, False), AnswerState.REFUSED),
        ((), AnswerState.WAITING),
    ],
)
def test_a_change_is_approved_when_the_steering_group_and_every_funder_did(
    session: Session, covenant: Agreement, answers: tuple[bool, ...], state: AnswerState
) -> None:
    change = a_change(session, covenant)
    assert len(change.approvals) == 3
    for approval, approved in zip(change.approvals, answers, strict=False):
        record_answer(session, approval=approval, approved=approved, on=TODAY, note="Verslag.", actor=REGION, now=NOW)
    assert [one.state for one in changes_of(session, agreement=covenant)] == [state]


def test_an_answer_is_written_down_once_with_where_it_stands(session: Session, covenant: Agreement) -> None:
    approval = a_change(session, covenant).approvals[0]
    for on, note, field in ((TODAY, "", "note"), (TOMORROW, "x", "on"), (TODAY - timedelta(days=1), "x", "on")):
        with pytest.raises(Refusal) as refused:
            record_answer(session, approval=approval, approved=True, on=on, note=note, actor=REGION, now=NOW)
        assert refused.value.field == field
    session.commit()
    record_answer(session, approval=approval, approved=False, on=TODAY, note="Verslag.", actor=REGION, now=NOW)
    assert (approval.refused_on, approval.approved_on, approval.recorded_by) == (TODAY, None, REGION.reference)
    assert said_last(session) == {f"plan_approval:{approval.id}": {"refused_on": [None, TODAY.isoformat()]}}
    with pytest.raises(Conflict):
        record_answer(session, approval=approval, approved=True, on=TODAY, note="Toch.", actor=SECOND, now=NOW)
    with pytest.raises(Refusal) as nobody:
        ask_change(session, agreement=covenant, what="X.", asked_on=TODAY, funders=[], actor=REGION, now=NOW)
    assert nobody.value.field == "funders"


def test_of_two_who_write_down_an_answer_at_once_one_does(engine: Engine) -> None:
    with Session(engine) as session:
        a_region(session)
        approval_id = a_change(session, session.scalars(select(Agreement)).one()).approvals[0].id
        session.commit()

    def answers(actor: Actor, approved: bool) -> Act:
        def look(session: Session) -> Callable[[], object]:
            one = session.get_one(PlanApproval, approval_id)
            return lambda: record_answer(
                session, approval=one, approved=approved, on=TODAY, note="Verslag.", actor=actor, now=NOW
            )

        return look

    assert sorted(at_once(engine, answers(REGION, True), answers(SECOND, False))) == ["answered_before", "done"]


@pytest.mark.parametrize(
    "columns",
    [
        "done_on = '2026-03-02'",
        "dropped_at = '2026-03-02 09:00:00', dropped_by = 'x'",
        "amount_cents = 0",
        "repeated = 'yearly'",
        "done_on = '2026-03-02', done_at = '2026-03-02 09:00:00', done_by = 'x', done_note = 'x',"
        " dropped_at = '2026-03-02 09:00:00', dropped_by = 'x', drop_reason = 'x'",
    ],
)
def test_the_database_ties_the_columns_of_a_duty(session: Session, covenant: Agreement, columns: str) -> None:
    duty(session, covenant, TODAY)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE agreement_duty SET {columns}"))


@pytest.mark.parametrize(
    "columns",
    [
        "approved_on = '2026-03-02'",
        "funder_id = 1",
        "recorded_at = '2026-03-02 09:00:00', recorded_by = 'x', note = 'x'",
    ],
)
def test_the_database_ties_the_columns_of_an_answer(session: Session, covenant: Agreement, columns: str) -> None:
    a_change(session, covenant)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE plan_approval SET {columns} WHERE asked_of = 'steering_group'"))


@pytest.mark.parametrize("actor", NO_REGION)
def test_nobody_but_the_region_writes(session: Session, covenant: Agreement, actor: Actor) -> None:
    terms, one = AgreementTerms("A", "B"), duty(session, covenant, TODAY)
    party = add_party(session, agreement=covenant, name="P", signed_on=None, actor=REGION, now=NOW)
    approval = a_change(session, covenant).approvals[0]
    who: dict[str, Any] = {"actor": actor, "now": NOW}
    acts: list[Callable[[], Any]] = [
        lambda: add_agreement(session, slug="x", funder=covenant.funder, terms=terms, **who),
        lambda: amend_agreement(session, agreement=covenant, terms=terms, **who),
        lambda: add_party(session, agreement=covenant, name="Q", signed_on=None, **who),
        lambda: note_signed(session, party=party, signed_on=TODAY, **who),
        lambda: add_duty(session, agreement=covenant, terms=DutyTerms(DutyKind.OTHER, "X."), **who),
        lambda: change_duty(session, duty=one, terms=DutyTerms(DutyKind.OTHER, "X."), **who),
        lambda: fulfil_duty(session, duty=one, done_on=TODAY, note="X.", **who),
        lambda: drop_duty(session, duty=one, reason="X.", **who),
        lambda: ask_change(session, agreement=covenant, what="X.", asked_on=TODAY, funders=[covenant.funder], **who),
        lambda: record_answer(session, approval=approval, approved=True, on=TODAY, note="X.", **who),
    ]
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "not_yours"


def test_a_funder_sees_its_own_agreement_and_no_other(session: Session, covenant: Agreement) -> None:
    assert agreement_by_slug(session, slug="convenant", actor=staff_of(session, "provincie")) is covenant
    assert agreement_by_slug(session, slug="convenant", actor=staff_of(session, "rijk")) is None
    assert agreements(session, actor=ADVISOR) == []
    for audience in (Audience.CONTROLLER, Audience.AUDITOR, Audience.REGION):
        assert agreements(session, actor=Actor(audience, account_id=1)) == [covenant]
    assert session.scalars(select(AgreementParty)).all() == []
