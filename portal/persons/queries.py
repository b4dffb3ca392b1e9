"""Reads of persons: under which pseudonyms somebody is known, and what was said about two of them."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.persons.models import DoubleJudgement, PersonAlias


def counted_under(session: Session, person_key: str) -> str:
    """The pseudonym under which awards and ceilings of this person are counted."""
    found = session.scalar(select(PersonAlias.counted_under).where(PersonAlias.person_key == person_key))
    return found or person_key


def keys_of_person(session: Session, person_key: str) -> frozenset[str]:
    """All pseudonyms of the person with this one, itself included."""
    main = counted_under(session, person_key)
    aliases = session.scalars(select(PersonAlias.person_key).where(PersonAlias.counted_under == main))
    return frozenset({main, *aliases})


def judgement_of(session: Session, one: str, other: str) -> DoubleJudgement | None:
    """What an advisor said about these two; None when nobody did."""
    first, second = sorted((one, other))
    return session.scalar(
        select(DoubleJudgement).where(DoubleJudgement.first_key == first, DoubleJudgement.second_key == second)
    )


def judged_with(session: Session, person_key: str) -> frozenset[str]:
    """The pseudonyms that were compared with this one already, whatever the answer."""
    rows = session.execute(
        select(DoubleJudgement.first_key, DoubleJudgement.second_key).where(
            or_(DoubleJudgement.first_key == person_key, DoubleJudgement.second_key == person_key)
        )
    )
    return frozenset(key for row in rows for key in row) - {person_key}
