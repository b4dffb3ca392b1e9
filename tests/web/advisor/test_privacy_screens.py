"""Keeping, asking and answering on the screens: the whole way, and what is refused at its field."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.models import PrivacyRequest, RequestState
from portal.oversight.privacy.kinds import Kept
from portal.oversight.privacy.nightly import retention_jobs
from portal.oversight.privacy.retention.models import RetentionTerm, TermState
from portal.oversight.privacy.retention.queries import erased_on
from portal.platform import clock
from portal.platform.jobs.actions import run_jobs
from tests.factories import NOW, SYSTEM, a_question, resident
from tests.web.advisor.steps import case
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound

PAGE = "/regio/bewaren"
TERM = {"number": "1", "unit": "years", "basis": "Taak", "source": "Selectielijst 2020"}
LATER = NOW + timedelta(days=400)
WHY = "Er loopt een zaak bij de rechter over deze vraag."


def test_two_people_lay_a_term_down_see_what_would_go_and_at_night_it_goes(office: Office) -> None:
    question = office.made(a_question)
    office.do(lambda s: withdraw_question(
        s, question=s.get_one(DevelopmentQuestion, question.id), reason=None, actor=resident(question), now=NOW
    ))  # fmt: skip
    with clock.frozen(LATER):
        first, second = office.browser("region"), office.colleague("region")
        assert_sound(first.get(PAGE))
        kind = f"{PAGE}/soort/unapplied"
        assert question.reference_number in said(first.get(kind)), "what would go, by number"
        assert "Sam de Vries" not in said(first.get(kind))
        wrong = first.submit(kind, TERM | {"number": "0", "source": ""})
        assert wrong.status_code == 422
        assert_sound(wrong)
        assert first.submit(kind, TERM).status_code == 303
        laid = office.do(lambda s: s.scalars(select(RetentionTerm)).one())
        page = first.get(f"{PAGE}/termijn/{laid.public_id}")
        assert_sound(page)
        assert "U hebt dit zelf voorgelegd" in said(page)
        second.get(f"{PAGE}/termijn/{laid.public_id}")
        assert second.submit(f"{PAGE}/termijn/{laid.public_id}", {}).status_code == 303
        assert office.do(lambda s: s.get_one(RetentionTerm, laid.id)).state is TermState.IN_FORCE
        hold = {"number": "ov-0", "reason": WHY, "until": ""}
        assert first.submit(f"{PAGE}/vasthouden", hold).status_code == 422
        assert first.submit(f"{PAGE}/vasthouden", hold | {"number": question.reference_number}).status_code == 303
        assert "wordt vannacht niets gewist" in said(first.get(kind))
        where = next(line for line in first.get(PAGE).text.split('"') if line.endswith("/beeindigen"))
        assert first.post(where).status_code == 303
        jobs = retention_jobs(lambda _session, at: [at.date().isoformat()], actor=SYSTEM)
        assert not run_jobs(office.engine, jobs=jobs, now=LATER).failed
        assert office.do(lambda s: erased_on(s, question_id=question.id)) is not None
        assert_sound(first.get(PAGE))
        gone = office.browser("advisor").get(case(question))
        assert gone.status_code == 409 and "zijn gewist op" in said(gone)


def asked_of(session: Session) -> PrivacyRequest:
    """What was asked last."""
    return session.scalars(select(PrivacyRequest).order_by(PrivacyRequest.id.desc())).first() or PrivacyRequest()


def test_somebody_asks_on_the_own_page_and_an_advisor_answers(office: Office) -> None:
    question = office.made(a_question)
    mine = Browser(office.app).enter(question_id=question.id, audience=resident(question).audience)
    own = f"/mijn/{question.public_id}/mijn-rechten"
    assert_sound(mine.get(own))
    assert mine.submit(own, {"kind": "correction", "text": ""}).status_code == 422
    assert mine.submit(own, {"kind": "access", "text": "Alles graag."}).status_code == 303
    mine.get(own)
    assert mine.submit(own, {"kind": "erasure", "text": ""}).status_code == 303
    assert "Wij antwoorden uiterlijk op 2 april 2026" in said(mine.get(own))
    advisor = office.browser("advisor")
    assert_sound(advisor.get("/adviseur/privacyverzoeken"))
    erasure = f"/adviseur/privacyverzoek/{office.do(asked_of).public_id}"
    assert_sound(advisor.get(erasure))
    no = advisor.submit(erasure, {"outcome": "granted", "answer": "Wij wissen alles."})
    assert no.status_code == 409 or no.status_code == 422
    assert "Deze zaak loopt nog" in said(no)
    assert_sound(advisor.get(f"{erasure}/verlengen"))
    assert advisor.submit(f"{erasure}/verlengen", {"reason": WHY}).status_code == 303
    advisor.get(erasure)
    assert (
        advisor.submit(erasure, {"outcome": "refused", "answer": "De zaak loopt nog bij het loket."}).status_code == 303
    )
    assert office.do(asked_of).state is RequestState.REFUSED
    page = mine.get(own)
    assert_sound(page)
    assert "De zaak loopt nog bij het loket." in said(page)
    taken = next(line for line in page.text.split('"') if line.endswith("/intrekken"))
    assert mine.post(taken).status_code == 303
    told = {"kind": "objection", "text": "Niet delen.", "asked_on": "01-03-2026"}
    assert_sound(advisor.get(case(question, "/privacy")))
    assert advisor.submit(case(question, "/privacy"), told).status_code == 303


def test_the_register_and_the_draft_of_a_dpia_say_what_is_open_and_claim_nothing(office: Office) -> None:
    admin = office.browser("admin")
    page = admin.get("/beheer/verwerkingen")
    assert_sound(page)
    text = admin.get("/beheer/verwerkingen.md").text
    assert "contact (name" in text and "nog niet vastgelegd" in text and "Nog te beoordelen door mensen" in text
    assert "compliant" not in text.lower() and Kept.DRAFTS.value not in said(page)


def test_a_restriction_stands_on_the_case_and_is_lifted_when_the_person_was_told(office: Office) -> None:
    question = office.made(a_question)
    mine = Browser(office.app).enter(question_id=question.id, audience=resident(question).audience)
    own = f"/mijn/{question.public_id}/mijn-rechten"
    mine.get(own)
    assert mine.submit(own, {"kind": "restriction", "text": "Mijn geboortedatum klopt niet."}).status_code == 303
    advisor = office.browser("advisor")
    assert "Sam de Vries" in advisor.get("/adviseur/werkvoorraad.csv").text
    request = f"/adviseur/privacyverzoek/{office.do(asked_of).public_id}"
    assert "Dan staat de zaak stil" in said(advisor.get(request))
    assert advisor.submit(request, {"outcome": "granted", "answer": "Wij doen er niets mee."}).status_code == 303
    page = advisor.get(case(question))
    assert_sound(page)
    assert "De aanvrager vroeg dit op 2 maart 2026" in said(page) and "gegevens zijn beperkt" in said(page)
    file = advisor.get("/adviseur/werkvoorraad.csv").text
    assert "Sam de Vries" not in file and question.reference_number in file, "no name in what leaves the desk"
    advisor.get(case(question, "/afsluiten"))
    stopped = advisor.submit(case(question, "/afsluiten"), {"reason": "helped"})
    assert stopped.status_code in (409, 422) and "zijn beperkt (AVG artikel 18)" in said(stopped)
    assert_sound(advisor.get(request))
    assert advisor.submit(request, {"reason": ""}).status_code == 422
    assert advisor.submit(request, {"reason": WHY}).status_code == 303
    assert_sound(advisor.get(request))
    early = advisor.submit(request, {})
    assert early.status_code == 422 and "De aanvrager hoort het eerst" in said(early)
    page = mine.get(own)
    assert_sound(page)
    assert WHY in said(page) and "Binnenkort gaan wij weer verder" in said(page)
    lift = next(line for line in page.text.split('"') if line.endswith("/intrekken"))
    assert mine.post(lift).status_code == 303
    assert not office.do(asked_of).restricts and "gegevens zijn beperkt" not in said(advisor.get(case(question)))
    assert "Sam de Vries" in advisor.get("/adviseur/werkvoorraad.csv").text
