"""Typed settings from the environment, refused with a readable line when they are not safe."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from stdnum import iban

from portal.platform.archive_settings import ArchiveSettings
from portal.platform.errors import BadSettings
from portal.platform.field_keys import RING_FILE, KeyRing, RingSource

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2", "ocfs2"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone"}
)
_SITE = re.compile(r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?")
PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parent  # of an installed wheel: the folder that holds portal/ and schemes/
#: The folder with the templates: inside the package when installed, beside it in a checkout.
TEMPLATES = PACKAGE / "templates" if (PACKAGE / "templates").is_dir() else CHECKOUT / "templates"


class Settings(ArchiveSettings):
    """Every setting of the portal; the field name in capitals is the environment variable."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    portal_env: Literal["demo", "production", "test"] = Field(
        "demo", description="demo shows a banner, prints sign-in links and refuses a public address"
    )
    state_dir: Path = Field(Path("var"), description="Where the SQLite file, its backups and the demo secret live")
    database_url: str = Field("", description="sqlite:///… or postgresql://…; empty: ontwikkelloket.db in STATE_DIR")
    secret_key: SecretStr = Field(SecretStr(""), description="At least 32 characters; required in production")
    host: str = Field("127.0.0.1", description="The address the server listens on")
    port: int = Field(8000, ge=1, le=65535)
    base_url: str = Field("", description="Public address of the desk, for links in messages; empty: http://HOST:PORT")
    proxy_hops: int = Field(
        0, ge=0, le=5, description="Proxies before the desk, whose X-Forwarded-For is believed; 1 or more in production"
    )
    region_dir: Path = Field(
        CHECKOUT / "schemes" / "catalogue" / "stedendriehoek", description="Folder of the region to load"
    )
    kvk_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key of the trade register (KVK API Basisprofiel); empty: numbers are looked up by hand",
    )
    kvk_api_url: str = Field(
        "https://api.kvk.nl/api/v1/basisprofielen", description="Where the trade register is asked, over https"
    )
    kvk_authorities: Path | None = Field(
        None,
        description="File (PEM) with the authorities that the trade register's certificate needs beside those of the machine",
    )
    pdok_url: str = Field(
        "",
        description="Where street and place are looked up by postcode and number (PDOK Locatieserver), for instance"
        " https://api.pdok.nl/bzk/locatieserver/search/v3_1/free; empty: people type them",
    )
    theme_css: str = Field("", description="Path or https address of an NL Design System theme, put before our style")
    mail_from: str = Field("noreply@ontwikkelloket.invalid", description="Sender of the mail")
    smtp_url: str = Field("", description="smtp://user:password@host:port; empty: mail stays in the outbox")
    notify_url: str = Field("https://api.notifynl.nl", description="Where NotifyNL is asked, over https")
    notify_key: SecretStr = Field(
        SecretStr(""),
        description="Key of NotifyNL, by which mail (in place of SMTP_URL) and SMS leave; empty: by SMTP_URL",
    )
    notify_template: str = Field("", description="Its template (an id) with the places ((subject)) and ((body))")
    notify_sms_template: str = Field(
        "", description="Its template (an id) with the place ((body)), for SMS; empty: nobody is offered SMS"
    )
    bounce_mailbox: Path | None = Field(
        None, description="Maildir (or mbox) in which mail that could not be delivered comes back; empty: noted by hand"
    )
    clamd: str = Field(
        "", description="Virus scanner clamd: /run/clamav/clamd.ctl or host:3310; empty: files are not scanned"
    )
    payer_name: str = Field("", max_length=70, description="Name of the account from which vouchers are paid")
    payer_iban: str = Field("", description="Its account number; empty: no payment can be released")
    second_step: Literal["auto", "required", "optional"] = Field(
        "auto", description="Whether who has an account signs in with a second step; auto: required in production"
    )
    identity_services: Path | None = Field(
        None, description="File (TOML) with the services by which people sign in or identify themselves; empty: none"
    )
    widget_sites: str = Field(
        "",
        description="Sites of partners that may show /insluiten inside theirs: https://… addresses, spaces between them",
    )
    open_forms_mapping: Path | None = Field(
        None,
        description="File (YAML) that says which component of a form in Open Forms answers which question; empty: ours",
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    minimum_free_mb: int = Field(
        256,
        ge=0,
        description="With less free room on the disk of STATE_DIR nothing more is taken in; 0: until it is full",
    )
    backup_key: SecretStr = Field(
        SecretStr(""), description="Seals backups, at least 32 characters, also kept elsewhere; empty: they lie open"
    )
    cluster: str = Field(
        "",
        description="Scheduler of a Dask cluster that scenarios are worked out on, tcp://host:8786; empty: this machine",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="What asks for /metrics from another machine; empty: from this machine only"
    )
    traces_url: str = Field(
        "",
        description="OpenTelemetry collector that is told of every request (OTLP over HTTP), for instance"
        " http://127.0.0.1:4318/v1/traces; empty: nobody. Needs the extra tracing",
    )
    field_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that seal names, birth dates, addresses and accounts; empty: key_ring in STATE_DIR, else SECRET_KEY",
    )

    @property
    def is_demo(self) -> bool:
        return self.portal_env == "demo"

    @property
    def is_production(self) -> bool:
        return self.portal_env == "production"

    @property
    def ring_source(self) -> RingSource:
        """Where the keys come from that seal single fields."""
        said, secret = self.field_keys.get_secret_value(), self.secret_key.get_secret_value()
        return RingSource(said, self.state_dir / RING_FILE, secret)

    @property
    def second_step_required(self) -> bool:
        """Whether nobody with an account gets in with one step alone, and what matters is proved anew."""
        return self.second_step == "required" or (self.second_step == "auto" and self.is_production)

    @property
    def asks_trade_register(self) -> bool:
        """Whether this desk may look a company up in the trade register."""
        return bool(self.kvk_api_key.get_secret_value())

    @property
    def sends_texts(self) -> bool:
        """Whether people are offered SMS; outside production it goes to the folder of mail."""
        return bool(self.notify_sms_template) or not self.is_production

    @property
    def address(self) -> str:
        """The address that links in messages start with, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        return self.address.startswith("https://")


def load_settings(**overrides: Any) -> Settings:
    """The settings from the environment, with overrides for tests and commands.

    Fills in the SQLite file and, outside production, a secret that is made once and kept in ``STATE_DIR``. Raises
    ``BadSettings`` with one line per problem.
    """
    try:
        settings = Settings(_secrets_dir=credentials_folder(), **overrides)
    except ValidationError as error:
        lines = [f"{'.'.join(str(p) for p in e['loc']).upper()}: {e['msg']}" for e in error.errors()]
        raise BadSettings(lines) from None
    settings = settings.model_copy(update={"state_dir": settings.state_dir.resolve()})
    if not settings.database_url:
        url = f"sqlite:///{settings.state_dir / 'ontwikkelloket.db'}"
        settings = settings.model_copy(update={"database_url": url})
    problems = _problems(settings)
    if problems:
        raise BadSettings(problems)
    if not settings.secret_key.get_secret_value():
        secret = _kept_secret(settings.state_dir / "secret_key")
        settings = settings.model_copy(update={"secret_key": SecretStr(secret)})
    return settings


def credentials_folder() -> Path | None:
    """The folder with one file per secret (``secret_key``, ``backup_key``, ...), as systemd and containers give it; None without.

    A setting in the environment goes before the file of that name.
    """
    named = os.environ.get("CREDENTIALS_DIRECTORY", "")
    folder = Path(named)
    return folder if named and folder.is_dir() else None


def _problems(settings: Settings) -> list[str]:
    found = []
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        return ["DATABASE_URL: not a database address; use sqlite:///… or postgresql://…"]
    if settings.is_demo:
        found += _demo_problems(settings)
    if settings.base_url and not settings.base_url.startswith(("http://", "https://")):
        found.append("BASE_URL: must start with https://")
    if settings.clamd and not settings.clamd.startswith("/") and not settings.clamd.rpartition(":")[2].isdecimal():
        found.append("CLAMD: the path of a socket, or host:port")
    if settings.traces_url and not _is_web_address(settings.traces_url):
        found.append("TRACES_URL: must start with http:// or https:// and name a host")
    found += _problems_of_services(settings)
    wrong = [one for one in settings.widget_sites.split() if not _SITE.fullmatch(one)]
    if wrong:
        found.append(f"WIDGET_SITES: {wrong[0]} is no https://… address of a site")
    found += _key_problems(settings)
    if settings.payer_iban and not iban.is_valid(settings.payer_iban):
        found.append("PAYER_IBAN: not a valid account number")
    if settings.is_production:
        found += _production_problems(settings)
        if url.get_backend_name() == "sqlite" and (kind := network_file_system(Path(url.database or "."))):
            found.append(
                f"DATABASE_URL: SQLite is not safe on a network file system ({kind}); use a local disk or PostgreSQL"
            )
    return found


def _problems_of_services(settings: Settings) -> list[str]:
    """What is asked of services of others."""
    found, notify = [], bool(settings.notify_key.get_secret_value())
    if notify and settings.is_demo:
        found.append("NOTIFY_KEY: demo mode sends no mail to real people; leave it empty")
    if notify and not (settings.notify_template or settings.notify_sms_template):
        found.append("NOTIFY_TEMPLATE: NotifyNL needs the id of its template")
    if settings.notify_sms_template and not notify:
        found.append("NOTIFY_SMS_TEMPLATE: SMS leaves by NotifyNL; set NOTIFY_KEY too")
    for name, url in (("NOTIFY_URL", settings.notify_url), ("KVK_API_URL", settings.kvk_api_url)):
        if not url.startswith("https://"):
            found.append(f"{name}: must start with https://")
    if settings.pdok_url and not settings.pdok_url.startswith("https://"):
        found.append("PDOK_URL: must start with https://")
    return found + settings.problems_of_archive(demo=settings.is_demo)


def _key_problems(settings: Settings) -> list[str]:
    found = []
    for name, secret in (("BACKUP_KEY", settings.backup_key), ("METRICS_TOKEN", settings.metrics_token)):
        if secret.get_secret_value() and is_weak(secret):
            found.append(f"{name}: too easy to guess; make one with: openssl rand -hex 32")
    if said := settings.field_keys.get_secret_value():
        try:
            KeyRing.read(said)
        except BadSettings as error:
            found += error.problems
    return found


def _demo_problems(settings: Settings) -> list[str]:
    """In the demonstration everybody enters as anybody, so nothing of it is reached from elsewhere."""
    found = []
    if not is_loopback(settings.host):
        found.append(f"HOST: demo mode prints sign-in links, so it listens on 127.0.0.1 only, not on {settings.host}")
    if settings.base_url and not is_loopback(_host_of(settings.base_url)):
        found.append(
            "BASE_URL: demo mode lets everybody in as administrator, so it has no public address; set PORTAL_ENV=production"
        )
    if settings.proxy_hops:
        found.append("PROXY_HOPS: demo mode lets everybody in as administrator, so no proxy stands before it")
    if settings.smtp_url and not is_loopback(_host_of(settings.smtp_url)):
        found.append("SMTP_URL: demo mode sends no mail to real people; leave it empty")
    return found


def _is_web_address(address: str) -> bool:
    return address.startswith(("http://", "https://")) and bool(_host_of(address))


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _production_problems(settings: Settings) -> list[str]:
    found = []
    secret = settings.secret_key.get_secret_value()
    if not secret:
        found.append("SECRET_KEY: required in production; make one with: openssl rand -hex 32")
    elif is_weak(settings.secret_key):
        found.append("SECRET_KEY: too easy to guess; use at least 32 random characters")
    if not settings.base_url.startswith("https://"):
        found.append("BASE_URL: production needs the public https:// address")
    elif (
        settings.proxy_hops == 0
    ):  # this server speaks no TLS itself: without the hops all visitors come from one place
        found.append("PROXY_HOPS: https means a proxy stands before the desk; say how many, mostly 1")
    if settings.second_step == "optional":
        found.append("SECOND_STEP: in production who has an account signs in with a second step; leave it out")
    if settings.mail_from.endswith(".invalid") or "@" not in parseaddr(settings.mail_from)[1]:
        found.append("MAIL_FROM: production needs a real sender, as loket@example.nl")
    if os.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        found.append("FLASK_DEBUG: must be off in production")
    return found


def is_weak(secret: SecretStr) -> bool:
    """Whether a secret is too short, or of so few characters that it was typed and not drawn."""
    value = secret.get_secret_value()
    return len(value) < 32 or len(set(value)) < 10


def is_loopback(host: str) -> bool:
    """Whether a name or address is that of this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """The kind of network file system a path is on, or ``None`` for a local disk (or where /proc/mounts cannot tell)."""
    if mounts is None:
        table = Path("/proc/mounts")
        mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    target = str(path.resolve())
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind if kind in NETWORK_FILE_SYSTEMS else None


def _kept_secret(path: Path) -> str:
    """The secret in this file; made on first use, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        secret = path.read_text(encoding="ascii").strip()
        if len(secret) < 32:
            raise BadSettings(
                [f"SECRET_KEY: {path} holds no usable secret; remove the file to make a new one"]
            ) from None
        return secret
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_hex(32)
        file.write(secret + "\n")
    return secret
