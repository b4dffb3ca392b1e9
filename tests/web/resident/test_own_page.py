"""After sending nothing is hidden: the answers, the outcome of then and now, letters, messages, who looked, and all data to take along."""

from __future__ import annotations

import json
from io import BytesIO

import pikepdf
import pytest

from portal.cases.corrections.actions import correct
from portal.cases.corrections.models import OnWord
from portal.cases.questions.actions import ContactDetails
from portal.cases.questions.models import ContactWay, DevelopmentQuestion
from portal.oversight.feedback.actions import give_feedback
from portal.oversight.feedback.models import Feedback, FeedbackAnswer, FeedbackSubject
from portal.oversight.feedback.queries import feedback_counts
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.post.messages.actions import mark_sent
from portal.post.messages.queries import messages_about
from tests.factories import ADVISOR, MAIL, NOW, REGION, a_draft, a_question, a_voucher, asker, resident
from tests.web.browser import Browser
from tests.web.office import Office, figures_of, said, shared_office, still
from tests.web.walking import assert_sound, sound_page

__all__ = ["shared_office", "still"]
SEND = {"name": "Sam de Vries", "way": "email", "email": "sam@voorbeeld.example"}

BY_POST = ContactDetails(
    way=ContactWay.POST, name="Sam", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
)


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as file:
        return len(file.pages)


@pytest.fixture(scope="module")
def sent(shared_office: Office) -> tuple[Browser, str, DevelopmentQuestion]:
    """Somebody who saw the outcome, sent the question, and whose costs an advisor corrected then."""
    with clock.frozen(NOW):
        return _sent(shared_office)


def _sent(shared_office: Office) -> tuple[Browser, str, DevelopmentQuestion]:
    draft = shared_office.do(lambda session: a_draft(session))
    browser = Browser(shared_office.app).enter(question_id=draft.id, audience=Audience.RESIDENT)
    paper = browser.get(f"/vraag/{draft.public_id}/uitkomst.pdf")
    assert (paper.mimetype, pages_of(paper.data)) == ("application/pdf", 1)
    browser.get(f"/vraag/{draft.public_id}/versturen")
    assert browser.submit(f"/vraag/{draft.public_id}/versturen", SEND).status_code == 303
    advisor = shared_office.browser(Role.ADVISOR)
    advisor.get(f"/adviseur/vraag/{draft.public_id}")

    def dearer(session):  # type: ignore[no-untyped-def]
        question = session.get_one(DevelopmentQuestion, draft.id)
        costs = [{"category": "tuition", "amount_cents": 150_000, "description": None, "bearer": "resident"}]
        costs[0] |= {"amount_without_vat_cents": None, "due_on": None}
        changes = {"costs": costs}
        correct(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=NOW)

    shared_office.do(lambda session: dearer(session))
    return browser, f"/mijn/{draft.public_id}", draft


def test_the_answers_stand_there_as_they_were_sent_and_what_they_are_now(sent: tuple[Browser, str, object]) -> None:
    browser, path, _ = sent
    answer = browser.get(f"{path}/verstuurd")
    assert_sound(answer)
    words = said(answer).replace("\xa0", " ")
    for sentence in ("Ik wil technicus worden.", "Monteur, ROC Proef", "Samen € 1.200", "Nu: ", "€ 1.500"):
        assert sentence in words


def test_the_outcome_of_then_stands_beside_that_of_now_with_what_changed(sent: tuple[Browser, str, object]) -> None:
    browser, path, _ = sent
    answer = browser.get(f"{path}/wie-betaalt")
    assert_sound(answer)
    rows = figures_of(answer, "Wie betaalt wat")
    assert [row[0] for row in rows][-1] == "U zelf"
    words = said(answer).replace("\xa0", " ")
    assert "Er is 1 antwoord veranderd" in words and "Toen u verstuurde" in words
    assert "Samen € 1.200 € 1.500" in words, "the total of then and that of now"
    paper = browser.get(f"{path}/wie-betaalt.pdf")
    assert (paper.mimetype, pages_of(paper.data) <= 2) == ("application/pdf", True)


def test_who_looked_is_told_by_day_and_role_without_a_name(sent: tuple[Browser, str, object]) -> None:
    browser, path, _ = sent
    answer = browser.get(f"{path}/wie-keek")
    assert_sound(answer)
    assert figures_of(answer, "Wie keek, per dag") == [["2 maart 2026", "Adviseur", "1"]]


