"""The administrator lets a job be done, follows it, pauses it, lets it go on and stops it; an owner's replay is done apart."""

from __future__ import annotations

import pytest

from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.doing import Doing, do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from tests.factories import NOW, SYSTEM
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def test_a_job_is_begun_followed_paused_continued_and_stopped_from_the_screen(office: Office) -> None:
    admin = office.browser("admin")
    office.app.extensions["job_names"] = ["check_books", "expire_drafts"]
    try:
        assert_sound(admin.get("/beheer/taken"))
        assert admin.post("/beheer/taken/beginnen", {"job": "nothing"}).status_code == 422
        begun = admin.post("/beheer/taken/beginnen", {"job": "check_books"})
        assert begun.status_code == 303
        here = begun.headers["Location"]
        page = admin.get(here)
        assert_sound(page)
        assert page.headers["Refresh"] == "5" and "wacht" in said(page)

        def halfway(doing: Doing) -> None:
            doing.milliseconds = 60_000
            doing.steps(90)
            doing.done = 30
            doing._say()
            running = admin.get(here)
            assert "30 van 90 gedaan" in said(running) and "2 minuten" in said(running), said(running)
            assert admin.post(f"{here}/pauze").status_code == 303
            doing.step()
            doing._say()

        kinds = {WorkKind.JOB: halfway}
        assert do_waiting(office.engine, kinds=kinds, clock=lambda: NOW) == 0
        paused = admin.get(here)
        assert "in pauze" in said(paused) and "Refresh" not in paused.headers
        assert "30 / 90" in said(admin.get("/beheer/taken"))
        assert admin.post(f"{here}/pauze").status_code == 409
        assert admin.post(f"{here}/verder").status_code == 303
        assert admin.post(f"{here}/stop").status_code == 303
        assert "gestopt" in said(admin.get(here))
        again = admin.post(f"{here}/opnieuw")
        assert again.status_code == 303 and again.headers["Location"] != here
        states = office.do(lambda s: [one.state for one in s.query(LongWork).order_by(LongWork.id)])
        assert states == [WorkState.CANCELLED, WorkState.WAITING]
        assert office.browser("advisor").get(here).status_code == 404
        assert office.browser("region").get(here).status_code == 404, "not asked by the region"
    finally:
        del office.app.extensions["job_names"]


@pytest.mark.parametrize("kind", list(WorkKind), ids=str)
def test_who_pauses_or_stops_is_told_what_that_does_to_what_was_done(office: Office, kind: WorkKind) -> None:
    admin = office.browser("admin")
    work = office.do(lambda s: begin_work(s, kind=kind, about="1", actor=SYSTEM, now=NOW))
    here = f"/werk/{work.public_id}"
    kept, lost = "gaat het werk verder waar het was", "begint het helemaal opnieuw"
    page = admin.get(here)
    assert_sound(page)
    assert (kept in said(page), lost in said(page)) == (kind.keeps_parts, not kind.keeps_parts)
    admin.post(f"{here}/pauze")
    assert ("Dan begint het helemaal opnieuw" in said(admin.get(here))) is not kind.keeps_parts
    admin.post(f"{here}/stop")
    stopped = said(admin.get(here))
    assert ("Wat al gedaan was, blijft zo." in stopped, "Er is niets bewaard." in stopped) == (
        kind.keeps_parts,
        not kind.keeps_parts,
    )


def test_the_page_of_what_runs_says_how_everything_stands(office: Office) -> None:
    page = office.browser("admin").get("/beheer/werking")
    assert_sound(page)
    words = said(page)
    assert "Laatste back-up" in words and "nog nooit" in words and "SQLite" in words
