"""A long list of trainings: what was seen is written part by part, and what does something else by now stops it there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.training_files.actions import (
    begin_taking_in,
    drop_import,
    keep_import,
    plan_of_import,
    take_in_part,
    take_in_trainings,
)
from portal.framework.training_files.models import ImportState, TrainingImport
from portal.framework.training_files.plan import RowKind
from portal.framework.training_files.queries import open_imports
from portal.framework.trainings.actions import correct_training, enter_training, retire_training
from portal.framework.trainings.models import RegionTraining, terms_of
from portal.framework.trainings.queries import every_training
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import use_locale
from tests.factories import ADVISOR, NOW, REGION, a_region
from tests.portal.framework.training_files.test_files import rows

COLLEAGUE = replace(REGION, account_id=912)
WRONG = "w;Solderen;Vakschool;;Online;;veel;;Folder;01-02-2026;nee"


def line(number: int, euros: int = 900) -> str:
    return f"{number:03d};Cursus {number};Vakschool;;Online;;{euros};;Folder;01-02-2026;nee"


def waiting(session: Session, *lines: str) -> TrainingImport:
    return keep_import(session, name="lijst.csv", rows=rows(*lines), actor=REGION, now=NOW)


def begun(session: Session, *lines: str, whole: bool = False) -> TrainingImport:
    """A list that somebody saw and decided on."""
    kept = waiting(session, *lines)
    plan = plan_of_import(session, kept=kept, now=NOW)
    begin_taking_in(session, kept=kept, plan=plan, whole=whole, actor=REGION, now=NOW)
    return kept


def part(session: Session, kept: TrainingImport, most: int = 2) -> int:
    return take_in_part(session, kept=kept, actor=REGION, now=NOW, most=most)


def euros(session: Session) -> list[int]:
    session.expire_all()
    return [training.total_cents // 100 for training in every_training(session)]


def the(session: Session, reference: str) -> RegionTraining:
    return session.scalars(select(RegionTraining).where(RegionTraining.reference == reference)).one()


def test_it_is_taken_in_part_by_part_and_counted_as_a_whole(session: Session) -> None:
    a_region(session)
    begun(session, line(1), line(2))
    part(session, session.scalars(select(TrainingImport)).one())
    kept = begun(session, line(1, 950), line(2), WRONG, line(3), line(4), line(5))
    assert (kept.state, len(kept.seen), kept.refused) == (ImportState.TAKING_IN, 4, 1), "what is the same is no work"
    assert part(session, kept) == 2 and euros(session) == [950, 900, 900]
    assert kept.state is ImportState.TAKING_IN and kept.settled_at is None
    assert part(session, kept) == 4 and euros(session) == [950, 900, 900, 900, 900]
    assert (kept.state, kept.entered, kept.corrected, kept.refused) == (ImportState.TAKEN_IN, 3, 1, 1)
    assert (kept.rows, kept.seen, kept.settled_by) == ([], [], REGION.reference)
    with pytest.raises(Conflict):
        part(session, kept)
    logged = session.scalars(
        select(AuditEvent.action).where(AuditEvent.object_id == str(kept.id)).order_by(AuditEvent.id)
    )
    mine = [action for action in logged if action.startswith("training_import.")]
    assert mine == [f"training_import.{verb}" for verb in ("kept", "begun", "part_taken_in", "taken_in")]


def test_a_training_that_somebody_changed_meanwhile_stops_it_there(session: Session) -> None:
    a_region(session)
    first = begun(session, *map(line, range(1, 6)))
    part(session, first, 5)
    kept = begun(session, *(line(number, 950) for number in range(1, 6)))
    part(session, kept)
    changed = the(session, "004")
    correct_training(session, training=changed, terms=replace(terms_of(changed), weeks=6), actor=COLLEAGUE, now=NOW)
    session.commit()
    with pytest.raises(Conflict) as refused, use_locale("nl"):
        part(session, kept)
    assert "Rij 5 van uw bestand" in str(refused.value.message), "the line of the file, its heading counted"
    session.rollback()
    assert euros(session) == [950, 950, 900, 900, 900], "of this part nothing, of the part before it all"
    assert (kept.state, kept.corrected, len(kept.seen)) == (ImportState.TAKING_IN, 2, 3)
    left = plan_of_import(session, kept=kept, now=NOW)
    assert left.counts == {RowKind.CHANGED: 3, RowKind.UNCHANGED: 2}, "the list shows what is left to do"
    begin_taking_in(session, kept=kept, plan=left, whole=False, actor=COLLEAGUE, now=NOW)
    assert part(session, kept, 5) == 5 and euros(session) == [950] * 5
    assert (kept.state, kept.corrected, kept.settled_by) == (ImportState.TAKEN_IN, 5, REGION.reference)


@pytest.mark.parametrize("what", ["entered by another", "retired"])
def test_a_row_that_does_something_else_by_now_stops_it(session: Session, what: str) -> None:
    a_region(session)
    part(session, begun(session, line(1)))
    kept = begun(session, line(1, 950), line(2))
    if what == "retired":
        retire_training(session, training=the(session, "001"), actor=COLLEAGUE, now=NOW)
    else:
        terms = replace(terms_of(the(session, "001")), reference="002")
        enter_training(session, terms=terms, actor=COLLEAGUE, now=NOW)
    with pytest.raises(Conflict) as refused:
        part(session, kept)
    assert refused.value.code == "row_otherwise"


def test_the_language_in_which_it_was_seen_does_not_matter(session: Session) -> None:
    a_region(session)
    with use_locale("en"):
        kept = waiting(session, line(1), line(2))
        seen = plan_of_import(session, kept=kept, now=NOW)
        begin_taking_in(session, kept=kept, plan=seen, whole=False, actor=REGION, now=NOW)
    with use_locale("nl"):
        assert part(session, kept) == 2
        again = waiting(session, line(1, 950), line(3))
        dutch = plan_of_import(session, kept=again, now=NOW).digest
    with use_locale("en"):
        assert plan_of_import(session, kept=again, now=NOW).digest == dutch


def test_nothing_begins_when_a_row_is_wrong_and_all_was_asked_or_when_there_is_no_work(session: Session) -> None:
    a_region(session)
    with pytest.raises(Refusal) as refused:
        begun(session, line(1), WRONG, whole=True)
    assert refused.value.code == "wrong_rows"
    part(session, begun(session, line(1)))
    with pytest.raises(Refusal) as refused:
        begun(session, line(1))
    assert refused.value.code == "nothing_to_do"
    kept = waiting(session, line(2))
    with pytest.raises(Refusal):
        take_in_part(session, kept=kept, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        part(session, kept)
    assert kept.state is ImportState.WAITING, "control: nobody decided on it"


def test_the_rest_of_what_stopped_is_thrown_away_or_taken_in_at_once(session: Session) -> None:
    a_region(session)
    first, second = begun(session, *map(line, range(1, 5))), begun(session, *map(line, range(5, 9)))
    part(session, first)
    part(session, second)
    assert open_imports(session, actor=COLLEAGUE) == [second, first], "a colleague finds both"
    assert waiting(session, line(9)).state is ImportState.WAITING
    assert first.state is ImportState.TAKING_IN, "another list does not take the place of one that was begun"
    drop_import(session, kept=first, actor=REGION, now=NOW)
    assert (first.state, first.entered, first.seen) == (ImportState.DROPPED, 2, []) and len(euros(session)) == 4
    with pytest.raises(Conflict):
        part(session, first)
    plan = plan_of_import(session, kept=second, now=NOW)
    take_in_trainings(session, kept=second, plan=plan, whole=False, actor=REGION, now=NOW)
    assert (second.state, second.entered, second.seen) == (ImportState.TAKEN_IN, 4, [])
    assert [one.state for one in open_imports(session, actor=REGION)] == [ImportState.WAITING]
    assert open_imports(session, actor=COLLEAGUE) == open_imports(session, actor=ADVISOR) == []
