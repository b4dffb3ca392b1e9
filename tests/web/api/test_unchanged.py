"""A public answer is made once, and another one as soon as an act changed what it says, in every process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.framework.trainings.actions import enter_training
from portal.framework.trainings.models import TeachingForm
from portal.web.edge import edge, unchanged
from tests.factories import NOW, REGION, a_question
from tests.portal.framework.trainings.test_trainings import WELDING
from tests.web.apps import borrowed_app
from tests.web.office import Office

ONLINE = replace(WELDING, municipality=None, sector=None, form=TeachingForm.ONLINE)
PATHS = ("/api/v1/schemes", "/api/v1/facts", "/api/v1/trainings?limit=3", "/api/v1/schemes/leervoucher")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For which endpoints an answer was made."""
    from flask import request

    real, found = edge.run_view, list[str]()

    def run(view: object) -> object:
        found.append(str(request.endpoint))
        return real(view)  # type: ignore[arg-type]

    monkeypatch.setattr(edge, "run_view", run)
    return found


@pytest.fixture
def other_process(office: Office, tmp_path: Path) -> Iterator[Flask]:
    """Another process of the desk, before the same database."""
    with borrowed_app(tmp_path, office.engine) as app:
        yield app


def get(app: Flask, path: str, **headers: str) -> tuple[int, bytes, str]:
    told = app.test_client().get(path, headers=headers)
    return told.status_code, told.data, told.headers.get("ETag", "")


def test_it_is_made_once_and_is_the_same_byte_for_byte(office: Office, made: list[str]) -> None:
    office.made(a_question)  # an act, so that the chain has an end
    for path in PATHS:
        first, again = get(office.app, path), get(office.app, path)
        assert first == again and first[0] == 200 and first[2]
        assert get(office.app, path, **{"If-None-Match": first[2]}) == (304, b"", first[2])
        english = get(office.app, path, **{"Accept-Language": "en"})
        assert english[0] == 200 and ("trainings" in path or english[1] != first[1])
    assert len(made) == 2 * len(PATHS), "once for each language"
    assert get(office.app, "/api/v1/schemes/bestaat-niet")[0] == 404
    assert get(office.app, "/api/v1/schemes/bestaat-niet")[0] == 404 and len(made) == 2 * len(PATHS) + 2


def test_an_act_makes_another_answer_at_once_also_in_another_process(
    office: Office, other_process: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.made(a_question)
    path = "/api/v1/trainings"
    before = get(office.app, path)
    assert get(other_process, path) == before and b"Lassen" not in before[1]
    monkeypatch.setattr(unchanged, "state_of", lambda _engine: "always the same")
    stale = get(office.app, path)
    office.do(lambda session: enter_training(session, terms=ONLINE, actor=REGION, now=NOW))
    assert get(office.app, path) == stale, "the control: without the state of the desk it would stay"
    monkeypatch.undo()
    for app in (office.app, other_process):
        status, body, tag = get(app, path, **{"If-None-Match": before[2]})
        assert status == 200 and b"Lassen" in body and tag != before[2]


def test_before_the_first_act_and_without_a_database_nothing_is_kept(office: Office, made: list[str]) -> None:
    engine = office.engine
    assert unchanged.state_of(engine) is not None
    broken = engine.execution_options()
    broken.raw_connection = lambda: (_ for _ in ()).throw(OSError)  # type: ignore[method-assign]
    assert unchanged.state_of(broken) is None
