"""Lists of trainings: read row by row, shown before anything is written, taken in as they were shown, and given back the same."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.demo.region_trainings import FILE
from portal.framework.training_files.actions import drop_import, keep_import, plan_of_import, take_in_trainings
from portal.framework.training_files.columns import TRAINING_COLUMNS, read_training
from portal.framework.training_files.models import ImportState
from portal.framework.training_files.plan import RowKind, plan_of
from portal.framework.training_files.queries import written_trainings
from portal.framework.training_files.tables import LARGEST_FILE, MOST_ROWS, csv_text, sheet_bytes, written_rows
from portal.framework.trainings.actions import TrainingRules, correct_training, retire_training
from portal.framework.trainings.models import PRICE_KINDS, RegionTraining, terms_of
from portal.framework.trainings.queries import every_training
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import use_locale
from schemes.basics.values import Text
from tests.factories import ADVISOR, NOW, REGION, a_region

TODAY = NOW.date()
HEAD = "Kenmerk;Opleiding;Opleider;Sector;Vorm;Gemeente;Lesgeld met btw;Btw in lesgeld;Bron;Stand van;Vervallen"
WELDING = "a;Lassen;Vakschool;;Online;;1.250,50;;Folder;01-02-2026;nee"
CARE = "b;Helpende;Zorgacademie;;Online;;900;;Folder;01-02-2026;nee"


def rows(*lines: str, head: str = HEAD) -> list[tuple[int, dict[str, str]]]:
    return written_rows("\n".join([head, *lines]).encode())


def names(session: Session) -> list[str]:
    return [training.name for training in every_training(session)]


def taken_in(session: Session, *lines: str, whole: bool = False) -> dict[RowKind, int]:
    kept = keep_import(session, name="lijst.csv", rows=rows(*lines), actor=REGION, now=NOW)
    plan = plan_of_import(session, kept=kept, now=NOW)
    take_in_trainings(session, kept=kept, plan=plan, whole=whole, actor=REGION, now=NOW)
    return plan.counts


def test_a_list_is_shown_first_and_taken_in_only_then(session: Session) -> None:
    a_region(session)
    kept = keep_import(session, name="lijst.csv", rows=rows(WELDING, CARE), actor=REGION, now=NOW)
    plan = plan_of_import(session, kept=kept, now=NOW)
    assert plan.counts == {RowKind.NEW: 2}
    assert names(session) == []
    take_in_trainings(session, kept=kept, plan=plan, whole=True, actor=REGION, now=NOW)
    assert names(session) == ["Lassen", "Helpende"]
    assert (kept.state, kept.entered, kept.rows) == (ImportState.TAKEN_IN, 2, [])
    with pytest.raises(Conflict):
        take_in_trainings(session, kept=kept, plan=plan, whole=True, actor=REGION, now=NOW)


def test_what_differs_is_said_by_column_and_what_is_the_same_is_left(session: Session) -> None:
    a_region(session)
    taken_in(session, WELDING, CARE)
    plan = plan_of(session, rows=rows(WELDING.replace("1.250,50", "1.300"), CARE), today=TODAY)
    assert plan.counts == {RowKind.CHANGED: 1, RowKind.UNCHANGED: 1}
    [difference] = plan.rows[0].differences
    assert (str(difference.heading), difference.was, difference.becomes) == ("Lesgeld met btw", "1250,50", "1300,00")
    with pytest.raises(Refusal) as refused:
        taken_in(session, WELDING, CARE)
    assert refused.value.code == "nothing_to_do"


def test_a_wrong_row_does_not_stop_the_right_ones_unless_asked(session: Session) -> None:
    a_region(session)
    wrong = CARE.replace("900", "veel")
    with pytest.raises(Refusal) as refused:
        taken_in(session, WELDING, wrong, whole=True)
    assert refused.value.code == "wrong_rows" and names(session) == []
    assert taken_in(session, WELDING, wrong) == {RowKind.NEW: 1, RowKind.WRONG: 1}
    assert names(session) == ["Lassen"]


def test_the_plan_is_another_one_when_anything_of_it_changed(session: Session) -> None:
    a_region(session)
    taken_in(session, WELDING)
    changed = rows(WELDING.replace("1.250,50", "1.300"))
    before = plan_of(session, rows=changed, today=TODAY).digest
    assert plan_of(session, rows=changed, today=TODAY).digest == before
    retire_training(session, training=every_training(session)[0], actor=REGION, now=NOW)
    assert plan_of(session, rows=changed, today=TODAY).digest != before


def test_a_column_that_is_not_there_keeps_what_is_known(session: Session) -> None:
    a_region(session)
    taken_in(session, WELDING)
    head = "Kenmerk;Opleiding;Opleider;Sector;Vorm;Bron;Stand van;Duur in weken"
    kept = keep_import(
        session, name="x", rows=rows("a;Lassen;Vakschool;;Online;Folder;02-02-2026;6", head=head), actor=REGION, now=NOW
    )
    plan = plan_of_import(session, kept=kept, now=NOW)
    take_in_trainings(session, kept=kept, plan=plan, whole=True, actor=REGION, now=NOW)
    [training] = every_training(session)
    assert (training.weeks, training.total_cents) == (6, 125_050)


def test_a_newer_list_of_the_same_person_takes_the_place_of_the_older(session: Session) -> None:
    a_region(session)
    first = keep_import(session, name="x", rows=rows(WELDING), actor=REGION, now=NOW)
    second = keep_import(session, name="x", rows=rows(WELDING), actor=REGION, now=NOW)
    plan = plan_of_import(session, kept=second, now=NOW)
    assert (first.state, second.state) == (ImportState.DROPPED, ImportState.WAITING)
    drop_import(session, kept=second, actor=REGION, now=NOW)
    for act in (drop_import, keep_import):
        with pytest.raises(Refusal):
            act(
                session,
                **({"kept": second} if act is drop_import else {"name": "x", "rows": rows(CARE)}),
                actor=ADVISOR,
                now=NOW,
            )  # type: ignore[operator]
    with pytest.raises(Conflict):
        take_in_trainings(session, kept=second, plan=plan, whole=False, actor=REGION, now=NOW)


def test_all_invented_trainings_go_round_through_csv_and_excel_in_both_languages(session: Session) -> None:
    a_region(session)
    rules = TrainingRules(session, TODAY)
    rules.municipalities = {f"GM{n:04d}": name for n, name in enumerate(TOWNS, start=1)}
    rules.sectors = {key: Text(nl=nl, en=en) for key, (nl, en) in enumerate_sectors().items()}
    read = [read_training(number, row, rules) for number, row in written_rows(FILE.read_bytes())]
    assert [row.errors for row in read if row.errors] == []
    assert len(read) >= 150 and len({row.terms.provider_name for row in read if row.terms}) >= 20
    from portal.framework.training_files.columns import written_training

    for language in ("nl", "en"):
        with use_locale(language):
            written = [written_training(row.terms, rules) for row in read if row.terms is not None]
            for content in (csv_text(written).encode(), sheet_bytes(written)):
                again = [read_training(number, row, rules).terms for number, row in written_rows(content)]
                assert again == [row.terms for row in read]


TOWNS = ("Apeldoorn", "Brummen", "Deventer", "Epe", "Heerde", "Lochem", "Voorst", "Zutphen")


def enumerate_sectors() -> dict[str, tuple[str, str]]:
    """The sectors of the demonstration with other English names, so that both languages are tried."""
    dutch = (
        "Techniek", "ICT", "Zorg en welzijn", "Kinderopvang", "Bouw", "Vervoer en logistiek", "Groen en tuin", "Onderwijs",
        "Kantoor, handel en administratie", "Een andere sector",
    )  # fmt: skip
    return {f"s{n}": (name, f"Sector {n}") for n, name in enumerate(dutch)}


def test_the_export_of_the_desk_is_what_the_import_reads(session: Session) -> None:
    a_region(session)
    taken_in(session, WELDING, CARE)
    before = [terms_of(training) for training in every_training(session)]
    again = written_rows(csv_text(written_trainings(session, on=TODAY)).encode())
    assert plan_of(session, rows=again, today=TODAY).counts == {RowKind.UNCHANGED: 2}
    assert [terms_of(training) for training in every_training(session)] == before


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("Lassen", "=1+1"), "name"),
        (("Lassen", ""), "name"),
        (("Lassen", "x" * 201), "name"),
        (("Online", "Thuis"), "form"),
        (("Online", "In een lokaal"), "municipality"),
        (("1.250,50", "1,500"), "tuition"),
        (("1.250,50", "-5"), "tuition"),
        (("1.250,50;", ";21"), "tuition_vat"),
        (("01-02-2026", "31-02-2026"), "as_of"),
        (("01-02-2026", "01-02-2027"), "as_of"),
        (("nee", "misschien"), "retired"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_at_its_column(change: tuple[str, str], column: str) -> None:
    rules = TrainingRules(Session(), TODAY)
    rules.sectors, rules.municipalities = {}, {"GM0001": "Proefstad"}
    [(number, right)], [(_, wrong)] = rows(WELDING), rows(WELDING.replace(*change))
    assert read_training(number, right, rules).errors == {}
    assert column in read_training(number, wrong, rules).errors


def test_a_training_that_stands_twice_is_wrong_the_second_time(session: Session) -> None:
    a_region(session)
    plan = plan_of(session, rows=rows(WELDING, WELDING), today=TODAY)
    assert [one.kind for one in plan.rows] == [RowKind.NEW, RowKind.WRONG]


def sheet(*lines: list[str], formula: bool = False) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
        if formula:
            page.write_formula(1, 1, "=1+1")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet(HEAD.split(";")))) as good,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            bad.writestr(part.filename, good.read(part))
        bad.writestr("xl/bomb.xml", b"0" * 21_000_000)
    return made.getvalue()


def test_a_file_that_cannot_be_used_is_refused_as_a_whole() -> None:
    assert written_rows(sheet(HEAD.split(";"), WELDING.split(";"))) == rows(WELDING)
    for content, code in (
        (b"", "no_rows"),
        (HEAD.encode(), "no_rows"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
        (b"a\0b", "not_a_list"),
        (b"PK\x03\x04 nothing", "not_a_spreadsheet"),
        (f"{HEAD};Prijs\n{WELDING};1".encode(), "other_columns"),
        (f"{HEAD};Bron\n{WELDING};1".encode(), "column_twice"),
        (HEAD.replace("Bron;", "").encode() + b"\na", "column_missing"),
        ("\n".join([HEAD, *[WELDING] * (MOST_ROWS + 1)]).encode(), "too_many_rows"),
        (sheet(HEAD.split(";"), WELDING.split(";"), formula=True), "formulas"),
        (bomb(), "too_large"),
    ):
        with pytest.raises(Refusal) as refused:
            written_rows(content)
        assert refused.value.code == code


def test_a_list_of_a_dutch_spreadsheet_is_read_in_its_own_letters() -> None:
    [(_, row)] = written_rows(f"{HEAD}\n{WELDING}".replace("Folder", "Café").encode("cp1252"))
    assert row["source"] == "Café"


def test_every_kind_of_price_has_its_columns() -> None:
    keys = {column.key for column in TRAINING_COLUMNS}
    assert {*PRICE_KINDS, *(f"{kind}_vat" for kind in PRICE_KINDS)} <= keys


def test_somebody_who_corrects_a_training_meanwhile_is_not_written_over(session: Session) -> None:
    a_region(session)
    taken_in(session, WELDING)
    [training] = every_training(session)
    plan = plan_of(session, rows=rows(WELDING.replace("1.250,50", "1.300")), today=TODAY)
    session.execute(RegionTraining.__table__.update().values(revision=5))
    terms = plan.rows[0].row.terms
    assert terms is not None
    with pytest.raises(Conflict):
        correct_training(session, training=training, terms=terms, actor=REGION, now=NOW)
    assert session.scalar(select(func.count()).select_from(RegionTraining)) == 1
