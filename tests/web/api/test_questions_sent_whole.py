"""A question that a program sends whole: the rules of the pages, once per key, and a link for the person alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.awarding.sent_outcomes.models import SentOutcome
from portal.cases.assistance.models import Assistance, HelpWay
from portal.cases.origins.models import HeardFrom, QuestionOrigin
from portal.cases.pledges.models import Pledge
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.tokens.models import TokenScope
from portal.papers.sending import send_mail
from portal.people.accounts.models import AccessLink, Role
from portal.people.audit.models import AuditEvent
from portal.platform.clock import now, today
from portal.platform.config import load_settings
from portal.platform.idempotency import IdempotencyKey
from portal.post.messages.models import OutboxMessage
from portal.web.api.whole_body import WholeQuestionBody
from tests.mails import text_of
from tests.web.browser import Browser
from tests.web.office import Office
from tests.web.programs import KEY, a_token, bearer, problem_of, the_client
from tests.web.walking import Desk, desk, desk_engine, region_template

__all__ = ["desk", "desk_engine", "region_template"]

CONTACT = {"name": "Sam de Vries", "way": "email", "email": "Sam.deVries@voorbeeld.nl", "byMail": ["decision"]}
WHOLE: dict[str, Any] = {
    "wish": "Ik wil leren lassen.",
    "goals": ["other_job"],
    "facts": {
        "birth_year": 1990,
        "residence_postcode": "7311 AB",
        "residence_municipality": "GM0200",
        "work_situation": "employee_permanent",
    },
    "training": {"name": "Lassen niveau 1", "provider": "Praktijkschool"},
    "costs": [{"category": "tuition", "amountCents": 124_950}, {"category": "exam", "amountCents": 15_000}],
    "employerContribution": {"kind": "up_to", "amountCents": 30_000},
    "contact": CONTACT,
    "heardFrom": "municipality",
}
PRIVATE = ("Sam", "Vries", "voorbeeld.nl", "lassen", "7311")


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """The demo region was taken up by the real clock, so here it runs on."""
    yield


@pytest.fixture
def office(desk: Desk) -> Office:
    """The desk of the demo region, with all its facts."""
    return Office(desk.app, desk.engine)


def program(office: Office, role: Role = Role.HELPER, language: str = "nl") -> Any:
    token = office.do(lambda s: a_token(s, office.account(role), [TokenScope.QUESTIONS_WRITE]))
    return the_client(office.app, token, language)


def number_of(office: Office, table: Any) -> int:
    return office.do(lambda s: s.scalar(select(func.count()).select_from(table))) or 0


def pointers(client: Any, body: dict[str, Any]) -> dict[str, str]:
    """Where something is wrong, and the code of it."""
    with pytest.raises(problem_of(client)) as raised:
        client.send_question(body)
    found: Any = raised.value
    assert found.status == 400, found
    return {one["pointer"]: one["code"] for one in found.problem["errors"]}


def test_a_whole_question_is_sent_by_the_acts_of_the_pages(office: Office) -> None:
    told = program(office).send_question(WHOLE)
    assert set(told) == {"id", "referenceNumber", "statusAddress"}
    assert told["statusAddress"].endswith(f"/mijn/{told['id']}") and told["referenceNumber"].startswith(
        f"OV-{today().year}-"
    )

    def look(session: Any) -> None:
        one = session.scalars(select(DevelopmentQuestion)).one()
        assert (one.public_id, one.state, one.language) == (told["id"], QuestionState.SUBMITTED, "nl")
        assert one.wish == WHOLE["wish"] and one.goals == ["other_job"] and one.training_name == "Lassen niveau 1"
        assert one.facts == {**WHOLE["facts"], "residence_postcode": "7311"}, "of a postcode only the digits are kept"
        assert [(line.category, line.amount_cents) for line in one.cost_lines] == [
            ("tuition", 124_950),
            ("exam", 15_000),
        ]
        assert one.contact.email == "sam.devries@voorbeeld.nl" and one.submitted_by.startswith("account:")
        helped = session.get_one(Assistance, one.id)
        assert helped.way is HelpWay.FORM
        assert session.scalars(select(Pledge)).one().amount_cents == 30_000
        assert session.get_one(QuestionOrigin, one.id).heard_from is HeardFrom.MUNICIPALITY
        assert session.scalars(select(SentOutcome)).one().total_cents == 139_950
        assert [one.template for one in session.scalars(select(OutboxMessage))] == ["question/received"]

    office.do(lambda s: look(s))


def test_the_person_gets_the_link_in_the_mail_and_nobody_else_gets_it(office: Office, tmp_path: Path) -> None:
    client = program(office)
    told = client.send_question(WHOLE, idempotency_key=KEY)
    assert number_of(office, AccessLink) == 0, "nothing lets in before the mail leaves"
    sent: list[EmailMessage] = []
    settings = load_settings(portal_env="test", state_dir=tmp_path, base_url="https://loket.example")
    send_mail(office.engine, settings=settings, deliver=sent.append, clock=now)
    link = re.search(r"/toegang/[A-Za-z0-9_-]+", text_of(sent[0]))
    assert link is not None and "sam.devries@voorbeeld.nl" in sent[0]["To"]
    browser = Browser(office.app)
    browser.get(link[0])
    assert browser.submit(link[0]).status_code == 303
    assert browser.get(f"/mijn/{told['id']}").status_code == 200
    kept = office.do(lambda s: json.dumps([one.body for one in s.scalars(select(IdempotencyKey))]))
    logged = office.do(lambda s: str([(one.action, one.fields) for one in s.scalars(select(AuditEvent))]))
    for word in PRIVATE:
        assert word not in json.dumps(told) and word not in kept and word not in logged


def test_it_is_sent_once_however_often_it_comes_and_by_no_other_token(office: Office) -> None:
    client = program(office)
    first = client.send_question(WHOLE, idempotency_key=KEY)
    assert client.send_question(WHOLE, idempotency_key=KEY) == first
    with pytest.raises(problem_of(client)) as raised:
        client.send_question({**WHOLE, "wish": "Iets anders"}, idempotency_key=KEY)
    assert raised.value.status == 409  # type: ignore[attr-defined]
    assert number_of(office, DevelopmentQuestion) == 1
    reads = office.do(lambda s: a_token(s, office.account(Role.ADVISOR), [TokenScope.QUESTIONS_READ]))
    answers = [
        office.app.test_client().post(
            "/api/v1/questions", json=WHOLE, headers={**bearer(token), "Idempotency-Key": KEY}
        )
        for token in (None, reads)
    ]
    assert [one.status_code for one in answers] == [401, 403]
    both = office.do(lambda s: a_token(s, office.account(Role.ADVISOR)))
    assert the_client(office.app, both).question(first["id"])["state"] == "submitted", "by who may read, its status"
    assert number_of(office, DevelopmentQuestion) == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"wish": None, "goals": []}, {"/wish": "answer_refused"}),
        ({"goals": ["rijk_worden"]}, {"/goals": "answer_refused"}),
        ({"facts": {"birth_year": 1910}}, {"/facts/birth_year": "answer_refused"}),
        ({"facts": {"birth_year": "laatst"}}, {"/facts/birth_year": "not_a_number"}),
        ({"facts": {"bestaat_niet": 1}}, {"/facts/bestaat_niet": "unknown_fact"}),
        ({"facts": {"employer_size": 10}}, {"/facts/employer_size": "not_asked_here"}),
        ({"facts": {"residence_municipality": "GM7777"}}, {"/facts/residence_municipality": "answer_refused"}),
        ({"training": None, "facts": {"training_level": "mbo2"}}, {"/training/name": "answer_refused"}),
        ({"costs": [{"category": "wage", "amountCents": 100}]}, {"/costs/0/category": "answer_refused"}),
        (
            {
                "costs": [{"category": "exam", "amountCents": 100, "amountWithoutVatCents": 50}],
                "employerContribution": None,
            },
            {"/costs/0/amountWithoutVatCents": "not_asked_here"},
        ),
        (
            {"employerContribution": {"kind": "fixed", "amountCents": 900_000}},
            {"/employerContribution/amountCents": "answer_refused"},
        ),
        (
            {"facts": {"work_situation": "job_seeker"}},
            {"/employerContribution": "not_asked_here"},
        ),
        ({"borrowUpToCents": 900_000}, {"/borrowUpToCents": "answer_refused"}),
        ({"employer": {"name": "Bouw BV", "kvkNumber": "12345678"}}, {"/employer": "not_employer_route"}),
        ({"contact": {"name": "Sam", "way": "email"}}, {"/contact/email": "answer_refused"}),
        ({"contact": {"name": "Sam", "way": "phone", "phone": "12"}}, {"/contact/phone": "answer_refused"}),
        (
            {
                "contact": {
                    "name": "!!",
                    "way": "post",
                    "street": "Dorpsstraat",
                    "houseNumber": "x",
                    "city": "Proefstad",
                }
            },
            {
                "/contact/name": "answer_refused",
                "/contact/houseNumber": "answer_refused",
                "/contact/postcode": "answer_refused",
            },
        ),
        ({"contact": {"name": "Sam"}}, {"/contact/way": "missing"}),
    ],
)
def test_what_a_page_refuses_is_refused_here_at_its_place_and_nothing_is_kept(
    office: Office, change: dict[str, Any], wrong: dict[str, str]
) -> None:
    body = {**WHOLE, **change, "facts": {**WHOLE["facts"], **change.get("facts", {})}}
    assert pointers(program(office), body) == wrong
    assert number_of(office, DevelopmentQuestion) == number_of(office, OutboxMessage) == 0


def test_all_that_is_wrong_is_said_at_once_in_the_language_that_is_asked_for(office: Office) -> None:
    spoilt = {
        **WHOLE,
        "facts": {**WHOLE["facts"], "birth_year": 1910},
        "contact": {"name": "Sam", "way": "email", "email": "sam"},
    }
    said = []
    for language in ("nl", "en"):
        client = program(office, language=language)
        with pytest.raises(problem_of(client)) as raised:
            client.send_question(spoilt)
        errors = raised.value.problem["errors"]  # type: ignore[attr-defined]
        assert {one["pointer"] for one in errors} == {"/facts/birth_year", "/contact/email"}
        said.append({one["detail"] for one in errors})
        assert "1910" not in str(errors), "what was answered does not come back"
    assert said[0].isdisjoint(said[1])


def test_an_employer_asks_by_a_form_as_well(office: Office) -> None:
    body = {
        "route": "employer",
        "language": "en",
        "wish": "Onze lasser moet verder leren.",
        "facts": {"birth_year": 1990, "employer_municipality": "GM0200"},
        "training": {"name": "Lassen niveau 2"},
        "costs": [{"category": "wage", "amountCents": 50_000}],
        "employer": {"name": "Bouw BV", "kvkNumber": "KVK 12 34 56 78", "contactName": "J. Baas"},
        "contact": {"name": "J. Baas", "way": "phone", "phone": "0570 12 34 56"},
    }
    told = program(office, Role.ADVISOR).send_question(body)
    assert f"/werkgever/vraag/{told['id']}" in told["statusAddress"]
    one = office.do(lambda s: s.scalars(select(DevelopmentQuestion)).one())
    assert (one.employer_kvk, one.language, one.total_cents) == ("12345678", "en", 50_000)
    without = {name: value for name, value in body.items() if name != "employer"}
    assert set(pointers(program(office), without)) == {"/employer/name", "/employer/kvkNumber"}


def test_the_desk_and_the_person_see_whose_form_it_was(office: Office) -> None:
    told = program(office).send_question(WHOLE)
    name = office.account(Role.HELPER).display_name
    page = office.browser(Role.ADVISOR).get(f"/adviseur/vraag/{told['id']}").text
    assert f"Ingevuld op een formulier van {name}." in page
    answer: TestResponse = office.browser(Role.HELPER).get("/hulp/")
    assert told["referenceNumber"] in answer.text and "op een formulier" in answer.text
    assert 'value="form"' not in answer.text, "nobody says so by hand"


def test_the_description_names_every_way_to_have_heard_of_the_desk() -> None:
    field = WholeQuestionBody.model_fields["heard_from"].annotation
    assert set(get_args(get_args(field)[0])) == {one.value for one in HeardFrom}
