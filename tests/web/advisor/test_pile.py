"""A pile of letters in which there are some that may not leave: the own data of who gets them were restricted meanwhile."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.cases.rights.actions import answer_right, ask_right
from portal.cases.rights.models import Right
from portal.platform import clock
from portal.platform.clock import today
from portal.post.letters.models import Letter, LetterPosting
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, a_question, resident
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def test_a_letter_of_who_had_the_data_restricted_stays_in_its_pile_and_the_page_says_why(office: Office) -> None:
    by_post = ContactDetails(
        way=ContactWay.POST, name="Sam", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
    )
    held, free = (office.made(a_question, contact=by_post) for _ in range(2))
    browser = office.browser("advisor")
    browser.get("/adviseur/post")
    address = str(browser.post("/adviseur/post/stapel").location)
    whole = len(browser.get(f"{address}/brieven.pdf").data)

    def restrict(session: Session, question: DevelopmentQuestion) -> None:
        here, words = session.get_one(DevelopmentQuestion, question.id), "Klopt niet."
        by = {"actor": resident(here), "now": clock.now()}
        asked = ask_right(session, question=here, kind=Right.RESTRICTION, text=words, asked_on=today(), **by)  # type: ignore[arg-type]
        answer_right(session, request=asked, granted=True, answer="Goed.", actor=ADVISOR, now=clock.now())

    office.do(lambda s: restrict(s, held))
    page = browser.get(address)
    assert_sound(page)
    assert "1 brief blijft hier" in said(page) and "blijft hier: gegevens beperkt" in said(page)
    assert len(browser.get(f"{address}/brieven.pdf").data) < whole
    browser.get(address)
    done = browser.submit(address, {"posted_on": f"{today():%d-%m-%Y}"})
    assert done.status_code == 303
    after = said(browser.get(address))
    assert "De brieven staan als verstuurd" in after and "1 brief blijft hier" in after
    posted = office.do(
        lambda s: s.scalars(select(Letter.question_id).join(LetterPosting, LetterPosting.letter_id == Letter.id)).all()
    )
    assert posted == [free.id]
    message = office.do(
        lambda s: s.scalars(select(OutboxMessage.public_id).join(Letter).where(Letter.question_id == held.id)).one()
    )
    alone = browser.post(f"/adviseur/bericht/{message}/verstuurd")
    assert alone.status_code in (409, 422) and "zijn beperkt (AVG artikel 18)" in said(alone)
    office.do(lambda s: restrict(s, free))
    assert browser.get(f"{address}/brieven.pdf").status_code == 303, "nothing of it may leave"
    assert "af te drukken (pdf)" not in said(browser.get(address))
