"""``loket user`` and ``loket messages``: what they print, what they leave behind, and how they say no."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from portal.commands.cli import main
from portal.people.accounts.actions import consume_sign_in_link
from portal.people.accounts.models import Account
from portal.people.accounts.queries import account_by_email, usable_sign_in_link
from portal.people.audit.models import AuditEvent
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage

Run = Callable[..., Result]


@pytest.fixture
def loket(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command on the test's database, in demo mode."""
    from portal import migrations
    from portal.commands import opening

    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(opening, "make_engine", lambda _url: engine)
    monkeypatch.setattr(migrations, "require_head", lambda _engine: None)  # the tables are there without a migration

    def run(*args: str) -> Result:
        return CliRunner().invoke(main, args)

    yield run


def add(loket: Run, *extra: str) -> Result:
    return loket("user", "add", "Noor@Loket.Example", "--name", "Noor", "--role", "advisor", *extra)


def test_somebody_is_added_and_gets_a_link_that_works(loket: Run, engine: Engine) -> None:
    assert add(loket).exit_code == 0
    made = loket("user", "link", "NOOR@loket.example")
    assert made.exit_code == 0
    token = re.fullmatch(r"http://127\.0\.0\.1:8000/inloggen/(\S+)\n", made.stdout)
    assert token
    link = unit_of_work(engine, lambda s: usable_sign_in_link(s, token=token[1], now=now()), read_only=True)
    assert link is not None
    with engine.connect() as connection:
        acts = list(connection.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert acts == ["account.created", "account.link_issued"]


def test_outside_the_demonstration_a_link_is_mailed_and_not_printed(
    loket: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add(loket)
    monkeypatch.setenv("PORTAL_ENV", "test")
    made = loket("user", "link", "noor@loket.example")
    assert made.exit_code == 0
    assert "/inloggen/" not in made.output
    sent = loket("messages", "send")
    assert sent.exit_code == 0, sent.output
    assert sent.stdout.startswith("sent 2 "), "and word of the account"
    mails = [mail.read_text(encoding="utf-8") for mail in (tmp_path / "mail" / "new").iterdir()]
    assert sorted("/inloggen/" in mail for mail in mails) == [False, True]
    assert loket("messages", "send").stdout.startswith("sent 0 ")
    row, _told = json.loads(loket("messages", "list", "--json").stdout)
    assert (row["template"], row["state"], row["trouble"]) == ("account/sign_in_sent", "sent", None)
    assert "noor" not in loket("messages", "list").stdout.lower()


def test_the_very_first_administrator_gets_a_link_at_the_server_and_no_other_does(
    loket: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_ENV", "test")
    assert loket("user", "add", "a@loket.example", "--name", "Ada", "--role", "admin").exit_code == 0
    first = re.fullmatch(r"http://127\.0\.0\.1:8000/inloggen/(\S+)\n", loket("user", "link", "a@loket.example").stdout)
    assert first
    unit_of_work(engine, lambda s: consume_sign_in_link(s, token=first[1], now=now()))
    assert loket("user", "add", "b@loket.example", "--name", "Bo", "--role", "admin").exit_code == 0
    for address in ("a@loket.example", "b@loket.example"):
        assert loket("user", "link", address).stdout.startswith("The link goes by mail.")
    with engine.connect() as connection:
        acts = list(connection.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
        told = list(connection.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))
    assert acts == [
        "account.created",
        "account.link_issued",
        "account.created",
        "account.link_sent",
        "account.link_sent",
    ]
    assert told[:2] == ["account/opened", "account/link_made"], "the person hears of it"


def test_an_owner_needs_an_organisation_that_is_named_once(loket: Run, engine: Engine) -> None:
    args = ("user", "add", "o@loket.example", "--name", "O", "--role", "owner")
    refused = loket(*args)
    assert (refused.exit_code, "organisation" in refused.stderr) == (1, True)
    unnamed = loket(*args, "--organisation", "fonds")
    assert unnamed.exit_code == 1
    assert "--organisation-name" in unnamed.stderr
    assert loket(*args, "--organisation", "fonds", "--organisation-name", "Fonds").exit_code == 0
    again = ("user", "add", "p@loket.example", "--name", "P", "--role", "owner", "--organisation", "fonds")
    assert loket(*again).exit_code == 0
    rows = json.loads(loket("user", "list", "--json").stdout)
    assert {row["organisation"] for row in rows} == {"fonds"}


def test_an_account_is_closed_opened_and_given_another_role(loket: Run, engine: Engine) -> None:
    add(loket)
    assert loket("user", "disable", "noor@loket.example").exit_code == 0
    assert "disabled" in loket("user", "list").stdout
    closed = loket("user", "link", "noor@loket.example")
    assert (closed.exit_code, "switched off" in closed.stderr) == (1, True)
    assert loket("user", "enable", "noor@loket.example").exit_code == 0
    assert loket("user", "role", "noor@loket.example", "admin").exit_code == 0

    def role(session) -> str:
        account = account_by_email(session, email="noor@loket.example")
        assert account is not None
        return account.role.value

    assert unit_of_work(engine, role, read_only=True) == "admin"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("user", "add", "geen-adres", "--name", "N", "--role", "admin"), 2, "not an e-mail address"),
        (("user", "add", "a@b.example", "--name", "N", "--role", "koning"), 2, "'koning' is not one of"),
        (("user", "link", "niemand@loket.example"), 1, "there is no account"),
        (("user", "disable", "niemand@loket.example"), 1, "there is no account"),
        (("messages", "send", "--at-most", "0"), 2, "0 is not in the range"),
        (("messages", "list", "--state", "weg"), 2, "'weg' is not one of"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(loket: Run, args: tuple[str, ...], code: int, words: str) -> None:
    refused = loket(*args)
    assert refused.exit_code == code
    assert words in refused.stderr
    assert "Traceback" not in refused.output


def test_the_same_address_twice_is_refused(loket: Run, engine: Engine) -> None:
    add(loket)
    again = add(loket)
    assert (again.exit_code, "already an account" in again.stderr) == (1, True)
    with engine.connect() as connection:
        assert len(connection.execute(select(Account.id)).all()) == 1


def test_an_empty_desk_says_how_to_begin(loket: Run) -> None:
    assert "loket user add" in loket("user", "list").stdout


def test_a_database_without_tables_is_refused_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import migrations
    from portal.commands import opening
    from portal.platform.database import make_engine

    empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(opening, "make_engine", lambda _url: empty)
    monkeypatch.setattr(migrations, "head_revision", lambda: "0001")
    refused = CliRunner().invoke(main, ["user", "list"])
    empty.dispose()
    assert refused.exit_code == 1
    assert "loket db upgrade" in refused.stderr
