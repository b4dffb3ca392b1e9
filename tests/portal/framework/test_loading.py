"""Loading a region: the files are the seed, the database is the truth, and the second time costs nothing."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.framework.catalogue.actions import put_in_force
from portal.framework.catalogue.models import RegionRecord, Scheme, SchemeVersion, VersionState
from portal.framework.catalogue.queries import (
    NoRegion,
    catalogue,
    drafts,
    has_region,
    region,
    scheme_in_force,
    scheme_version,
    schemes_in_force,
    schemes_of_owner,
    versions_of,
)
from portal.framework.funding.queries import (
    funding_line_by_slug,
    funding_lines,
    lines_for_scheme,
    matching_funding_lines,
)
from portal.framework.loading import load_region
from portal.ledger.models import Transfer
from portal.ledger.queries import line_figures
from portal.people.accounts.queries import organisation_by_slug, schemes_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from schemes.basics.findings import BadFile
from tests.factories import ADVISOR, NOW, OWNER, PROEFLAND, REGION, SYSTEM, a_question, resident

TODAY = NOW.date()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Proefland that a test may change."""
    copy = tmp_path / "proefland"
    shutil.copytree(PROEFLAND, copy)
    return copy


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def load(session: Session, folder: Path, **more: object) -> object:
    return load_region(session, folder=folder, actor=SYSTEM, **({"now": NOW} | more))  # type: ignore[arg-type]


def put(session: Session, version: SchemeVersion, at: datetime) -> None:
    day, allowed = local_date(at), (VersionState.DRAFT,)
    put_in_force(session, version=version, from_day=day, reason="Nieuw bedrag", actor=REGION, now=at, allowed=allowed)


def test_an_empty_database_says_that_there_is_no_region(session: Session) -> None:
    assert not has_region(session)
    with pytest.raises(NoRegion):
        catalogue(session)


def test_the_first_load_puts_everything_in_force_with_its_money_and_owners(session: Session, folder: Path) -> None:
    done = load(session, folder)
    assert len(done.schemes_added) == 5 and done.drafts_made == ()  # type: ignore[attr-defined]
    assert region(session).name.nl == "Regio Proefland"
    found = schemes_in_force(session, on=TODAY)
    assert [scheme.slug for scheme in found] == [
        "bedrijfsvoucher",
        "leervoucher",
        "materiaalvoucher",
        "oude-regeling",
        "studielening",
    ]
    assert schemes_in_force(session, on=date(1999, 12, 31)) == []
    owner = organisation_by_slug(session, slug="gemeente-proefstad")
    assert owner is not None and schemes_of(session, organisation_id=owner.id) == {"materiaalvoucher"}
    lines = funding_lines(session)
    assert [line.slug for line in lines] == ["provincie-breed", "rijk-leren"]
    figures = line_figures(session, funding_line_ids=[line.id for line in lines])
    assert [figures[line.id].available_cents for line in lines] == [2_000_000, 1_000_000]
    assert [scheme.slug for scheme in schemes_of_owner(session, actor=OWNER, on=TODAY)] == ["materiaalvoucher"]


def test_the_second_load_changes_nothing_and_is_fast(session: Session, folder: Path) -> None:
    load(session, folder)
    session.flush()
    rows = [session.scalar(select(func.count()).select_from(table)) for table in (SchemeVersion, Transfer)]
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    again = load(session, folder)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(asked) < 40, "a second load asks what is there, and no more"
    assert [one for one in asked if not one.lstrip().upper().startswith("SELECT")] == []
    assert again.unchanged  # type: ignore[attr-defined]
    assert rows == [session.scalar(select(func.count()).select_from(table)) for table in (SchemeVersion, Transfer)]


def test_a_changed_file_becomes_a_draft_and_the_old_version_stays_in_force(session: Session, folder: Path) -> None:
    load(session, folder)
    change(folder / "schemes/leervoucher.yaml", "amount_cents: 250000", "amount_cents: 200000")
    done = load(session, folder)
    assert done.drafts_made == ("leervoucher",)  # type: ignore[attr-defined]
    held = scheme_in_force(session, slug="leervoucher", on=TODAY)
    assert held is not None and (held.version, held.definition.caps[0].amount_cents) == (1, 250_000)
    draft = scheme_version(session, slug="leervoucher", version=2)
    assert draft is not None and draft.definition.caps[0].amount_cents == 200_000 and draft.definition.version == 2
    assert load(session, folder).unchanged  # type: ignore[attr-defined]
    assert [version.version for version in drafts(session, actor=ADVISOR)] == [2]
    assert drafts(session, actor=OWNER) == [] and drafts(session, actor=resident(a_question(session))) == []


