"""Whatever a program of any role sends to any operation: the answer is what the description says, and never a fault of the desk.

Schemathesis makes up what is sent, right and wrong, in all its phases, and follows what comes back.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.people.actor import Audience
from portal.platform.limits.models import API_CALLS, API_MIXES, WRONG_CODES
from tests.portal.post.files.hostile import pdf
from tests.portal.post.files.ubl import ubl
from tests.web.programs import bearer
from tests.web.world import World
from tests.web.worlds import a_world

ROLES = (
    None,
    Audience.ADVISOR,
    Audience.HELPER,
    Audience.REGION,
    Audience.PROVIDER,
    Audience.CONTROLLER,
    Audience.FUNDER,
)
EXAMPLES = 10
BETWEEN_FIELDS = frozenset(
    {"birth_year_differs", "in_the_future", "more_than_open", "invoice_too_old", "invoice_date"}
    | {"over_total", "ubl_size", "ubl_xml", "ubl_kind", "ubl_code", "ubl_learner", "ubl_supplier"}
    | {"without_vat_is_more", "without_vat_is_missing", "bearer_in_employer_route", "bearer_of_category"}
    | {
        "pledge_in_employer_route",
        "award_after_reference",
        "duplicate_id",
        "idempotency_key",
        "answer_refused",
        "not_asked_here",
        "not_employer_route",
        "wrong_kind",
        "cursor",
        "period_in_order",
    }
)
"""What no schema can say: it is between two fields, inside a file, or about what is left by now. An answer that says one of these is
a right one."""
ANY_JSON = frozenset({"unreadable_json"})
"""What no schema says of the answers on a form of others, which may be any JSON: that it can be read in one way only."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all roles, where nobody asks too often."""
    kept = {limit: limit.most for limit in (API_CALLS, API_MIXES, WRONG_CODES)}
    for limit in kept:
        object.__setattr__(limit, "most", 10_000_000)
    with a_world(sqlite_template, tmp_path_factory.mktemp("schemathesis")) as made:
        yield made
    for limit, most in kept.items():
        object.__setattr__(limit, "most", most)


def described(world: World) -> dict[str, Any]:
    """The description of this desk, with an example that can be done of each act."""
    document: dict[str, Any] = world.app.test_client().get("/api/v1/openapi.json").get_json()
    code = world.ids["code"]
    invoice = {
        "code": code,
        "number": "S-1",
        "invoiceDate": "2026-03-01",
        "learnerName": "S. de Vries",
        "totalCents": 100,
        "amountCents": 100,
        "fileName": "factuur.pdf",
        "file": base64.b64encode(pdf() + b"%schemathesis").decode(),
    }
    examples = {"invoices": invoice, "voucher-lookups": {"code": code}, "voucher-reservations": {"code": code}}
    examples |= {"mixes": {"costs": [{"category": "tuition", "amountCents": 50_000}]}}
    electronic = {"document": base64.b64encode(ubl(kvk="", number="S-2")).decode(), "code": code, "amountCents": 100}
    examples |= {"electronic-invoices": electronic}
    contact = {"name": "S. de Vries", "way": "phone", "phone": "0570 12 34 56"}
    examples |= {"questions": {"wish": "Leren lassen", "contact": contact}}
    asked = {
        "watWiltULeren": "Leren lassen",
        "naam": "S. de Vries",
        "antwoordPer": "telefoon",
        "telefoon": "0612345678",
    }
    examples |= {"open-forms-submissions": {"values": asked, "metadata": {"public_reference": "OF-1"}}}
    for name, example in examples.items():
        document["paths"][f"/api/v1/{name}"]["post"]["requestBody"]["content"]["application/json"]["example"] = example
    ids = {"question_id": world.questions["sent resident"].public_id, "voucher_id": world.ids["voucher"]}
    ids |= {"invoice_id": world.ids["invoice"], "training_id": world.ids["training"], "scheme": world.ids["scheme"]}
    for item in document["paths"].values():
        for operation in item.values():
            for one in operation.get("parameters", ()):
                if one.get("in") == "path":
                    one["example"] = ids[one["name"]]
    return document


