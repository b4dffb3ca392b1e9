"""The one desk of an employer: all its questions, people, outcomes and vouchers, and what is to be done about them."""

from __future__ import annotations

from collections.abc import Sequence

from flask.typing import ResponseReturnValue

from portal.awarding.of_employer import EmployerRow, rows_of_employer, years_of_employer
from portal.cases.applications.queries import missing_evidence, schemes_to_apply_for
from portal.cases.employers.queries import numbers_of_employer
from portal.cases.pledges.queries import pledge_requests
from portal.people.accounts.queries import addresses_of_employer
from portal.people.actor import Actor
from portal.platform.clock import local_time, now, today
from portal.platform.database import current_session
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.web.employer.blueprint import blueprint
from portal.web.employer.desk_rows import (
    can_apply_on,
    in_groups,
    is_incomplete,
    people_cells,
    people_columns,
    pledge_cells,
    todo_of,
)
from portal.web.employer.desk_sheet import people_table, sheet_file


@blueprint.get("/werkgever/bedrijf")
def desk() -> ResponseReturnValue:
    """Everything that the employer may see, the things to do first."""
    session, actor, on = current_session(), current_actor(), today()
    rows = rows_of_employer(session, actor=actor)
    groups, asked = in_groups(rows), pledge_requests(session, actor=actor)
    numbers = numbers_of_employer(session, actor=actor)
    return page(
        "employer/desk.html",
        todo=todo_of(groups, asked, on=on, lacking=lacking(rows), can_apply=applies_now(rows, actor)),
        groups=[(group, [people_cells(row, on) for row in group.rows]) for group in groups],
        columns=people_columns(),
        asked=[pledge_cells(one) for one in asked],
        names=sorted({row.question.employer_name for row in rows if row.question.employer_name}),
        numbers=numbers,
        years=years_of_employer(session, kvk_numbers=numbers) if numbers else [],
        addresses=[one.email for one in addresses_of_employer(session, kvk_numbers=numbers)] if numbers else [],
        total=sum(row.question.total_cents for row in rows),
        awarded=sum(row.awarded_cents for row in rows),
        usable=sum(one.open_cents for row in rows for one in row.vouchers if one.is_live),
    )


@blueprint.get("/werkgever/bedrijf.xlsx")
def desk_file() -> ResponseReturnValue:
    """The same people as a spreadsheet."""
    on = today()
    rows = rows_of_employer(current_session(), actor=current_actor())
    return sheet_file(f"mijn-bedrijf-{on}.xlsx", [people_table(rows, on)])


def lacking(rows: Sequence[EmployerRow]) -> set[int]:
    """The ids of the questions for which the employer must still hand something in. What else is missing an advisor asks."""
    session = current_session()
    return {
        row.question.id
        for row in rows
        if row.application is not None
        and is_incomplete(row)
        and missing_evidence(session, question=row.question, application=row.application)
    }


def applies_now(rows: Sequence[EmployerRow], actor: Actor) -> bool:
    """Whether there is a scheme that an employer can apply for here at this moment."""
    ready = next((row.question for row in rows if can_apply_on(row)), None)
    if ready is None:
        return False
    at = local_time(now())
    return bool(schemes_to_apply_for(current_session(), question=ready, actor=actor, on=today(), at=at))
