"""What a form in Open Forms sends becomes a question by the mapping of the desk; sent again it is the same question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.cases.questions.models import DevelopmentQuestion
from portal.commands.doctor import forms_of
from portal.framework.catalogue.queries import catalogue
from portal.framework.tokens.models import TokenScope
from portal.people.accounts.models import Role
from portal.platform.clock import today
from portal.web.api.form_mapping import OURS, form_mapping, translated
from schemes.basics.findings import BadFile
from tests.web.api.test_questions_sent_whole import PRIVATE, office
from tests.web.office import Office
from tests.web.programs import a_token, bearer
from tests.web.walking import desk, desk_engine, region_template

__all__ = ["desk", "desk_engine", "office", "region_template"]

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "recorded" / "open_forms.json").read_text())
GUIDE = Path(__file__).parents[3] / "docs" / "open-forms.md"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """The demo region was taken up by the real clock, so here it runs on."""
    yield


def form(**changes: Any) -> dict[str, Any]:
    """What was recorded, with other answers."""
    body = deepcopy(RECORDED)
    body["values"] |= {"opleidingBegin": f"{today().year + 1}-09-01"} | changes
    return body


def post(office: Office, body: dict[str, Any], language: str = "nl") -> TestResponse:
    """Sent as Open Forms sends it: a token, JSON, and no key."""
    token = office.do(lambda s: a_token(s, office.account(Role.HELPER), [TokenScope.QUESTIONS_WRITE]))
    headers = {**bearer(token), "Accept": "*/*", "Accept-Language": language}
    return office.app.test_client().post("/api/v1/open-forms-submissions", json=body, headers=headers)


def the_question(office: Office) -> DevelopmentQuestion:
    return office.do(lambda s: s.scalars(select(DevelopmentQuestion)).one())


def number_of_questions(office: Office) -> int:
    return office.do(lambda s: s.scalar(select(func.count()).select_from(DevelopmentQuestion))) or 0


def wrong_in(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    assert answer.mimetype == "application/problem+json"
    return {one["pointer"]: one["code"] for one in answer.get_json()["errors"]}


def test_a_recorded_form_becomes_a_question_with_the_answers_where_they_belong(office: Office) -> None:
    answer = post(office, form())
    assert answer.status_code == 201, answer.text
    one = the_question(office)
    assert answer.get_json()["id"] == one.public_id and answer.headers["Location"].endswith(one.public_id)
    assert one.wish is not None and one.wish.startswith("Ik wil leren lassen")
    assert one.goals == ["other_job", "certificate"]
    assert one.facts == {
        "birth_year": 1990,
        "residence_postcode": "7311",
        "residence_municipality": "GM0200",
        "work_situation": "employee_permanent",
        "education_level": "mbo2",
        "contract_hours": 32.5,
        "training_start": f"{today().year + 1}-09-01",
    }
    assert (one.training_name, one.training_provider) == ("Lassen niveau 1", "Praktijkschool Techniek")
    assert [(line.category, line.amount_cents) for line in one.cost_lines] == [("tuition", 124_950), ("exam", 15_000)]
    assert one.contact is not None and one.contact.email == "sam.devries@voorbeeld.nl"
    assert "999990019" not in str(vars(one)), "what the mapping does not name is kept nowhere"
    for word in PRIVATE:
        assert word not in answer.text


def test_a_form_that_is_sent_again_is_the_same_question_also_with_another_moment_of_sending(office: Office) -> None:
    first, again = post(office, form()), form()
    again["metadata"]["registration_timestamp"] = "2026-03-02T11:15:04.112Z"
    again["values_schema"] = {}
    answer = post(office, again)
    assert (answer.status_code, answer.get_json()) == (201, first.get_json())
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert post(office, form(watWiltULeren="Iets anders")).status_code == 409, "the same reference, other answers"
    other = form()
    other["metadata"]["public_reference"] = "OF-ANDERE"
    assert post(office, other).status_code == 201, "the control: another reference is another question"
    assert number_of_questions(office) == 2


def test_a_form_without_its_reference_is_not_taken(office: Office) -> None:
    nameless = form()
    del nameless["metadata"]["public_reference"]
    for body in (nameless, {**form(), "metadata": {"public_reference": " "}}):
        answer = post(office, body)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key")
    assert number_of_questions(office) == 0


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"naam": ""}, {"/values/naam": "missing"}),
        ({"email": ""}, {"/values/email": "answer_refused"}),
        ({"geboortejaar": 1910}, {"/values/geboortejaar": "answer_refused"}),
        ({"geboortejaar": {"jaar": "1990"}}, {"/values/geboortejaar": "wrong_kind"}),
        ({"werk": "directeur"}, {"/values/werk": "value_not_allowed"}),
        ({"gemeente": "Nergenshuizen"}, {"/values/gemeente": "not_a_municipality"}),
        ({"kostenLesgeld": 1249.505}, {"/values/kostenLesgeld": "wrong_kind"}),
        ({"kostenExamen": "veel"}, {"/values/kostenExamen": "wrong_kind"}),
        ({"kostenLesgeld": -5}, {"/values/kostenLesgeld": "greater_than_equal"}),
        ({"opleidingBegin": "morgen"}, {"/values/opleidingBegin": "not_a_date"}),
        ({"antwoordPer": "brief"}, {f"/values/adres/{one}": "answer_refused" for one in ("streetName", "postcode", "city")}
         | {"/values/adres/houseNumber": "answer_refused"}),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_the_key_of_its_component_in_both_languages(
    office: Office, change: dict[str, Any], wrong: dict[str, str]
) -> None:
    dutch, english = (post(office, form(**change), language) for language in ("nl", "en"))
    assert wrong_in(dutch) == wrong_in(english) == wrong
    said, told = (answer.get_json()["errors"][0]["detail"] for answer in (dutch, english))
    assert said != told and number_of_questions(office) == 0


def test_an_address_and_ticked_boxes_are_read_in_every_shape_in_which_a_form_sends_them(office: Office) -> None:
    address = {"postcode": "7311ab", "houseNumber": "73", "houseLetter": "d", "houseNumberAddition": "2"}
    body = form(
        antwoordPer="brief",
        adres={**address, "streetName": "Hoofdstraat", "city": "Apeldoorn", "autoPopulated": True},
        doelen=["anderWerk"],
        urenPerWeek="32,5",
        werk="weetNiet",
        werkgeverBetaalt="",
        werkgeverBedrag=None,
    )
    assert post(office, body).status_code == 201
    one = the_question(office)
    assert one.contact is not None and (one.contact.house_number, one.contact.postcode) == ("73 d 2", "7311 AB")
    assert one.goals == ["other_job"] and one.facts["contract_hours"] == 32.5
    assert one.facts["work_situation"] == "unknown"


def test_a_region_that_builds_another_form_says_so_in_a_file_of_its_own(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "formulier.yaml"
    own.write_text(
        "format: ontwikkelloket/open-forms/1\n"
        "answers:\n"
        "  wish: {key: vraag.tekst}\n"
        "  contact.name: {key: [voornaam, achternaam]}\n"
        "  contact.way: {otherwise: phone}\n"
        "  contact.phone: {key: tel}\n"
        "  route: {otherwise: individual}\n"
    )
    settings = office.app.extensions["settings"]
    monkeypatch.setitem(office.app.extensions, "settings", settings.model_copy(update={"open_forms_mapping": own}))
    values = {"vraag": {"tekst": "Leren lassen"}, "voornaam": "Sam", "achternaam": "de Vries", "tel": "06 12345678"}
    assert post(office, {"values": values, "metadata": {"public_reference": "OF-1"}}).status_code == 201
    one = the_question(office)
    assert one.wish == "Leren lassen" and one.contact is not None and one.contact.name == "Sam de Vries"


def test_a_mapping_with_faults_says_all_of_them(tmp_path: Path) -> None:
    spoilt = tmp_path / "fout.yaml"
    spoilt.write_text("format: ontwikkelloket/open-forms/1\nanswers:\n  schoenmaat: {key: maat}\n")
    with pytest.raises(BadFile, match="schoenmaat"):
        form_mapping(spoilt)
    spoilt.with_name("leeg.yaml").write_text("format: iets\nanswers: {wish: {sleutel: x}}\n")
    with pytest.raises(BadFile) as raised:
        form_mapping(spoilt.with_name("leeg.yaml"))
    assert len(raised.value.findings) == 2


def test_the_doctor_says_whether_the_mapping_can_be_used_and_fits_the_region(office: Office, tmp_path: Path) -> None:
    settings = office.app.extensions["settings"]
    assert forms_of(settings, office.engine).status == "ok"
    said = {}
    for name, fact in (("past", "birth_year"), ("vreemd", "schoenmaat"), ("fout", "")):
        own = tmp_path / f"{name}.yaml"
        own.write_text(
            f"format: ontwikkelloket/open-forms/1\nanswers:\n  {f'facts.{fact}' if fact else 'iets'}: {{key: x}}\n"
        )
        found = forms_of(settings.model_copy(update={"open_forms_mapping": own}), office.engine)
        said[name] = found.status
    assert said == {"past": "ok", "vreemd": "warning", "fout": "wrong"}


def test_the_mapping_that_comes_along_names_facts_of_the_region_and_the_guide_shows_all_of_it(office: Office) -> None:
    mapping, known = form_mapping(OURS), office.do(lambda s: catalogue(s))
    assert mapping.unknown_facts(known.facts) == []
    for answer in mapping.answers:
        values = set(mapping.answers[answer].values.values()) - {"unknown"}
        fact = known.facts.get(answer.removeprefix("facts.")) if answer != "goals" else known.facts["goals"]
        if fact is not None and values:
            assert values <= {option.key for option in fact.values}, answer
    rows = re.findall(r"^\| [^|]+ \| `([^`]+)` \| (.+?) \|", GUIDE.read_text(encoding="utf-8"), re.M)
    shown = {ours: tuple(re.findall(r"`([^`]+)`", keys)) for ours, keys in rows}
    assert shown == {name: answer.keys for name, answer in mapping.answers.items()}


def test_the_example_in_the_guide_is_taken(office: Office) -> None:
    example = re.search(r"```json\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert example is not None
    made = translated(
        json.loads(example[1])["values"], form_mapping(OURS), office.do(lambda s: catalogue(s)), date(2026, 3, 2)
    )
    assert not made.odd
    assert post(office, json.loads(example[1])).status_code == 201
