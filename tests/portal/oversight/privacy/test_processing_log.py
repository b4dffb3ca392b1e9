"""Looks as the Logboek Dataverwerkingen wants them: each with its processing and a pseudonym of the subject, and nobody's name."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.oversight.privacy.activities import Activity
from portal.oversight.privacy.processing import processing_log
from portal.people.audit.actions import Viewing, record_viewings
from tests.factories import ADVISOR, NOW, a_question

ADDRESS, KEY = "https://loket.example", b"of this desk"


def lines(session: Session, key: bytes = KEY) -> list[dict[str, object]]:
    return [json.loads(line) for line in processing_log(session, since=NOW, address=ADDRESS, key=key)]


@pytest.mark.norm("LDV 3")
def test_every_look_has_its_processing_and_a_pseudonym_of_its_subject_and_no_name(session: Session) -> None:
    first, second = a_question(session), a_question(session)
    looks = [Viewing(ADVISOR, one.id, "advisor.question", trace) for one, trace in ((first, "ab12"), (second, None))]
    record_viewings(session, viewings=looks, now=NOW - timedelta(seconds=1))
    assert lines(session) == [], "what was before is not in it"
    record_viewings(session, viewings=[*looks, looks[0]], now=NOW)
    found = lines(session)
    attributes = [line["attributes"] for line in found]
    assert all(isinstance(one, dict) for one in attributes)
    subjects = [one["dpl.core.data_subject_id"] for one in attributes if isinstance(one, dict)]
    assert subjects[0] == subjects[2] != subjects[1] and all(len(str(one)) == 64 for one in subjects)
    known = {f"{ADDRESS}/beheer/verwerkingen#{one.value}" for one in Activity}
    assert {one["dpl.core.processing_activity_id"] for one in attributes if isinstance(one, dict)} <= known
    assert len({line["operation_id"] for line in found}) == 3
    assert found[0]["trace_id"] == "ab12".rjust(32, "0") and all(len(str(line["trace_id"])) == 32 for line in found)
    text = json.dumps(found)
    assert "Sam" not in text and ADVISOR.reference not in text and str(first.reference_number) not in text
    assert lines(session, b"of another")[0]["attributes"] != attributes[0], "who has no key knows no subject"
