"""Doubles: one person under two addresses, confirmed by an advisor, has one ceiling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.earlier_awards import questions_awarded_under
from portal.awarding.proposals.actions import make_proposal
from portal.cases.applications.actions import own_key, settle_double
from portal.cases.applications.doubles import joined_applications, separate_double
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question, possible_doubles
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.cases.same_person.queries import keys_of_person
from portal.ledger.invariants import verify
from portal.people.audit.queries import events_of
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.actions import revoke_voucher
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import awards_held
from tests.factories import ADVISOR, NOW, SAM, an_application, approve, asker

TWO_THOUSAND = (CostInput("tuition", 200_000),)
ELSEWHERE = replace(SAM, street="Nieuwstraat", house_number="99", postcode="9991 ZZ")


def of(session: Session, question: DevelopmentQuestion) -> Application:
    found = application_by_question(session, question=question)
    assert found is not None
    return found


def same(session: Session, one: DevelopmentQuestion, other: DevelopmentQuestion, *, answer: bool = True) -> None:
    settle_double(
        session,
        question=one,
        application=of(session, one),
        other=of(session, other),
        same=answer,
        actor=ADVISOR,
        now=NOW,
    )


def test_who_moved_is_found_by_name_and_birth_date_and_another_name_by_address(session: Session) -> None:
    first = an_application(session, applicant=SAM)
    moved = an_application(session, applicant=ELSEWHERE)
    married = an_application(session, applicant=replace(SAM, name="Sam Jansen"))
    an_application(session, applicant=replace(SAM, birth_date=date(1991, 1, 1)))
    an_application(session, applicant=replace(SAM, name="Kim Bos", street="Laan", house_number="1", postcode="9991 AB"))
    found = {
        (one.application.id, one.same_name, one.same_address)
        for one in possible_doubles(session, application=of(session, first))
    }
    assert found == {(of(session, moved).id, True, False), (of(session, married).id, False, True)}
    again = an_application(session, applicant=replace(SAM, name="SAM de Vriès"))
    assert of(session, again).person_key == of(session, first).person_key, "written otherwise, but one pseudonym"


def test_before_it_is_confirmed_two_addresses_have_two_ceilings_after_it_one(session: Session) -> None:
    """The ceiling of the leervoucher is 3,000 euros per person and year: 2,000 and 2,000 do not fit together."""
    first = an_application(session, applicant=SAM, costs=TWO_THOUSAND)
    approve(session, first)
    second = an_application(session, applicant=ELSEWHERE, costs=TWO_THOUSAND)
    same(session, second, first)
    proposal = make_proposal(session, question=second, actor=ADVISOR, now=NOW)
    decision = approve(session, second, shares=None)
    assert proposal.question_revision == second.revision
    assert sum(outcome.amount_cents for outcome in decision.outcomes) == 100_000, "what is left of the ceiling"
    assert verify(session) == []
    held = awards_held(session, person_key=of(session, second).person_key, employer_key=None)
    assert sum(one.cents for one in held["leervoucher"]) == 300_000


def test_the_control_without_confirmation_awards_both_in_full(session: Session) -> None:
    approve(session, an_application(session, applicant=SAM, costs=TWO_THOUSAND))
    decision = approve(session, an_application(session, applicant=ELSEWHERE, costs=TWO_THOUSAND))
    assert sum(outcome.amount_cents for outcome in decision.outcomes) == 200_000


def test_a_proposal_from_before_the_confirmation_no_longer_holds(session: Session) -> None:
    approve(session, an_application(session, applicant=SAM, costs=TWO_THOUSAND))
    second = an_application(session, applicant=ELSEWHERE, costs=TWO_THOUSAND)
    first = session.query(DevelopmentQuestion).order_by(DevelopmentQuestion.id).first()
    assert first is not None
    old = make_proposal(session, question=second, actor=ADVISOR, now=NOW)
    same(session, second, first)
    from portal.awarding.decisions.actions import approve_proposal
    from tests.factories import ALL_CHECKED

    with pytest.raises(MixNoLongerFits):
        approve_proposal(
            session,
            question=second,
            draft=Draft(proposal=old, rationale="Past.", checks=ALL_CHECKED),
            actor=ADVISOR,
            now=NOW,
        )


def test_joined_persons_stay_joined_with_a_third(session: Session) -> None:
    first = an_application(session, applicant=SAM)
    moved = an_application(session, applicant=ELSEWHERE)
    married = an_application(session, applicant=replace(SAM, name="Sam Jansen"))
    keys = {str(of(session, one).person_key) for one in (first, moved, married)}
    same(session, moved, first)
    same(session, first, married)
    for key in keys:
        assert keys_of_person(session, key) == keys
    assert len({of(session, one).person_key for one in (first, moved, married)}) == 1
    later = an_application(session, applicant=ELSEWHERE)
    assert of(session, later).person_key == of(session, first).person_key


def test_two_persons_stay_two_and_are_not_asked_about_again(session: Session) -> None:
    twin = an_application(session, applicant=SAM)
    other = an_application(session, applicant=replace(SAM, name="Tim de Vries"))
    same(session, twin, other, answer=False)
    assert possible_doubles(session, application=of(session, twin)) == []
    assert of(session, twin).person_key != of(session, other).person_key
    with pytest.raises(Conflict):
        same(session, twin, other)
    with pytest.raises(Refusal):
        settle_double(
            session,
            question=twin,
            application=of(session, twin),
            other=of(session, other),
            same=True,
            actor=asker(twin),
            now=NOW,
        )


# Taken apart again ------------------------------------------------------------------------------------------------------


def apart(session: Session, one: DevelopmentQuestion, other: DevelopmentQuestion) -> None:
    mine = of(session, one)
    separate_double(
        session,
        question=one,
        application=mine,
        other=of(session, other),
        actor=ADVISOR,
        now=NOW + timedelta(days=1),
        awarded_questions=questions_awarded_under(session, person_key=str(mine.person_key)),
    )


def test_who_was_joined_by_mistake_has_a_ceiling_of_their_own_again_and_the_log_keeps_both(session: Session) -> None:
    first = an_application(session, applicant=SAM, costs=TWO_THOUSAND)
    approve(session, first)
    second = an_application(session, applicant=ELSEWHERE, costs=TWO_THOUSAND)
    before = of(session, second).person_key
    same(session, second, first)
    old = make_proposal(session, question=second, actor=ADVISOR, now=NOW)
    assert [one.question_id for one in joined_applications(session, application=of(session, second))] == [first.id]
    apart(session, second, first)
    assert of(session, second).person_key == before != of(session, first).person_key
    assert joined_applications(session, application=of(session, second)) == []
    assert old.question_revision != second.revision, "a proposal from before no longer holds"
    decision = approve(session, second)
    assert sum(outcome.amount_cents for outcome in decision.outcomes) == 200_000, "the control: joined it was 100,000"
    actions = [event.action for event in events_of(session, object_kind="question", object_id=second.id)]
    assert [one for one in actions if one.startswith("person.")] == ["person.joined", "person.separated"]
    assert possible_doubles(session, application=of(session, second)) == [], "it is not asked again"
    assert verify(session) == []


def test_an_award_under_the_shared_ceiling_must_be_taken_back_first(session: Session) -> None:
    first = an_application(session, applicant=SAM, costs=TWO_THOUSAND)
    second = an_application(session, applicant=ELSEWHERE, costs=TWO_THOUSAND)
    same(session, second, first)
    main = keys_of_person(session, str(of(session, first).person_key))
    goes = next(one for one in (first, second) if own_key(session, of(session, one)) != of(session, one).person_key)
    stays = first if goes is second else second
    session.expire_all()
    approve(session, stays)
    approve(session, goes)
    with pytest.raises(Refusal) as refused:
        apart(session, goes, stays)
    assert refused.value.code == "awarded_together"
    assert keys_of_person(session, str(of(session, first).person_key)) == main, "nothing was changed"
    voucher = session.query(Voucher).filter_by(question_id=goes.id).one()
    revoke_voucher(session, voucher=voucher, reason="Twee personen.", actor=ADVISOR, now=NOW)
    apart(session, goes, stays)
    assert of(session, goes).person_key != of(session, stays).person_key
    assert verify(session) == []


def test_a_third_goes_with_the_one_it_was_joined_through(session: Session) -> None:
    first = an_application(session, applicant=SAM)
    moved = an_application(session, applicant=ELSEWHERE)
    married = an_application(session, applicant=replace(SAM, name="Sam Jansen"))
    same(session, moved, first)
    same(session, first, married)
    apart(session, first, moved)
    assert of(session, first).person_key == of(session, married).person_key != of(session, moved).person_key
    apart(session, first, married)
    assert len({of(session, one).person_key for one in (first, moved, married)}) == 3
    with pytest.raises(Refusal) as refused:
        apart(session, first, married)
    assert refused.value.code == "not_joined"
    with pytest.raises(Refusal):
        separate_double(
            session,
            question=first,
            application=of(session, first),
            other=of(session, moved),
            awarded_questions=(),
            actor=asker(first),
            now=NOW,
        )
