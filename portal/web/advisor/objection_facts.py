"""What an advisor sees of an objection: its terms, who is heard, who objects, and what can be done now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from portal.awarding.decisions.models import Decision
from portal.platform.clock import local_date, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_euros
from portal.platform.i18n import gettext as _
from portal.post.outages.queries import outages_before
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import (
    decision_against,
    delays_of,
    known_on,
    repair_that_waits,
    repairs_of,
    settlement_of_decision,
)
from portal.words.decision_labels import DELAY_BASES, OBJECTION_OUTCOMES, OBJECTIONABLE, WAIVERS
from portal.words.labels import label

Row = tuple[str, str | None]


def facts_of_objection(shown: Objection) -> list[dict[str, Any]]:
    """The rows with everything that is known of an objection."""
    rows = [*_who(shown), *_received(shown), *_terms(shown), *_heard(shown)]
    return [{"label": name, "value": value} for name, value in rows]


def steps_of(shown: Objection) -> dict[str, bool]:
    """What can be done now, beyond what every open objection has."""
    session = current_session()
    repairs = repairs_of(session, objection=shown)
    waiting = repair_that_waits(session, objection=shown, today=today())
    return {
        "can_ask_repair": waiting is None,
        "can_repair": any(one.repaired_on is None for one in repairs),
        "may_say_to_be_heard": shown.hear_asked_at is not None and shown.hear_wanted_on is None,
    }


def _day(value: date | None) -> str | None:
    return format_date(value) if value is not None else None


def _who(shown: Objection) -> Iterator[Row]:
    yield _("Tegen"), against_words(decision_against(current_session(), objection=shown))
    if not shown.of_another:
        return
    judged = {
        None: _("nog te beoordelen"),
        True: _("ja: %(reason)s", reason=shown.interest_reason),
        False: _("nee: %(reason)s", reason=shown.interest_reason),
    }
    yield _("Bezwaar van"), shown.third_name
    yield _("Adres"), f"{shown.third_street}, {shown.third_postcode} {shown.third_city}"
    yield _("Belang volgens deze persoon"), shown.third_interest
    yield _("Belang bij het besluit"), judged[shown.interested]


def _received(shown: Objection) -> Iterator[Row]:
    late = _("nee")
    if shown.late:
        judged = {
            None: _("ja, nog te beoordelen"),
            True: _("ja, met een goede reden"),
            False: _("ja, zonder goede reden"),
        }
        late = judged[shown.lateness_excused]
    yield _("Ontvangen"), _day(shown.received_on)
    yield _("Op de post gedaan"), _day(shown.posted_on)
    ended = shown.term_ended_on
    unsent = _("De brief is nog niet verstuurd. Er loopt nog geen termijn.")
    yield _("Bezwaar kon tot en met"), _day(ended) if ended is not None else unsent
    yield _("Te laat"), late
    if shown.late:
        yield _("Storingen in de termijn"), _outages(shown)


def _outages(shown: Objection) -> str:
    session = current_session()
    since = known_on(session, decision=decision_against(session, objection=shown))
    if since is None or shown.term_ended_on is None:
        return _("geen")
    found = outages_before(session, last_day=shown.term_ended_on, since=since)
    return ", ".join(f"{format_datetime(one.began_at)}: {one.what}" for one in found) or _("geen")


def _terms(shown: Objection) -> Iterator[Row]:
    session = current_session()
    for repair in repairs_of(session, objection=shown):
        until = _("gevraagd op %(day)s, tot en met %(until)s", day=_day(repair.asked_on), until=_day(repair.answer_by))
        done = (
            _("aangevuld op %(day)s", day=_day(repair.repaired_on)) if repair.repaired_on else _("nog niet aangevuld")
        )
        yield _("Aanvullen"), f"{until}; {done}"
    for delay in delays_of(session, objection=shown):
        yield (
            _("Verder uitstel"),
            _(
                "tot en met %(day)s. %(basis)s: %(who)s",
                day=_day(delay.until),
                basis=label(DELAY_BASES, delay.basis),
                who=delay.agreed_by,
            ),
        )
    yield _("Besluit uiterlijk"), _day(shown.decide_by)


def _heard(shown: Objection) -> Iterator[Row]:
    if shown.hear_answer_by is not None:
        wanted = _("ja, gezegd op %(day)s", day=_day(shown.hear_wanted_on))
        open_until = _("gevraagd, antwoord tot en met %(day)s", day=_day(shown.hear_answer_by))
        yield _("Wil gehoord worden"), wanted if shown.hear_wanted_on else open_until
    yield _("Hoorzitting gepland"), format_datetime(shown.hearing_on) if shown.hearing_on else None
    yield _("Gehoord op"), _day(shown.heard_on)
    yield _("Niet gehoord omdat"), label(WAIVERS, shown.waiver) if shown.waiver else None
    yield _("Uitkomst"), label(OBJECTION_OUTCOMES, shown.outcome) if shown.outcome else None
    yield _("Besloten door"), shown.decided_by_name


def against_words(decision: Decision) -> str:
    """A decision in words: what it is, its day, and for a settlement what it came to."""
    words = f"{label(OBJECTIONABLE, decision.kind)}, {format_date(local_date(decision.decided_at))}"
    settled = settlement_of_decision(current_session(), decision=decision)
    return f"{words}: {format_euros(settled.settled_cents)}" if settled is not None else words
