"""Logs are JSON with a request number, and hold nothing about people."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from portal.platform import logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[object]:
    """Configures the logs on the captured standard error and gives a function that reads what was written."""
    logs.configure("info")

    def read() -> list[dict[str, object]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    structlog.contextvars.clear_contextvars()
    logs.configure("error")


def test_a_line_is_json_with_its_level_time_and_request(lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc")
    structlog.get_logger("portal.web").info("busy", tries=3)
    (line,) = lines()
    assert line["event"] == "busy"
    assert (line["level"], line["request_id"], line["tries"]) == ("info", "abc", 3)
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize("key", ["email", "name", "wish", "birth_date", "token", "facts", "Postcode", "kvk_number"])
def test_personal_keys_are_removed_however_deep(lines, key: str) -> None:
    structlog.get_logger("portal").info("saved", **{key: "CANARY"}, inner={"list": [{key: "CANARY"}]}, object_id=4)
    (line,) = lines()
    assert "CANARY" not in json.dumps(line)
    assert line["object_id"] == 4


def test_a_value_under_an_ordinary_key_does_reach_the_log(lines) -> None:
    """The control: the test above can fail."""
    structlog.get_logger("portal").info("saved", object_kind="CANARY")
    assert "CANARY" in json.dumps(lines())


def test_objects_are_logged_as_their_type_only(lines) -> None:
    class Person:
        def __repr__(self) -> str:
            return "CANARY"

    structlog.get_logger("portal").info("saved", thing=Person(), things=[Person()])
    (line,) = lines()
    assert (line["thing"], line["things"]) == ("Person", ["Person"])


def test_a_fault_is_logged_by_place_and_never_by_its_text(lines) -> None:
    def fails() -> None:
        raise ValueError("CANARY of Fatima")

    try:
        fails()
    except ValueError as error:
        structlog.get_logger("portal").error("failed", exc_info=error)
        logging.getLogger("portal.other").error("failed_too", exc_info=True)
    written = lines()
    assert "CANARY" not in json.dumps(written)
    assert all(line["exception"] == "ValueError" for line in written)
    assert any("fails:" in place for place in written[0]["places"])


def test_line_breaks_and_escape_codes_cannot_forge_a_line(lines) -> None:
    structlog.get_logger("portal").info("odd", path='/x\n{"event": "forged"}\x1b[31m')
    (line,) = lines()
    assert "\n" not in str(line["path"])
    assert "\x1b" not in str(line["path"])


def test_something_nested_without_end_is_cut_off(lines) -> None:
    deep: dict[str, object] = {}
    inner = deep
    for _ in range(50):
        inner["x"] = inner = {}  # type: ignore[assignment]
    structlog.get_logger("portal").info("deep", deep=deep)
    assert len(json.dumps(lines())) < 1000
