"""Letters: every one is an accessible PDF, the same as its page, kept for ever, and its posted day sets the term."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pdfua
import pytest
from sqlalchemy import select, true, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.papers.correspondence import NoRecipient
from portal.papers.letter_content import LetterContent, Pile, draw, ensure_letter, letter_content
from portal.papers.stationery import Stationery
from portal.platform.documents import blocks_of, row, said
from portal.platform.errors import Refusal
from portal.post.letters.actions import post_letters, start_batch
from portal.post.letters.models import Letter
from portal.post.letters.queries import is_unchanged, last_day_to_object, letters_in, made_known_on, print_queue
from portal.post.messages.actions import COMES_BACK_WITHIN, forget_details, mark_sent, set_consent
from portal.post.messages.models import MessageKind, MessageState, MessageTopic, OutboxMessage
from portal.post.messages.queries import consents_of, may_mail, topic_of
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from tests.factories import ADVISOR, MAIL, NOW, OWN_FACTS, SECOND, a_decision, a_question, an_application, approve

TODAY = NOW.date()
once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Drawing is the same on every database."""
BY_POST = ContactDetails(
    way=ContactWay.POST, name="Sam", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
)


def message(session: Session, template: str) -> OutboxMessage:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()


def content(session: Session, template: str, *, texts: Path | None = None, preview: bool = False) -> LetterContent:
    return letter_content(
        session, message=message(session, template), dated=TODAY, now=NOW, stationery=Stationery(texts), preview=preview
    )


def words(blocks: list[dict[str, object]]) -> str:
    return " ".join(str(block) for block in blocks)


def problems(file: Path, letter: LetterContent) -> list[str]:
    file.write_bytes(draw(letter))
    return [one.message for one in pdfua.validate(str(file)).findings]


# Every letter is accessible --------------------------------------------------------------------------------------------


