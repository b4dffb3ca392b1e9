"""Who acts for a person was looked at by two advisors, on a proof, and the person is told of it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion, QuestionState
from portal.cases.representatives.actions import (
    Authorisation,
    acting_now,
    authorise_representative,
    confirm_representative,
    end_representation,
)
from portal.cases.representatives.models import Representative, RepresentativeKind
from portal.cases.representatives.queries import acting_for, named_for
from portal.paying.payments.actions import give_account
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault, open_file, remove_loose_files
from portal.post.messages.models import OutboxMessage
from portal.spending.invoices.actions import PaidBill, submit_paid_bill
from tests.factories import ADVISOR, MAIL, NOW, REGION, SECOND, a_draft, a_provider, a_question, a_voucher, asker
from tests.portal.paying.settling_again.owing import SETTLED_AGAIN, owed_to_the_holder, question_of
from tests.portal.post.files.hostile import pdf

GIVEN = Authorisation(RepresentativeKind.LAWYER, "Mr. Mol", "Machtiging", NOW.date(), seen=True)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.under(tmp_path, "a secret of a desk, for tests only")


def named(session: Session, question: DevelopmentQuestion, given: Authorisation = GIVEN, **more: Any) -> Representative:
    return authorise_representative(session, question=question, given=given, actor=ADVISOR, now=NOW, **more)


def confirmed(session: Session, question: DevelopmentQuestion, somebody: Representative, actor: Actor = SECOND) -> None:
    confirm_representative(session, question=question, somebody=somebody, actor=actor, now=NOW)


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [
        (one.template, one.kind.value)
        for one in rows
        if "representative" in one.template or one.template.startswith("question/withdrawn")
    ]


def refused(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as raised:
        act()
    assert raised.value.code == code
    return raised.value


@pytest.mark.parametrize("kind", RepresentativeKind)
def test_an_advisor_alone_makes_nobody_act_for_somebody(session: Session, kind: RepresentativeKind) -> None:
    question = a_question(session)
    somebody = named(session, question, replace(GIVEN, kind=kind))
    assert not somebody.is_acting and acting_for(session, question=question) is None
    refused("not_represented", lambda: acting_now(session, question=question))
    refused("second_person", lambda: confirmed(session, question, somebody, ADVISOR))
    refused("not_yours", lambda: confirmed(session, question, somebody, REGION))
    refused("represented", lambda: named(session, question))
    confirmed(session, question, somebody)
    assert acting_now(session, question=question) is somebody, "control: with a second advisor"
    refused("representation_moved_on", lambda: confirmed(session, question, somebody))


def test_a_proof_is_a_file_or_paper_that_was_seen_and_not_only_words(session: Session, vault: Vault) -> None:
    question = a_question(session)
    words = replace(GIVEN, seen=False)
    assert refused("proof_not_seen", lambda: named(session, question, words)).field == "file"
    wrongs: dict[str, tuple[str, dict[str, Any]]] = {
        "name_missing": ("name", {"name": " "}),
        "proof_missing": ("proof", {"proof": ""}),
        "proof_in_the_future": ("proof_on", {"proof_on": NOW.date().replace(year=2030)}),
    }
    for code, (field, wrong) in wrongs.items():
        given = replace(GIVEN, **wrong)
        assert refused(code, lambda given=given: named(session, question, given)).field == field
    filed = replace(words, content=pdf(), file_name="machtiging.pdf")
    somebody = named(session, question, filed, vault=vault)
    assert somebody.proof_file is not None and open_file(session, vault=vault, file=somebody.proof_file)
    assert remove_loose_files(session, vault=vault, now=NOW.replace(year=2027)) == 0, "it is in use"


def test_nobody_acts_in_a_draft(session: Session) -> None:
    refused("not_sent", lambda: named(session, a_draft(session)))


def test_the_person_is_told_at_once_and_again_when_it_ends(session: Session) -> None:
    question = a_question(session)
    somebody = named(session, question)
    assert told(session) == [("question/representative_named", "email")]
    confirmed(session, question, somebody)
    end_representation(session, question=question, somebody=somebody, actor=ADVISOR, now=NOW)
    assert [template for template, _ in told(session)] == [
        "question/representative_named",
        "question/representative_acts",
        "question/representative_ended",
    ]
    refused("representation_moved_on", lambda: confirmed(session, question, somebody))


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        (MAIL, "email"),
        (ContactDetails(ContactWay.PHONE, "Jo", phone="0570 12 34 56"), "letter"),
        (
            ContactDetails(ContactWay.POST, "Jo", street="Dorp", house_number="1", postcode="9990AA", city="Proefstad"),
            "letter",
        ),
    ],
)
def test_everybody_is_told_by_the_own_way_and_on_paper_who_wants_to_be_called(
    session: Session, contact: ContactDetails, kind: str
) -> None:
    named(session, a_question(session, contact=contact))
    assert told(session) == [("question/representative_named", kind)]


def test_who_waits_is_taken_back_and_another_can_be_named(session: Session) -> None:
    question = a_question(session)
    first = named(session, question)
    end_representation(session, question=question, somebody=first, actor=asker(question), now=NOW)
    assert named_for(session, question=question) is None
    assert named(session, question).id != first.id


def test_a_withdrawal_by_a_representative_is_told_to_the_person_in_writing(session: Session) -> None:
    """The attack: an advisor makes a lawyer by typed proof, takes the link and withdraws the application unseen."""
    question = a_question(session, contact=ContactDetails(ContactWay.PHONE, "Jo", phone="0570 12 34 56"))
    somebody = named(session, question)
    refused("not_represented", lambda: acting_now(session, question=question))
    confirmed(session, question, somebody)
    lawyer = replace(asker(question), representative_id=somebody.id)
    withdraw_question(session, question=question, reason=None, actor=lawyer, now=NOW)
    assert question.state is QuestionState.WITHDRAWN
    assert told(session)[-1] == ("question/withdrawn_for_you", "letter")


def test_control_who_withdraws_the_own_question_hears_what_was_always_said(session: Session) -> None:
    question = a_question(session)
    withdraw_question(session, question=question, reason=None, actor=asker(question), now=NOW)
    assert told(session) == [("question/withdrawn", "email")]


def test_a_representative_gives_no_account_number_for_the_person(session: Session) -> None:
    owed = owed_to_the_holder(session)
    question = question_of(session, owed)
    account: dict[str, Any] = {"payee_name": "Mr. Mol", "iban": "NL39RABO0300065264"}
    lawyer = replace(asker(question), representative_id=7)
    wrong = refused(
        "not_for_another",
        lambda: give_account(session, question=question, **account, actor=lawyer, now=SETTLED_AGAIN),
    )
    assert "bel het loket" in str(wrong) and owed.iban is None
    give_account(session, question=question, **account, actor=asker(question), now=SETTLED_AGAIN)
    assert owed.iban == account["iban"]


def test_a_representative_hands_in_no_paid_bill_with_an_account_number(session: Session, vault: Vault) -> None:
    """In the act, so that no other door is open either; the account would be that of the representative."""
    voucher = a_voucher(session)
    provider, _ = a_provider(session)
    paper = PaidBill("R-1", NOW.date(), "Sam", 100_00, 100_00, pdf(), "bon.pdf", "Mr. Mol", "NL39RABO0300065264")
    codes = []
    person = Actor(Audience.RESIDENT, question_id=voucher.question_id)
    for who in (replace(person, representative_id=7), person):
        with pytest.raises(Refusal) as raised:
            submit_paid_bill(session, voucher=voucher, provider=provider, paper=paper, vault=vault, actor=who, now=NOW)
        codes.append(raised.value.code)
    assert codes == ["not_for_another", "pays_the_provider"], "control: the person comes as far as the scheme"
