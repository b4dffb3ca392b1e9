"""Doing what somebody asked for on a screen and takes long: a thread of every process of the server looks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Event, Thread

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.commands.askers import asker
from portal.commands.due import ACTOR, jobs_of
from portal.commands.opening import refused_items
from portal.commands.reporting import make_report_file
from portal.commands.taking_over import take_over_in_parts, try_in_parts, undo_in_parts
from portal.commands.training_lists import take_in_in_parts
from portal.oversight.finding.keeping import rebuild
from portal.oversight.long_work.doing import Do, Doing, do_waiting, something_waits
from portal.oversight.long_work.models import WorkKind
from portal.platform.clock import local_date, now
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job, do_again, run_jobs

log = structlog.get_logger("portal.commands")

LOOK_EVERY = 2.0
"""Seconds between two looks whether something waits."""


def kinds_of(settings: Settings) -> Mapping[WorkKind, Do]:
    """How each kind of long work is done at this desk."""
    jobs = jobs_of(settings)
    return {
        WorkKind.JOB: lambda doing: _job(doing, jobs),
        WorkKind.REPLAY: _replay,
        WorkKind.SCENARIO: lambda doing: _scenario(doing, settings.cluster),
        WorkKind.FORECAST: _forecast,
        WorkKind.PRICES: _prices,
        WorkKind.ROUND: _round,
        WorkKind.REBALANCE: _rebalance,
        WorkKind.ROOM: _room,
        WorkKind.TAKEOVER_TRIAL: try_in_parts,
        WorkKind.TAKEOVER: take_over_in_parts,
        WorkKind.TAKEOVER_UNDO: undo_in_parts,
        WorkKind.REPORT_FILE: make_report_file,
        WorkKind.TRAININGS: take_in_in_parts,
        WorkKind.SEARCH: _search,
    }


def job_names(settings: Settings) -> list[str]:
    """The jobs of this desk, in the order in which they are done."""
    return [job.name for job in jobs_of(settings)]


def work_in_background(engine: Engine, settings: Settings) -> Event:
    """Let a thread of this process do what waits, for as long as the process lives; setting the event ends it."""
    ended = Event()

    def work() -> None:
        kinds = kinds_of(settings)
        while not ended.wait(LOOK_EVERY):
            try:
                if unit_of_work(engine, lambda session: something_waits(session, at=now()), read_only=True):
                    do_waiting(engine, kinds=kinds, clock=now)
            except (PortalError, DBAPIError) as error:  # the database is away: the next look finds it back
                log.warning("work_not_looked_at", trouble=type(error).__name__)

    Thread(target=work, name=f"long-work-{os.getpid()}", daemon=True).start()
    return ended


def _job(doing: Doing, jobs: Sequence[Job]) -> None:
    """Everything of one job that is due; what was done today is done again, when it is the work of a day."""
    job = next((one for one in jobs if one.name == doing.about), None)
    if job is None:
        raise Refusal("no_such_job", _l("Dit loket kent dit werk niet."))
    at, today = doing.clock(), local_date(doing.clock()).isoformat()
    items = unit_of_work(doing.engine, lambda session: list(job.due(session, at)), read_only=True)
    doing.steps(doing.done + len(items))
    for item in items:
        if item == today:
            unit_of_work(doing.engine, lambda session, item=item: do_again(session, job=job.name, item=item, at=at))  # type: ignore[misc]
        alone = replace(job, due=_only(item))
        run = run_jobs(
            doing.engine, jobs=[alone], now=at, clock=doing.clock, refused=refused_items(doing.engine, ACTOR)
        )
        if run.dead:
            raise Refusal(
                "item_given_up",
                _l("Een deel van dit werk is opgegeven. Bij de taken ziet de beheerder welk deel, en waarom."),
            )
        doing.step()


def _only(item: str) -> Callable[[Session, datetime], list[str]]:
    return lambda _session, _at: [item]


def _search(doing: Doing) -> None:
    doing.steps(1)
    unit_of_work(doing.engine, rebuild)
    doing.step()


def _replay(doing: Doing) -> None:
    """A draft over past questions and invented people: read in one snapshot that holds nobody up, kept in one short write."""
    from portal.framework.catalogue.models import SchemeVersion
    from portal.framework.catalogue.queries import newest_published
    from portal.publishing.replay.actions import compute_replay, keep_replay
    from portal.publishing.workshop.queries import parsed_version

    at = doing.clock()

    def told(total: int) -> None:
        if doing.total != total:
            doing.steps(total)
        doing.step()

    def compute(session: Session) -> tuple[str, int | None, object]:
        version = session.get_one(SchemeVersion, int(doing.about))
        if parsed_version(version).findings:
            raise Refusal("does_not_parse", _l("Deze regeling is nog niet af. Verbeter eerst wat er niet klopt."))
        base = newest_published(session, scheme_id=version.scheme_id)
        result = compute_replay(session, version=version, compared_with=base, on=local_date(at), told=told)
        return version.work_hash, base.id if base is not None else None, result

    work_hash, base_id, result = unit_of_work(doing.engine, compute, read_only=True, attempts=1)

    def keep(session: Session, at: datetime) -> None:
        keep_replay(
            session,
            version=session.get_one(SchemeVersion, int(doing.about)),
            compared_with=session.get(SchemeVersion, base_id) if base_id is not None else None,
            work_hash=work_hash,
            result=result,  # type: ignore[arg-type]
            actor=asker(session, doing.asked_by),
            now=at,
        )

    doing.keep(keep)


def _scenario(doing: Doing, cluster: str) -> None:
    """A scenario: read in one snapshot, lived apart from the database, kept in one short write.

    After each block of years what was computed is kept too: after a pause, or when a process died, another goes on from there,
    with the money and the questions of when it began.
    """
    from matching.plan.cluster import executor_at
    from portal.planning.scenarios.actions import keep_part, keep_result
    from portal.planning.scenarios.models import Scenario
    from portal.planning.scenarios.queries import changes_of, part_of
    from portal.planning.year_ahead import BLOCK, LINES, YEARS, Begun, ScenarioInput, compute_scenario, scenario_input

    def its(session: Session) -> Scenario:
        row = session.scalar(select(Scenario).where(Scenario.public_id == doing.about))
        if row is None:
            raise Refusal("scenario_gone", _l("Dit scenario is intussen weggegooid."))
        return row

    def read(session: Session) -> tuple[ScenarioInput, Begun]:
        row = its(session)
        part = part_of(session, scenario=row) if doing.done else None
        on = part.of_day if part is not None else local_date(doing.clock())
        lines = LINES.validate_json(part.lines_json) if part is not None else None
        given = scenario_input(session, changes=changes_of(row), on=on, lines=lines)
        return given, Begun.of_text(part.content_json) if part is not None else Begun()

    given, begun = unit_of_work(doing.engine, read, read_only=True)
    doing.done = begun.so_far.blocks
    doing.milliseconds = doing.milliseconds if doing.done else 0
    doing.steps(-(-YEARS // BLOCK))

    def told() -> None:
        at = doing.clock()
        unit_of_work(
            doing.engine, lambda session: keep_part(session, scenario=its(session), given=given, begun=begun, at=at)
        )
        doing.done = begun.so_far.blocks - 1
        doing.step()

    with executor_at(cluster) as executor:
        result = compute_scenario(given, told=told, years=YEARS, begun=begun, executor=executor)

    def keep(session: Session, at: datetime) -> None:
        actor = asker(session, doing.asked_by)
        keep_result(session, scenario=its(session), result=result, actor=actor, now=at)

    doing.keep(keep)


def _forecast(doing: Doing) -> None:
    """A forecast: read in one snapshot, worked out apart from the database, kept in one short write."""
    from portal.planning.forecasts.actions import keep_forecast
    from portal.planning.observed import nothing_to_learn
    from portal.planning.outlook import outlook_input, work_out

    on = local_date(doing.clock())
    given = unit_of_work(doing.engine, lambda session: outlook_input(session, on=on), read_only=True)
    if given is None:
        raise nothing_to_learn()
    doing.steps(given.steps)
    worked_out = work_out(given, told=doing.step)

    def keep(session: Session, at: datetime) -> None:
        keep_forecast(session, worked_out=worked_out, actor=asker(session, doing.asked_by), now=at)

    doing.keep(keep)


def _prices(doing: Doing) -> None:
    """Prices of budgets: read in one snapshot, worked out apart from the database, kept in one short write."""
    from portal.planning.prices.actions import keep_prices
    from portal.planning.prices_ahead import STEPS, compute_prices, prices_input

    on = local_date(doing.clock())
    given = unit_of_work(doing.engine, lambda session: prices_input(session, on=on), read_only=True)
    doing.steps(STEPS)
    worked_out = compute_prices(given, told=doing.step)

    def keep(session: Session, at: datetime) -> None:
        keep_prices(session, worked_out=worked_out, actor=asker(session, doing.asked_by), now=at)

    doing.keep(keep)


def _round(doing: Doing) -> None:
    """The money of a round: read in one snapshot, divided apart from the database, kept in one short write."""
    from portal.awarding.divisions.models import AwardRound
    from portal.awarding.rounds.actions import keep_division
    from portal.awarding.rounds.queries import RoundInput, divided, round_input

    def its(session: Session) -> AwardRound:
        row = session.scalar(select(AwardRound).where(AwardRound.public_id == doing.about))
        if row is None:
            raise Refusal("round_gone", _l("Deze ronde is er niet meer. Kijk bij de rondes wat er nu staat."))
        return row

    def read(session: Session) -> RoundInput:
        return round_input(session, round_=its(session), on=local_date(doing.clock()))

    given = unit_of_work(doing.engine, read, read_only=True)
    doing.steps(1)
    division = divided(given)
    doing.step()

    def keep(session: Session, at: datetime) -> None:
        actor = asker(session, doing.asked_by)
        keep_division(session, award_round=its(session), division=division, actor=actor, now=at)

    doing.keep(keep)


def _rebalance(doing: Doing) -> None:
    """A plan of re-assignments: read in one snapshot, solved apart from the database, kept in one short write."""
    from matching.plan.rebalance import STEPS
    from portal.planning.rebalances.actions import keep_rebalance, work_out_rebalance
    from portal.planning.rebalances.models import Rebalance
    from portal.planning.rebalances.queries import OpenBooks, open_books, rebalance_by_public_id

    def its(session: Session) -> Rebalance:
        row = rebalance_by_public_id(session, public_id=doing.about)
        if row is None:
            raise Refusal("rebalance_gone", _l("Dit plan is er niet meer. Maak een nieuw plan."))
        return row

    def read(session: Session) -> OpenBooks:
        return open_books(session, until=its(session).until, on=local_date(doing.clock()))

    books = unit_of_work(doing.engine, read, read_only=True)
    doing.steps(STEPS)
    worked_out = work_out_rebalance(books, told=doing.step)

    def keep(session: Session, at: datetime) -> None:
        actor = asker(session, doing.asked_by)
        keep_rebalance(session, rebalance=its(session), worked_out=worked_out, actor=actor, now=at)

    doing.keep(keep)


READ_AGAIN = 3
"""So often the books of a surety are read when something is booked between the reading and the keeping."""


def _room(doing: Doing) -> None:
    """The room of a surety: read in one snapshot, worked out apart from the database, kept over the same books."""
    from portal.planning.expected_use.actions import BOOKED_MEANWHILE, keep_surety_room
    from portal.planning.expected_use.models import Surety
    from portal.planning.expected_use.queries import STEPS, JudgedRoom, RoomInput, judged, room_input

    def its(session: Session) -> Surety:
        row = session.scalar(select(Surety).where(Surety.public_id == doing.about))
        if row is None:
            raise Refusal(
                "surety_gone", _l("Deze garantie is er niet meer. Kijk bij verwacht gebruik wat er nu geldt.")
            )
        return row

    def read(session: Session) -> RoomInput:
        return room_input(session, surety=its(session), on=local_date(doing.clock()))

    for turn in range(1, READ_AGAIN + 1):
        given = unit_of_work(doing.engine, read, read_only=True)
        doing.done = 0
        doing.steps(STEPS)
        found = judged(given, told=doing.step)

        def keep(session: Session, at: datetime, found: JudgedRoom = found) -> None:
            actor = asker(session, doing.asked_by)
            keep_surety_room(session, surety=its(session), judged=found, actor=actor, now=at)

        try:
            doing.keep(keep)
        except Refusal as refused:
            if refused.code != BOOKED_MEANWHILE or turn == READ_AGAIN:
                raise
        else:
            return