def test_all_data_can_be_taken_along_as_json_and_as_a_pdf(sent: tuple[Browser, str, object]) -> None:
    browser, path, _ = sent
    assert_sound(browser.get(f"{path}/alles"))
    file = browser.get(f"{path}/alles.json")
    data = json.loads(file.data)
    assert file.headers["Content-Disposition"].startswith('attachment; filename="mijn-gegevens-OV-')
    assert data["answers_sent"]["costs"][0]["amount_cents"] == 120_000
    assert data["answers_now"]["costs"][0]["amount_cents"] == 150_000
    assert {"Uw vraag", "Uw antwoorden, zoals u ze verstuurde", "Wie keek"} <= set(data["overview"])
    assert browser.get(f"{path}/alles.pdf").data.startswith(b"%PDF")


def test_letters_are_there_as_a_page_and_as_a_file_beside_all_other_messages(shared_office: Office) -> None:
    def settled(session):  # type: ignore[no-untyped-def]
        from portal.papers.letter_content import ensure_letter
        from portal.post.messages.queries import messages_about

        voucher = a_voucher(session)
        [told] = [
            one
            for one in messages_about(session, object_kind="question", object_id=voucher.question_id)
            if one.template == "decision/approved"
        ]
        letter = ensure_letter(session, message=told, dated=NOW.date(), actor=ADVISOR, now=NOW)
        return session.get_one(DevelopmentQuestion, voucher.question_id), letter.public_id

    question, letter = shared_office.do(lambda session: settled(session))
    browser = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    page = sound_page(browser.get(f"/mijn/{question.public_id}/brieven"))
    links = {str(link["href"]) for link in page.select("main a")}
    place = f"/mijn/{question.public_id}/brieven/{letter}"
    assert {place, f"{place}.pdf"} <= links
    english = said(browser.get(f"/mijn/{question.public_id}/brieven?taal=en"))
    assert "You get" in english and "U krijgt" not in english, "a letter is called in the language of the page"
    browser.get(f"/mijn/{question.public_id}/brieven?taal=nl")
    read = browser.get(place)
    assert_sound(read)
    assert "U betaalt zelf" in said(read)
    assert browser.get(f"{place}.pdf").data.startswith(b"%PDF")
    other = shared_office.do(lambda session: a_question(session))
    stranger = Browser(shared_office.app).enter(question_id=other.id, audience=Audience.RESIDENT)
    assert stranger.get(f"/mijn/{other.public_id}/brieven/{letter}").status_code == 404


def test_what_went_by_post_is_a_letter_also_when_no_file_of_it_is_kept(shared_office: Office) -> None:
    def told(session, contact: ContactDetails):  # type: ignore[no-untyped-def]
        question = a_question(session, contact=contact)
        for message in messages_about(session, object_kind="question", object_id=question.id):
            mark_sent(session, message=message, now=NOW)
        return question

    for contact in (BY_POST, MAIL):
        question = shared_office.do(lambda session, contact=contact: told(session, contact))
        browser = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        page = said(browser.get(f"/mijn/{question.public_id}/brieven"))
        assert ("Er zijn nog geen brieven." in page) is (contact is MAIL), page


def test_what_people_say_reaches_the_region_as_counts_and_no_small_group_is_shown(shared_office: Office) -> None:
    question = shared_office.do(lambda session: a_question(session))
    browser = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/klopte-dit"
    assert_sound(browser.get(path))
    assert browser.submit(path, {"outcome": "yes", "treatment": "no"}).status_code == 303
    browser.get(path)
    assert browser.submit(path, {"outcome": "partly"}).status_code == 303
    region = shared_office.browser(Role.REGION)
    page = region.get("/regio/opbrengst")
    assert_sound(page)
    hidden = ["Klopte wat wij u vertelden over wie wat betaalt?", "te weinig", "—", "—"]
    assert figures_of(page, "Wat mensen van het loket zeggen")[0] == hidden

    def many(session):  # type: ignore[no-untyped-def]
        mine = session.get_one(DevelopmentQuestion, question.id)
        give_feedback(session, question=mine, subject=FeedbackSubject.OUTCOME, answer=FeedbackAnswer.YES,
                      actor=resident(mine), now=NOW)  # fmt: skip
        others = [a_question(session) for _ in range(9)]
        session.add_all(
            Feedback(question_id=one.id, subject=FeedbackSubject.OUTCOME, answer=FeedbackAnswer.YES, given_at=NOW,
                     given_by=asker(one).reference)
            for one in others
        )  # fmt: skip
        session.flush()
        return feedback_counts(session, actor=REGION), feedback_counts(session, actor=ADVISOR)

    counts, of_others = shared_office.do(lambda session: many(session))
    assert counts[0].answers == {FeedbackAnswer.YES: 10, FeedbackAnswer.PARTLY: 0, FeedbackAnswer.NO: 0}
    assert counts[1].answers is None and of_others == []
