"""A desk under load: every worker does its acts one after another, and tells of each one that the database confirmed.

An act is sent as a browser sends a form: with a key that is the same when it is sent again. Per application there are four:
approve it, redeem its voucher in two parts, and raise a budget by one euro. What is confirmed ("acknowledged") must be there once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import fund
from portal.ledger.models import Transfer, TransferKind
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work
from portal.platform.idempotency import Replay, claim_idempotency, fingerprint, remember
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher
from tests.factories import NOW, a_provider, a_region, an_application, approve
from tests.snapshots import begin_with

AMOUNT = 25_000
KINDS = ("approve", "first", "second", "raise")
"""The acts of one application, in their order."""


@dataclass(frozen=True)
class Act:
    """One act of one application."""

    question_id: int
    kind: str

    @property
    def key(self) -> str:
        """The same each time this act is sent."""
        return f"{self.question_id}:{self.kind}"


def prepare(session: Session, *, applications: int) -> list[int]:
    """Applications of 25,000 cents each, money for all of them, and a provider. Returns the ids of the questions."""
    begin_with(session, ("applications to act on", applications), lambda empty: _prepare(empty, applications))
    return list(session.scalars(select(DevelopmentQuestion.id).order_by(DevelopmentQuestion.id)))


def _prepare(session: Session, applications: int) -> None:
    a_region(session)
    for line in funding_lines(session):
        fund(session, funding_line_id=line.id, amount_cents=AMOUNT * applications * 2, actor_id="system", now=NOW)
    a_provider(session)
    for _ in range(applications):
        an_application(session, costs=[CostInput("tuition", AMOUNT)])


def acts_of(questions: list[int]) -> list[Act]:
    """Everything one worker has to do for its questions."""
    return [Act(question, kind) for question in questions for kind in KINDS]


def perform(engine: Engine, act: Act, *, keyed: bool = True) -> None:
    """Do one act in one unit of work. `keyed` False: the control, which does not know that it was sent before."""
    unit_of_work(engine, lambda session: _do_once(session, act) if keyed else _do(session, act))


def perform_together(engine: Engine, acts: list[Act]) -> None:
    """Do acts that follow each other in one unit of work."""

    def work(session: Session) -> None:
        for act in acts:
            _do_once(session, act)

    unit_of_work(engine, work)


def _do_once(session: Session, act: Act) -> None:
    claim = claim_idempotency(
        session, actor_key="tests", route=act.kind, key=act.key, fingerprint=fingerprint(act.key), now=NOW
    )
    if isinstance(claim, Replay):
        return
    _do(session, act)
    remember(session, claim, status=303)


def _do(session: Session, act: Act) -> None:
    if act.kind == "raise":
        line = min(one.id for one in funding_lines(session))
        fund(session, funding_line_id=line, amount_cents=100, actor_id="system", now=NOW, note=act.key)
        return
    question = session.get_one(DevelopmentQuestion, act.question_id)
    if act.kind == "approve":
        approve(session, question)
        return
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()
    redeem_voucher(
        session, voucher=voucher, bill=Bill(act.key, date(2026, 3, 2), AMOUNT // 2), actor=_provider(session), now=NOW
    )


def _provider(session: Session) -> Actor:
    provider = session.scalars(select(Provider).order_by(Provider.id)).first()
    assert provider is not None
    return Actor(Audience.PROVIDER, account_id=9001, organisation_id=provider.organisation_id, display_name="Pia")


def effects(session: Session) -> Counter[str]:
    """How often each act has had its effect, by its key."""
    found: Counter[str] = Counter()
    for question_id, number in session.execute(
        select(Decision.question_id, func.count()).group_by(Decision.question_id)
    ):
        found[Act(question_id, "approve").key] = number
    for key, number in session.execute(
        select(Redemption.invoice_number, func.count()).group_by(Redemption.invoice_number)
    ):
        found[key] = number
    raised = select(Transfer.note, func.count()).where(
        Transfer.kind == TransferKind.FUND, Transfer.note.like("%:raise")
    )
    for key, number in session.execute(raised.group_by(Transfer.note)):
        found[str(key)] = number
    return found


def dying(engine: Engine, chance: Callable[[], bool], die: Callable[[], None]) -> None:
    """Let this process die right after a commit, before anybody hears of it: on a database file, the lost answer."""
    real = engine.dialect.do_commit

    def do_commit(connection: object) -> None:
        real(connection)  # type: ignore[arg-type]
        if chance():
            die()

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign]
