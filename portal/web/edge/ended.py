"""Why somebody is not in any more, in words: each reason has its own, and says whether one can enter again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from portal.people.accounts.models import EndOfSession
from portal.people.actor import Audience
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.page_owner import made_for, whose
from portal.web.edge.policy import current_actor
from portal.web.edge.session import this_session


@dataclass(frozen=True)
class WhyOver:
    """What somebody is told who is not in any more."""

    title: Any
    message: Any
    enters: bool = True
    """Whether the same person can come in again, and then goes on with what was typed."""


_AWAY, _OUT, _STOPPED = _l("U was lang weg"), _l("U bent uitgelogd"), _l("De links zijn gestopt")

ENDED: Mapping[EndOfSession, WhyOver] = {
    EndOfSession.IDLE: WhyOver(
        _AWAY, _l("U hebt een tijd niets gedaan. Daarom hebben wij de pagina afgesloten, dat is veiliger.")
    ),
    EndOfSession.LONG: WhyOver(
        _AWAY, _l("Het is lang geleden dat u hier binnenkwam. Daarom hebben wij de pagina afgesloten, dat is veiliger.")
    ),
    EndOfSession.SIGNED_OUT: WhyOver(_OUT, _l("U hebt in deze browser uitgelogd.")),
    EndOfSession.SIGNED_OUT_ELSEWHERE: WhyOver(_OUT, _l("U hebt deze browser uitgelogd vanaf een ander apparaat.")),
    EndOfSession.LINKS_ENDED: WhyOver(
        _STOPPED, _l("Wie de vraag stelde, liet alle links naar de vraag stoppen. Er is een nieuwe link gemaakt.")
    ),
    EndOfSession.OTHER_ADDRESS: WhyOver(
        _STOPPED, _l("Bij deze vraag hoort nu een ander adres. Daarom werken de oude links niet meer.")
    ),
    EndOfSession.ASKED_ELSEWHERE: WhyOver(
        _l("Dit is aan een ander adres gevraagd"),
        _l("Dit is intussen op een ander e-mailadres gevraagd. Daarom kunt u hier niet meer antwoorden."),
        enters=False,
    ),
    EndOfSession.WITHDRAWN: WhyOver(
        _l("De vraag is ingetrokken"), _l("De vraag is intussen ingetrokken. U hoeft niets meer te doen."), enters=False
    ),
    EndOfSession.CLOSED: WhyOver(
        _l("De vraag is afgesloten"),
        _l("Het loket heeft de vraag intussen afgesloten. U hoeft niets meer te doen."),
        enters=False,
    ),
    EndOfSession.THROWN_AWAY: WhyOver(
        _l("De vraag is weggegooid"),
        _l("Deze vraag was nog niet verstuurd, en is weggegooid. U kunt een nieuwe vraag stellen."),
        enters=False,
    ),
    EndOfSession.DRAFT_TOO_OLD: WhyOver(
        _l("De vraag is gewist"),
        _l("Deze vraag is lang niet verstuurd. Zulke vragen wissen wij. U kunt een nieuwe vraag stellen."),
        enters=False,
    ),
    EndOfSession.ERASED: WhyOver(
        _l("De gegevens zijn gewist"),
        _l("De gegevens van deze vraag zijn gewist. Daarom is er hier niets meer te zien."),
        enters=False,
    ),
    EndOfSession.NO_LONGER_ACTS: WhyOver(
        _l("U handelt niet meer voor deze persoon"),
        _l("U mag niet meer handelen voor wie de vraag stelde. Daarom hebben wij de pagina afgesloten."),
        enters=False,
    ),
    EndOfSession.ACCOUNT_CLOSED: WhyOver(
        _l("Uw account staat uit"),
        _l("Een beheerder heeft uw account uitgezet. Klopt dat niet? Vraag het de beheerder."),
        enters=False,
    ),
    EndOfSession.RIGHTS_CHANGED: WhyOver(
        _l("Uw rechten zijn veranderd"),
        _l("Een beheerder heeft veranderd wat u mag doen. Daarom logt u opnieuw in."),
    ),
    EndOfSession.STEPS_FORGOTTEN: WhyOver(
        _l("Uw tweede stap is weggehaald"),
        _l("Een beheerder heeft uw tweede stap weggehaald. Daarom logt u opnieuw in."),
    ),
    EndOfSession.ENDED_BY_DESK: WhyOver(_OUT, _l("Een beheerder heeft u overal uitgelogd.")),
}
"""A row for each reason that a session can end."""
NOT_IN = WhyOver(
    _l("U bent hier niet meer binnen"),
    _l("In deze browser bent u niet meer ingelogd. U was lang weg, of u hebt uitgelogd."),
)
"""The browser has nothing any more that says of which session it was."""
SOMEBODY_ELSE = WhyOver(
    _l("U bent als iemand anders binnen"),
    _l("In deze browser kwam intussen iemand anders binnen, of u met een andere link."),
)
TOO_OLD = WhyOver(_l("Deze pagina is te oud"), _l("Deze pagina is te oud om nog te versturen."))


def why_over() -> WhyOver:
    """Why who asks this is not in any more, or is not who the page was made for."""
    session, mine = this_session(), current_actor()
    if session.lost:
        return ENDED[session.ended or EndOfSession.LONG]
    owner = made_for(request.form.get("csrf_token", "")) if request.method == "POST" else None
    if mine.audience is not Audience.ANYONE:
        return TOO_OLD if owner == whose(mine) else SOMEBODY_ELSE
    return NOT_IN if owner or request.method != "POST" else TOO_OLD
