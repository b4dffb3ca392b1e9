"""What the schemes want to see, on the screens of who asked and of advisors: handed in, looked at, asked again, taken over."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from portal.cases.conversations.requests import AlsoAsked, ask_more
from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.pledges.actions import ask_pledge
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.actor import Audience
from tests.factories import ADVISOR, NOW, a_question, an_application
from tests.portal.cases.evidence.wanting import ADDRESS, LATER, QUOTATION, let_it_want
from tests.portal.post.files.hostile import jpeg, pdf
from tests.web.advisor.hand import Hand
from tests.web.advisor.steps import case
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import sound_page

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
QUOTE = QUOTATION["nl"]


@pytest.fixture
def wanting(office: Office) -> Office:
    """An office of which the scheme wants a quotation and an address, and later a diploma."""
    office.do(lambda session: let_it_want(session, QUOTATION, ADDRESS, LATER))
    return office


def mine(office: Office, question: DevelopmentQuestion) -> tuple[Browser, str]:
    """The browser of who asked, and the address of the own page."""
    employer = question.route is Route.EMPLOYER
    audience = Audience.EMPLOYER if employer else Audience.RESIDENT
    browser = Browser(office.app).enter(question_id=question.id, audience=audience)
    return browser, f"{'/werkgever/vraag' if employer else '/mijn'}/{question.public_id}"


def sent_file(content: bytes, name: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(content), name)}


def evidence(office: Office) -> list[Evidence]:
    return office.do(lambda s: list(s.query(Evidence).order_by(Evidence.id)))


def test_who_asked_sees_what_is_needed_and_hands_it_in_with_a_photo(wanting: Office) -> None:
    question = wanting.made(an_application)
    browser, path = mine(wanting, question)
    page = sound_page(browser.get(path))
    assert QUOTE in page.get_text() and "nog 2 stukken" in page.get_text() and "diploma" not in page.get_text()
    hand = Hand(browser, path)
    hand.follow("Inleveren of bekijken")
    assert "Er ontbreken nog 2 stukken." in said(hand.answer)
    hand.follow(f"Inleveren: {QUOTE}")
    upload = hand.path
    field = hand.page.select_one('main input[type="file"]')
    assert field is not None and ".jpg" in str(field["accept"]), "a telephone offers its camera"
    after = browser.post(upload, data=sent_file(jpeg(), "IMG_0001.jpeg"), follow_redirects=True)
    assert "Ingeleverd, nog niet bekeken" in said(after) and "Er ontbreekt nog 1 stuk." in said(after)
    [row] = evidence(wanting)
    answer = browser.get(f"{path}/stukken/bestand/{row.public_id}")
    assert answer.data.startswith(b"\xff\xd8") and "attachment" in answer.headers["Content-Disposition"]
    hand = Hand(browser, f"{path}/stukken")
    hand.press("Verwijder dit bestand")
    assert "Het bestand is weggehaald." in said(hand.answer) and evidence(wanting) == []


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "leeg.pdf", "leeg"),
        (b"MZ\x90", "offerte.exe", "geen PDF, JPG of PNG"),
        (b"0" * 1_001, "groot.pdf", "te groot"),
    ],
    ids=["empty", "a program", "too large"],
)
def test_a_file_that_is_not_right_is_told_at_its_field(
    wanting: Office, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, why: str
) -> None:
    for where in ("portal.post.files.harmless", "portal.web.forms.uploads"):
        monkeypatch.setattr(f"{where}.MOST_BYTES", 1_000)
    browser, path = mine(wanting, wanting.made(an_application))
    answer = browser.post(f"{path}/stukken/offerte", data=sent_file(content, name))
    error = sound_page(answer).select_one("#file-error")
    assert answer.status_code == 422 and error is not None and why in error.get_text()
    nothing = browser.post(f"{path}/stukken/offerte", data={})
    assert "Kies het bestand, of maak een foto." in said(nothing) and evidence(wanting) == []


def test_another_person_sees_neither_page_nor_file(wanting: Office) -> None:
    question, other = wanting.made(an_application), wanting.made(a_question)
    browser, path = mine(wanting, question)
    browser.post(f"{path}/stukken/offerte", data=sent_file(pdf(), "offerte.pdf"))
    [row] = evidence(wanting)
    stranger, own = mine(wanting, other)
    assert stranger.get(f"{path}/stukken").status_code == 404
    for address in (f"{path}/stukken/bestand/{row.public_id}", f"{own}/stukken/bestand/{row.public_id}"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"{own}/stukken", data={"take_out": row.public_id}).status_code == 404
    assert browser.get(f"{path}/stukken/geen-stuk").status_code == 404
    assert wanting.browser("region").get(f"/adviseur/stukken/{row.public_id}").status_code in (403, 404)


def test_an_advisor_accepts_asks_again_and_hands_in_for_the_person(wanting: Office) -> None:
    question = wanting.made(an_application)
    browser, path = mine(wanting, question)
    browser.post(f"{path}/stukken/offerte", data=sent_file(pdf(), "offerte.pdf"))
    advisor = wanting.browser("advisor")
    assert "Stukken bekijken" in said(advisor.get("/adviseur/voor-mij?van=alle"))
    hand = Hand(advisor, case(question))
    hand.follow("Bekijk 1 stuk of antwoord dat nog niemand zag")
    hand.follow("Vraag opnieuw")
    hand.press("Opnieuw vragen")
    assert hand.answer.status_code == 422 and hand.page.select_one("#reason-error") is not None
    hand.type(reason="De prijs staat er niet op.")
    hand.press("Opnieuw vragen")
    assert "Opnieuw nodig" in said(hand.answer) and "De prijs staat er niet op." in said(hand.answer)
    assert "De prijs staat er niet op." in said(browser.get(path)), "who asked reads why"
    advisor.post(case(question, "/stukken/offerte"), data=sent_file(pdf(2), "beter.pdf"))
    hand = Hand(advisor, case(question, "/stukken"))
    hand.press("Akkoord", first=True)
    assert "Dit stuk is akkoord." in said(hand.answer)
    hand.press("Ik heb dit gezien, zonder bestand")
    assert "Gezien door een adviseur, zonder bestand" in said(hand.answer)
    [row, *_] = evidence(wanting)
    assert row.state is EvidenceState.ACCEPTED, "what was returned by mistake can be accepted after all"


def test_an_advisor_asks_for_facts_and_pieces_and_takes_the_answer_over(wanting: Office) -> None:
    question = wanting.made(a_question)
    advisor = wanting.browser("advisor")
    hand = Hand(advisor, case(question, "/meer-vragen"))
    facts = [str(box["value"]) for box in hand.page.select('input[name="facts"]')]
    assert "training_start" in facts and hand.page.select_one('input[name="pieces"][value="offerte"]') is not None
    hand.type(text="Vult u dit aan?", other_piece="Een verklaring van UWV")
    hand.typed |= {"facts": ["training_start"], "pieces": ["offerte"]}
    hand.press("Vraag versturen")
    browser, path = mine(wanting, question)
    page = sound_page(browser.get(f"{path}/antwoord"))
    assert QUOTE in page.get_text() and "Een verklaring van UWV" in page.get_text()
    wrong = browser.post(f"{path}/antwoord", data={"fact_training_start": "twee", "answer": "Ik was er niet."})
    assert wrong.status_code == 422 and sound_page(wrong).select_one("#fact_training_start-error") is not None
    assert "Ik was er niet." in wrong.text, "nothing that was typed is lost"
    empty = browser.post(f"{path}/antwoord", data={})
    assert empty.status_code == 422 and "Schrijf eerst een antwoord." in said(empty)
    browser.post(f"{path}/antwoord", data={"fact_training_start": "1-9-2026"})
    assert wanting.again(question).facts["training_start"] != "2026-09-01"
    hand = Hand(advisor, case(question))
    hand.follow("Bekijk 1 stuk of antwoord dat nog niemand zag")
    assert "De aanvrager gaf antwoord op gegevens" in said(hand.answer)
    hand.follow(to_answers(hand))
    hand.typed["facts"] = ["training_start"]
    hand.press("Verwerken")
    assert wanting.again(question).facts["training_start"] == "2026-09-01"
    assert "1 september 2026" in said(advisor.get(case(question)))


def to_answers(hand: Hand) -> str:
    """The link to the answers that wait."""
    texts = (" ".join(one.get_text(" ", strip=True).split()) for one in hand.page.select("main a[href]"))
    return next(text for text in texts if text.startswith("Bekijk de antwoorden"))


def test_two_advisors_who_look_at_the_same_answers_are_told(wanting: Office) -> None:
    question = wanting.made(a_question)
    advisor = wanting.browser("advisor")
    hand = Hand(advisor, case(question, "/meer-vragen"))
    hand.type(text="Vult u dit aan?")
    hand.typed["facts"] = ["training_start"]
    hand.press("Vraag versturen")
    browser, path = mine(wanting, question)
    browser.post(f"{path}/antwoord", data={"fact_training_start": "1-9-2026"})
    pages = [Hand(advisor, case(question, "/stukken")) for _ in range(2)]
    for one in pages:
        one.follow(to_answers(one))
        one.typed["facts"] = ["training_start"]
    pages[0].press("Verwerken")
    pages[1].press("Verwerken")
    assert pages[1].answer.status_code in (409, 422) and "Er is niets gedaan" in said(pages[1].answer)


def test_an_employer_hands_in_too(wanting: Office) -> None:
    wanting.do(lambda session: let_it_want(session, QUOTATION, scheme="bedrijfsvoucher"))
    question = wanting.made(a_question, route=Route.EMPLOYER)
    browser, path = mine(wanting, question)
    answer = browser.get(path)
    assert QUOTE in said(answer)
    after = browser.post(f"{path}/stukken/offerte", data=sent_file(pdf(), "offerte.pdf"), follow_redirects=True)
    assert "Alles is binnen." in said(after)


def test_the_employer_of_a_resident_hands_in_what_only_the_employer_has(wanting: Office) -> None:
    pledged = {"id": "toezegging", "nl": "Een toezegging", "en": "A pledge", "shown_by": "employer"}
    wanting.do(lambda session: let_it_want(session, QUOTATION, pledged))
    question = wanting.made(a_question)
    address = f"/werkgever/bijdrage/{question.public_id}"
    boss = Browser(wanting.app).enter(question_id=question.id, audience=Audience.EMPLOYER)
    assert boss.get(f"{address}/stukken/toezegging").status_code == 404, "not asked to pay a part"
    wanting.do(
        lambda s: ask_pledge(
            s,
            question=s.merge(question),
            employer_name="Staal bv",
            employer_email="a@b.example",
            actor=ADVISOR,
            now=NOW,
        )
    )
    page = said(boss.get(address))
    assert "Inleveren: Een toezegging" in page and QUOTE not in page
    assert boss.get(f"{address}/stukken/offerte").status_code == 404
    wrong = boss.post(f"{address}/stukken/toezegging", data=sent_file(b"MZ", "brief.docx"))
    assert wrong.status_code == 422 and sound_page(wrong).select_one("#file-error") is not None
    after = boss.post(f"{address}/stukken/toezegging", data=sent_file(pdf(), "brief.pdf"), follow_redirects=True)
    assert "ingeleverd op 2 maart 2026" in said(after)
    [row] = evidence(wanting)
    assert (row.piece, row.handed_in_by) == ("toezegging", "employer")


def test_the_result_says_what_will_be_needed(wanting: Office) -> None:
    from tests.factories import a_draft

    draft = wanting.made(a_draft)
    browser = Browser(wanting.app).enter(question_id=draft.id, audience=Audience.RESIDENT)
    text = said(browser.get(f"/vraag/{draft.public_id}/uitkomst"))
    assert "Dit hebben wij straks van u nodig." in text and "een offerte van de opleider" in text.lower()


def test_more_files_cost_no_more_queries(wanting: Office) -> None:
    question = wanting.made(an_application)
    browser, path = mine(wanting, question)
    advisor = wanting.browser("advisor")
    pages = [
        (browser, path),
        (browser, f"{path}/stukken"),
        (advisor, case(question)),
        (advisor, case(question, "/stukken")),
    ]
    counts = []
    for number in (1, 9):
        while len(evidence(wanting)) < number:
            content = pdf(len(evidence(wanting)) + 1)
            browser.post(f"{path}/stukken/offerte", data=sent_file(content, "offerte.pdf"))
        counts.append([queries_of(wanting, one, address) for one, address in pages])
    assert counts[0] == counts[1] and min(counts[0]) > 3


def queries_of(office: Office, browser: Browser, address: str) -> int:
    """How many statements a page takes, once it was opened before."""
    browser.get(address)
    told: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(office.engine, "before_cursor_execute", note)
    return len(told)


def test_a_birth_date_that_contradicts_the_year_is_refused_at_its_field_on_the_page_of_who_asked(
    wanting: Office,
) -> None:
    question = wanting.made(a_question, facts={"birth_year": 1990})
    also = AlsoAsked(facts=("birth_date",))
    until = NOW.date() + timedelta(days=14)
    asked: dict[str, Any] = {"text": "?", "answer_by": until, "actor": ADVISOR, "now": NOW, "also": also}
    wanting.do(lambda s: ask_more(s, question=s.get_one(DevelopmentQuestion, question.id), **asked))
    browser, path = mine(wanting, question)
    browser.get(f"{path}/antwoord")
    wrong = browser.submit(f"{path}/antwoord", {"fact_birth_date": "17-5-1986"})
    assert wrong.status_code == 422 and sound_page(wrong).select_one("#fact_birth_date-error") is not None
    assert "geboortejaar 1990" in said(wrong) and "17-05-1986" in said(wrong)
    assert browser.submit(f"{path}/antwoord", {"fact_birth_date": "17-5-1990"}).status_code == 303
