"""The figures for whoever watches the desk: from this machine or with a token, every act counted, nobody named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from portal.people.audit.counting import ActCounts
from portal.people.audit.queries import events_of
from portal.platform.config import CHECKOUT
from tests.factories import a_voucher
from tests.web.browser import Browser
from tests.web.office import Office, office, shared_office, still

__all__ = ["office", "shared_office", "still"]

TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
ELSEWHERE = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}


def figures(office: Office, **how: object) -> str:
    answer = Browser(office.app).client.get("/metrics", **how)  # type: ignore[arg-type]
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain")
    return answer.text


def test_from_elsewhere_there_is_no_such_page_without_the_token(office: Office) -> None:
    client = Browser(office.app).client
    kept = office.app.extensions["settings"]
    try:
        assert client.get("/metrics", **ELSEWHERE).status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}, **ELSEWHERE).status_code == 404
        office.app.extensions["settings"] = kept.model_copy(update={"metrics_token": type(kept.secret_key)(TOKEN)})
        for given in ("", "Bearer x", f"Basic {TOKEN}", TOKEN):
            assert client.get("/metrics", headers={"Authorization": given}, **ELSEWHERE).status_code == 404
        assert "loket_database_up 1.0" in figures(office, headers={"Authorization": f"Bearer {TOKEN}"}, **ELSEWHERE)
    finally:
        office.app.extensions["settings"] = kept


def test_every_act_is_counted_once_and_nobody_is_named(office: Office) -> None:
    voucher = office.made(a_voucher)
    text = figures(office)
    counted = {
        match[1]: int(float(match[2]))
        for match in re.finditer(r'loket_acts_total\{act="([^"]+)",result="done"\} (\S+)', text)
    }
    acts = office.do(lambda s: ActCounts().counted(s))
    assert counted == {name: number for (name, result), number in acts.items() if result == "done"}
    [issued] = [one.action for one in office.do(lambda s: events_of(s, object_kind="voucher", object_id=voucher.id))][
        :1
    ]
    assert counted[issued] == 1
    assert figures(office).count("loket_acts_total") == text.count("loket_acts_total"), "looking changes nothing"
    for name in ("Sam", "Vries", "@", "OV-2026", voucher.public_id):
        assert name not in text, name


def test_what_was_counted_is_not_read_again_and_a_late_event_is_not_missed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.made(a_voucher)
    fresh = office.do(lambda s: ActCounts().counted(s))
    monkeypatch.setattr("portal.people.audit.counting.UNSETTLED", 2)
    known = ActCounts()
    assert office.do(known.counted) == office.do(known.counted) == fresh and known._upto > 0


def test_every_figure_that_an_alert_asks_for_is_there(office: Office) -> None:
    office.made(a_voucher)
    Browser(office.app).get("/")
    text = figures(office)
    rules = yaml.safe_load((CHECKOUT / "deploy" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"loket_\w+", rule["expr"])}
    there = set(re.findall(r"^(?:# TYPE )?(loket_\w+)", text, re.MULTILINE))
    assert len(asked) > 8 and len({rule["alert"] for rule in rules}) == len(rules)
    source = Path(CHECKOUT / "portal" / "web" / "edge" / "measuring.py").read_text(encoding="utf-8")
    for name in asked - there:  # of what never happened here there is no figure yet
        stem = re.sub(r"^loket_(.+)_age_seconds$", r"\1", name)
        assert f"Aspect.{stem.upper()}" in source, name


def test_a_request_keeps_the_number_that_the_web_server_gave_it_when_there_is_one(office: Office) -> None:
    kept = office.app.extensions["settings"]
    given = "0123456789abcdef0123456789abcdef"
    try:
        for hops, sent, same in ((1, given, True), (1, "x; DROP", False), (0, given, False)):
            office.app.extensions["settings"] = kept.model_copy(update={"proxy_hops": hops})
            with office.app.test_request_context("/", headers={"X-Request-Id": sent}):
                from flask import g

                from portal.web.edge.guards import number_request

                number_request()
                assert (g.request_id == sent) is same
    finally:
        office.app.extensions["settings"] = kept
