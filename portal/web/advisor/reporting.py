"""What the report of a talk begins with: what was changed in the talk, what is still open, and room for the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.awarding.answering import compute_answer
from portal.cases.conversations.models import Conversation
from portal.cases.corrections.queries import NetChange, corrections_by_question, net_changes
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import local_date, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.web.advisor.mix import CaseNames, names_of
from portal.web.labels.corrected import ON_WORD, subject_label, value_text
from portal.words.labels import TALK_WAYS, label

MOST_LINES = 15
LONGEST = 160
"""How much of one value a report begins with, in characters."""
BEFORE_TALK = timedelta(hours=1)
"""What was changed so long before the start counts as changed in the talk: it began earlier, or was prepared together."""


def report_template(question: DevelopmentQuestion, talk: Conversation, started: datetime) -> str:
    """The text that the report of a talk opens with, to be changed freely."""
    names = names_of(current_session(), question)
    day, way = format_date(local_date(started)), label(TALK_WAYS, talk.way)
    parts = [
        [_("Gesprek op %(day)s, %(way)s.", day=day, way=way)],
        [_("Wens: %(wish)s", wish=_cut(question.wish))] if question.wish else [],
        _listed(_("Aangepast in het gesprek:"), changed_in(question, names, started - BEFORE_TALK), _("niets")),
        _listed(_("Nog niet bekend:"), _open_points(question, names), _("niets")),
        [_("Besproken:"), ""],
        [_("Afspraken:"), ""],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def changed_in(question: DevelopmentQuestion, names: CaseNames, since: datetime) -> list[str]:
    """What was changed in the question since an instant, in words; what was taken back is left out."""
    rows = [one for one in corrections_by_question(current_session(), question=question) if one.at >= since]
    return [_said(one, names) for one in net_changes(rows) if not one.same]


def _said(one: NetChange, names: CaseNames) -> str:
    return _(
        "%(what)s: was %(was)s, wordt %(becomes)s (%(how)s)",
        what=subject_label(one.subject, names.names),
        was=_cut(value_text(one.subject, one.was, names.names)),
        becomes=_cut(value_text(one.subject, one.becomes, names.names)),
        how=str(ON_WORD[one.latest.on_word]).lower(),
    )


def _open_points(question: DevelopmentQuestion, names: CaseNames) -> list[str]:
    """The questions that a scheme that may still pay needs the answer to."""
    session, on = current_session(), question.reference_date or today()
    answer = compute_answer(session, question=question, on=on, confirmed_only=False, solve=False)
    wanted = [fact for one in answer.verdicts if one.can_be_offered and one.route_fits for fact in one.missing_facts]
    return [names.names.question(fact) for fact in dict.fromkeys(wanted)]


def _listed(title: str, lines: list[str], none: str) -> list[str]:
    more = len(lines) - MOST_LINES
    rest = [_("- en nog %(number)s", number=more)] if more > 0 else []
    return [title, *(f"- {line}" for line in lines[:MOST_LINES] or [none]), *rest]


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
