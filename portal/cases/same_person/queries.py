"""Reads of persons: under which pseudonyms somebody is known, and what was said about two of them."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.cases.same_person.models import DoubleJudgement, DoubleVerdict, PersonAlias


def counted_under(session: Session, person_key: str) -> str:
    """The pseudonym under which awards and ceilings of this person are counted."""
    found = session.scalar(select(PersonAlias.counted_under).where(PersonAlias.person_key == person_key))
    return found or person_key


def keys_of_person(session: Session, person_key: str) -> frozenset[str]:
    """All pseudonyms of the person with this one, itself included."""
    main = counted_under(session, person_key)
    aliases = session.scalars(select(PersonAlias.person_key).where(PersonAlias.counted_under == main))
    return frozenset({main, *aliases})


def judged_with(session: Session, person_key: str) -> frozenset[str]:
    """The pseudonyms that were compared with this one already, whatever the answer."""
    rows = session.execute(
        select(DoubleJudgement.first_key, DoubleJudgement.second_key).where(
            or_(DoubleJudgement.first_key == person_key, DoubleJudgement.second_key == person_key)
        )
    )
    return frozenset(key for row in rows for key in row) - {person_key}


def joined_with(session: Session, one: str, other: str) -> DoubleJudgement | None:
    """The confirmation by which these two pseudonyms count together: of a chain of them the one next to `other`; None without.

    Every confirmation joined two persons that were apart, so there is one chain at most.
    """
    group = keys_of_person(session, one)
    if one == other or other not in group:
        return None
    for judgement in _confirmed(session, group):
        if other in (judgement.first_key, judgement.second_key):
            parts = parts_without(session, one, judgement)
            if any(one in part and other not in part for part in parts):
                return judgement
    return None


def parts_without(session: Session, person_key: str, judgement: DoubleJudgement) -> list[frozenset[str]]:
    """The two groups of pseudonyms into which a person falls apart without one confirmation."""
    group = keys_of_person(session, person_key)
    parts = {key: {key} for key in group}
    for one in _confirmed(session, group):
        if one.id != judgement.id and parts[one.first_key] is not parts[one.second_key]:
            joined = parts[one.first_key] | parts[one.second_key]
            parts |= dict.fromkeys(joined, joined)
    return sorted({frozenset(part) for part in parts.values()}, key=sorted)


def _confirmed(session: Session, group: frozenset[str]) -> list[DoubleJudgement]:
    rows = select(DoubleJudgement).where(
        DoubleJudgement.verdict == DoubleVerdict.SAME,
        DoubleJudgement.first_key.in_(group),
        DoubleJudgement.second_key.in_(group),
    )
    return list(session.scalars(rows.order_by(DoubleJudgement.id)))
