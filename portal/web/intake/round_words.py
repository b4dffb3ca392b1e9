"""What the round of a scheme means for one application, in sentences: when it is decided on, or what it gave and how."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundMethod, RoundState
from portal.awarding.divisions.queries import DividedPart, parts_in, rounds_of
from portal.cases.applications.models import Application
from portal.platform.clock import local_date
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _


def round_sentences(session: Session, *, application: Application, title: Callable[[str], str]) -> list[str]:
    """One sentence per scheme that was applied for and has a round; empty when none has. `title` says what a scheme is called."""
    rounds = rounds_of(session, schemes=application.schemes)
    parts, latest = (
        {one.scheme: one for one in parts_in(rounds, application.number)},
        {one.scheme: one for one in rounds},
    )
    said = []
    for scheme in sorted(application.schemes):
        if scheme in parts:
            said.append(_given(parts[scheme], title(scheme)))
        elif scheme in latest:
            said.append(_waits(latest[scheme], application, title(scheme)))
    return said


def _given(part: DividedPart, title: str) -> str:
    """What it got, and how it was divided."""
    known = {"scheme": title, "amount": format_euros(part.cents), "place": part.place}
    if part.latest.method is RoundMethod.LOTTERY:
        return _("De ronde van %(scheme)s gaf %(amount)s, door loting: plaats %(place)s.", **known)
    if part.latest.method is RoundMethod.RANKING:
        return _("De ronde van %(scheme)s gaf %(amount)s, op volgorde van punten: plaats %(place)s.", **known)
    asked = format_euros(part.row.asked_cents)
    return _(
        "De ronde van %(scheme)s gaf %(amount)s. Gevraagd was %(asked)s; iedereen kreeg hetzelfde deel.",
        scheme=title,
        amount=known["amount"],
        asked=asked,
    )


def _waits(last: AwardRound, application: Application, title: str) -> str:
    """When it is decided on, as far as is known."""
    day, complete = format_date(last.received_until), application.completed_at
    if last.state is not RoundState.OPEN or (complete is not None and local_date(complete) > last.received_until):
        return _(
            "De ronde van %(scheme)s tot en met %(day)s was al dicht. De aanvraag hoort bij een volgende ronde.",
            scheme=title,
            day=day,
        )
    if complete is None:
        return _(
            "De ronde van %(scheme)s loopt tot en met %(day)s. Alleen wie dan compleet is, doet mee.",
            scheme=title,
            day=day,
        )
    return _("De ronde van %(scheme)s wordt verdeeld na %(day)s. Daarna volgt het besluit.", scheme=title, day=day)
