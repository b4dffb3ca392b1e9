"""What an advisor says about two pseudonyms: one person, or two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.audit.actions import record
from portal.errors import Conflict
from portal.i18n import lazy_gettext as _l
from portal.persons.models import DoubleJudgement, DoubleVerdict, PersonAlias
from portal.persons.queries import counted_under, judgement_of, keys_of_person
from portal.questions.actions import advisor_only


def judge_double(
    session: Session, *, keys: tuple[str, str], verdict: DoubleVerdict, question_id: int, actor: Actor, now: datetime
) -> str:
    """Keep whether two pseudonyms are one person; returns the one under which the first is counted from now on.

    ``SAME`` joins all that is known under both. Raises ``Conflict`` when this pair was judged before: two persons that were
    joined by mistake are not taken apart by a click, because awards were counted together since.
    """
    advisor_only(actor)
    first, second = sorted(keys)
    if judgement_of(session, first, second) is not None:
        raise Conflict("double_judged", _l("Hierover is al besloten."))
    session.add(
        DoubleJudgement(first_key=first, second_key=second, verdict=verdict, judged_at=now, judged_by=actor.reference)
    )
    session.flush()
    if verdict is DoubleVerdict.SAME:
        _join(session, first, second)
    action = "person.joined" if verdict is DoubleVerdict.SAME else "person.kept_apart"
    record(session, actor=actor, action=action, object_kind="question", object_id=question_id, now=now)
    return counted_under(session, keys[0])


def _join(session: Session, first: str, second: str) -> None:
    stays, goes = counted_under(session, first), counted_under(session, second)
    if stays == goes:
        return
    joined = keys_of_person(session, goes)
    session.execute(
        update(PersonAlias)
        .where(PersonAlias.counted_under == goes)
        .values(counted_under=stays)
        .execution_options(synchronize_session="fetch")
    )
    assert goes in joined
    session.add(PersonAlias(person_key=goes, counted_under=stays))
    session.flush()
