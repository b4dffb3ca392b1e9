"""At a desk without an identity service the page says which awards need it, and that one comes to the desk for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import Route
from portal.framework.assurance.actions import set_assurance
from portal.framework.assurance.models import AssuredAct
from portal.framework.catalogue.queries import scheme_titles
from portal.people.actor import Audience
from portal.platform.i18n import use_locale
from portal.platform.identity_services import Level, load_identity_services
from tests.factories import NOW, REGION, a_question
from tests.web.browser import Browser
from tests.web.identity_service import FILE
from tests.web.office import Office, office, said
from tests.web.page_source import faults_of

__all__ = ["office"]

AT_THE_DESK = {
    "nl": (
        "Online kan dat hier nog niet. Kom langs aan de balie met een geldig paspoort",
        "De adviseur schrijft op dat",
    ),
    "en": (
        "That is not possible online here yet. Come to the desk with a valid passport",
        "The advisor writes down that",
    ),
}
WHAT_FOR = {
    "nl": ("Voor een toekenning uit {scheme}: niveau", "Voor een toekenning uit alle andere regelingen: niveau"),
    "en": ("For an award from {scheme}: level", "For an award from all other schemes: level"),
}
WHO = {
    Audience.RESIDENT: ("mijn", Route.INDIVIDUAL, AssuredAct.AWARD_TO_PERSON, "Identificeren met DigiD"),
    Audience.EMPLOYER: (
        "werkgever/vraag",
        Route.EMPLOYER,
        AssuredAct.AWARD_TO_EMPLOYER,
        "Identificeren met eHerkenning",
    ),
}


@pytest.mark.parametrize("audience", WHO)
@pytest.mark.parametrize("language", ("nl", "en"))
def test_without_a_service_the_page_says_which_awards_need_the_desk(
    office: Office, audience: Audience, language: str, tmp_path: Path
) -> None:
    where, route, act, by_service = WHO[audience]
    with use_locale(language):
        titles = office.do(lambda s: scheme_titles(s, on=NOW.date()))
    scheme = sorted(titles)[0]
    question = office.do(lambda s: a_question(s, route=route))
    browser = Browser(office.app).enter(question_id=question.id, audience=audience)
    here = f"/{where}/{question.public_id}/identificeren"

    def page() -> str:
        answer = browser.get(f"{here}?taal={language}")
        assert faults_of(answer, language) == []
        return said(answer)

    without = page()
    assert not any(words.format(scheme=titles[scheme]) in without for words in WHAT_FOR[language]), "control: no rule"
    other = next(one for one in AssuredAct if one is not act)

    def rules(session: Session) -> None:
        for rule, about in ((act, scheme), (act, ""), (other, sorted(titles)[1])):
            set_assurance(session, act=rule, scheme=about, level=Level.HIGH, actor=REGION, now=NOW)

    office.do(rules)
    text = page()
    assert all(words in text for words in AT_THE_DESK[language])
    assert all(words.format(scheme=titles[scheme]) in text for words in WHAT_FOR[language])
    assert titles[sorted(titles)[1]] not in text, "that one is of the other route"

    file = tmp_path / "services.toml"
    file.write_text(FILE.format(issuer="https://login.example"), encoding="utf-8")
    office.app.extensions["identity_services"] = load_identity_services(file)
    try:
        served = page()
        assert AT_THE_DESK[language][0] not in served, "control: with a service one can do it here"
        assert language == "en" or by_service in served
    finally:
        office.app.extensions["identity_services"] = ()
