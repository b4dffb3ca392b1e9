"""Canaries: of every person one for every kind of what is protected. After everybody opened everything none is where it should not be:
in no answer, file, mail, address, log or figure of another, and nothing that is sealed can be read in what lies on the disk.

Every run lets a part of them open a part of it; the proof all of it, what is of others, and every form too.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from zlib import crc32

import pytest
import structlog
from flask import Blueprint
from sqlalchemy import String as PlainString
from sqlalchemy import select, text, type_coerce, update
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact
from portal.commands.backups.making import make_backup
from portal.migrations import head_revision
from portal.oversight.privacy.holdings import HOLDINGS, HoldsNobody
from portal.oversight.privacy.told import NOT_TOLD
from portal.papers.sending import send_mail
from portal.people.actor import Audience
from portal.people.audit.actions import record
from portal.platform.database import current_session, load_models, unit_of_work
from portal.platform.logs import configure
from portal.web.edge import policy as access
from portal.web.edge.policy import admits
from tests.web.apps import settings_for
from tests.web.asked import NOW
from tests.web.browser import SYSTEM, Browser
from tests.web.canaries.birds import Birds, Canary
from tests.web.canaries.crawling import Asker, Seen, crawl
from tests.web.canaries.kinds import ProtectedKind, kind_of, lines, shown, unwritten
from tests.web.canaries.opening import words_of
from tests.web.canaries.planting import PlantedWorld, places, planted
from tests.web.canaries.rules import foreign
from tests.web.worlds import a_world, seeded
from tests.who_runs_what import PROOF

ONE_IN = 1 if PROOF else 7
"""Of what somebody may open every run opens one in so many; what has most of people in it always."""
ALWAYS = ("own_data", "queue", "find", "sample_bundle", "payment_file", "letter", "question")
HANDED_OUT = 100 if PROOF else 10


@dataclass
class Crawled:
    """What came out while everybody looked: what was seen, and what was logged meanwhile."""

    planted: PlantedWorld
    seen: list[Seen]
    mails: list[EmailMessage]
    log: str
    looked: list[Seen]
    """Of what was seen: what stood on the pages and in the files of everybody's own."""


