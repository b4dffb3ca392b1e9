"""Reads of acts of two people. Who may not do or lay down a kind does not see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, object_session

from portal.cases.questions.queries import of_cases_in_sight, question_by_id
from portal.framework.funding.models import FundingLine
from portal.paying.settlements.models import Recovery
from portal.people.accounts.models import Account, Organisation
from portal.people.actor import Actor, Audience
from portal.second_look.two_person_acts.kinds import kinds_for
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonState
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, Voucher


def waiting_acts(session: Session, *, actor: Actor, limit: int = 200) -> Sequence[TwoPersonAct]:
    """What waits for a second person and this one may see, the oldest first; what they laid down themselves too."""
    rows = select(TwoPersonAct).where(
        TwoPersonAct.state == TwoPersonState.WAITING, TwoPersonAct.kind.in_(kinds_for(actor))
    )
    found = session.scalars(rows.order_by(TwoPersonAct.laid_down_at, TwoPersonAct.id).limit(limit)).all()
    return [one for one in found if may_see(one, actor)]


def closed_acts(session: Session, *, actor: Actor, limit: int = 20) -> Sequence[TwoPersonAct]:
    """What was done, sent back or taken back, the newest first."""
    rows = select(TwoPersonAct).where(
        TwoPersonAct.state != TwoPersonState.WAITING, TwoPersonAct.kind.in_(kinds_for(actor))
    )
    found = session.scalars(rows.order_by(TwoPersonAct.closed_at.desc(), TwoPersonAct.id.desc()).limit(limit)).all()
    return [one for one in found if may_see(one, actor)]


def waiting_for(audience: Audience) -> Select[int]:
    """The acts that wait for somebody of this audience, to count."""
    kinds = kinds_for(Actor(audience))
    return select(TwoPersonAct.id).where(TwoPersonAct.state == TwoPersonState.WAITING, TwoPersonAct.kind.in_(kinds))


def _is_in_sight(laid: TwoPersonAct, actor: Actor) -> bool:
    session = object_session(laid)
    if actor.sight is None or laid.question_id is None or session is None:
        return actor.sight is None or laid.question_id is None
    return question_by_id(session, question_id=laid.question_id, actor=actor) is not None


def laid_down_by_public_id(session: Session, *, public_id: str, actor: Actor) -> TwoPersonAct | None:
    """One act of two people, whatever became of it; None when there is none or the actor may not see it."""
    in_sight = of_cases_in_sight(TwoPersonAct.question_id, actor)
    found = session.scalar(select(TwoPersonAct).where(TwoPersonAct.public_id == public_id, in_sight))
    return found if found is not None and may_see(found, actor) else None


def laid_down_on(session: Session, *, subject: str) -> TwoPersonAct | None:
    """The act that waits on this subject; at most one does. The caller guards who may see the subject."""
    rows = select(TwoPersonAct).where(TwoPersonAct.subject == subject, TwoPersonAct.state == TwoPersonState.WAITING)
    return session.scalars(rows).one_or_none()


def invoice_of(session: Session, *, laid: TwoPersonAct) -> Invoice:
    """The invoice that an act is about."""
    return session.get_one(Invoice, laid.number)


def voucher_of(session: Session, *, laid: TwoPersonAct) -> Voucher:
    """The voucher that an act is about."""
    return session.get_one(Voucher, laid.number)


def recovery_of(session: Session, *, laid: TwoPersonAct) -> Recovery:
    """The claim that an act is about."""
    return session.get_one(Recovery, laid.number)


def bill_of_set_off(session: Session, *, laid: TwoPersonAct) -> Redemption:
    """The bill on which a claim is withheld."""
    return session.get_one(Redemption, laid.details["redemption"])


def line_of(session: Session, *, laid: TwoPersonAct) -> FundingLine:
    """The funding line that an act is about."""
    return session.get_one(FundingLine, laid.number)


def account_of(session: Session, *, laid: TwoPersonAct) -> Account:
    """The account that an act is about."""
    return session.get_one(Account, laid.number)


def provider_of_fee(session: Session, *, laid: TwoPersonAct) -> Provider:
    """The provider that is owed a cancellation fee."""
    return session.get_one(Provider, laid.details["provider"])


def organisation_of(session: Session, *, laid: TwoPersonAct) -> Organisation | None:
    """The organisation of a new account; None for one without."""
    number = laid.details["organisation"]
    return session.get_one(Organisation, number) if number is not None else None


def may_see(laid: TwoPersonAct, actor: Actor) -> bool:
    """Whether somebody may see an act of two people: who may do its kind; an owner only about the own schemes, an advisor of the
    own teams alone only about a case of these."""
    if laid.kind not in kinds_for(actor) or not _is_in_sight(laid, actor):
        return False
    scheme = laid.details.get("scheme")
    return not actor.schemes or scheme is None or scheme in actor.schemes
