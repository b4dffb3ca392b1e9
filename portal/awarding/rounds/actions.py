"""Acts on rounds: open one, give points, keep how the money was divided, drop one. Advisors decide on awards, as always."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundMethod, RoundState
from portal.awarding.divisions.queries import DIVISION, Division
from portal.awarding.order_of_receipt.actions import lock_money
from portal.awarding.rounds.queries import free_cents, schemes_with_rounds
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

MOST_POINTS = 1_000_000


def open_round(session: Session, *, scheme: str, received_until: date, actor: Actor, now: datetime) -> AwardRound:
    """Open a round of a scheme, with a seed that is drawn now and of which only the print is told until the money is divided.

    Raises ``Refusal`` at its field for a scheme without rounds or a day that has passed; ``Conflict`` when one is open.
    """
    require_region(actor)
    on = local_date(now)
    method = schemes_with_rounds(session, on=on).get(scheme)
    if method is None:
        message = _l("Deze regeling verdeelt het geld niet in een ronde.")
        raise Refusal("no_rounds", message, field="scheme")
    if received_until < on:
        raise Refusal("day_passed", _l("Kies vandaag of een dag die nog komt."), field="until")
    seed = secrets.token_hex(16)
    made = AwardRound(
        scheme=scheme,
        method=method,
        received_until=received_until,
        seed=seed,
        seed_print=sha256(seed.encode()).hexdigest(),
        opened_at=now,
        opened_by=actor.reference,
        opened_by_name=actor.signature,
    )
    open_already = Conflict("round_open", _l("Van deze regeling loopt al een ronde."))
    write_new(session, made, otherwise=open_already)
    _log(session, made, "award_round.opened", actor, now)
    return made


def give_points(
    session: Session, *, award_round: AwardRound, points: Mapping[str, int], actor: Actor, now: datetime
) -> AwardRound:
    """Say how many points every application has, in place of what was said before. Who has none has 0.

    Raises ``Refusal`` at its field (points) where nothing is ranked or a number is too large; ``Conflict`` when it is not open.
    """
    require_region(actor)
    hold(session, award_round, AwardRound.state == RoundState.OPEN, otherwise=_moved_on())
    if award_round.method is not RoundMethod.RANKING:
        raise Refusal("no_ranking", _l("In deze ronde tellen geen punten."), field="points")
    if any(not 0 <= one <= MOST_POINTS for one in points.values()):
        raise Refusal("points_out_of_range", _l("Punten zijn hele getallen van 0 tot 1.000.000."), field="points")
    award_round.points_json = json.dumps(dict(sorted(points.items())))
    session.flush()
    _log(session, award_round, "award_round.points_given", actor, now)
    return award_round


def keep_division(
    session: Session, *, award_round: AwardRound, division: Division, actor: Actor, now: datetime
) -> AwardRound:
    """Keep how the money was divided; from then on the seed is told. Nobody is awarded anything by it.

    Raises ``Refusal`` while applications may still come in; ``Conflict`` when it is not open (any more), or when the money that
    it was worked out with is not there any more.
    """
    require_region(actor)
    hold(session, award_round, AwardRound.state == RoundState.OPEN, otherwise=_moved_on())
    if local_date(now) <= award_round.received_until:
        raise not_over()
    wanted = Counter[str]()
    for row in division.rows:
        wanted.update(dict(row.lines))
    ids = [line.id for line in funding_lines(session) if line.slug in wanted]
    lock_money(session, funding_line_ids=ids)
    free = free_cents(session, lines=wanted.keys())
    if any(cents > free[slug] for slug, cents in wanted.items()):
        message = _l(
            "Er is intussen minder geld dan er verdeeld zou worden. Verdeel het geld opnieuw. Er is niets vastgelegd."
        )
        raise Conflict("less_money", message)
    award_round.state, award_round.result_json = RoundState.DIVIDED, DIVISION.dump_json(division).decode()
    award_round.divided_at, award_round.divided_by = now, actor.reference
    award_round.divided_by_name = actor.signature
    session.flush()
    _log(session, award_round, "award_round.divided", actor, now)
    return award_round


def drop_round(session: Session, *, award_round: AwardRound, actor: Actor, now: datetime) -> AwardRound:
    """Let an open round go: nothing is divided. Raises ``Conflict`` when it is not open (any more)."""
    require_region(actor)
    hold(session, award_round, AwardRound.state == RoundState.OPEN, otherwise=_moved_on())
    award_round.state, award_round.dropped_at = RoundState.DROPPED, now
    award_round.dropped_by = actor.reference
    session.flush()
    _log(session, award_round, "award_round.dropped", actor, now)
    return award_round


def not_over() -> Refusal:
    """What is said while applications may still come in."""
    return Refusal("round_not_over", _l("Er kunnen nog aanvragen bij komen. Verdeel het geld na de laatste dag."))


def _moved_on() -> Conflict:
    return Conflict("round_moved_on", _l("Deze ronde staat er intussen anders voor. Bekijk haar opnieuw."))


def _log(session: Session, award_round: AwardRound, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="award_round", object_id=award_round.id, now=now)