def drawn(endpoint: str, audience: Audience) -> bool:
    if not admits(endpoint, audience):
        return False
    dear = any(word in endpoint for word in ALWAYS) and not endpoint.startswith(("owner.", "accounting.report"))
    return crc32(f"{endpoint} {audience}".encode()) % ONE_IN == 0 or (dear and PROOF)


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The desk with its canaries, its mail sent, and everybody who looked around."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("canaries")) as world:
        with_birds = planted(world)
        with logged() as log:
            mails = mailed(with_birds)
            with_birds.world.keep()
            looked = list(crawl(with_birds, drawn))
            seen = [*looked]
            if PROOF:
                seen += crawl(with_birds, lambda _endpoint, _audience: True, relations=("other", "unknown"))
                seen += crawl(with_birds, admits, methods=("POST",))
        yield Crawled(with_birds, seen, mails, log.getvalue(), looked)


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What is logged meanwhile, every request as in production."""
    log, as_set = io.StringIO(), SimpleNamespace(extensions={"settings": SimpleNamespace(is_production=True)})
    configure("info")
    try:
        with redirect_stderr(log), patch("portal.web.edge.measuring.current_app", as_set):
            yield log
    finally:
        configure("error")


def mailed(planted: PlantedWorld) -> list[EmailMessage]:
    """Everything that waits to be sent, as it leaves."""
    mails: list[EmailMessage] = []
    settings = settings_for(planted.world.path.parent)
    done = send_mail(planted.world.engine, settings=settings, deliver=mails.append, clock=lambda: NOW)
    assert done.sent == len(mails)
    return mails


# Answers, files and addresses ------------------------------------------------------------------------------------------


def test_nobody_gets_anything_of_another_and_every_look_of_staff_is_logged_once(crawled: Crawled) -> None:
    own = {one.asker.audience for one in crawled.seen if not foreign(crawled.planted, one)}
    assert own >= {Audience.RESIDENT, Audience.EMPLOYER, Audience.ADVISOR, Audience.REGION}, (
        "the control: what is theirs is found"
    )
    assert len({one.canary for one in crawled.seen}) > HANDED_OUT
    assert sorted(str(one) for one in crawled.seen if foreign(crawled.planted, one)) == []


def test_who_asks_for_everything_gets_everything_that_is_kept(crawled: Crawled) -> None:
    """AVG 15: every canary of the own case, but for what has a reason not to be told."""
    birds = crawled.planted.birds
    wanted = ("resident.own_data_json", "employer.own_data_json")
    seen = list(crawl(crawled.planted, lambda endpoint, audience: endpoint in wanted and admits(endpoint, audience)))
    askers = {one.asker for one in seen}
    assert len(askers) == 4, "of each door one that was sent and one that was decided"
    for asker in sorted(askers):
        got = {one.canary for one in seen if one.asker == asker}
        mine = {one for one in birds.known.values() if (one.whose, one.number) == ("case", asker.question)}
        left_out = {one.place for one in mine - got}
        assert {place for place in left_out if not {place, place.partition(".")[0]} & NOT_TOLD.keys()} == set(), asker
        assert len(got) > 10, "the control"


def test_a_canary_is_found_in_a_page_a_paper_a_sheet_and_an_address(crawled: Crawled) -> None:
    """The control: on the pages with everything of oneself every kind of canary is found, in each of the three forms."""
    kinds = {"contact.name", "contact.email", "contact.phone", "contact.street", "contact.postcode"}
    wanted = ("resident.own_data", "resident.own_data_json", "resident.own_data_pdf", "advisor.queue_file")
    seen = list(crawl(crawled.planted, lambda endpoint, audience: endpoint in wanted and admits(endpoint, audience)))
    for endpoint in wanted[:3]:
        found = {one.canary.place for one in seen if one.endpoint == endpoint}
        assert found >= kinds | {"application.birth_date", "development_question.wish"}, endpoint
    assert {one.canary.place for one in seen if one.endpoint == wanted[3]} >= {"contact.name"}, "in a sheet"


def test_a_date_is_known_in_each_way_of_writing_and_not_within_a_hash() -> None:
    birds = Birds()
    born = birds.new(Application.__table__.c.birth_date, Canary("case", 1, "application.birth_date"))
    month = ("januari", "februari")[born.month - 1]
    written = (
        f"{born}",
        f"{born:%Y%m%d}",
        f"{born:%d-%m-%Y}",
        f"{born.day} {month} {born.year}",
        f"x={born}T00:00:00Z",
    )
    assert [one for one in written if not birds.in_text(f'"{one}"')] == []
    assert birds.in_text(f"5ac{born:%Y%m%d}e07") == set(), "the digits of a hash are drawn, and tell of nobody"


def test_a_page_shows_the_kinds_that_are_written_down_for_its_role_and_no_other(crawled: Crawled) -> None:
    assert unwritten(crawled.planted, crawled.looked) == []
    found = shown(crawled.planted, crawled.looked)
    assert len({audience for audience, _page in found}) > 3, "the control: they see something"
    assert not PROOF or found == lines(), "no line of what no page shows any more"
    birds = {kind_of(one): one for one in crawled.planted.birds.known.values() if one.whose == "case"}
    assert birds.keys() >= set(ProtectedKind), "the control: of every kind there is one"
    helper, page = Asker(Audience.HELPER, None), next(endpoint for who, endpoint in lines() if who is Audience.HELPER)
    for kind, bird in birds.items():
        told = f"helper | {page} | case: {kind}"
        assert unwritten(crawled.planted, [Seen(helper, page, "answer", bird)]) == [
            f"shows {told}",
            f"not of this role: {told}",
        ]


def leaking(canary: str, other: int) -> Blueprint:
    """Screens that tell what is of another: in a page, in a file, in an address, in the log."""
    blueprint, log = Blueprint("leak", __name__, url_prefix="/lek"), structlog.get_logger("portal.leak")

    @blueprint.get("/pagina")
    def page():
        name = current_session().scalar(select(Contact.name).where(Contact.question_id == other))
        return f"<p>Hallo {name}</p>"

    @blueprint.get("/bestand")
    def file():
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("lijst.csv", f"naam\n{canary}\n")
        return bundle.getvalue(), 200, {"Content-Type": "application/zip"}

    @blueprint.get("/adres")
    def address():
        return f'<p><a href="/zoek?q={canary}">Verder</a></p>'

    @blueprint.get("/log")
    def logged():
        log.info("looked_up", note=canary)
        return "ok"

    @blueprint.get("/fout")
    def fault():
        raise ValueError(canary)

    @blueprint.get("/database")
    def refused_by_the_database():
        current_session().execute(update(Contact).values(id=1, city=canary))

    return blueprint


@pytest.fixture
def leaky(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PlantedWorld, str]]:
    """The same desk with screens that leak the name of somebody to everybody."""
    world, birds = crawled.planted.world, crawled.planted.birds
    other = world.questions["other decided resident"].id
    name = next(key for key, one in birds.known.items() if (one.place, one.number) == ("contact.name", other))
    with seeded(world, monkeypatch, leaking(name, other), access.RESIDENT | access.PROVIDER) as made:
        yield replace(crawled.planted, world=made), name


def test_seeded_leaks_are_found_in_every_channel(leaky: tuple[PlantedWorld, str]) -> None:
    here, name = leaky
    with logged() as log:
        seen = list(crawl(here, lambda endpoint, _audience: endpoint.startswith("leak.")))
    found = {(one.asker.audience, one.endpoint, one.channel) for one in seen if foreign(here, one)}
    for audience in (Audience.RESIDENT, Audience.PROVIDER):
        leaks = {(place, "answer") for place in ("leak.page", "leak.file", "leak.address")} | {
            ("leak.address", "address")
        }
        unlogged = {(endpoint, "log of looks") for endpoint, channel in leaks if channel == "answer"}
        wanted = leaks | unlogged if audience is Audience.PROVIDER else leaks
        assert {(endpoint, channel) for who, endpoint, channel in found if who is audience} == wanted
    assert {who for who, _endpoint, _channel in found} == {Audience.RESIDENT, Audience.PROVIDER}, "who is let in"
    assert "shows resident | leak.page | case: name" in unwritten(here, seen), "a page without a line is found"
    written = [line for line in log.getvalue().splitlines() if name in line.casefold()]
    assert written and all("looked_up" in line for line in written), (
        "what a fault says is not logged, what is logged is found"
    )
    failed = {
        line.partition('"endpoint": "')[2].partition('"')[0]
        for line in log.getvalue().splitlines()
        if '"failed"' in line
    }
    assert failed == {"leak.fault", "leak.refused_by_the_database"}, "the control: both were logged"


# Mail, logs and figures ------------------------------------------------------------------------------------------------


def strange_in_mail(planted: PlantedWorld, mail: EmailMessage) -> set[Canary]:
    """What stands in a mail and is not of who gets it; and whatever stands in its subject."""
    birds = planted.birds
    to = {(one.whose, one.number) for one in birds.in_text(str(mail["To"]))}
    parts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items() if name != "To")
    inside = {one for one in birds.in_text("\n".join(parts)) if (one.whose, one.number) not in to}
    return inside | birds.in_text(headers)


def test_a_mail_has_nothing_of_another_and_its_subject_nothing_of_anybody(crawled: Crawled) -> None:
    told = [one for one in crawled.mails if crawled.planted.birds.in_text(str(one["To"]))]
    assert len(told) > 8, "the control: they go to people with canaries"
    assert [(mail["Subject"], one) for mail in crawled.mails for one in strange_in_mail(crawled.planted, mail)] == []
    first, last = told[0], told[-1]
    name = next(iter(crawled.planted.birds.in_text(str(last["To"]))))
    key = next(key for key, one in crawled.planted.birds.known.items() if one == name)
    assert str(first["To"]) != str(last["To"])
    for part in first.walk():
        if part.get_content_type() == "text/plain":
            part.set_content(f"{part.get_content()}\n{key}")
    assert strange_in_mail(crawled.planted, first) == {name}, "the control: a leak is found"
    first.replace_header("Subject", str(first["To"]))
    own = crawled.planted.birds.in_text(str(first["To"]))
    assert strange_in_mail(crawled.planted, first) == {name, *own}, "the control: in the subject too"


def test_nothing_of_anybody_is_in_the_log_the_figures_or_the_tables_that_hold_nobody(crawled: Crawled) -> None:
    world, birds = crawled.planted.world, crawled.planted.birds
    assert crawled.log.count('"answered"') > 100, "the control: every request was logged"
    assert birds.in_text(crawled.log) == set()
    figures = Browser(world.app).client.get("/metrics")
    assert figures.status_code == 200 and birds.in_text(figures.text) == set()

    def in_tables(session: Session) -> set[tuple[str, Canary]]:
        return {
            (name, found)
            for name, held in HOLDINGS.items()
            if isinstance(held, HoldsNobody) and name != "provider"
            for row in session.connection().execute(select(load_models().tables[name])).all()
            for value in row
            for found in birds.in_anything(value)
        }

    assert unit_of_work(world.engine, in_tables, read_only=True) == set()
    key = next(iter(birds.known))

    def leak(session: Session) -> None:
        record(session, actor=SYSTEM, action=key, object_kind="question", object_id=1, now=NOW)

    world.do(leak)
    assert {name for name, _ in unit_of_work(world.engine, in_tables, read_only=True)} == {"audit_event"}, "the control"
    assert birds.in_text(Browser(world.app).client.get("/metrics").text), "the control: in the figures"
    world.put_back()


# What lies on the disk -------------------------------------------------------------------------------------------------


def on_the_disk(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a desk, and what is packed in it."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        yield path.name, content
        if content.startswith(b"PK"):
            yield f"in {path.name}", words_of(content).encode()


def readable(crawled: Crawled) -> set[tuple[str, str]]:
    """Which sealed words can be read in which file."""
    birds = crawled.planted.birds
    return {
        (name, one)
        for name, content in on_the_disk(crawled.planted.world.path.parent)
        for one in birds.sealed_in(content)
    }


def test_nothing_sealed_can_be_read_in_the_database_its_log_the_files_or_an_open_backup(crawled: Crawled) -> None:
    world, birds = crawled.planted.world, crawled.planted.birds
    sealed_places = {f"{table.name}.{column.name}" for table, columns in places() for column in columns}
    assert {"contact.name", "application.birth_date", "contact.street", "payment.iban"} <= sealed_places
    assert len(birds.sealed) > 60

    def at_this_revision(session: Session) -> None:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})

    world.do(at_this_revision)
    settings = settings_for(world.path.parent)
    made = make_backup(world.engine, settings=settings, folder=world.path.parent / "backups", now=NOW)
    assert not made.sealed, "not the seal of the backup protects it"
    names = {name for name, _ in on_the_disk(world.path.parent)}
    assert {world.path.name, f"{world.path.name}-wal", f"in {made.path.name}"} <= names
    assert readable(crawled) == set()
    mail = next(key for key, one in birds.known.items() if one.place == "contact.email")
    everything = b"".join(content for _, content in on_the_disk(world.path.parent)).lower()
    assert mail.encode() in everything, "the control: what is not sealed can be read"

    def unsealed(session: Session) -> None:
        name = next(key for key, one in birds.known.items() if one.place == "contact.name")
        plain = type_coerce(name.capitalize(), PlainString)
        session.execute(update(Contact.__table__).where(Contact.__table__.c.id == 1).values(name=plain))  # type: ignore[arg-type]

    world.do(unsealed)
    assert readable(crawled) != set(), "the control: a name that was not sealed is found"
    world.put_back()
