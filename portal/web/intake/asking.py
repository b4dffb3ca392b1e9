"""Asking one fact on one page: the same view for every fact of every region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from portal.cases.contents import save_facts
from portal.cases.pledges.actions import expect_no_pledge
from portal.platform.clock import now
from portal.platform.errors import Refusal
from portal.web.edge import READING, found, page
from portal.web.intake.fields import KINDS, MunicipalityForm, OwnWords, fact_form, words_of
from portal.web.intake.flow import IntakeFlow
from portal.web.intake.state import NO_EMPLOYER, UNKNOWN, Intake


def ask_fact(
    flow: IntakeFlow, intake: Intake, name: str, fact: str, own: Mapping[str, OwnWords], *, may_skip: bool = False
) -> ResponseReturnValue:
    """The page of one fact: shows it, saves it, goes on. ``own`` has other words per fact for this reader."""
    definition = found(intake.known.facts.get(fact))
    words = words_of(definition, own.get(fact))
    form = fact_form(definition, words, intake)
    if request.method == "POST":
        unsure = UNKNOWN in request.form
        if unsure or form.validate():
            with _refusals_at_answer(form, fact):
                save_answer(intake, fact, UNKNOWN if unsure else answer_in(form, definition.type))
                return redirect(flow.following(intake, name), code=303)
    return page(
        "intake/fact.html",
        form=form,
        words=words,
        kind=KINDS.get(definition.type, "text"),
        definition=definition,
        place=flow.place(intake, name, fact),
        skip=flow.url(intake, "check") if may_skip else None,
        unsure_before=intake.said(fact) == UNKNOWN and request.method in READING,
    )


@contextmanager
def _refusals_at_answer(form: Any, fact: str) -> Iterator[None]:
    """What is wrong with this fact stands at its field, which is called the same on every page."""
    try:
        yield
    except Refusal as refusal:
        at = "answer" if refusal.field == fact else refusal.field
        form.refuse(Refusal(refusal.code, refusal.message, field=at, params=refusal.params))


def answer_in(form: Any, kind: str) -> Any:
    """The answer of a form as the action takes it."""
    if isinstance(form, MunicipalityForm):
        return form.code
    value = form.answer.data
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(value, UNKNOWN)
    return value.isoformat() if isinstance(value, date) else value


def save_answer(intake: Intake, fact: str, value: Any) -> None:
    """Keep one answer, with what follows from it for other answers."""
    facts = {fact: value, **_with(intake, fact, value)}
    save_facts(intake.session, question=intake.question, facts=facts, actor=intake.actor, now=now())
    if fact == "work_situation" and value in NO_EMPLOYER and not intake.employer_route:
        expect_no_pledge(intake.session, question=intake.question, actor=intake.actor, now=now())


def _with(intake: Intake, fact: str, value: Any) -> dict[str, Any]:
    """A birth date gives the year of birth when none was given, and never another; another year makes a date that was given
    before untrue, and it is asked again."""
    known, born = intake.known.facts, intake.said("birth_date")
    new_year = "birth_year" in known and intake.said("birth_year") in (None, UNKNOWN)
    if fact == "birth_date" and value != UNKNOWN and new_year:
        return {"birth_year": int(str(value)[:4])}
    if fact == "birth_year" and isinstance(born, str) and born[:4] != str(value):
        return {"birth_date": None}
    return {}
