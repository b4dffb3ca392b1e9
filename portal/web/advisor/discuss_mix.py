"""The mix of a question on the table beside the mix before: who pays what, what changed and why, what could still change it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.what_if.levers.levers import Lever
from portal.awarding.answering import QuestionAnswer
from portal.awarding.correcting import TwoAnswers
from portal.cases.asked import FACT
from portal.cases.corrections.models import Correction
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.web.advisor.mix import CaseNames, lines_of, payers_of, why_of
from portal.web.intake.schemes import rows_of
from portal.web.labels.corrected import change_note, subject_label, value_text
from portal.words.wording_mix import lever_gain, lever_sentence

MOST_BUTTONS = 4


@dataclass(frozen=True)
class PayerRow:
    """One payer: what it paid and pays, in cents, and why that changed."""

    label: str
    was_cents: int
    now_cents: int
    why: str

    @property
    def difference_cents(self) -> int:
        """How much more it pays; negative is less."""
        return self.now_cents - self.was_cents

    @property
    def difference(self) -> str:
        """The difference with a plus or a minus; empty when there is none."""
        cents = self.difference_cents
        sign = "+" if cents > 0 else "\N{MINUS SIGN}"
        return f"{sign} {format_euros(abs(cents), exact=True)}" if cents else ""


@dataclass(frozen=True)
class ChangedRow:
    """One correction as the page shows it."""

    id: str
    label: str
    was: str
    becomes: str
    note: str
    can_undo: bool
    answer: str
    objection: str


@dataclass(frozen=True)
class LeverRow:
    """One thing that would make who asks pay less, with the buttons that fill it in: a label and what is sent."""

    text: str
    gain: str
    buttons: tuple[tuple[str, str], ...]


def payer_rows(answers: TwoAnswers, names: CaseNames) -> list[PayerRow]:
    """Every payer of either mix, in the order in which they pay now; empty without costs both times."""
    was, now = _paid(answers.before, names), _paid(answers.now, names)
    why = _reasons(answers.now, names)
    return [
        PayerRow(label, was.get(key, ("", 0))[1], cents, why.get(key, "") if was.get(key, ("", 0))[1] != cents else "")
        for key, (label, cents) in {**{key: (label, 0) for key, (label, _cents) in was.items()}, **now}.items()
    ]


def _paid(answer: QuestionAnswer, names: CaseNames) -> dict[str, tuple[str, int]]:
    """Per payer its name and what it pays; who bears the rest is always there."""
    mix, why = answer.proposal, answer.explanation
    if mix is None or why is None:
        return {}
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    rest = {left.line: left.cents for left in mix.rest}
    lines = lines_of(answer.problem, mix.shares, rest, names)
    found = {}
    for payer in payers_of(answer.problem, mix.shares, definitions, names, order=why.pays_first):
        cents = sum(line["shares"].get(payer["key"], 0) for line in lines)
        if cents or payer["key"].startswith("rest."):
            found[payer["key"]] = (payer["label"], cents)
    return found


def _reasons(answer: QuestionAnswer, names: CaseNames) -> dict[str, str]:
    """Per scheme why it pays what it pays now, or why it pays nothing."""
    definitions = {slug: scheme.definition for slug, scheme in answer.schemes.items()}
    found = {row.scheme: row.reason for row in rows_of(answer, definitions, names.names)}
    used = answer.explanation.used if answer.explanation is not None else ()
    return found | {one.offer: why_of(one, names, {}) for one in used}


def missing_rows(
    answer: QuestionAnswer, names: CaseNames, askable: Sequence[str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Per scheme that may still pay what is not known yet: the question, and the anchor of its field when it is on the page."""
    found = []
    for verdict in answer.verdicts:
        if verdict.can_be_offered and verdict.route_fits and verdict.missing_facts:
            facts = [
                (names.names.question(fact), f"fact_{fact}" if fact in askable else "")
                for fact in verdict.missing_facts
            ]
            found.append((names.title(verdict.scheme), facts))
    return sorted(found)


def changed_rows(
    rows: Sequence[Correction], undone: set[int], names: CaseNames, stands: Mapping[str, Any]
) -> list[ChangedRow]:
    """Corrections as the page shows them, the newest first."""
    answers = {"confirmed": _("bevestigd door de aanvrager"), "objected": _("de aanvrager is het er niet mee eens")}
    return [
        ChangedRow(
            row.public_id,
            subject_label(row.subject, names.names),
            value_text(row.subject, row.was, names.names),
            value_text(row.subject, row.becomes, names.names),
            change_note(row),
            row.undoes_id is None and row.id not in undone and stands.get(row.subject) == row.becomes,
            answers.get(row.answer.value, "") if row.answer is not None else "",
            row.objection or "",
        )
        for row in reversed(rows)
    ]


# Levers ----------------------------------------------------------------------------------------------------------------


def lever_rows(
    levers: Sequence[Lever], names: CaseNames, pledge: Mapping[str, Any] | None, subjects: Collection[str]
) -> list[LeverRow]:
    """The levers that fill in one of these subjects have buttons; others are only said."""
    return [
        LeverRow(
            lever_sentence(one, names.names),
            lever_gain(one),
            tuple(button for button in _buttons(one, names, pledge) if json.loads(button[1]).keys() <= set(subjects)),
        )
        for one in levers
        if one.who in ("resident", "employer", "advisor")
    ]


def _buttons(lever: Lever, names: CaseNames, pledge: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    fill = _("Vul dit in")
    if lever.kind in ("pledge", "pledge_unlocks") and "amount_cents" in lever.params:
        told = {"kind": "fixed", "categories": None, **(pledge or {}), "amount_cents": lever.params["amount_cents"]}
        yield fill, json.dumps({"pledge": told})
    elif "fact" in lever.params and ("day" in lever.params or "value" in lever.params):
        value = lever.params["day"] if "day" in lever.params else lever.params["value"]
        yield fill, json.dumps({FACT + lever.params["fact"]: value})
    elif "changes" in lever.params:
        yield from _choices(lever.params["changes"], names)


def _choices(changes: Sequence[tuple[str, Sequence[Any]]], names: CaseNames) -> Iterator[tuple[str, str]]:
    """A button per value of one fact, or one for several facts together."""
    if len(changes) > 1:
        yield _("Vul dit in"), json.dumps({FACT + fact: values[0] for fact, values in changes})
        return
    for fact, values in changes:
        for value in values[:MOST_BUTTONS]:
            yield _("Vul in: %(what)s", what=names.answer(fact, value)), json.dumps({FACT + fact: value})