def test_a_published_version_holds_from_its_day_and_not_before(session: Session, folder: Path) -> None:
    load(session, folder)
    change(folder / "schemes/leervoucher.yaml", "amount_cents: 250000", "amount_cents: 200000")
    load(session, folder)
    later = NOW + timedelta(days=10)
    version = versions_of(session, slug="leervoucher")[0]
    put(session, version, later)
    for day, number in ((later.date() - timedelta(days=1), 1), (later.date(), 2)):
        held = scheme_in_force(session, slug="leervoucher", on=day)
        assert held is not None and held.version == number
    assert [item.state for item in versions_of(session, slug="leervoucher")] == [
        VersionState.IN_FORCE,
        VersionState.SUPERSEDED,
    ]
    with pytest.raises(Conflict):
        put(session, version, later)


def test_loading_with_publish_puts_what_changed_in_force(session: Session, folder: Path) -> None:
    load(session, folder)
    change(folder / "schemes/leervoucher.yaml", "amount_cents: 250000", "amount_cents: 200000")
    done = load(session, folder, publish=True)
    assert done.published == ("leervoucher",)  # type: ignore[attr-defined]
    held = scheme_in_force(session, slug="leervoucher", on=TODAY)
    assert held is not None and held.version == 2


def test_changed_names_facts_and_lists_are_taken_over_and_a_changed_budget_is_not(
    session: Session, folder: Path
) -> None:
    load(session, folder)
    change(
        folder / "region.yaml", "Regio Proefland, en: Proefland region}\ndesk", "Proefregio, en: Proof region}\ndesk"
    )
    change(folder / "reference/municipalities.yaml", "Elders", "Ergens")
    change(folder / "funding.yaml", "amount_cents: 1000000", "amount_cents: 9000000")
    done = load(session, folder)
    assert done.updated == ("region", "references")  # type: ignore[attr-defined]
    assert done.funding.differing == ("rijk-leren",)  # type: ignore[attr-defined]
    assert region(session).name.nl == "Proefregio"
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    assert line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents == 1_000_000


def test_a_wrong_file_loads_nothing(session: Session, folder: Path) -> None:
    change(folder / "schemes/leervoucher.yaml", "kind: voucher", "kind: vouchre")
    with pytest.raises(BadFile) as bad:
        load(session, folder)
    assert "leervoucher.yaml" in str(bad.value)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Scheme)) == 0


def test_another_region_is_refused_in_the_same_database(session: Session, folder: Path) -> None:
    load(session, folder)
    other = PROEFLAND.parents[2] / "schemes" / "regions" / "veldrijk"
    with pytest.raises(Refusal) as refused:
        load(session, other)
    assert refused.value.code == "other_region"
    assert session.get_one(RegionRecord, 1).slug == "proefland"


def test_funding_lines_are_given_to_matching_with_what_the_ledger_has(session: Session, folder: Path) -> None:
    load(session, folder)
    found = {line.id: line for line in matching_funding_lines(session, on=TODAY)}
    assert (found["rijk-leren"].available_cents, found["rijk-leren"].earmark.schemes) == (1_000_000, ("leervoucher",))
    assert matching_funding_lines(session, on=date(2028, 1, 1)) == []
    assert [line.slug for line in lines_for_scheme(session, scheme="leervoucher")] == ["provincie-breed", "rijk-leren"]
    assert [line.slug for line in lines_for_scheme(session, scheme="bedrijfsvoucher")] == ["provincie-breed"]
    assert REGION


def test_the_command_loads_shows_and_names_what_is_wrong(tmp_path: Path, folder: Path, sqlite_template: Path) -> None:
    from portal.commands.cli import main

    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}", "STATE_DIR": str(tmp_path), "PORTAL_ENV": "test"}
    runner = CliRunner()

    def loket(*words: str) -> tuple[int, str]:
        done = runner.invoke(main, list(words), env=env, catch_exceptions=False)
        return done.exit_code, done.output

    assert loket("db", "upgrade")[0] == 0
    assert "no region was loaded" in loket("region", "show")[1]
    code, text = loket("region", "load", str(folder))
    assert code == 0 and "leervoucher" in text and "rijk-leren" in text
    assert "nothing changed" in loket("region", "load", str(folder))[1]
    code, text = loket("region", "show")
    assert code == 0 and "Leervoucher" in text and "rijk-leren" in text
    change(folder / "schemes/leervoucher.yaml", "kind: voucher", "kind: vouchre")
    code, text = loket("region", "load", str(folder))
    assert code == 2 and "leervoucher.yaml" in text and "Traceback" not in text
    assert loket("region", "load", str(tmp_path / "nergens"))[0] == 2
    assert loket("vouchers", "expire")[1].startswith("0 vouchers expired")
    assert loket("vouchers", "expire", "--on", "2020-01-01")[0] == 0
    assert loket("vouchers", "expire", "--on", "morgen")[0] == 2
    assert loket("questions", "expire-drafts")[1].startswith("0 drafts")
