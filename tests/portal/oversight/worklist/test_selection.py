"""Which cases a selection has, in which order; the page, the count and the list of ids say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.conversations.requests import ask_more
from portal.cases.owners.actions import claim_case
from portal.cases.questions.models import QuestionState, Route
from portal.oversight.worklist.queries import Whose
from portal.oversight.worklist.saving import (
    MOST_SAVED,
    forget_selection,
    save_selection,
    saved_selection,
    saved_selections,
)
from portal.oversight.worklist.selection import (
    CaseOrder,
    Selection,
    how_many_selected,
    selected_cases,
    selected_ids,
)
from portal.platform.errors import Refusal
from tests.benchmarks.worklist import fill, statements_of
from tests.factories import ADVISOR, NOW, REGION, a_question, an_application
from tests.portal.cases.owners.test_owning import colleague

DAY = timedelta(days=1)


def test_every_order_and_every_filter_says_the_same_on_the_page_in_the_count_and_in_the_ids(session: Session) -> None:
    bea, as_bea = colleague(session, "bea")
    claimed = a_question(session, now=NOW - 30 * DAY)
    claim_case(session, question=claimed, actor=as_bea, now=NOW)
    a_question(session, route=Route.EMPLOYER)
    waiting = an_application(session, now=NOW - 20 * DAY)
    day = NOW.date() - DAY
    ask_more(session, question=waiting, text="Offerte?", answer_by=day, actor=ADVISOR, now=NOW - 10 * DAY)
    filters = {
        3: (Selection(), Selection(states=tuple(QuestionState)), Selection(sent_until=NOW.date())),
        2: (Selection(route=Route.INDIVIDUAL), Selection(late=True), Selection(whose=Whose.NOBODY)),
        1: (Selection(owner_id=bea.id), Selection(sent_from=NOW.date()), Selection(route=Route.EMPLOYER)),
        0: (Selection(states=()), Selection(owner_id=bea.id, late=True, route=Route.EMPLOYER)),
    }
    for number, selections in filters.items():
        for chosen in selections:
            for order in CaseOrder if chosen == Selection() else (CaseOrder.NAME,):
                one = Selection(**{**vars(chosen), "order": order})
                rows = selected_cases(session, actor=ADVISOR, now=NOW, chosen=one)
                assert len(rows) == how_many_selected(session, actor=ADVISOR, now=NOW, chosen=one) == number, one
                ids = selected_ids(session, actor=ADVISOR, now=NOW, chosen=one, limit=9)
                assert [row.public_id for row in rows] == ids
    assert selected_cases(session, actor=REGION, now=NOW, chosen=Selection()) == []
    assert how_many_selected(session, actor=REGION, now=NOW, chosen=Selection()) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_takes_as_many_queries_over_few_and_over_many(session: Session) -> None:
    taken = []
    for cases, after in ((30, 0), (400, 30)):
        fill(session, cases, after=after)
        session.expunge_all()
        with statements_of(session) as said:
            assert len(selected_cases(session, actor=ADVISOR, now=NOW, chosen=Selection(order=CaseOrder.OWNER))) > 9
        taken.append(len(said))
    assert taken == [6, 6]


def test_filters_are_kept_per_person_replaced_by_name_and_not_without_end(session: Session) -> None:
    _, me = colleague(session, "ada")
    _, other = colleague(session, "bea")
    first = save_selection(session, name="Mijn lijst", asked={"op": ["newest"]}, actor=me, now=NOW)
    again = save_selection(session, name="Mijn lijst ", asked={"op": ["name"]}, actor=me, now=NOW)
    assert (again.id, again.asked) == (first.id, {"op": ["name"]})
    assert saved_selections(session, actor=other) == []
    assert saved_selection(session, public_id=first.public_id, actor=other) is None
    with pytest.raises(Refusal):
        forget_selection(session, selection=first, actor=other, now=NOW)
    for number in range(MOST_SAVED - 1):
        save_selection(session, name=f"Lijst {number}", asked={}, actor=me, now=NOW)
    for name in ("Nog een", " ", "x" * 61):
        with pytest.raises(Refusal) as refused:
            save_selection(session, name=name, asked={}, actor=me, now=NOW)
        assert refused.value.field == "name"
    save_selection(session, name="Lijst 1", asked={"op": ["oldest"]}, actor=me, now=NOW)
    forget_selection(session, selection=again, actor=me, now=NOW)
    assert len(saved_selections(session, actor=me)) == MOST_SAVED - 1
