"""What an advisor says about two pseudonyms: one person, or two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.cases.questions.actions import advisor_only
from portal.cases.same_person.models import DoubleJudgement, DoubleVerdict, PersonAlias
from portal.cases.same_person.queries import counted_under, keys_of_person, parts_without
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.database import insert_into
from portal.platform.errors import Conflict
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l


def judge_double(
    session: Session, *, keys: tuple[str, str], verdict: DoubleVerdict, question_id: int, actor: Actor, now: datetime
) -> str:
    """Keep whether two pseudonyms are one person; returns the one under which the first is counted from now on.

    ``SAME`` joins all that is known under both; `separate` takes apart what was joined by mistake. Raises ``Conflict`` when this
    pair was judged before.
    """
    advisor_only(actor)
    first, second = sorted(keys)
    judged = session.scalar(
        insert_into(session)(DoubleJudgement)
        .values(first_key=first, second_key=second, verdict=verdict, judged_at=now, judged_by=actor.reference)
        .on_conflict_do_nothing(index_elements=["first_key", "second_key"])
        .returning(DoubleJudgement.id)
    )
    if judged is None:  # a moment ago, too
        raise Conflict("double_judged", _l("Hierover is al besloten."))
    if verdict is DoubleVerdict.SAME:
        _join(session, first, second)
    action = "person.joined" if verdict is DoubleVerdict.SAME else "person.kept_apart"
    record(session, actor=actor, action=action, object_kind="question", object_id=question_id, now=now)
    return counted_under(session, keys[0])


def separate(
    session: Session, *, judgement: DoubleJudgement, main: str, question_id: int, actor: Actor, now: datetime
) -> None:
    """Two pseudonyms are two persons after all. Who has the pseudonym under which all was counted keeps it; the others get one of
    their own. The judgement says who took them apart, the log also who had joined them.
    """
    advisor_only(actor)
    parts = parts_without(session, main, judgement)
    write_guarded(
        session,
        judgement,
        DoubleJudgement.verdict == DoubleVerdict.SAME,
        otherwise=Conflict("double_judged", _l("Hierover is al besloten.")),
        verdict=DoubleVerdict.DIFFERENT,
        judged_at=now,
        judged_by=actor.reference,
    )
    for part in (one for one in parts if main not in one):
        first = min(part)
        session.execute(delete(PersonAlias).where(PersonAlias.person_key.in_(part)))
        session.add_all(PersonAlias(person_key=key, counted_under=first) for key in sorted(part) if key != first)
    session.flush()
    session.expire_all()
    record(session, actor=actor, action="person.separated", object_kind="question", object_id=question_id, now=now)


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
