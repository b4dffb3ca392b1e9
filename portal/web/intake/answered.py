"""What who asked sent, for who asked: every answer and cost as it was sent, and what is different now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.cases.asked import FACT, asked_of, same_value
from portal.cases.corrections.queries import corrections_of, undone
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.intake.answers import LABELS
from portal.web.intake.state import UNKNOWN, Intake
from portal.web.labels.corrected import subject_label, value_text
from portal.words.wording import category_label

NOT_SHOWN = ("borrow_up_to", "pledge", "employer")
"""Left out while nothing was filled in: they were not asked of everybody."""


@dataclass(frozen=True)
class AnswerView:
    """One answer: what it is about, what was sent, and what stands there now when that is something else."""

    label: str
    sent: str
    now: str


def sent_answers(intake: Intake) -> list[AnswerView]:
    """Every answer as it was sent, the costs line by line."""
    now = asked_of(intake.session, intake.question)
    rows = corrections_of(intake.session, question=intake.question, actor=intake.actor)
    sent = undone(now, rows)
    return [
        view
        for subject in [*sent, *(key for key in now if key not in sent)]
        for view in _views(intake, subject, sent, now)
    ]


def _views(intake: Intake, subject: str, sent: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[AnswerView]:
    was, is_now = sent.get(subject), now.get(subject)
    if subject in NOT_SHOWN and not was and not is_now:
        return
    changed = "" if same_value(subject, was, is_now) else value_text(subject, is_now, intake.names)
    if subject == "costs" and was:
        for line in was:
            kind = category_label(line["category"])
            label = f"{kind[:1].upper()}{kind[1:]}"
            name = f"{label}: {line['description']}" if line["description"] else label
            yield AnswerView(name, format_euros(line["amount_cents"]), "")
        yield AnswerView(_("Samen"), format_euros(sum(line["amount_cents"] for line in was)), changed)
        return
    text = _("Weet ik niet") if was == UNKNOWN else value_text(subject, was, intake.names)
    yield AnswerView(_label(intake, subject), text[:1].upper() + text[1:], changed)


def _label(intake: Intake, subject: str) -> str:
    key = subject.removeprefix(FACT)
    return str(LABELS[key]) if key in LABELS else subject_label(subject, intake.names)


def answered_page(intake: Intake) -> ResponseReturnValue:
    """The answers and costs as they were sent, and what the desk changed since."""
    shown = sent_answers(intake)
    return page(
        "intake/answered.html",
        answers=shown,
        changed=any(one.now for one in shown),
        question=intake.question,
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
        corrections=url_for(f"{intake.audience}.corrections", question_id=intake.id),
        outcome=url_for(f"{intake.audience}.own_outcome", question_id=intake.id),
    )
