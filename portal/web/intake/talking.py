"""The talk with an advisor, for who asked: choose a moment, another moment, call it off, and put it in a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Response, current_app, flash, redirect, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from wtforms.validators import StopValidation

from portal.cases.appointments.actions import TalkWish, call_off_talk, choose_talk, move_talk
from portal.cases.appointments.queries import Choosable, change_until, choosable, latest_talk, upcoming_talk
from portal.cases.conversations.models import Conversation
from portal.cases.diaries.models import TalkWay
from portal.cases.diaries.queries import FreeMoment
from portal.papers.calendar_file import NAME, calendar_file, entry_of
from portal.platform.clock import local_date, now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_time
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import Stand, decide_on, found, leave_for, page, require_seen
from portal.web.forms import ChoiceField, Form, PhoneField
from portal.web.intake.state import FRESH_LINK, Intake
from portal.words.talk_labels import CHOOSING, TALKING

MOMENT = "%Y-%m-%dT%H:%MZ"
DAYS_SHOWN = 5
"""How many days with free moments stand on one page."""


class MomentField(ChoiceField):
    """One of the free moments. Whether it is still free is for the act to say: somebody may have been earlier."""

    def words_of_choice(self, key: str) -> str:
        """The moment that was chosen, also when it is not free any more."""
        moment = moment_of(key)
        return key if moment is None else format_datetime(moment)

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise StopValidation(self.missing)
        if moment_of(self.data) is None:
            raise StopValidation(_l("Dit antwoord kennen wij niet. Kies een van de antwoorden uit de lijst."))


class ChooseTalkForm(Form):
    """Choose a moment for a talk at the desk or by video."""

    starts_at = MomentField(_l("Wanneer wilt u praten?"), missing=_l("Kies een moment."))


class ChooseCallForm(ChooseTalkForm):
    """Choose a moment for a talk by telephone."""

    phone = PhoneField(_l("Op welk nummer bellen wij u?"), missing=_l("Vul het nummer in waarop wij u bellen."))


class CallOffForm(Form):
    """Call the talk off: a button."""


@dataclass(frozen=True)
class FreeDay:
    """The free moments of one day, as they are shown."""

    day: date
    title: str
    times: Sequence[tuple[str, str]]
    """What is sent, and the time as it is read."""


def key_of(starts_at: datetime) -> str:
    """A moment as it is sent: the instant in UTC."""
    return starts_at.astimezone(UTC).strftime(MOMENT)


def moment_of(key: str) -> datetime | None:
    """The instant that was sent; None for anything else."""
    try:
        return datetime.strptime(key, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def days_of(moments: Sequence[FreeMoment]) -> list[FreeDay]:
    """Free moments by day; a moment at which several advisors are free stands there once."""
    by_day: dict[date, dict[str, str]] = {}
    for one in moments:
        times = by_day.setdefault(local_date(one.starts_at), {})
        times.setdefault(key_of(one.starts_at), format_time(one.starts_at))
    return [FreeDay(day, format_date(day, "weekday"), list(times.items())) for day, times in by_day.items()]


def stands_of(talk: Conversation | None) -> list[Stand]:
    """What a page about the talk shows and what is decided on."""
    if talk is None:
        return [Stand("talk", _("Uw gesprek"), None, _("geen"))]
    return [Stand("talk", _("Uw gesprek"), f"{talk.public_id}:{talk.sequence}", format_datetime(talk.planned_for))]


def talk_page(intake: Intake) -> ResponseReturnValue:
    """The talk that is planned, and the free moments: to choose one, or another one."""
    session, question, back = intake.session, intake.question, _after(intake)
    if not question.is_open and _planned(intake) is None:
        return leave_for(
            back,
            _l("Uw vraag is afgerond. U kunt hier geen gesprek meer kiezen. Bel ons als u wilt praten."),
            ChooseCallForm(),
        )
    decide_on(lambda: stands_of(_planned(intake)), question)
    talk, free = _planned(intake), choosable(session, question=question, now=now())
    way = _way(free, talk)
    form = _form(way, intake, talk)
    if form.sent_while(
        _offered(way), _l("Zo is er geen moment meer vrij. Kies een andere manier om te praten, of bel ons.")
    ):
        with form.refusals():
            require_seen()
            assert way is not None, "it is offered"
            wish = TalkWish(_sent(form), way, form.phone.data if isinstance(form, ChooseCallForm) else None)
            by: dict[str, Any] = {"wish": wish, "actor": intake.actor, "now": now()}
            if talk is None:
                choose_talk(session, question=question, **by)
                flash(_("Uw gesprek staat vast."), "ok")
            else:
                move_talk(session, talk=talk, **by)
                flash(_("Uw gesprek is op het andere moment."), "ok")
            return redirect(back, code=303)
        free = choosable(session, question=question, now=now())  # what is left now that somebody was earlier
    shown, earlier, later = _paged(days_of(free.moments.get(way, ())) if way is not None else ())
    return page(
        "intake/talk.html",
        form=form,
        talk=talk,
        talking=str(TALKING[talk.way]) if talk is not None else "",
        changeable=talk is None or now() <= change_until(session, talk=talk),
        earliest=free.earliest,
        ways=[{"text": CHOOSING[one], "href": _here(intake, one), "current": one is way} for one in free.moments],
        days=shown,
        earlier=_here(intake, way, earlier) if earlier is not None else None,
        later=_here(intake, way, later) if later is not None else None,
        here=_here(intake, way, shown[0].day if shown else None),
        calendar=url_for(f"{intake.audience}.talk_file", question_id=intake.id),
        call_off=url_for(f"{intake.audience}.call_off_talk", question_id=intake.id),
        back=back,
    )


def call_off_page(intake: Intake) -> ResponseReturnValue:
    """Call the talk off, after asking."""
    decide_on(lambda: stands_of(_planned(intake)), intake.question)
    talk = _planned(intake)
    if talk is None:
        return leave_for(_status(intake), _l("Er is geen gesprek meer dat u kunt afzeggen."))
    form = CallOffForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            call_off_talk(intake.session, talk=talk, actor=intake.actor, now=now())
            flash(_("Uw gesprek is afgezegd. U kunt een nieuw moment kiezen."), "ok")
            return redirect(_status(intake), code=303)
    return page("intake/call_off_talk.html", form=form, talk=talk, back=_here(intake))


def talk_file(intake: Intake) -> ResponseReturnValue:
    """The talk as a file for a calendar; after it was called off a file that removes it there."""
    talk = found(latest_talk(intake.session, question=intake.question, actor=intake.actor, now=now()))
    return calendar_response(talk)


def calendar_response(talk: Conversation) -> Response:
    """The calendar file of a talk, to be saved or opened."""
    entry = entry_of(current_session(), talk, address=current_app.extensions["settings"].address)
    response = Response(calendar_file(entry), content_type=f"text/calendar; charset=utf-8; method={entry.method}")
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return response


def _planned(intake: Intake) -> Conversation | None:
    return upcoming_talk(intake.session, question=intake.question, now=now())


def _status(intake: Intake) -> str:
    return url_for(f"{intake.audience}.status", question_id=intake.id)


def _after(intake: Intake) -> str:
    """Where one goes on: to the page with the new link while that was not shown yet, else to where the question stands."""
    if FRESH_LINK in browser_session:
        return url_for(f"{intake.audience}.received", question_id=intake.id)
    return _status(intake)


def _here(intake: Intake, way: str | None = None, day: date | None = None) -> str:
    """The address of the page, with the way and the day from which it shows moments."""
    return url_for(f"{intake.audience}.talk", question_id=intake.id, hoe=way, vanaf=day.isoformat() if day else None)


def _way(free: Choosable, talk: Conversation | None) -> TalkWay | None:
    """The way that was chosen in the address, else that of the talk, else the first that is offered."""
    asked = request.args.get("hoe", talk.way.value if talk is not None else "")
    return next((way for way in free.moments if way.value == asked), next(iter(free.moments), None))


def _offered(way: TalkWay | None) -> bool:
    """Whether a moment is left in the way that the page was about; nobody is booked in another way."""
    return way is not None and request.args.get("hoe") in (None, way.value)


def _form(way: TalkWay | None, intake: Intake, talk: Conversation | None) -> ChooseTalkForm:
    if way is not TalkWay.PHONE:
        return ChooseTalkForm()
    contact = intake.question.contact
    known = talk.place if talk is not None and talk.way is TalkWay.PHONE else None
    return ChooseCallForm(data={"phone": known or (contact.phone if contact is not None else None)})


def _sent(form: ChooseTalkForm) -> datetime:
    moment = moment_of(form.starts_at.data)
    assert moment is not None, "the field was checked"
    return moment


def _paged(days: Sequence[FreeDay]) -> tuple[Sequence[FreeDay], date | None, date | None]:
    """The days of this page, and the first days of the page before and after it."""
    asked = request.args.get("vanaf", "")
    at = next((number for number, one in enumerate(days) if one.day.isoformat() >= asked), 0) if asked else 0
    before, after = days[max(0, at - DAYS_SHOWN) : at], days[at + DAYS_SHOWN : at + DAYS_SHOWN + 1]
    return days[at : at + DAYS_SHOWN], before[0].day if before else None, after[0].day if after else None
