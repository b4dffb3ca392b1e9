"""What every program may ask: schemes, facts, trainings, the best mix of a question, and whether a mix keeps the rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.office import Office
from tests.web.programs import problem_of, the_client

QUESTION: dict[str, Any] = {
    "facts": {"residence_municipality": "GM9901", "birth_year": 1990},
    "costs": [{"category": "tuition", "amountCents": 120_000}],
}
JSON = {"Content-Type": "application/json"}


def test_the_schemes_of_the_region_are_read_in_both_languages_and_are_asked_once(office: Office) -> None:
    dutch, english = the_client(office.app), the_client(office.app, language="en")
    known = dutch.schemes()["items"]
    assert known and [one["scheme"] for one in known] == [one["scheme"] for one in english.schemes()["items"]]
    slug = known[0]["scheme"]
    assert dutch.scheme(slug)["definition"]["scheme"] == slug
    assert dutch.scheme(slug)["title"] != english.scheme(slug)["title"]
    first = office.app.test_client().get("/api/v1/schemes")
    tag = first.headers["ETag"]
    again = office.app.test_client().get("/api/v1/schemes", headers={"If-None-Match": tag})
    other = office.app.test_client().get("/api/v1/schemes", headers={"If-None-Match": tag, "Accept-Language": "en"})
    assert (again.status_code, again.data, other.status_code) == (304, b"", 200)
    assert first.headers["API-Version"] == "1.0.0" and "Set-Cookie" not in first.headers


def test_the_best_mix_is_the_one_of_the_desk_and_its_check_agrees(office: Office) -> None:
    client = the_client(office.app)
    told = client.make_mix(QUESTION)
    mix = told["mix"]
    assert mix["status"] == "proven" and mix["steps"] and told["nextSteps"]
    paid = sum(one["cents"] for one in mix["shares"])
    assert paid + mix["ownContributionCents"] + mix["employerContributionCents"] == 120_000
    assert {one["scheme"] for one in told["verdicts"]} == {one["scheme"] for one in client.schemes()["items"]}
    assert client.check_mix({"question": QUESTION, "shares": mix["shares"]}) == {"valid": True, "violations": []}
    more = [{"line": "k1", "offer": "bestaat-niet", "cents": 999_999}]
    found = client.check_mix({"question": QUESTION, "shares": more})
    assert not found["valid"] and all(one["text"] for one in found["violations"])
    assert client.make_mix({})["mix"] is None, "without costs: which schemes could pay up to what"


def test_all_that_is_wrong_is_said_at_once_each_with_its_place_and_in_the_language_asked_for(office: Office) -> None:
    wrong = {
        "facts": {"bestaat_niet": 1, "birth_year": "laatst"},
        "costs": [{"category": "tuition", "amountCents": 100, "amountWithoutVatCents": 200}],
    }
    for language in ("nl", "en"):
        client = the_client(office.app, language=language)
        with pytest.raises(problem_of(client)) as raised:
            client.make_mix({"costs": [{"category": "gratis", "amountCents": "veel"}], "naam": "Sam"})
        found: Any = raised.value
        assert found.status == 400
        assert {one["pointer"] for one in found.problem["errors"]} == {
            "/costs/0/category",
            "/costs/0/amountCents",
            "/naam",
        }
        with pytest.raises(problem_of(client)) as raised:
            client.make_mix({"costs": wrong["costs"]})
        assert raised.value.problem["errors"][0]["pointer"] == "/costs/0/amountWithoutVatCents"  # type: ignore[attr-defined]
        with pytest.raises(problem_of(client)) as raised:
            client.make_mix({"facts": wrong["facts"]})
        assert {one["pointer"] for one in raised.value.problem["errors"]} == {  # type: ignore[attr-defined]
            "/facts/bestaat_niet",
            "/facts/birth_year",
        }


@pytest.mark.parametrize(
    ("raw", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'"{}"', JSON, 400),
        (b'{"facts": NaN}', JSON, 400),
        (b'{"route": "individual", "route": "employer"}', JSON, 400),
        (b'{"goals": ["\\ud800"]}', JSON, 400),
        (b'{"goals": ["\\u0000"]}', JSON, 400),
        (b'{"borrowUpToCents": 99999999999999999999}', JSON, 400),
        (b'{"borrowUpToCents": 1e999}', JSON, 400),
        (b'{"borrowUpToCents": 0.5}', JSON, 400),
        (b'{"training": {"name": "Las\\u0015sen"}}', JSON, 400),
        (b'{"facts": ' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"\xff", JSON, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"act=keep", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {**JSON, "Accept": "text/html"}, 406),
        (b"{}", {**JSON, "Authorization": "Bearer loket_onzin"}, 401),
        (b"x" * 2_000_000, JSON, 413),
    ],
)
def test_whatever_is_sent_is_a_problem_and_no_fault(
    shared_office: Office, raw: bytes, headers: dict[str, str], status: int
) -> None:
    answer = shared_office.app.test_client().post("/api/v1/mixes", data=raw, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    told = answer.get_json()
    assert told["status"] == status and told["title"] and told["detail"] and told["code"]
    assert "Set-Cookie" not in answer.headers and answer.headers["API-Version"]


def test_a_whole_number_may_be_written_with_a_nought_behind_its_point(shared_office: Office) -> None:
    told = []
    for cents in (b"120000", b"120000.0", b"1.2e5"):
        raw = b'{"costs": [{"category": "tuition", "amountCents": ' + cents + b"}]}"
        answer = shared_office.app.test_client().post("/api/v1/mixes", data=raw, headers=JSON)
        assert answer.status_code == 200
        told.append(answer.get_json())
    assert told[0] == told[1] == told[2]


def test_a_browser_that_is_signed_in_is_nobody_at_the_interface(office: Office) -> None:
    browser = office.browser("advisor")
    answer = browser.client.get("/api/v1/questions")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert browser.client.get("/api/v1/schemes").status_code == 200


def test_any_site_may_ask_and_nothing_ends_with_a_slash(shared_office: Office) -> None:
    client = shared_office.app.test_client()
    asked = client.options("/api/v1/mixes", headers={"Origin": "https://elders.example"})
    assert asked.status_code == 200 and asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert client.get("/api/v1/openapi.json").headers["Access-Control-Allow-Origin"] == "*"
    gone = [client.get("/api/v1/schemes/"), client.get("/api/v1/bestaat-niet"), client.get("/api/v1/schemes/niets")]
    assert [(one.status_code, one.mimetype) for one in gone] == [(404, "application/problem+json")] * 3
    wrong = client.delete("/api/v1/schemes")
    assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"]
