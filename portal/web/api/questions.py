"""Development questions: sending one whole, and where they stand. No name, no address, no reason leaves the desk here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from flask import Response, current_app, url_for

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience, question_by_public_id, sent_questions
from portal.framework.catalogue.queries import has_region
from portal.framework.tokens.models import TokenScope
from portal.platform.database import current_session
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.api.blueprint import InPath, Name, Value, given, operation
from portal.web.api.paging import PageQuery, behind, cut, given_page
from portal.web.api.whole_body import WholeQuestionBody, wrong_answers
from portal.web.edge import found
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.intake.whole import WholeQuestion, WrongAnswer, WrongAnswers, send_whole


class QuestionPath(InPath):
    """Which question."""

    question_id: Name


class QuestionValue(Value):
    """Where a question stands."""

    id: str
    reference_number: str | None
    route: str
    state: str
    language: str
    reference_date: date | None
    submitted_at: datetime | None
    applied_at: datetime | None
    decided_at: datetime | None
    respond_by: date | None
    """Day on which the desk promised to have reacted."""
    decide_by: date | None
    """Last day of the legal term."""


class IssuedValue(Value):
    """A voucher that came of a question."""

    id: str
    scheme: str
    state: str
    amount_cents: int
    redeemed_cents: int
    valid_until: date


class QuestionDetail(QuestionValue):
    """Where a question stands, and the vouchers that came of it."""

    vouchers: list[IssuedValue]


class QuestionPage(Value):
    """Some of the questions, in the order in which they were begun."""

    items: list[QuestionValue]
    next: str | None
    """The cursor of the next page; null after the last one."""


class SentQuestionValue(Value):
    """A question that came in."""

    id: str
    reference_number: str
    """By which the person and the desk name it."""
    status_address: str
    """The page on which the person follows it, after coming in by the link that the person gets from the desk."""


@operation(
    "/questions", method="POST", answer=SentQuestionValue, tag="questions", scope=TokenScope.QUESTIONS_WRITE, status=201
)
def send_question(body: WholeQuestionBody) -> Response:
    """Send a whole question to the desk, for somebody who filled in a form elsewhere. It asks for advice, nothing more.

    The person gets a link to it as everybody gets it: in a message of the desk, never by this answer.
    """
    return sent(body.whole(), wrong_answers)


def sent(whole: WholeQuestion, wrong: Callable[[Iterable[WrongAnswer]], Response]) -> Response:
    """The answer to a question that was sent whole: what was made of it, or what is `wrong` with it."""
    session = current_session()
    found(True if has_region(session) else None)
    try:
        made = send_whole(session, whole=whole, actor=current_actor())
    except WrongAnswers as refused:
        return wrong(refused.found)
    address = current_app.extensions["settings"].address
    page = url_for(f"{asker_audience(made).value}.status", question_id=made.public_id)
    value = SentQuestionValue(
        id=made.public_id, reference_number=made.reference_number or "", status_address=f"{address}{page}"
    )
    return given(value, status=201, location=url_for("api.question", question_id=made.public_id))


@operation("/questions", answer=QuestionPage, tag="questions", scope=TokenScope.QUESTIONS_READ)
def questions(query: PageQuery) -> Response:
    """The questions that were sent and where each stands, in the order in which they were begun."""
    session, actor = current_session(), current_actor()
    after = behind(query, lambda name: question_by_public_id(session, public_id=name, actor=actor))
    rows = sent_questions(session, actor=actor, after=after, limit=query.limit + 1)
    shown, following = cut(rows, query, lambda one: one.public_id)
    for one in shown:
        note_viewing(question_id=one.id)
    return given_page(QuestionPage(items=[_value(one) for one in shown], next=following), following, query)


@operation("/questions/<question_id>", answer=QuestionDetail, tag="questions", scope=TokenScope.QUESTIONS_READ)
def question(path: QuestionPath) -> Response:
    """Where one question stands, with the vouchers that came of it."""
    session, actor = current_session(), current_actor()
    one = found(question_by_public_id(session, public_id=path.question_id, actor=actor))
    note_viewing(question_id=one.id)
    issued = [
        IssuedValue(
            id=row.public_id,
            scheme=row.scheme,
            state=row.state.value,
            amount_cents=row.amount_cents,
            redeemed_cents=row.redeemed_cents,
            valid_until=row.valid_until,
        )
        for row in vouchers_of_question(session, question=one, actor=actor)
    ]
    return given(QuestionDetail(**_value(one).model_dump(), vouchers=issued))


def _value(one: DevelopmentQuestion) -> QuestionValue:
    return QuestionValue(
        id=one.public_id,
        reference_number=one.reference_number,
        route=one.route.value,
        state=one.state.value,
        language=one.language,
        reference_date=one.reference_date,
        submitted_at=one.submitted_at,
        applied_at=one.applied_at,
        decided_at=one.decided_at,
        respond_by=one.respond_by,
        decide_by=one.decide_by,
    )