def run(
    world: World, role: Audience | None, monkeypatch: pytest.MonkeyPatch
) -> tuple[Counter[str], dict[str, set[int]], list[str]]:
    """All phases as one role: how many cases, which statuses each operation gave, and everything that was wrong."""
    import schemathesis
    from schemathesis.engine import events, from_schema
    from schemathesis.transport.wsgi import WSGITransport

    headers = bearer(world.ids.get(f"token {role.value}") if role is not None else None)
    config = schemathesis.Config.from_dict(
        {
            "headers": headers,
            "continue-on-failure": True,
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True},
            "phases": {"stateful": {"max-steps": 4}},
            # Where a role has no business there is nothing, whatever it sends along or not.
            "checks": {"missing_required_header": {"expected-statuses": [400, 401, 403, 404, 406, 415, 422]}},
        }
    )
    # What asks again after an answer passes the settings of sockets on, and the client of the tests has none.
    sent_again = WSGITransport.send

    def without_sockets(self: Any, case: Any, *, session: Any = None, **kwargs: Any) -> Any:
        for name in ("max_redirects", "verify", "cert", "proxies"):
            kwargs.pop(name, None)
        return sent_again(self, case, session=session, **kwargs)

    monkeypatch.setattr(WSGITransport, "send", without_sockets)
    schema = schemathesis.openapi.from_dict(described(world), config=config)
    schema.app = world.app
    cases, statuses, wrong = Counter[str](), dict[str, set[int]](), list[str]()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(f"{event.info if isinstance(event, events.NonFatalError) else event.exception}")
        if not isinstance(event, events.ScenarioFinished):
            continue
        for case_id, interaction in event.recorder.interactions.items():
            if interaction.response is not None:
                name = event.recorder.cases[case_id].value.operation.label
                statuses.setdefault(name, set()).add(interaction.response.status_code)
                cases[event.phase.value] += 1
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None and not between_fields(event.recorder, case_id, check.name):
                    answer = event.recorder.interactions[case_id].response
                    said = "" if answer is None else answer.text[:600]
                    wrong.append(
                        f"{check.name}: {check.failure_info.failure} {said} {check.failure_info.code_sample[:3000]}"
                    )
    return cases, statuses, wrong


def between_fields(recorder: Any, case_id: str, check: str) -> bool:
    """Whether an input that fits its schema was refused for something that no schema can say."""
    response = recorder.interactions[case_id].response
    if check != "positive_data_acceptance" or response is None or response.status_code != 400:
        return False
    problem = response.json()
    codes = {problem["code"], *(one["code"] for one in problem.get("errors", ()))} - {"bad_input"}
    free = recorder.cases[case_id].value.operation.label.endswith("/open-forms-submissions")
    return bool(codes) and codes <= (BETWEEN_FIELDS | ANY_JSON if free else BETWEEN_FIELDS)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: "nobody" if role is None else role.value)
def test_every_answer_to_anything_is_as_it_is_described(
    world: World, role: Audience | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put_back()
    cases, statuses, wrong = run(world, role, monkeypatch)
    print(f"{role}: {dict(cases)} cases, {len(statuses)} operations")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(sorted(set(wrong), key=len)[:12])
    assert not [name for name, found in statuses.items() if max(found) >= 500 and 503 not in found]
    REACHED.update(name for name, found in statuses.items() if any(200 <= one < 300 for one in found))
    EVERY.update(statuses)


REACHED: set[str] = set()
EVERY: set[str] = set()


def test_nearly_every_operation_was_done_by_somebody() -> None:
    assert len(REACHED) >= 0.95 * len(EVERY), sorted(EVERY - REACHED)
