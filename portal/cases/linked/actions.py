"""Acts that keep which undertakings an employer is one with: it says so itself, and an advisor corrects it with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.linked.models import GroupDeclaration, LinkedUndertaking
from portal.cases.linked.queries import group_of_question
from portal.cases.questions.actions import advisor_only, changed, may_change
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l

MOST_MEMBERS = 50
MOST_AID_CENTS = 1_000_000_00


@dataclass(frozen=True)
class GroupSaid:
    """What is said about a group: the KvK numbers of the others, and what those had as de-minimis aid elsewhere, in cents."""

    numbers: Sequence[str]
    aid_cents: int


def declare_group(
    session: Session,
    *,
    question: DevelopmentQuestion,
    group: GroupSaid,
    actor: Actor,
    now: datetime,
) -> GroupDeclaration:
    """Keep which undertakings the employer says to be one with, and the aid that those had elsewhere.

    No numbers: it belongs to no group. Raises ``Refusal`` at the field that is wrong, ``Conflict`` when the question was sent.
    """
    may_change(session, question, actor)
    _check(question, group, question.employer_kvk)
    said = _add(session, question, group, None, actor.reference, now)
    changed(session, question, actor, now, "group")
    return said


def correct_group(
    session: Session,
    *,
    question: DevelopmentQuestion,
    group: GroupSaid,
    own_number: str | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> GroupDeclaration:
    """An advisor corrects what was said about the group, also after the decision: it counts for what is asked after it.

    `own_number` is the KvK number under which the employer applied. Raises ``Refusal`` at the field that is wrong.
    """
    advisor_only(actor)
    hold(session, question)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u dit verandert."), field="reason")
    _check(question, group, own_number)
    said = _add(session, question, group, reason.strip(), actor.reference, now)
    if question.is_open:
        changed(session, question, actor, now, "group")
    else:
        record(session, actor=actor, action="question.group", object_kind="question", object_id=question.id, now=now)
    return said


def same_group(session: Session, *, question: DevelopmentQuestion, of: DevelopmentQuestion, now: datetime) -> None:
    """Say of the employer of a question what was said of it on another one, when it asks more at once."""
    known = group_of_question(session, question=of)
    if known is not None:
        _add(session, question, GroupSaid(known.numbers, known.aid_cents), known.reason, known.said_by, now)


def _check(question: DevelopmentQuestion, group: GroupSaid, own_number: str | None) -> None:
    numbers = group.numbers
    if question.route is not Route.EMPLOYER:
        raise Refusal("not_employer_route", _l("Deze vraag is niet van een werkgever."))
    if any(not re.fullmatch(r"[0-9]{8}", number, re.ASCII) for number in numbers):
        raise Refusal("kvk_number", _l("Een KVK-nummer heeft 8 cijfers."), field="numbers")
    if own_number in numbers:
        raise Refusal("own_number", _l("Uw eigen KVK-nummer hoort hier niet bij. Haal het weg."), field="numbers")
    if len(set(numbers)) < len(numbers):
        raise Refusal("number_twice", _l("Hetzelfde KVK-nummer staat er twee keer. Haal er een weg."), field="numbers")
    if len(numbers) > MOST_MEMBERS:
        raise Refusal("too_many_numbers", _l("Vul hoogstens 50 KVK-nummers in."), field="numbers")
    if not 0 <= group.aid_cents <= MOST_AID_CENTS:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0 en € 1.000.000."), field="aid")
    if group.aid_cents and not numbers:
        message = _l("Vul ook in van welke ondernemingen deze steun is.")
        raise Refusal("aid_of_nobody", message, field="numbers")


def _add(
    session: Session,
    question: DevelopmentQuestion,
    group: GroupSaid,
    reason: str | None,
    by: str,
    now: datetime,
) -> GroupDeclaration:
    said = GroupDeclaration(
        question_id=question.id,
        aid_cents=group.aid_cents,
        reason=reason,
        said_at=now,
        said_by=by,
        members=[LinkedUndertaking(kvk_number=number) for number in sorted(group.numbers)],
    )
    session.add(said)
    session.flush()
    return said
