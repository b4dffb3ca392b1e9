"""Settings are typed, and what is not safe does not start."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from portal.platform.config import load_settings, network_file_system
from portal.platform.errors import BadSettings

GOOD = {
    "portal_env": "production",
    "secret_key": "5b2c9d1f7e604a83b0c6d2e8f49a17350b8e6d7c",
    "base_url": "https://loket.example.nl",
    "mail_from": "loket@example.nl",
    "database_url": "postgresql://desk@localhost/desk",
    "proxy_hops": 1,
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    of_the_demo = ("BASE_URL", "PROXY_HOPS", "SMTP_URL")
    for name in ("PORTAL_ENV", "DATABASE_URL", "SECRET_KEY", "HOST", "PORT", "FLASK_DEBUG", *of_the_demo):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))


def problems(**settings: Any) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        load_settings(**settings)
    return refused.value.problems


def test_without_any_setting_the_demo_starts_on_this_machine(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.is_demo
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/ontwikkelloket.db"


def test_the_secret_of_the_demo_is_made_once_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    first, second = load_settings(), load_settings()
    assert first.secret_key.get_secret_value() == second.secret_key.get_secret_value()
    assert len(first.secret_key.get_secret_value()) == 64
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_an_emptied_secret_file_is_not_accepted(tmp_path: Path) -> None:
    load_settings()
    (tmp_path / "var" / "secret_key").write_text("")
    assert "no usable secret" in problems()[0]


def test_the_secret_is_never_shown() -> None:
    settings = load_settings()
    assert settings.secret_key.get_secret_value() not in repr(settings)


def test_a_good_production_starts() -> None:
    settings = load_settings(**GOOD)
    assert settings.is_production
    assert settings.secure_cookies


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "changeme"}, "SECRET_KEY"),
        ({"secret_key": "a" * 64}, "SECRET_KEY"),
        ({"base_url": "http://loket.example.nl"}, "BASE_URL"),
        ({"base_url": ""}, "BASE_URL"),
        ({"proxy_hops": 0}, "PROXY_HOPS"),
        ({"mail_from": "x@y.invalid"}, "MAIL_FROM"),
        ({"database_url": "not an address"}, "DATABASE_URL"),
        ({"port": 0}, "PORT"),
        ({"port": "many"}, "PORT"),
        ({"portal_env": "staging"}, "PORTAL_ENV"),
    ],
)
def test_what_is_not_safe_does_not_start(change: dict[str, Any], word: str) -> None:
    assert [line for line in problems(**(GOOD | change)) if line.startswith(word)]


def test_debugging_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert problems(**GOOD) == ["FLASK_DEBUG: must be off in production"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "loket.example.nl"])
def test_the_demo_refuses_a_public_address(host: str) -> None:
    assert problems(host=host)[0].startswith("HOST")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_demo_accepts_an_address_of_this_machine(host: str) -> None:
    assert load_settings(host=host).host == host


OPEN_TO_ALL = (
    ("base_url", "https://loket.example.nl"),
    ("base_url", "http://192.0.2.7:8000"),
    ("base_url", "https://[bad"),
    ("base_url", "https://localhost.example.nl"),
    ("proxy_hops", 1),
    ("smtp_url", "smtp://mail.example.nl:25"),
    ("smtp_url", "smtp://user:secret@mail.example.nl"),
)


@pytest.mark.parametrize(("name", "value"), OPEN_TO_ALL)
def test_the_demo_does_not_start_where_others_could_reach_it(name: str, value: object) -> None:
    [line] = problems(**{name: value})
    assert line.startswith(f"{name.upper()}: ") and "demo" in line and "secret" not in line


@pytest.mark.parametrize(("name", "value"), [OPEN_TO_ALL[0], *OPEN_TO_ALL[3:]])
def test_production_takes_all_of_that(name: str, value: object) -> None:
    """The control: it is the demonstration that refuses it, not the setting."""
    assert load_settings(**{**GOOD, name: value}).is_production


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "http://localhost:8000"},
        {"base_url": "http://127.0.0.1:9000"},
        {"base_url": "http://[::1]:8000"},
        {"base_url": "http://demo.localhost:8000"},
        {"smtp_url": "smtp://127.0.0.1:1025"},
    ],
)
def test_the_demo_starts_on_this_machine_with_these(settings: dict[str, Any]) -> None:
    assert load_settings(**settings).is_demo


def test_every_problem_is_named_at_once() -> None:
    assert len(problems(portal_env="production")) == 3


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/data /mnt/data nfs4 rw 0 0
tmpfs /mnt/data/fast tmpfs rw 0 0
//server/share /mnt/with\\040space cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/desk.db", None),
        ("/mnt/data/desk.db", "nfs4"),
        ("/mnt/data/fast/desk.db", None),
        ("/mnt/database/desk.db", None),
        ("/mnt/with space/desk.db", "cifs"),
    ],
)
def test_a_network_file_system_is_recognised(path: str, kind: str | None) -> None:
    assert network_file_system(Path(path), MOUNTS) == kind


def test_sqlite_on_a_network_file_system_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.platform.config.network_file_system", lambda _path: "nfs4")
    assert "network file system" in problems(**(GOOD | {"database_url": "sqlite:////data/desk.db"}))[0]
