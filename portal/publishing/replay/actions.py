"""Replays: past questions and generated people under a draft and under the version it replaces. Figures, never a person.

Computing one reads only and may take a while; keeping it is one short write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.answering.replay import Comparison, Effect, questions_of
from matching.offers import funding_line
from matching.offers.question import Question
from matching.problem import AvailableFundingLine
from portal.awarding.earlier_awards import caps_per_training
from portal.framework.catalogue.models import SchemeVersion
from portal.framework.catalogue.queries import as_loaded_region, newest_published, schemes_in_force
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.effects import RESULT, EffectTally, ReplayResult, hiding_few
from portal.publishing.replay.models import ReplayRun
from portal.publishing.replay.queries import BATCH, past_count, past_questions
from portal.publishing.workshop.actions import reviewable
from portal.publishing.workshop.queries import parsed_version
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap
from schemes.population.generation import generate
from schemes.region.loading import LoadedRegion

PEOPLE, SEED = 1000, 2026


def run_replay(
    session: Session, *, version: SchemeVersion, actor: Actor, now: datetime, people: int = PEOPLE
) -> ReplayRun:
    """Run a draft over all past questions and generated people, and keep the figures.

    Raises ``Refusal`` while the draft does not parse (does_not_parse) or is not the actor's (not_yours).
    """
    reviewable(session, version, actor)
    if parsed_version(version).findings:
        raise Refusal("does_not_parse", _l("Deze regeling is nog niet af. Verbeter eerst wat er niet klopt."))
    base = newest_published(session, scheme_id=version.scheme_id)
    result = compute_replay(session, version=version, compared_with=base, on=local_date(now), people=people)
    return keep_replay(
        session, version=version, compared_with=base, work_hash=version.work_hash, result=result, actor=actor, now=now
    )


def keep_replay(
    session: Session,
    *,
    version: SchemeVersion,
    compared_with: SchemeVersion | None,
    work_hash: str,
    result: ReplayResult,
    actor: Actor,
    now: datetime,
) -> ReplayRun:
    """Keep a replay that was computed before, of the content `work_hash`. What is about a few real people is not kept.

    Raises ``Conflict`` when the draft was edited or another version was published meanwhile.
    """
    reviewable(session, version, actor)
    moved_on = Conflict("version_moved_on", _l("Deze versie is intussen veranderd. Bekijk haar opnieuw."))
    hold(session, version, SchemeVersion.work_hash == work_hash, otherwise=moved_on)
    base = newest_published(session, scheme_id=version.scheme_id)
    if (base and base.id) != (compared_with and compared_with.id):
        raise moved_on
    kept = replace(result, past=hiding_few(result.past))
    run = ReplayRun(
        scheme_version_id=version.id,
        work_hash=work_hash,
        compared_with_id=base.id if base is not None else None,
        result_json=RESULT.dump_json(kept).decode(),
        made_at=now,
        made_by=actor.reference,
    )
    session.add(run)
    session.flush()
    record(
        session,
        actor=actor,
        action="scheme_version.replayed",
        object_kind="scheme_version",
        object_id=version.id,
        now=now,
    )
    return run


def compute_replay(
    session: Session,
    *,
    version: SchemeVersion,
    compared_with: SchemeVersion | None,
    on: date,
    people: int = PEOPLE,
    told: Callable[[int], object] = lambda _total: None,
) -> ReplayResult:
    """Run a draft over all past questions and over generated people. Reads only, and may take a while: not in a write.

    `told` is called after each of them with how many there are in all; what it raises ends the replay.

    Every question stands by itself, with the whole budgets of the funding lines; so sums can be more than there is.
    Raises ``ValueError`` while the draft does not parse.
    """
    new = parsed_version(version).definition
    old = parsed_version(compared_with).definition if compared_with is not None else None
    if new is None:
        raise ValueError("a draft that does not parse cannot be run")
    desk = _Desk(session, new.scheme, on)
    past, total = EffectTally(), past_count(session) + people
    known = [definition for definition in (old, new) if definition is not None]
    for question, day in past_questions(session, desk.caps_per_training(known)):
        past.add(desk.effect(question, old, new, day), question, day)
        told(total)
    invented = EffectTally()
    region = desk.region(on)
    crowd = generate(region.facts, region.references, people, SEED, on=on, focus=known)
    for number, question in enumerate(questions_of(crowd, region, known, on=on, seed=SEED)):
        if number % BATCH == 0:
            session.scalar(select(1))  # PostgreSQL ends a transaction that does nothing for long
        invented.add(desk.effect(question, old, new, on), question, on)
        told(total)
    before = compared_with.version if compared_with is not None else None
    return ReplayResult(on, before, past.result(), invented.result())


class _Desk:
    """The rest of the region on each day, read once per day."""

    def __init__(self, session: Session, scheme: str, today: date) -> None:
        self.session, self.scheme = session, scheme
        self.today = as_loaded_region(session, on=today)
        self.region = lru_cache(maxsize=None)(self._region)
        self.lines = lru_cache(maxsize=None)(self._lines)

    def caps_per_training(self, definitions: Iterable[SchemeDefinition]) -> dict[str, list[Cap]]:
        """The caps per training of the schemes of today and of these definitions, of those that have them."""
        found: dict[str, list[Cap]] = {}
        for definition in (*self.today.schemes.values(), *definitions):
            found.setdefault(definition.scheme, []).extend(caps_per_training(definition))
        return {scheme: caps for scheme, caps in found.items() if caps}

    def _region(self, on: date) -> LoadedRegion:
        schemes = {scheme.slug: scheme.definition for scheme in schemes_in_force(self.session, on=on)}
        return replace(self.today, schemes=schemes)

    def _lines(self, on: date) -> tuple[AvailableFundingLine, ...]:
        held = self.today.funding.funding_lines
        return tuple(funding_line(line) for line in held if line.period.from_ <= on <= line.period.to)

    def effect(
        self, question: Question, old: SchemeDefinition | None, new: SchemeDefinition | None, on: date
    ) -> Effect:
        region: LoadedRegion = self.region(on)
        return Comparison(region, self.scheme, old, new).effect(question, on=on, funding_lines=self.lines(on))
