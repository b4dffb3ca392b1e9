"""The register of processing and the draft of a DPIA say what this desk is set to: terms, connected systems, the scanner; no secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.oversight.privacy.activities import Activity
from portal.oversight.privacy.connections import connections
from portal.oversight.privacy.processing import as_text, dpia_draft, processing_register
from portal.platform.config import Settings, load_settings
from portal.platform.i18n import use_locale
from tests.factories import NOW, a_region

SECRET = "geheim-wachtwoord-van-dit-loket"
CONNECTED = {
    "SMTP_URL": f"smtp://loket:{SECRET}@mail.gemeente.example:587",
    "PDOK_URL": "https://pdok.example/free",
    "KVK_API_KEY": SECRET,
    "KVK_API_URL": "https://kvk.example/v1",
    "CLAMD": "scanner.example:3310",
    "ZGW_CLIENT_ID": "loket",
    "ZGW_SECRET": SECRET,
    "ZGW_DOCUMENTS_URL": "https://archief.example/documenten",
    "LOKET_SERVICE_SECRET": SECRET,
}
SERVICES = """
[[service]]
name = "digid"
title_nl = "Identificeren met DigiD"
title_en = "Identify with DigiD"
audience = "resident"
issuer = "https://broker.example"
client_id = "loket"
levels = { "x" = "high" }
"""


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    return load_settings()


@pytest.fixture
def connected(plain: Settings, tmp_path: Path) -> Settings:
    """A desk that is connected to everything there is."""
    file = tmp_path / "services.toml"
    file.write_text(SERVICES, encoding="utf-8")
    said = {name.lower(): value for name, value in CONNECTED.items()} | {"identity_services": file}
    return Settings(**said)


def register(session: Session, settings: Settings) -> dict[str, dict[str, str]]:
    """By the mark of the activity, what each row says."""
    return {rows[0][1]: dict(rows) for _title, rows in processing_register(session, settings=settings)}


def test_a_desk_that_is_connected_to_nothing_says_so(session: Session, plain: Settings) -> None:
    found = register(session, plain)
    assert found.keys() == {one.value for one in Activity}
    assert {rows["Verbonden systemen"] for rows in found.values()} == {"geen"}
    assert "nog niet vastgelegd" in found["advise"]["Bewaartermijn"]
    a_region(session)
    text = as_text("DPIA", dpia_draft(session, settings=plain, today=NOW.date()))
    assert "Er is geen virusscanner ingesteld." in text and "**Verbonden systemen**: geen" in text


def test_every_connected_system_stands_with_its_activity_and_what_it_gets(
    session: Session, connected: Settings
) -> None:
    found = {key: rows["Verbonden systemen"] for key, rows in register(session, connected).items()}
    assert found["write"] == (
        "Mailserver (mail.gemeente.example): e-mailadressen en de tekst van berichten; "
        "Archief van de gemeente (archief.example): besluiten en brieven"
    )
    assert "PDOK (pdok.example): postcode en huisnummer" in found["advise"]
    assert "Handelsregister (KVK) (kvk.example)" in found["pay"] and "Virusscanner (scanner.example)" in found["pay"]
    assert "Identificeren met DigiD (broker.example)" in found["decide"]
    assert found["second_look"] == found["rights"] == "geen"
    draft = as_text("DPIA", dpia_draft(session, settings=connected, today=NOW.date()))
    assert "Een virusscanner kijkt mee." in draft
    assert all(one.said in draft for one in connections(connected))


def test_no_secret_of_a_connection_is_in_it_in_either_language(session: Session, connected: Settings) -> None:
    for locale in ("nl", "en"):
        with use_locale(locale):
            text = as_text("R", processing_register(session, settings=connected))
            text += as_text("D", dpia_draft(session, settings=connected, today=NOW.date()))
        assert SECRET not in text and "broker.example" in text
    assert "Identify with DigiD" in text and "Verbonden" not in text


def test_mail_by_notify_is_said_in_place_of_a_mail_server(plain: Settings) -> None:
    said = Settings(notify_key=SECRET, notify_template="t", smtp_url=CONNECTED["SMTP_URL"])
    assert [one.name for one in connections(said)] == ["NotifyNL"]
    assert connections(plain) == []
