"""What an employer asked, as rows of a table, and what is to be done about it, the most pressing first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from portal.awarding.decisions.models import DecisionKind
from portal.awarding.of_employer import EmployerRow
from portal.cases.applications.choosing import has_what_it_is_for
from portal.cases.pledges.models import PledgeState
from portal.cases.pledges.queries import PledgeRequest
from portal.cases.questions.models import QuestionState
from portal.platform.clock import local_date
from portal.platform.i18n import LazyString, format_date, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.intake.case import STATES
from portal.web.intake.stands import VOUCHERS

SOON = timedelta(weeks=6)
"""So long before its last day a voucher is something to do; the first reminder goes by mail then too."""
PLEDGES: dict[PledgeState, tuple[LazyString, str]] = {
    PledgeState.EXPECTED: (_l("Wacht op uw antwoord"), "wait"),
    PledgeState.ASKED: (_l("Wacht op uw antwoord"), "wait"),
    PledgeState.GIVEN: (_l("U betaalt mee"), "ok"),
    PledgeState.DECLINED: (_l("U betaalt niet mee"), "no"),
}


@dataclass(frozen=True)
class RowGroup:
    """Rows that were sent together, or those that were sent alone."""

    rows: Sequence[EmployerRow]
    head: str | None
    """The public id of the question in which they were sent together; None for those that were sent alone."""

    @property
    def title(self) -> str:
        """What stands above them."""
        if self.head is None:
            return _("Vragen voor één werknemer")
        sent = self.rows[0].question.submitted_at
        return ngettext(
            "%(num)s opleiding, verstuurd op %(day)s",
            "%(num)s opleidingen, samen verstuurd op %(day)s",
            len(self.rows),
            day=format_date(local_date(sent)) if sent is not None else "",
        )


def in_groups(rows: Sequence[EmployerRow]) -> list[RowGroup]:
    """The rows sent together, the newest first, and last those sent alone. A bundle of one training is one sent alone."""
    bundles: dict[int, list[EmployerRow]] = {}
    for row in rows:
        bundles.setdefault(row.place.bundle if row.place is not None else 0, []).append(row)
    heads = {row.question.id: row.question.public_id for row in rows}
    groups, alone = [], []
    for bundle, found in bundles.items():
        if bundle in heads and len(found) > 1:
            groups.append(RowGroup(found, heads[bundle]))
        else:
            alone += found
    return [*groups, RowGroup(alone, None)] if alone else groups


def people_columns() -> list[dict[str, str]]:
    """The columns of `people_cells`."""
    return [
        {"label": _("Werknemer")},
        {"label": _("Opleiding")},
        {"label": _("Kosten"), "kind": "number"},
        {"label": _("Uitkomst")},
        {"label": _("Status")},
        {"label": _("Voucher")},
    ]


def people_cells(row: EmployerRow, on: date) -> list[Any]:
    """One employee: who, what, what it costs, what came of it, where it stands, and the voucher."""
    question = row.question
    href = url_for("employer.status", question_id=question.public_id)
    text, kind = STATES[question.state]
    return [
        {"text": row.person or _("Werknemer"), "href": href, "note": question.reference_number},
        {"text": question.training_name or _("Nog niet gekozen"), "note": question.training_provider},
        format_euros(question.total_cents),
        outcome_words(row),
        {"text": str(text), "tag": kind},
        _voucher_cell(row, on),
    ]


def outcome_words(row: EmployerRow) -> str:
    """What came of it in a few words."""
    decision = row.decision
    if decision is None or decision.kind is DecisionKind.TAKEN_UP:
        return _("Nog geen besluit") if row.question.is_open else _("Geen besluit")
    if decision.kind is DecisionKind.REFERRED:
        return _("Doorverwezen")
    if decision.kind is DecisionKind.SET_ASIDE:
        return _("Niet in behandeling genomen")
    if not row.vouchers:
        return _("Niets toegekend")
    return _("%(amount)s toegekend", amount=format_euros(row.awarded_cents))


def voucher_words(voucher: Voucher, on: date) -> str:
    """How a voucher stands: whether it can be used, and until when."""
    if voucher.is_live and voucher.is_blocked:
        return _("Tijdelijk niet te gebruiken")
    if voucher.is_live and voucher.valid_until >= on:
        return _("te gebruiken tot en met %(day)s", day=format_date(voucher.valid_until))
    return str(VOUCHERS[voucher.state][0])


def _voucher_cell(row: EmployerRow, on: date) -> Any:
    if not row.vouchers:
        return None
    href = url_for("employer.vouchers", question_id=row.question.public_id)
    codes = ", ".join(format_code(one.code) for one in row.vouchers)
    return {"text": codes, "href": href, "note": "; ".join(voucher_words(one, on) for one in row.vouchers)}


def pledge_cells(asked: PledgeRequest) -> list[Any]:
    """One employee who asks the employer to pay a part."""
    text, kind = PLEDGES[asked.pledge.state]
    href = url_for("employer.pledge", question_id=asked.question_public_id)
    return [
        {"text": asked.asker_name, "href": href, "note": asked.reference_number},
        {"text": asked.training_name or _("De opleiding is nog niet gekozen"), "note": asked.training_provider},
        format_euros(asked.total_cents),
        {"text": str(text), "tag": kind} if asked.open or asked.pledge.state is not PledgeState.ASKED else None,
    ]


# What to do ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EmployerTodo:
    """Something to do, and for whom: a link for each."""

    title: str
    links: Sequence[tuple[str, str]]


Step = tuple[str, str, str]
"""What to do, for whom, and where."""


def todo_of(
    groups: Sequence[RowGroup],
    asked: Sequence[PledgeRequest],
    *,
    on: date,
    lacking: Collection[int],
    can_apply: bool,
) -> list[EmployerTodo]:
    """What the employer has to do, the most pressing first: answer, hand in, use a voucher, apply.

    `lacking` are the ids of the questions for which a piece of evidence must still come in.
    """
    rows = [row for group in groups for row in group.rows]
    steps = [_step(row, "answer", _("Geef antwoord aan de adviseur")) for row in rows if _is_asked(row)]
    steps += [_pledge_step(one) for one in asked if one.open and one.pledge.state is PledgeState.ASKED]
    steps += [_step(row, "evidence", _("Lever in wat nog ontbreekt")) for row in rows if row.question.id in lacking]
    steps += [step for row in rows for step in _vouchers_to_use(row, on)]
    if can_apply:
        steps += [step for group in groups for step in _applications(group)]
    titles = dict.fromkeys(title for title, _who, _where in steps)
    return [EmployerTodo(name, [(who, where) for title, who, where in steps if title == name]) for name in titles]


def _is_asked(row: EmployerRow) -> bool:
    return row.question.state is QuestionState.WAITING


def is_incomplete(row: EmployerRow) -> bool:
    """Whether the employer applied, and something still has to come in."""
    application = row.application
    return application is not None and application.completed_at is None and row.question.is_open and not _is_asked(row)


def can_apply_on(row: EmployerRow) -> bool:
    """Whether the employer did not apply yet and still can: it is known what it is for."""
    to_send = row.question.state in (QuestionState.SUBMITTED, QuestionState.WAITING)
    return row.application is None and to_send and has_what_it_is_for(row.question)


def _step(row: EmployerRow, endpoint: str, title: str) -> Step:
    href = url_for(f"employer.{endpoint}", question_id=row.question.public_id)
    name = ", ".join(filter(None, (row.person, row.question.training_name)))
    return title, name or row.question.reference_number or "", href


def _pledge_step(asked: PledgeRequest) -> Step:
    href = url_for("employer.pledge", question_id=asked.question_public_id)
    title = _("%(name)s vraagt u om mee te betalen", name=asked.asker_name)
    return title, asked.training_name or _("Bekijk de vraag"), href


def _vouchers_to_use(row: EmployerRow, on: date) -> list[Step]:
    usable = [one for one in row.vouchers if one.is_live and not one.is_blocked and one.open_cents]
    return [
        _step(row, "vouchers", _("Gebruik de voucher uiterlijk op %(day)s", day=format_date(one.valid_until)))
        for one in usable
        if on <= one.valid_until <= on + SOON
    ]


def _applications(group: RowGroup) -> list[Step]:
    """Applying: for all that were sent together at once; else for each."""
    ready = [row for row in group.rows if can_apply_on(row)]
    if group.head is None or len(ready) == 1:
        return [_step(row, "apply", _("Vraag het geld aan, als u dat wilt")) for row in ready]
    if not ready:
        return []
    title = ngettext(
        "Vraag het geld aan voor %(num)s opleiding, als u dat wilt",
        "Vraag het geld aan voor %(num)s opleidingen, als u dat wilt",
        len(ready),
    )
    return [(title, _("Eén aanvraag voor alles samen"), url_for("employer.bundle_apply", question_id=group.head))]
