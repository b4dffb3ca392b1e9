"""From a draft to a version in force, on the screens: the gate names what is wrong, and a second person publishes."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.framework.catalogue.queries import versions_of
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.publishing.replay.actions import run_replay
from portal.publishing.workshop.actions import save_draft, start_draft, submit_for_review
from portal.publishing.workshop.queries import document_of
from portal.web.owner import publishing
from tests.factories import NOW
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of
from tests.who_runs_what import PROOF

SLUG = "leervoucher"
HERE = f"/eigenaar/regeling/{SLUG}/versie/2"


CROWD = 1000 if PROOF else 100
"""How many generated people a draft is tried on: the journey of a publication and the proof try it on all thousand."""


@pytest.fixture(autouse=True)
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens try a draft on fewer people."""
    monkeypatch.setattr(publishing, "run_replay", partial(run_replay, people=CROWD))


def people(office: Office) -> tuple[Account, Account]:
    """Two people of the organisation that owns the scheme."""
    return tuple(make_account(office.engine, Role.OWNER, organisation="regio-proefland") for _ in range(2))  # type: ignore[return-value]


def drafted(office: Office, writer: Account, *, offered: bool = False, **changes: Any) -> None:
    """A draft in which the most that is paid is half."""

    def work(session: Any) -> None:
        actor = actor_of_account(session.merge(writer))
        draft = start_draft(session, scheme=SLUG, actor=actor, now=NOW)
        document = document_of(draft)
        halved = [{**cap, "amount_cents": cap["amount_cents"] // 2} for cap in document["caps"]]
        save_draft(
            session,
            version=draft,
            document=document | {"caps": halved, **changes},
            cases=CASES,
            revision=draft.revision,
            actor=actor,
            now=NOW,
        )
        if offered:
            submit_for_review(session, version=draft, actor=actor, now=NOW)

    office.do(work)


CASES = {
    "given": {
        "on": "2026-03-02",
        "facts": {"residence_municipality": "GM9901"},
        "costs": [{"category": "tuition", "amount_cents": 100000}],
    },
    "cases": [{"name": "Wie in Proefstad woont, hoort bij de regio", "expect": {"availability": "open"}}],
}


def states(office: Office) -> list[VersionState]:
    return [row.state for row in office.do(lambda session: versions_of(session, slug=SLUG))]


def test_a_version_shows_the_gate_the_differences_and_its_history(office: Office) -> None:
    writer, _ = people(office)
    drafted(office, writer)
    page = office.browser("owner", writer).get(HERE)
    assert_sound(page)
    words = said(page)
    for part in (
        "Controle voor publicatie",
        "De proef is gedaan",
        "nog te doen",
        "Wat er verandert",
        "€ 1.250",
        "€ 2.500",
    ):
        assert part in words, part


def test_the_whole_way_from_draft_to_in_force_needs_a_second_person(office: Office) -> None:
    writer, second = people(office)
    drafted(office, writer)
    mine, theirs = office.browser("owner", writer), office.browser("owner", second)
    mine.get(HERE)
    assert mine.post(f"{HERE}/proef").status_code == 303
    assert "Eerdere vragen aan dit loket" in said(mine.get(HERE))
    assert mine.post(f"{HERE}/aanbieden").status_code == 303
    assert "U hebt deze versie zelf gemaakt of aangeboden" in said(mine.get(HERE))
    reason = {"from_day": "2-3-2026", "reason": "Er is minder geld."}
    refused = mine.post(f"{HERE}/publiceren", reason)
    assert refused.status_code in (409, 422) and states(office)[0] is VersionState.IN_REVIEW
    shown = theirs.get(HERE)
    assert_sound(shown)
    for key in [one["value"] for one in soup_of(shown).select("button[name=key]")]:
        assert theirs.post(f"{HERE}/uitkomst", {"key": str(key)}).status_code == 303
    done = theirs.post(f"{HERE}/publiceren", reason)
    assert done.status_code == 303, said(done)
    assert states(office) == [VersionState.IN_FORCE, VersionState.SUPERSEDED]
    assert "Er is minder geld." in said(theirs.get(HERE))


def test_the_region_may_be_the_second_person(office: Office) -> None:
    writer, _ = people(office)
    drafted(office, writer, offered=True)
    region = office.browser(Role.REGION)
    listed = region.get("/regio/regelingen")
    assert_sound(listed)
    assert "wacht op een tweede persoon" in said(listed)
    assert region.get(HERE).status_code == 200
    region.post(f"{HERE}/proef")
    for key in [one["value"] for one in soup_of(region.get(HERE)).select("button[name=key]")]:
        region.post(f"{HERE}/uitkomst", {"key": str(key)})
    assert region.post(f"{HERE}/publiceren", {"from_day": "2-4-2026", "reason": "Later."}).status_code == 303
    assert states(office)[0] is VersionState.SCHEDULED


def test_without_the_replay_the_gate_stays_shut(office: Office) -> None:
    writer, second = people(office)
    drafted(office, writer, offered=True)
    browser = office.browser("owner", second)
    browser.get(HERE)
    answer = browser.post(f"{HERE}/publiceren", {"from_day": "2-3-2026", "reason": "Snel."})
    assert answer.status_code == 422
    assert "Nog niet alles is in orde" in said(answer)
    assert "Snel." in answer.text
    assert states(office)[0] is VersionState.IN_REVIEW


@pytest.mark.parametrize(
    ("sent", "said_back"),
    [
        ({"from_day": "1-3-2026", "reason": "x"}, "2 maart 2026"),
        ({"from_day": "morgen", "reason": "x"}, "datum"),
        ({"from_day": "2-3-2026", "reason": " "}, "Schrijf waarom"),
        ({}, "eerste dag"),
    ],
)
def test_wrong_input_on_publishing_is_explained(office: Office, sent: dict[str, str], said_back: str) -> None:
    writer, second = people(office)
    drafted(office, writer, offered=True)
    browser = office.browser("owner", second)
    browser.get(HERE)
    answer = browser.post(f"{HERE}/publiceren", sent)
    assert answer.status_code == 422
    assert_sound(answer)
    assert said_back in said(answer)


def test_a_version_is_sent_back_with_a_reason_that_its_writer_reads(office: Office) -> None:
    writer, second = people(office)
    drafted(office, writer, offered=True)
    browser = office.browser("owner", second)
    browser.get(HERE)
    assert browser.post(f"{HERE}/terug", {"back-reason": ""}).status_code == 422
    assert browser.post(f"{HERE}/terug", {"back-reason": "De bron ontbreekt."}).status_code == 303
    assert "De bron ontbreekt." in said(office.browser("owner", writer).get(HERE))
    assert states(office)[0] is VersionState.DRAFT


def test_who_was_refused_and_then_sends_it_back_sees_no_more_of_the_refusal(office: Office) -> None:
    """Pressed by hand: what was typed to publish is kept, and what the person then did themself is no surprise."""
    writer, second = people(office)
    drafted(office, writer, offered=True)
    browser = office.browser("owner", second)
    browser.get(HERE)
    by_hand = {"Origin": "http://localhost", "Referer": f"http://localhost{HERE}", "Sec-Fetch-Mode": "navigate"}
    refused = browser.submit(f"{HERE}/publiceren", {"from_day": "2-3-2026", "reason": "Klopt."}, headers=by_hand)
    assert refused.status_code == 303 and "error-summary" in browser.get(refused.location).text
    browser.get(HERE)
    sent = browser.submit(f"{HERE}/terug", {"back-reason": "De voorbeelden kloppen niet."}, headers=by_hand)
    assert sent.status_code == 303 and states(office)[0] is VersionState.DRAFT
    page = browser.get(HERE).text
    assert "error-summary" not in page and "Klopt." in page


def test_a_definition_that_is_not_finished_says_what_is_missing(office: Office) -> None:
    writer, _ = people(office)
    drafted(office, writer, title={"nl": "Alleen Nederlands"}, kind="vouchre")
    browser = office.browser("owner", writer)
    page = browser.get(HERE)
    assert_sound(page)
    assert "niet in orde" in said(page) and "Soort regeling : " in said(page)
    assert browser.post(f"{HERE}/proef").status_code == 303
    assert "nog niet af" in said(browser.get(HERE))


def test_a_stranger_sees_no_version(office: Office) -> None:
    writer, _ = people(office)
    drafted(office, writer)
    stranger = office.browser("owner", make_account(office.engine, Role.OWNER, organisation="gemeente-proefstad"))
    for path in (
        HERE,
        f"/eigenaar/regeling/{SLUG}/vergelijken",
        f"/eigenaar/regeling/{SLUG}/stoppen",
        f"/eigenaar/regeling/{SLUG}/pakket",
    ):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"{HERE}/publiceren", {"from_day": "2-3-2026", "reason": "x"}).status_code == 404


def test_two_versions_stand_side_by_side_in_words(office: Office) -> None:
    writer, _ = people(office)
    drafted(office, writer)
    page = office.browser("owner", writer).get(f"/eigenaar/regeling/{SLUG}/vergelijken?van=1&naar=2")
    assert_sound(page)
    table = soup_of(page).select_one("table.compare")
    assert table is not None and "€ 2.500" in table.get_text().replace("\xa0", " ")
    same = office.browser("owner", writer).get(f"/eigenaar/regeling/{SLUG}/vergelijken?van=2&naar=2")
    assert "Er is geen verschil." in said(same)


def test_a_scheme_is_ended_with_a_last_day_and_a_reason(office: Office) -> None:
    writer, colleague = people(office)
    browser, path = office.browser("owner", writer), f"/eigenaar/regeling/{SLUG}/stoppen"
    assert_sound(browser.get(path))
    assert browser.post(path, {"last_day": "1-3-2026", "reason": "Op."}).status_code == 422
    assert browser.post(path, {"last_day": "31-3-2026", "reason": "Het geld is op."}).status_code == 303
    assert "Dit wacht op een tweede persoon" in said(browser.get(path))
    second = office.browser("owner", colleague)
    where = soup_of(second.get("/tweede-persoon/")).select_one("main table a")["href"]
    assert_sound(second.get(where))
    assert second.submit(where, {}).status_code == 303
    assert "Deze regeling stopt al." in said(browser.get(path))
    row = office.do(
        lambda session: session.scalars(select(SchemeVersion).where(SchemeVersion.retired_at.is_not(None))).one()
    )
    assert (row.last_day.isoformat(), row.retire_reason) == ("2026-03-31", "Het geld is op.")


# Packages --------------------------------------------------------------------------------------------------------------


def sent(browser: Browser, content: bytes, name: str = "pakket.json") -> Any:
    browser.get("/eigenaar/pakket")
    return browser.post("/eigenaar/pakket", {"file": (io.BytesIO(content), name)})


def test_a_package_goes_out_and_comes_in_as_a_draft_that_names_its_origin(office: Office) -> None:
    writer, _ = people(office)
    browser = office.browser("owner", writer)
    package = browser.get(f"/eigenaar/regeling/{SLUG}/pakket")
    assert json.loads(package.data)["seal"]["algorithm"] == "ed25519"
    answer = sent(browser, package.data)
    assert answer.status_code == 303
    shown = browser.get(answer.location)
    assert_sound(shown)
    assert "Uit een pakket van" in said(shown) and "deze sleutel kent de regio niet" in said(shown)


@pytest.mark.parametrize("content", [b"", b"geen json", b"[]", b'{"format": "iets"}', b"\xff\xfe\x00", b"{" * 5000])
def test_a_file_that_is_no_package_is_explained(office: Office, content: bytes) -> None:
    writer, _ = people(office)
    answer = sent(office.browser("owner", writer), content)
    assert answer.status_code == 422
    assert_sound(answer)
    assert "Dit pakket kan niet worden ingevoerd" in said(answer)


def test_the_region_trusts_a_key_and_stops_trusting_it(office: Office) -> None:
    browser = office.browser(Role.REGION)
    page = browser.get("/regio/sleutels")
    assert_sound(page)
    own = soup_of(page).select_one("main code")
    assert own is not None and len(own.get_text()) == 44
    assert browser.post("/regio/sleutels", {"name": "Regio Elders", "public_key": "kort"}).status_code == 422
    assert browser.post("/regio/sleutels", {"name": "Regio Elders", "public_key": own.get_text()}).status_code == 303
    form = soup_of(browser.get("/regio/sleutels")).select_one("form[action*='/weg']")
    assert form is not None
    assert browser.post(str(form["action"])).status_code == 303
    assert "U vertrouwt nog geen andere sleutels." in said(browser.get("/regio/sleutels"))
