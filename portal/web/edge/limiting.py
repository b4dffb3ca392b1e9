"""What is counted although the request is refused: a wrong link, a wrong code. It is done in a transaction of its own."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, current_app, g

from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import Busy
from portal.platform.limits.actions import TooMany, take
from portal.platform.limits.models import HowOften
from portal.platform.limits.queries import free_again
from portal.web.edge.errors import busy, refused


def install(app: Flask) -> None:
    """Count after each request what it was wrong in."""
    app.after_request(_count)


def count_wrong(limit: HowOften, who: str) -> None:
    """Somebody guessed wrong: count it when this request is done. Beyond the limit its answer is that it is too many.

    A guess may count for more than one limit; a request that is done once more counts once.
    """
    g.guessed_wrong = {**g.get("guessed_wrong", {}), (limit.what, who): limit}


def refuse_guesser(limit: HowOften, who: str) -> None:
    """Refuse who guessed wrong too often, also when this guess is right. Raises `TooMany`."""
    at = now()
    free_at = free_again(current_session(), limit=limit, who=who, now=at)
    if free_at is not None:
        raise TooMany(free_at, now=at)


def _count(response: Response) -> Response:
    at = now()
    for (_what, who), limit in g.pop("guessed_wrong", {}).items():
        try:
            unit_of_work(current_app.extensions["engine"], partial(take, limit=limit, who=who, now=at))
        except TooMany as refusal:
            response = refused(refusal)
        except Busy as error:  # what is not counted is not answered
            return busy(error)
    return response
