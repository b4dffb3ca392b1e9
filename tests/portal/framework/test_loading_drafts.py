"""Loading a region that changed: cases come along, drafts wait, and publishing from the command line has a gate too."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import VersionState
from portal.framework.catalogue.queries import as_loaded_region, scheme_in_force, versions_of
from portal.framework.loading import RegionLoad, load_region
from portal.platform.errors import Conflict
from portal.publishing.workshop.actions import start_draft
from portal.publishing.workshop.queries import cases_document_of, document_of
from schemes.basics.findings import BadFile
from schemes.files.parsing import validate
from tests.drafts import a_published_draft
from tests.factories import NOW, OWNER, PROEFLAND, SYSTEM

SLUG = "materiaalvoucher"
TODAY = NOW.date()
CASES = """\
format: ontwikkelloket/cases/1
scheme: materiaalvoucher
given: {on: 2026-03-02, route: individual, costs: [{category: materials, amount_cents: 40000}]}
cases:
  - {name: Van € 400 betaalt de voucher de helft, expect: {amount_cents: 20000}}
"""


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


def write_cases(folder: Path, text: str = CASES) -> None:
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "cases" / f"{SLUG}.yaml").write_text(text)


def load(session: Session, folder: Path, **more: Any) -> RegionLoad:
    return load_region(session, folder=folder, actor=SYSTEM, **({"now": NOW} | more))


def test_cases_come_along_with_the_first_load(session: Session, folder: Path) -> None:
    write_cases(folder)
    load(session, folder)
    version = versions_of(session, slug=SLUG)[0]
    document = cases_document_of(version)
    assert document is not None and document["cases"][0]["expect"] == {"amount_cents": 20_000}
    assert as_loaded_region(session, on=TODAY).cases[SLUG].cases[0].name.startswith("Van € 400")


def test_cases_that_come_later_are_added_to_the_version_they_are_about(session: Session, folder: Path) -> None:
    load(session, folder)
    before = versions_of(session, slug=SLUG)[0]
    assert before.cases_json is None
    write_cases(folder)
    assert load(session, folder).drafts_made == ()
    assert before.cases_json is not None and before.state is VersionState.IN_FORCE
    assert load(session, folder).unchanged


def test_changed_cases_become_a_draft(session: Session, folder: Path) -> None:
    write_cases(folder)
    load(session, folder)
    write_cases(folder, CASES.replace("40000", "50000").replace("20000", "25000"))
    assert load(session, folder).drafts_made == (SLUG,)
    draft, held = versions_of(session, slug=SLUG)
    assert (draft.state, draft.based_on_id) == (VersionState.DRAFT, held.id)
    assert document_of(draft) | {"version": 1} == document_of(held) | {"version": 1}


def test_a_file_that_says_what_an_owner_published_is_nothing_new(session: Session, folder: Path) -> None:
    load(session, folder)
    published = a_published_draft(session)
    path = folder / "schemes" / f"{SLUG}.yaml"
    change(
        path,
        "amount_cents: 50000, period: from_first_award, years: 2",
        "amount_cents: 25000, period: from_first_award, years: 2",
    )
    assert document_of(published)["caps"][0]["amount_cents"] == 25_000
    from schemes.files.canonical import as_yaml
    from schemes.region.cases import CasesFile

    cases = validate(CasesFile, cases_document_of(published))
    write_cases(folder, as_yaml(cases))
    done = load(session, folder, now=NOW + timedelta(days=1))
    assert not done.unchanged and done.drafts_made == ()


def test_loading_with_publish_refuses_a_case_that_does_not_come_out(session: Session, folder: Path) -> None:
    write_cases(folder)
    load(session, folder)
    session.commit()
    path = folder / "schemes" / f"{SLUG}.yaml"
    change(path, 'share: "50%"', 'share: "40%"')
    with pytest.raises(BadFile) as bad:
        load(session, folder, publish=True, reason="Minder geld")
    assert [finding.code for finding in bad.value.findings] == ["case_fails"]
    session.rollback()
    assert len(versions_of(session, slug=SLUG)) == 1
    write_cases(folder, CASES.replace("20000", "16000").replace("de helft", "een deel"))
    assert load(session, folder, publish=True, reason="Minder geld").published == (SLUG,)
    assert versions_of(session, slug=SLUG)[0].publish_reason == "Minder geld"


def test_loading_with_publish_refuses_an_error_of_the_linter(session: Session, folder: Path) -> None:
    load(session, folder)
    session.commit()
    path = folder / "schemes" / f"{SLUG}.yaml"
    path.write_text(path.read_text() + "conditions: [{type: number, fact: contract_hours, more_than: 60}]\n")
    with pytest.raises(BadFile) as bad:
        load(session, folder, publish=True)
    assert {finding.severity for finding in bad.value.findings} == {"error"}
    session.rollback()
    assert load(session, folder).drafts_made == (SLUG,)  # as a draft it may come in


def test_loading_does_not_publish_the_draft_of_an_owner(session: Session, folder: Path) -> None:
    load(session, folder)
    draft = start_draft(session, scheme="materiaalvoucher", actor=OWNER, now=NOW)
    change(folder / "schemes/leervoucher.yaml", "amount_cents: 250000", "amount_cents: 200000")
    assert load(session, folder, publish=True).published == ("leervoucher",)
    assert draft.state is VersionState.DRAFT


def test_loading_does_not_undo_what_an_owner_published_meanwhile(session: Session, folder: Path) -> None:
    load(session, folder)
    change(folder / f"schemes/{SLUG}.yaml", 'share: "50%"', 'share: "40%"')
    load(session, folder)
    a_published_draft(session)
    with pytest.raises(Conflict) as conflict:
        load(session, folder, publish=True)
    assert conflict.value.code == "other_version_published"
    held = scheme_in_force(session, slug=SLUG, on=TODAY)
    assert held is not None and held.version == 3


def test_the_whole_region_can_be_read_back_with_a_draft_in_it(session: Session, folder: Path) -> None:
    write_cases(folder)
    load(session, folder)
    region = as_loaded_region(session, on=TODAY)
    assert sorted(region.schemes) == [
        "bedrijfsvoucher",
        "leervoucher",
        "materiaalvoucher",
        "oude-regeling",
        "studielening",
    ]
    assert [(line.id, line.amount_cents) for line in region.funding.funding_lines] == [
        ("provincie-breed", 2_000_000),
        ("rijk-leren", 1_000_000),
    ]
    other = region.schemes[SLUG].model_copy(update={"rounding_unit_cents": 100})
    drafted = as_loaded_region(session, on=TODAY, with_definition=other)
    assert drafted.schemes[SLUG] is other and SLUG not in drafted.cases
    assert drafted.schemes["leervoucher"] is region.schemes["leervoucher"]


def test_the_command_needs_a_reason_to_publish_and_says_what_does_not_come_out(tmp_path: Path, folder: Path) -> None:
    from portal.commands.cli import main

    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}", "STATE_DIR": str(tmp_path), "PORTAL_ENV": "test"}
    runner = CliRunner()

    def loket(*words: str) -> tuple[int, str]:
        done = runner.invoke(main, list(words), env=env, catch_exceptions=False)
        return done.exit_code, done.output

    write_cases(folder)
    assert loket("db", "upgrade")[0] == 0
    assert loket("region", "load", str(folder))[0] == 0
    change(folder / f"schemes/{SLUG}.yaml", 'share: "50%"', 'share: "40%"')
    code, text = loket("region", "load", str(folder), "--publish")
    assert code == 2 and "--reason" in text
    code, text = loket("region", "load", str(folder), "--publish", "--reason", "Minder geld")
    assert code == 2 and "Dit voorbeeld komt anders uit" in text and "de helft" in text
    write_cases(folder, CASES.replace("20000", "16000"))
    code, text = loket("region", "load", str(folder), "--publish", "--reason", "Minder geld")
    assert code == 0 and f"published from today: {SLUG}" in text
    assert loket("region", "activate")[1] == "0 versions came into force, 0 schemes ended\n"
    code, text = loket("doctor")
    assert "schemes" in text