@once
def test_every_decision_letter_passes_the_checker_in_dutch_with_a_summary_and_english(
    session: Session, tmp_path: Path
) -> None:
    a_decision(session)
    reject_question(
        session, question=an_application(session), rationale="Te laat.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    question = an_application(session, schemes=["leervoucher", "materiaalvoucher"], contact=MAIL)
    approve(session, question, rejections={"materiaalvoucher": "Geen materiaal."})
    for kind in ("approved", "partly", "rejected"):
        letter = content(session, f"decision/{kind}")
        assert problems(tmp_path / f"{kind}.pdf", letter) == [], kind
        assert letter.summary and letter.blocks and letter.object_by == date(2026, 4, 13)
        assert "13 april 2026" in words(letter.blocks) and "13 April 2026" in words(letter.english)
    assert "Te laat." in words(content(session, "decision/rejected").blocks)
    assert "Geen materiaal." in words(content(session, "decision/partly").blocks)


@once
def test_the_letters_of_an_objection_pass_the_checker(session: Session, tmp_path: Path) -> None:
    question = an_application(session)
    decision = reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    objection = receive_objection(
        session, decision=decision, received_on=TODAY, grounds="Toch.", committee=False, actor=SECOND, now=NOW
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=NOW)
    decide_objection(
        session,
        objection=objection,
        draft=ObjectionDraft(outcome=ObjectionOutcome.UNFOUNDED, rationale="Blijft zo."),
        actor=SECOND,
        now=NOW,
    )
    received = content(session, "objection/received")
    assert problems(tmp_path / "received.pdf", received) == []
    assert objection.number in words(received.blocks) and "26 mei 2026" in words(received.blocks)
    decided = content(session, "objection/decided")
    assert problems(tmp_path / "decided.pdf", decided) == []
    assert "rechtbank" in words(decided.blocks) and "Blijft zo." in words(decided.blocks)
    assert decided.object_by == date(2026, 4, 13)


@once
def test_the_checker_finds_a_letter_without_tags(tmp_path: Path, session: Session) -> None:
    """The control: the same letter without its structure is no PDF/UA."""
    import pikepdf

    a_decision(session)
    file = tmp_path / "bare.pdf"
    file.write_bytes(draw(content(session, "decision/approved")))
    with pikepdf.Pdf.open(file, allow_overwriting_input=True) as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(file)
    assert pdfua.validate(str(file)).findings


# Kept as made ----------------------------------------------------------------------------------------------------------


@once
def test_equal_letters_have_equal_bytes_and_a_letter_is_made_once(session: Session) -> None:
    question, _decision = a_decision(session)
    one = content(session, "decision/approved")
    assert draw(one) == draw(content(session, "decision/approved"))
    told = message(session, "decision/approved")
    letter = ensure_letter(session, message=told, dated=TODAY, actor=ADVISOR, now=NOW)
    assert letter.sha256 == hashlib.sha256(letter.pdf).hexdigest() and is_unchanged(letter)
    later = NOW + timedelta(days=3)
    assert ensure_letter(session, message=told, dated=later.date(), actor=ADVISOR, now=later) is letter
    assert letter.question_id == question.id and letter.object_by == date(2026, 4, 13)


def test_a_letter_cannot_be_changed_or_removed(session: Session) -> None:
    a_decision(session)
    ensure_letter(session, message=message(session, "decision/approved"), dated=TODAY, actor=ADVISOR, now=NOW)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(update(Letter).values(title="Anders"))
    session.rollback()


@once
def test_a_preview_says_so_and_shows_no_code(session: Session) -> None:
    a_decision(session)
    shown, real = content(session, "decision/approved", preview=True), content(session, "decision/approved")
    assert shown.watermark and not real.watermark
    code = real.blocks[-1], words(real.blocks)
    assert words(shown.blocks) != code[1] and "'…'" in words(shown.blocks)


# Texts -----------------------------------------------------------------------------------------------------------------


@once
def test_a_region_and_a_scheme_have_their_own_text_and_the_most_particular_counts(
    session: Session, tmp_path: Path
) -> None:
    a_decision(session)
    folder = tmp_path / "texts" / "letters" / "decision"
    folder.mkdir(parents=True)
    text = "{% block title %}WHO{% endblock %}{% block body %}Beste lezer.{% endblock %}"
    (folder / "approved.txt").write_text(text.replace("WHO", "Van de regio"))
    assert content(session, "decision/approved", texts=tmp_path).title == "Van de regio"
    (folder / "approved.leervoucher.txt").write_text(text.replace("WHO", "Van de regeling"))
    own = content(session, "decision/approved", texts=tmp_path.resolve() / ".")
    assert own.title in ("Van de regeling", "Van de regio")
    other = tmp_path / "other"
    (other / "texts" / "letters" / "decision").mkdir(parents=True)
    (other / "texts" / "letters" / "decision" / "approved.leervoucher.txt").write_text(text.replace("WHO", "Regeling"))
    assert content(session, "decision/approved", texts=other).title == "Regeling"
    assert content(session, "decision/approved").title == "U krijgt geld voor uw opleiding"


@pytest.mark.parametrize("typed", ["## Kop", "- punt", "> citaat", "a\n\n## Kop\n\n- x", "{{ 7 * 7 }}", "a\x1fb"])
def test_what_somebody_wrote_is_never_another_part_of_the_letter(typed: str) -> None:
    kinds = {block["kind"] for block in blocks_of(f"Voor.\n\n{said(typed)}\n\nNa.")}
    assert kinds == {"paragraph", "said"}


def test_the_text_of_a_letter_has_parts() -> None:
    text = f"## Kop\n\nEen\nregel.\n\n- een\n- twee\n\n{row('Naam', 'Bedrag')}\n{row('A', '1')}"
    assert blocks_of(text) == [
        {"kind": "heading", "text": "Kop"},
        {"kind": "paragraph", "text": "Een regel."},
        {"kind": "list", "items": ["een", "twee"]},
        {"kind": "rows", "rows": [["Naam", "Bedrag"], ["A", "1"]]},
    ]


# Consent ---------------------------------------------------------------------------------------------------------------


def kind_of(session: Session, question: DevelopmentQuestion, template: str, version: int) -> MessageKind:
    tell_asker(session, question=question, template=template, now=NOW, version=version, in_writing=True)
    rows = select(OutboxMessage).where(OutboxMessage.template == template, OutboxMessage.version == version)
    return session.scalars(rows).one().kind


def test_mail_goes_only_with_consent_for_its_topic_else_on_paper(session: Session) -> None:
    question = a_question(session)
    assert {one.topic for one in consents_of(session, question_id=question.id)} == set(MessageTopic)
    assert kind_of(session, question, "decision/referred", 91) is MessageKind.EMAIL
    set_consent(
        session, question_id=question.id, topics=[MessageTopic.CASE], actor_id="resident", now=NOW + timedelta(hours=1)
    )
    assert kind_of(session, question, "decision/referred", 92) is MessageKind.LETTER
    assert kind_of(session, question, "voucher/issued", 93) is MessageKind.LETTER
    assert kind_of(session, question, "question/received", 94) is MessageKind.EMAIL
    set_consent(session, question_id=question.id, topics=[*MessageTopic], actor_id="resident", now=NOW)
    assert kind_of(session, question, "decision/referred", 95) is MessageKind.EMAIL


def test_choosing_email_is_no_consent_to_decisions_by_email(session: Session) -> None:
    question = a_question(session, contact=replace(MAIL, by_mail=()))
    assert {one.topic for one in consents_of(session, question_id=question.id)} == {MessageTopic.CASE}
    assert kind_of(session, question, "decision/referred", 91) is MessageKind.LETTER
    assert kind_of(session, question, "settlement/lower", 92) is MessageKind.LETTER
    assert kind_of(session, question, "voucher/issued", 93) is MessageKind.LETTER
    assert kind_of(session, question, "question/talk_planned", 94) is MessageKind.EMAIL
    some = a_question(session, contact=replace(MAIL, by_mail=(MessageTopic.DECISION,)))
    assert kind_of(session, some, "decision/referred", 95) is MessageKind.EMAIL
    assert kind_of(session, some, "voucher/issued", 96) is MessageKind.LETTER


def test_who_did_not_choose_mail_gave_no_consent(session: Session) -> None:
    question = a_question(session, contact=BY_POST)
    assert consents_of(session, question_id=question.id) == []
    assert not may_mail(session, question_id=question.id, template="decision/approved")
    assert topic_of("hearing/invited") is MessageTopic.DECISION


LETTERS = Path(__file__).parents[4] / "templates" / "letters"


def test_whatever_makes_a_decision_known_is_agreed_to_and_kept_as_a_decision() -> None:
    """A term to object runs from it: what has a text for on paper is kept as a letter too when it goes by mail."""
    told = [str(file.relative_to(LETTERS).with_suffix("")) for file in LETTERS.glob("*/*.txt") if file.stem != "parts"]
    assert len(told) > 20 and "recovery/written_off" in told
    assert {one for one in told if topic_of(one) is not MessageTopic.DECISION} == set()
    assert topic_of("recovery/received") is MessageTopic.VOUCHER, "money that came in decides nothing"


# The print queue -------------------------------------------------------------------------------------------------------


def printed(session: Session) -> list[Letter]:
    pile = start_batch(session, actor_id="account:1", now=NOW)
    for one in print_queue(session):
        ensure_letter(session, message=one, dated=TODAY, actor=ADVISOR, now=NOW, pile=Pile(pile, "a secret"))
    return letters_in(session, batch=pile)


def test_the_day_on_which_a_letter_was_posted_is_when_it_was_made_known(session: Session) -> None:
    question, decision = a_decision(session, contact=BY_POST)
    letters = printed(session)
    assert len(letters) >= 2 and len(print_queue(session)) == len(letters)
    asked = {"question_id": question.id, "template": "decision/approved", "version": decision.id}
    assert made_known_on(session, **asked) is None  # type: ignore[arg-type]
    posted = TODAY + timedelta(days=2)
    done = post_letters(
        session, letters=letters, on=posted, may_leave=true(), actor_id="account:1", now=NOW + timedelta(days=5)
    )
    assert done == len(letters) and print_queue(session) == []
    assert made_known_on(session, **asked) == posted  # type: ignore[arg-type]
    assert (
        post_letters(
            session, letters=letters, on=posted, may_leave=true(), actor_id="account:1", now=NOW + timedelta(days=5)
        )
        == 0
    )


@pytest.mark.parametrize("days", [-1, 1])
def test_a_letter_is_not_posted_before_its_date_or_in_the_future(session: Session, days: int) -> None:
    a_decision(session, contact=BY_POST)
    letters = printed(session)
    with pytest.raises(Refusal):
        post_letters(
            session, letters=letters, on=TODAY + timedelta(days=days), may_leave=true(), actor_id="account:1", now=NOW
        )
    assert {one.state for one in print_queue(session)} == {MessageState.QUEUED}


def test_a_letter_without_an_address_cannot_be_made(session: Session) -> None:
    question = a_question(session, contact=ContactDetails(way=ContactWay.PHONE, name="Sam", phone="+31570123456"))
    tell_asker(session, question=question, template="question/withdrawn", now=NOW, in_writing=True)
    with pytest.raises(NoRecipient):
        content(session, "question/withdrawn")


@pytest.mark.parametrize(
    ("known", "last"),
    [
        (date(2026, 3, 2), date(2026, 4, 13)),
        (date(2026, 3, 24), date(2026, 5, 6)),  # 5 May
        (date(2026, 11, 13), date(2026, 12, 28)),  # Christmas Day is a Friday
        (date(2026, 2, 20), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 3, 1), date(2026, 4, 13)),  # a Sunday
    ],
)
def test_the_last_day_to_object_is_six_weeks_after_and_a_working_day(known: date, last: date) -> None:
    assert last_day_to_object(known) == last


def test_details_are_gone_when_the_message_has_left(session: Session) -> None:
    question = a_question(session)
    tell_asker(session, question=question, template="voucher/issued", now=NOW, version=5, details={"amount_cents": 100})
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.version == 5)).one()
    assert told.details == {"amount_cents": 100}
    mark_sent(session, message=told, now=NOW)
    assert told.details == {"amount_cents": 100}, "it may come back, and becomes a letter then"
    forget_details(session, now=NOW + COMES_BACK_WITHIN)
    session.refresh(told)
    assert told.details is not None
    forget_details(session, now=NOW + COMES_BACK_WITHIN + timedelta(minutes=1))
    session.refresh(told)
    assert told.details is None
    told.kind, told.details = MessageKind.LETTER, {"amount_cents": 100}
    mark_sent(session, message=told, now=NOW)
    assert told.details is None, "a letter does not wait"
