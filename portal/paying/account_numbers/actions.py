"""Acts on the account numbers of providers: one is asked for, one member of staff checks it, and another confirms it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.framework.powers import Power, require_power
from portal.paying.account_numbers.queries import is_of_another
from portal.paying.payments.pain001 import PayingAccount
from portal.people.actor import Actor, Audience
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.actions import checked_iban, log_provider, staff_only, tell_provider
from portal.spending.providers.models import IbanChange, IbanChangeState, Provider
from portal.spending.providers.queries import waiting_iban_change


def ask_iban_change(
    session: Session,
    *,
    provider: Provider,
    iban: str,
    how: str = "",
    payer: PayingAccount | None,
    actor: Actor,
    now: datetime,
) -> IbanChange:
    """Ask for a first or another account number, as the provider itself or as staff. What holds now stays until two confirmed it.

    Who asks as staff is the first of the two and writes how it was checked; what a provider asks still has to be checked. `payer`
    is the account of the desk. Raises ``Refusal`` at the field for a wrong number or one of somebody else, ``Conflict`` when a
    change waits already.
    """
    by_provider = actor.audience is Audience.PROVIDER and actor.organisation_id == provider.organisation_id
    if not by_provider:
        staff_only(actor)
    number = checked_iban(iban)
    said = None if by_provider else _said(how)
    hold(session, provider)
    if number == provider.iban:
        raise Refusal("iban_same", _l("Dit is al uw rekeningnummer."), field="iban")
    waits = Conflict("iban_change_waiting", _l("Er wacht al een nieuw rekeningnummer op een tweede medewerker."))
    if waiting_iban_change(session, provider=provider) is not None:
        raise waits
    _not_of_another(session, provider, number, payer)
    change = IbanChange(
        provider_id=provider.id,
        iban=number,
        state=IbanChangeState.WAITING,
        asked_at=now,
        asked_by=actor.reference,
        checked_at=None if said is None else now,
        checked_by=None if said is None else actor.reference,
        checked_how=said,
    )
    write_new(session, change, otherwise=waits)
    log_provider(session, provider, "provider.iban_asked", actor, now)
    tell_provider(session, provider=provider, template="provider/iban_asked", now=now, version=change.id)
    return change


def check_iban_change(session: Session, *, change: IbanChange, how: str, actor: Actor, now: datetime) -> IbanChange:
    """A member of staff checked a number that a provider asked for, and writes how. Another one can confirm it then.

    Raises ``Refusal`` at the field without a word on how, ``Conflict`` when a colleague was first.
    """
    staff_only(actor)
    said = _said(how)
    write_guarded(
        session,
        change,
        IbanChange.state == IbanChangeState.WAITING,
        IbanChange.checked_at.is_(None),
        otherwise=Conflict("iban_change_checked", _l("Een collega heeft dit rekeningnummer al gecontroleerd.")),
        checked_at=now,
        checked_by=actor.reference,
        checked_how=said,
    )
    log_provider(session, change.provider, "provider.iban_checked", actor, now)
    tell_provider(session, provider=change.provider, template="provider/iban_checked", now=now, version=change.id)
    return change


def decide_iban_change(
    session: Session, *, change: IbanChange, confirm: bool, payer: PayingAccount | None, actor: Actor, now: datetime
) -> IbanChange:
    """Confirm or refuse an account number. Who asked for it or checked it may not confirm it, only take it back.

    Of two people at once one decides, the other gets a ``Conflict``. Raises ``Refusal`` when nobody checked it, or when it turned
    out to be of somebody else.
    """
    staff_only(actor)
    decided = Conflict("iban_change_decided", _l("Over dit rekeningnummer is al besloten."))
    hold(session, change, IbanChange.state == IbanChangeState.WAITING, otherwise=decided)
    if confirm:
        _may_confirm(session, change, payer, actor, now)
    change.state = IbanChangeState.CONFIRMED if confirm else IbanChangeState.REFUSED
    change.decided_at, change.decided_by = now, actor.reference
    if confirm:
        change.provider.iban = change.iban
    session.flush()
    act = "provider.iban_changed" if confirm else "provider.iban_refused"
    log_provider(session, change.provider, act, actor, now)
    if confirm:
        tell_provider(session, provider=change.provider, template="provider/iban_changed", now=now, version=change.id)
    return change


def _may_confirm(
    session: Session, change: IbanChange, payer: PayingAccount | None, actor: Actor, now: datetime
) -> None:
    if change.checked_by is None:
        message = _l("Niemand heeft dit rekeningnummer nog gecontroleerd. Dat komt eerst.")
        raise Refusal("not_checked", message)
    message = _l("U hebt dit zelf gevraagd of gecontroleerd. Een andere medewerker moet het bevestigen.")
    require_none_of(actor, earlier=(change.asked_by, change.checked_by), own=Refusal("second_person", message))
    require_power(session, Power.ACCOUNT_NUMBER, actor=actor, on=local_date(now), prepared_by=change.checked_by)
    hold(session, change.provider)
    _not_of_another(session, change.provider, change.iban, payer)


def _not_of_another(session: Session, provider: Provider, iban: str, payer: PayingAccount | None) -> None:
    """Says not of whom it is: who asks would learn the account of another."""
    if is_of_another(session, provider=provider, iban=iban, payer=payer):
        message = _l(
            "Het loket kent dit rekeningnummer al van iemand anders: een opleider, een aanvrager of het loket zelf. Een opleider "
            "wordt alleen betaald op een rekening van zichzelf."
        )
        raise Refusal("iban_of_another", message, field="iban")


def _said(how: str) -> str:
    said = how.strip()
    if not said:
        message = _l("Schrijf op hoe u dit rekeningnummer hebt gecontroleerd, bijvoorbeeld met wie u belde.")
        raise Refusal("how_missing", message, field="how")
    return said
