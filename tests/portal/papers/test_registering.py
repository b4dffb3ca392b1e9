"""A decision and its letter come into the archive of the municipality once, whatever goes wrong on the way, and without a person."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, timedelta
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.papers.registering import register_letters
from portal.people.audit.models import AuditEvent
from portal.platform.config import Settings, load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import BadSettings, Conflict, Refusal
from portal.platform.outbound import NotPublic
from portal.post.letters.actions import DrawnLetter, keep_letter
from portal.post.messages.models import OutboxMessage
from portal.post.registrations.actions import claim_registration, note_reached, register_again
from portal.post.registrations.models import LetterRegistration, LetterRegistrationState
from portal.post.registrations.queries import unregistered
from tests.factories import ADMIN, ADVISOR, NOW, a_decision
from tests.portal.papers.archive import CATALOGUE, ROOT, SECRET, FakeArchive, Fault

PDF = b"%PDF-1.7 Geachte Sam de Vries"
DOCUMENTS, DECISIONS, RELATIONS = "enkelvoudiginformatieobjecten", "besluiten", "besluitinformatieobjecten"
GIVEN_UP, WAITING, REGISTERED = (
    LetterRegistrationState.GIVEN_UP,
    LetterRegistrationState.WAITING,
    LetterRegistrationState.REGISTERED,
)
WHOLE: dict[str, Any] = {
    "portal_env": "test",
    "zgw_documents_url": f"{ROOT}/documenten/api/v1",
    "zgw_decisions_url": f"{ROOT}/besluiten/api/v1",
    "zgw_client_id": "ontwikkelloket",
    "zgw_secret": SECRET,
    "zgw_information_type": f"{CATALOGUE}/informatieobjecttypen/1",
    "zgw_decision_type": f"{CATALOGUE}/besluittypen/1",
    "zgw_rsin": "517439943",
}


def a_letter(session: Session, pdf: bytes = PDF) -> None:
    """A decision, and the letter that makes it known."""
    question, _ = a_decision(session)
    told = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.object_id == question.id, OutboxMessage.template == "decision/approved"
        )
    ).one()
    drawn = DrawnLetter("U krijgt een voucher", {"to": ["Sam de Vries"]}, pdf, NOW.date())
    keep_letter(session, message=told, drawn=drawn, actor_id=ADVISOR.reference, now=NOW)


def settings_of(folder: Path, **more: Any) -> Settings:
    return load_settings(**{**WHOLE, "state_dir": folder, **more})


def run(engine: Engine, archive: FakeArchive, folder: Path, at: datetime = NOW, **more: Any) -> dict[str, int]:
    done = register_letters(engine, archive=archive.zgw, settings=settings_of(folder, **more), clock=lambda: at)
    return {name: number for name, number in done.items() if number}


def the_row(engine: Engine) -> LetterRegistration:
    return unit_of_work(engine, lambda session: session.scalars(select(LetterRegistration)).one())


def test_a_letter_is_registered_with_its_decision_and_the_addresses_are_kept(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_letter)
    archive = FakeArchive()
    assert run(engine, archive, tmp_path) == {"laid_down": 1, "registered": 1}
    (document,), (decision,), (relation,) = (archive.made[kind] for kind in (DOCUMENTS, DECISIONS, RELATIONS))
    assert base64.b64decode(document["inhoud"]) == PDF and document["bestandsomvang"] == len(PDF)
    assert (document["taal"], document["status"], document["formaat"]) == ("dut", "definitief", "application/pdf")
    assert document["vertrouwelijkheidaanduiding"] == "zaakvertrouwelijk"
    assert document["bronorganisatie"] == decision["verantwoordelijkeOrganisatie"] == "517439943"
    assert decision["datum"] == "2026-03-02" and decision["besluittype"].endswith("/besluittypen/1")
    assert relation["besluit"] == decision["url"] and relation["informatieobject"] == document["url"]
    row = the_row(engine)
    assert (row.state, row.document_url, row.decision_url) == (REGISTERED, document["url"], decision["url"])
    assert run(engine, archive, tmp_path) == {}, "once"


def test_no_name_stands_beside_the_file(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_letter)
    archive = FakeArchive()
    run(engine, archive, tmp_path)
    told = json.dumps([{**one, "inhoud": ""} for rows in archive.made.values() for one in rows])
    assert "Sam" not in told and "Vries" not in told
    assert "OV-2026-" in told, "the control: the number of the question does"


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_an_answer_that_is_lost_makes_no_second_document_or_decision(engine: Engine, tmp_path: Path, lost: int) -> None:
    unit_of_work(engine, a_letter)
    archive = FakeArchive()
    for number in range(3):
        archive.loses_answers = number < lost
        run(engine, archive, tmp_path, NOW + timedelta(hours=number))
    archive.loses_answers = False
    run(engine, archive, tmp_path, NOW + timedelta(hours=9))
    assert the_row(engine).state is REGISTERED
    assert [archive.number(kind) for kind in (DOCUMENTS, DECISIONS, RELATIONS)] == [1, 1, 1]


def test_a_step_that_was_reached_is_not_taken_again(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_letter)
    archive = FakeArchive(faults=[None, (503, {})])
    assert run(engine, archive, tmp_path) == {"laid_down": 1, "not_taken": 1}
    row = the_row(engine)
    assert row.document_url is not None and row.decision_url is None and row.trouble == "status_503"
    archive.asked.clear()
    assert run(engine, archive, tmp_path, NOW + timedelta(minutes=1)) == {"registered": 1}
    assert archive.asked == [("POST", DECISIONS), ("POST", RELATIONS)]


WRONG_TYPE = {"invalidParams": [{"name": "informatieobjecttype", "code": "bad-url", "reason": "Sam de Vries"}]}


@pytest.mark.parametrize(
    ("fault", "state", "trouble"),
    [
        ((500, {}), WAITING, "status_500"),
        ((503, "druk"), WAITING, "status_503"),
        ((429, {}), WAITING, "status_429"),
        ((401, {"code": "not_authenticated"}), WAITING, "status_401"),
        ((403, {}), WAITING, "status_403"),
        (TimeoutError(), WAITING, "TimeoutError"),
        (RemoteDisconnected("gone"), WAITING, "RemoteDisconnected"),
        ((201, {"zonder": "adres"}), WAITING, "no_address_in_answer"),
        ((201, {"url": "http://elders.nl/1"}), WAITING, "no_address_in_answer"),
        ((400, WRONG_TYPE), GIVEN_UP, "status_400 informatieobjecttype: bad-url"),
        ((404, {}), GIVEN_UP, "status_404"),
        ((413, {}), GIVEN_UP, "status_413"),
        (NotPublic("private_address"), GIVEN_UP, "private_address"),
    ],
)
def test_what_may_pass_is_tried_again_and_what_does_not_waits_for_a_person(
    engine: Engine, tmp_path: Path, fault: Fault, state: LetterRegistrationState, trouble: str
) -> None:
    unit_of_work(engine, a_letter)
    archive = FakeArchive(faults=[fault])
    assert run(engine, archive, tmp_path) == {"laid_down": 1, "not_taken": 1}
    row = the_row(engine)
    assert (row.state, row.trouble) == (state, trouble)
    after = run(engine, archive, tmp_path, NOW + timedelta(minutes=2))
    assert after == ({"registered": 1} if state is WAITING else {}), "the control: without the fault it is taken"


def test_after_three_days_it_is_given_up_and_an_administrator_tries_again(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_letter)
    archive, at, tries = FakeArchive(faults=[(500, {})] * 60), NOW, 0
    while the_row_or_none(engine) is None or the_row(engine).state is WAITING:
        tries += 1
        run(engine, archive, tmp_path, at)
        at = max(the_row(engine).due_at, at)
    assert 10 < tries < 30 and the_row(engine).due_at - NOW <= timedelta(days=3, hours=6)
    assert unit_of_work(engine, unregistered).given_up == 1
    assert run(engine, archive, tmp_path, at + timedelta(days=9)) == {}, "nobody tries it"
    archive.faults.clear()

    def again(session: Session, actor: Any) -> None:
        register_again(session, registration=session.scalars(select(LetterRegistration)).one(), actor=actor, now=at)

    with pytest.raises(Refusal, match="Dit kunt u hier niet doen"):
        unit_of_work(engine, lambda session: again(session, ADVISOR))
    unit_of_work(engine, lambda session: again(session, ADMIN))
    with pytest.raises(Conflict):
        unit_of_work(engine, lambda session: again(session, ADMIN))
    assert run(engine, archive, tmp_path, at) == {"registered": 1}
    logged = select(AuditEvent).where(AuditEvent.action == "letter_registration.tried_again")
    assert len(unit_of_work(engine, lambda session: session.scalars(logged).all())) == 1


def the_row_or_none(engine: Engine) -> LetterRegistration | None:
    return unit_of_work(engine, lambda session: session.scalars(select(LetterRegistration)).one_or_none())


def test_an_archive_that_answers_nothing_is_left_alone_until_the_next_time(engine: Engine, tmp_path: Path) -> None:
    for _ in range(5):
        unit_of_work(engine, a_letter)
    archive = FakeArchive(faults=[TimeoutError()] * 99)
    assert run(engine, archive, tmp_path) == {"laid_down": 5, "not_taken": 3}


def test_letters_of_before_the_archive_are_left_and_other_letters_too(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_letter)
    archive = FakeArchive()
    assert run(engine, archive, tmp_path, zgw_from=NOW.date() + timedelta(days=1)) == {}
    assert run(engine, archive, tmp_path, zgw_from=date(2026, 3, 2)) == {"laid_down": 1, "registered": 1}


def test_who_lost_the_lease_writes_nothing_any_more(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, a_letter)
    run(engine, FakeArchive(faults=[(500, {})]), tmp_path)
    at = NOW + timedelta(minutes=2)
    first = unit_of_work(engine, lambda session: claim_registration(session, now=at))
    assert first is not None
    assert unit_of_work(engine, lambda session: claim_registration(session, now=at)) is None
    later = at + timedelta(minutes=6)
    assert unit_of_work(engine, lambda session: claim_registration(session, now=later)) is not None
    url = f"{ROOT}/1"

    def late(session: Session) -> None:
        row = session.get_one(LetterRegistration, first.id)
        note_reached(session, registration=row, attempt=first.attempts, document_url=url)

    unit_of_work(engine, late)
    assert the_row(engine).document_url is None


def test_a_letter_whose_words_were_erased_is_let_go(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, lambda session: a_letter(session, b""))
    archive = FakeArchive()
    assert run(engine, archive, tmp_path) == {"laid_down": 1}
    assert the_row(engine).state is LetterRegistrationState.GONE and archive.asked == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zgw_secret": ""}, "ZGW_SECRET"),
        ({"zgw_rsin": "123456789"}, "ZGW_RSIN"),
        ({"zgw_documents_url": "http://archief.gemeente.nl"}, "ZGW_DOCUMENTS_URL"),
        ({"zgw_decision_type": ""}, "ZGW_DECISION_TYPE"),
        ({"zgw_decision_types": f"award={CATALOGUE}"}, "ZGW_DECISION_TYPES: award"),
        ({"zgw_decision_types": "settlement"}, "ZGW_DECISION_TYPES: settlement"),
        ({"portal_env": "demo"}, "ZGW_CLIENT_ID"),
    ],
)
def test_settings_that_do_not_fit_together_do_not_allow_a_start(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    assert settings_of(tmp_path).registers_decisions
    with pytest.raises(BadSettings, match=said):
        settings_of(tmp_path, **change)
