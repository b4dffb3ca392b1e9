"""A replay: who gains and who loses, in euros that can be added up by hand, with small groups hidden."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from matching.answering.replay import Effect, Side
from matching.offers.question import Question
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.catalogue.queries import newest_published
from portal.platform.errors import Conflict, Refusal
from portal.publishing.effects import (
    RESULT,
    EffectCount,
    EffectTally,
    LineDifference,
    Money,
    ReplayResult,
    SetResult,
    hidden,
    hiding_few,
)
from portal.publishing.replay.actions import compute_replay, keep_replay, run_replay
from portal.publishing.replay.models import ReplayRun
from portal.publishing.replay.queries import past_questions, replay_of
from portal.publishing.workshop.actions import save_draft, start_draft
from portal.publishing.workshop.queries import document_of
from tests.drafts import COLLEAGUE, SLUG, STRANGER, a_changed_draft, a_published_draft
from tests.factories import (
    ADVISOR,
    NOW,
    OWNER,
    a_decision,
    a_question,
    a_region,
    an_application,
    asker,
    somebody,
)

TODAY = NOW.date()


def materials(cents: int) -> tuple[CostInput, ...]:
    return (CostInput("materials", cents),)


def replay(session: Session, people: int = 0, **changes: Any) -> ReplayResult:
    """The replay of a draft with other keys; by default the cap goes from 500 to 250 euros."""
    draft = a_changed_draft(session, **changes)
    base = newest_published(session, scheme_id=draft.scheme_id)
    return compute_replay(session, version=draft, compared_with=base, on=TODAY, people=people)


def test_an_unchanged_version_makes_no_difference_to_anybody(session: Session) -> None:
    for cents in (40_000, 120_000):
        a_question(session, costs=materials(cents))
    a_decision(session, costs=materials(90_000), schemes=[SLUG])
    draft = start_draft(session, scheme=SLUG, actor=OWNER, now=NOW)
    base = newest_published(session, scheme_id=draft.scheme_id)
    result = compute_replay(session, version=draft, compared_with=base, on=TODAY, people=200)
    assert result.unchanged and (result.past.number, result.generated.number) == (3, 200)
    assert result.past.lines == result.generated.lines == ()
    assert not replay(session, people=200).unchanged


def test_gains_and_losses_add_up_by_hand(session: Session) -> None:
    for cents in (40_000, 60_000, 120_000):  # the scheme pays half: 20,000, 30,000, 50,000; with a cap of 25,000 less
        a_question(session, costs=materials(cents))
    past = replay(session).past
    assert (past.number, past.own.gains, past.own.loses, past.own.same) == (3, 0, 2, 1)
    assert (past.own.lost_cents, past.scheme.lost_cents) == (30_000, 30_000)
    assert (past.scheme_old_cents, past.scheme_new_cents) == (80_000, 50_000)  # of the two that change
    assert [(line.line, line.old_cents, line.new_cents) for line in past.lines] == [("provincie-breed", 80_000, 50_000)]
    assert past.verdicts == ()
    more = replay(session, caps=[{"per": "award", "amount_cents": 55_000}]).past
    assert (more.own.gains, more.own.gained_cents) == (1, 5_000)


def test_rejected_and_withdrawn_questions_count_and_drafts_do_not(session: Session) -> None:
    from tests.factories import a_draft

    a_draft(session, costs=materials(120_000))
    withdrawn = a_question(session, costs=materials(120_000))
    withdraw_question(session, question=withdrawn, reason=None, actor=asker(withdrawn), now=NOW)
    a_decision(session, costs=materials(120_000), schemes=[SLUG])
    result = replay(session)
    assert (result.past.number, result.past.own.lost_cents) == (2, 50_000)


def test_what_somebody_is_told_is_counted_when_it_changes(session: Session) -> None:
    a_question(session, costs=materials(40_000))
    a_question(session, costs=materials(40_000), facts={"contract_hours": 12})
    a_question(session, costs=materials(40_000), facts={"contract_hours": 36})
    past = replay(session, conditions=[{"type": "number", "fact": "contract_hours", "at_least": 24}]).past
    assert [(change.before, change.after, change.number) for change in past.verdicts] == [
        ("eligible", "not_eligible", 1),
        ("eligible", "unknown", 1),
    ]
    assert (past.own.loses, past.own.same) == (2, 1)


def test_what_is_about_a_few_real_people_is_not_kept(session: Session) -> None:
    a_question(session, costs=materials(60_000))
    for _ in range(9):
        a_question(session, costs=materials(10_000))
    few = replay(session).past
    assert (few.changed, few.own.loses, few.own.lost_cents, few.lines[0].number) == (1, 1, 5_000, 1)
    draft = a_changed_draft(session)
    kept = RESULT.validate_json(run_replay(session, version=draft, actor=OWNER, now=NOW, people=30).result_json)
    assert kept.past.own == Money(gains=0, loses=None, same=None, gained_cents=0, lost_cents=None)
    assert (kept.past.changed, kept.past.scheme_old_cents, kept.past.scheme_new_cents) == (None, None, None)
    assert kept.past.lines == (LineDifference("provincie-breed", None, None, None),)
    assert not kept.past.unchanged and kept.past.number == 10
    assert kept.generated.changed is not None, "nobody is behind an invented person"


def test_ten_people_who_lose_are_shown_with_their_euros(session: Session) -> None:
    for _ in range(10):
        a_question(session, costs=materials(60_000))
    past = replay(session).past
    assert hiding_few(past) == past
    assert (past.own.loses, past.own.lost_cents, past.changed) == (10, 50_000, 10)


def test_who_notices_nothing_adds_nothing_to_the_euros_of_those_who_do() -> None:
    paid, more, other = (Side("eligible", 0, cents, {"a": cents}) for cents in (100, 130, 130))
    tally = EffectTally()
    for old, new in ((paid, paid), (more, other), (paid, more)):
        tally.add(Effect({}, old, new, True), Question.model_construct(route="individual"), TODAY)
    result = tally.result()
    assert (result.number, result.changed, result.scheme_old_cents, result.scheme_new_cents) == (3, 1, 100, 130)
    assert result.lines == (LineDifference("a", 100, 130, 1),)


def test_what_could_be_worked_out_from_the_rest_is_hidden_too() -> None:
    money = Money(gains=3, loses=20, same=40, gained_cents=900, lost_cents=4_000)
    lines = tuple(LineDifference(name, 10, 20, number) for name, number in (("a", 4), ("b", 30), ("c", 12)))
    shown = hiding_few(SetResult(63, money, money, 10, 20, (), lines, {}, 23))
    assert shown.own == Money(gains=None, loses=20, same=None, gained_cents=None, lost_cents=None)
    assert [line.number for line in shown.lines] == [None, 30, None]
    assert (shown.scheme_old_cents, shown.scheme_new_cents) == (10, 20)


def test_awards_of_before_take_room_as_they_did_then(session: Session) -> None:
    person = somebody(1)
    for _ in range(2):
        a_decision(session, costs=materials(60_000), schemes=[SLUG], applicant=person)
    an_application(session, costs=materials(60_000), schemes=[SLUG], applicant=person)
    asked = [question for question, _ in past_questions(session)]
    assert [sum(had.amount_cents for had in question.had_before) for question in asked] == [20_000, 30_000, 50_000]


def test_a_replay_of_the_same_gives_the_same(session: Session) -> None:
    a_question(session, costs=materials(120_000))
    draft = a_changed_draft(session)
    runs = [run_replay(session, version=draft, actor=OWNER, now=NOW, people=60) for _ in range(2)]
    assert runs[0].result_json == runs[1].result_json
    assert RESULT.validate_json(runs[0].result_json).generated.number == 60


def test_no_contact_is_read_and_no_name_is_kept(session: Session) -> None:
    for _ in range(12):
        a_question(session, costs=materials(120_000))
    draft = a_changed_draft(session)
    session.commit()
    session.expunge_all()
    read: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        read.append(statement)

    draft = session.merge(draft)
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    run = run_replay(session, version=draft, actor=OWNER, now=NOW, people=0)
    event.remove(engine, "before_cursor_execute", listen)
    assert any("development_question" in statement for statement in read)
    assert not any("FROM contact" in statement for statement in read)
    assert "Sam" not in run.result_json and "GM9901" in run.result_json


# Keeping ---------------------------------------------------------------------------------------------------------------


def test_a_replay_is_kept_for_one_content_against_one_version(session: Session) -> None:
    draft = a_changed_draft(session)
    base = newest_published(session, scheme_id=draft.scheme_id)
    run_replay(session, version=draft, actor=OWNER, now=NOW, people=5)
    assert replay_of(session, version=draft, compared_with=base) is not None
    assert replay_of(session, version=draft, compared_with=None) is None
    document = document_of(draft) | {"minimum_cents": 100}
    save_draft(session, version=draft, document=document, cases=None, revision=2, actor=OWNER, now=NOW)
    assert replay_of(session, version=draft, compared_with=base) is None


def test_a_replay_that_was_overtaken_is_not_kept(session: Session) -> None:
    draft = a_changed_draft(session, actor=COLLEAGUE, minimum_cents=100)
    base = newest_published(session, scheme_id=draft.scheme_id)
    result = compute_replay(session, version=draft, compared_with=base, on=TODAY, people=5)
    given = {"version": draft, "compared_with": base, "result": result, "actor": COLLEAGUE, "now": NOW}
    with pytest.raises(Conflict):
        keep_replay(session, work_hash="sha256:" + "0" * 64, **given)  # type: ignore[arg-type]
    assert isinstance(keep_replay(session, work_hash=draft.work_hash, **given), ReplayRun)  # type: ignore[arg-type]
    a_published_draft(session)
    with pytest.raises(Conflict):
        keep_replay(session, work_hash=draft.work_hash, **given)  # type: ignore[arg-type]


def test_a_draft_that_does_not_parse_or_is_not_yours_is_not_run(session: Session) -> None:
    draft = a_changed_draft(session, caps="veel")
    for actor, code in ((OWNER, "does_not_parse"), (STRANGER, "not_yours"), (ADVISOR, "not_yours")):
        with pytest.raises(Refusal) as refused:
            run_replay(session, version=draft, actor=actor, now=NOW)
        assert refused.value.code == code


# Small groups ----------------------------------------------------------------------------------------------------------


def counts(**numbers: int) -> dict[str, EffectCount]:
    return {value: EffectCount(number, loses=number, lost=100 * number) for value, number in numbers.items()}


def test_groups_of_fewer_than_ten_are_hidden() -> None:
    rows = {row.value: row for row in hidden(counts(a=9, b=10, c=3, d=40))}
    assert [rows[name].number for name in "abcd"] == [None, 10, None, 40]
    assert (rows["a"].loses, rows["a"].lost_cents, rows["d"].lost_cents) == (None, None, 4_000)


def test_a_single_small_group_takes_the_next_one_with_it_so_that_nobody_can_subtract() -> None:
    rows = {row.value: row.number for row in hidden(counts(a=9, b=12, c=40))}
    assert rows == {"a": None, "b": None, "c": 40}
    assert {row.number for row in hidden(counts(b=12, c=40))} == {12, 40}


def test_a_few_losers_in_a_large_group_are_hidden_with_their_money() -> None:
    few = {"a": EffectCount(50, gains=10, loses=9, gained=500, lost=900), "b": EffectCount(50, gained=0)}
    row = next(hidden(few))
    assert (row.number, row.gains, row.gained_cents, row.loses, row.lost_cents) == (50, 10, 500, None, None)
    assert list(hidden(few))[1].loses == 0


def test_groups_are_by_work_municipality_age_and_route(session: Session) -> None:
    a_region(session)
    for _ in range(10):
        a_question(session, costs=materials(120_000), facts={"birth_date": "1970-01-01"})
    groups = replay(session).past.groups
    assert {name: [(row.value, row.number, row.loses) for row in rows] for name, rows in groups.items()} == {
        "work_situation": [("unknown", 10, 10)],
        "municipality": [("GM9901", 10, 10)],
        "age": [("55+", 10, 10)],
        "route": [("individual", 10, 10)],
    }
    assert session.query(DevelopmentQuestion).count() == 10
