"""A form that is sent after something changed: what the desk says, what it writes, and what of what was typed is on the answer."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal.cases.evidence.models import EvidenceState
from portal.cases.evidence.queries import waiting_evidence
from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion, QuestionState
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Audience
from tests.web.asked import NOW, asker_of, decide, send
from tests.web.browser import SYSTEM
from tests.web.every_form.filling import WORDS, Filled
from tests.web.every_form.finding import PostForm
from tests.web.world import World

HOME = "http://localhost"
OF_THE_EDGE = frozenset(
    {
        "act_count",
        "audit_event",
        "audit_head",
        "audit_link",
        "computed_apart",
        "idempotency_key",
        "limit_count",
        "refusals_of_place",
        "refused_act",
        "sealed_form",
        "session_record",
        "viewing_event",
    }
)
"""Tables in which something is written whatever becomes of a form: that it was sent, and by whom."""
TYPED_KINDS = frozenset({"text", "textarea", "email", "tel", "number", "search", "url", "date", "time", "month"})
_WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


@contextmanager
def written(engine: Engine) -> Iterator[set[str]]:
    """The tables in which something is written to stay inside, without those of the edge itself."""
    stays: set[str] = set()
    now: dict[int, set[str]] = {}

    def wrote(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        match = _WRITES.match(statement)
        if match is not None and match[1] not in OF_THE_EDGE:
            now.setdefault(id(connection), set()).add(match[1])

    def kept(connection: Any) -> None:
        stays.update(now.pop(id(connection), ()))

    def undone(connection: Any) -> None:
        now.pop(id(connection), None)

    heard = (("after_cursor_execute", wrote), ("commit", kept), ("rollback", undone))
    for name, listener in heard:
        event.listen(engine, name, listener)
    try:
        yield stays
    finally:
        for name, listener in heard:
            event.remove(engine, name, listener)


# What changes ------------------------------------------------------------------------------------------------------------


def finish_questions(session: Session, world: World) -> None:
    """Every question that was sent is taken back by who asked, and what was decided is closed by an advisor."""
    advisor = actor_of_account(session.merge(world.accounts[Audience.ADVISOR]))
    for known in world.questions.values():
        question = session.get_one(DevelopmentQuestion, known.id)
        if question.state is QuestionState.DRAFT:
            continue
        if question.decided_at is None:
            withdraw_question(session, question=question, reason=None, actor=asker_of(question), now=NOW)
        else:
            close_question(session, question=question, reason=CloseReason.OTHER, actor=advisor, now=NOW)


def move_questions_on(session: Session, world: World) -> None:
    """Every draft is sent, and what was sent is decided."""
    for name, known in world.questions.items():
        question = session.get_one(DevelopmentQuestion, known.id)
        if question.state is QuestionState.DRAFT:
            send(session, question)
        elif " sent " in f" {name}":
            for piece in waiting_evidence(session, question=question):
                piece.state, piece.judged_at, piece.judged_by = EvidenceState.ACCEPTED, NOW, SYSTEM.reference
            decide(session, question, session.merge(world.accounts[Audience.ADVISOR]))


CHANGES: Mapping[str, Callable[[Session, World], None]] = {
    "its question was finished": finish_questions,
    "its question went on": move_questions_on,
}
DONE_BEFORE = "somebody else sent the same"


# What the desk says ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """How a form was answered after a change. `does` says whether it writes something when nothing changed."""

    form: PostForm
    change: str
    does: bool
    status: int
    writes: frozenset[str]
    lost: tuple[str, ...]
    told: bool

    @property
    def fault(self) -> str:
        """What is wrong with the answer; nothing when it is done, or refused in words with all that was typed."""
        if 300 <= self.status < 400:
            return "" if self.writes or not self.does else "led on as if it was done, and nothing was done"
        if self.status >= 500:
            return "failed"
        if self.writes:
            return f"refused, and wrote in {', '.join(sorted(self.writes))}"
        if self.status < 400 and self.lost:
            return f"silent, and lost {list(self.lost)}"
        if self.status < 400:
            return ""  # a page in between, with all that was typed
        return "" if self.told and not self.lost else f"told: {self.told}, lost: {list(self.lost)}"

    def __str__(self) -> str:
        return f"{self.form} when {self.change}: {self.status}, {self.fault}"


def typed_in_form(filled: Filled, pairs: list[tuple[str, str]]) -> list[str]:
    """What somebody typed in it."""
    kinds = {one.name: one.kind for one in filled.form.asked}
    return [value.strip() for name, value in pairs if kinds.get(name) in TYPED_KINDS and value.strip()]


def in_other_words(filled: Filled) -> list[tuple[str, str]]:
    """The same form with other sentences in it: somebody else would not write the same."""
    asked = {one.name: one for one in filled.form.asked if one.within is None}
    kinds = {name: one.kind for name, one in asked.items()}
    return [
        (name, f"Anders. {value}" if kinds.get(name) == "textarea" or (name in kinds and value == WORDS) else value)
        for name, value in filled.pairs()
    ]


def sent_by_hand(world: World, filled: Filled, pairs: list[tuple[str, str]]) -> TestResponse:
    """Send it as a browser does that does not follow by itself."""
    form = filled.form
    world.stage = form.stage
    browser = world.let_in_as(form.audience, form.where.question_id)
    tokens = [("csrf_token", browser.csrf()), ("submission_token", secrets.token_urlsafe(16))]
    data: MultiDict[str, Any] = MultiDict([*tokens, *pairs])
    for name, (content, called) in filled.files().items():
        data.add(name, (io.BytesIO(content.read()), called))
    headers = {"Origin": HOME, "Referer": f"{HOME}{form.where.path}"}
    answer = browser.client.post(form.action, data=data, headers=headers)
    answer.get_data()
    answer.close()
    return answer


def does_something(world: World, filled: Filled) -> bool:
    """Whether it writes something when nothing changed. The desk is as it was kept before and after."""
    world.put_back()
    with written(world.engine) as writes:
        sent_by_hand(world, filled, filled.pairs())
    world.put_back()
    return bool(writes)


def said_after(world: World, filled: Filled, change: str, *, does: bool) -> Said:
    """Change something, send the form that was filled in before, and see what is said. The desk is as it was kept before."""
    if change == DONE_BEFORE:
        other = in_other_words(filled)
        does = does and other != filled.pairs()  # otherwise what was sent stands there already
        sent_by_hand(world, filled, other)
    else:
        world.do(lambda session: CHANGES[change](session, world))
    with written(world.engine) as writes:
        answer = sent_by_hand(world, filled, filled.pairs())
    text = unescape(answer.get_data(as_text=True))
    lost = tuple(value for value in typed_in_form(filled, filled.pairs()) if value not in text)
    told = 'role="alert"' in text or 'class="error"' in text or ("<h1>" in text and "niets opgeslagen" in text)
    return Said(filled.form, change, does, answer.status_code, frozenset(writes), lost, told)
