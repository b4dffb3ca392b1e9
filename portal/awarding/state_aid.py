"""De-minimis aid: what one undertaking had of this desk and elsewhere, and what is left of the most in any three years.

Regulation (EU) 2023/2831, article 3: per single undertaking, over any period of three years. An undertaking is an employer, by
its KvK number, or somebody who works for their own account. What they declare is what they had elsewhere; what this desk
awarded is added to it here, so that nobody has to know that, and two questions of one undertaking share one room. Employers
that declared to be one group are one undertaking, with one room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from matching.offers.earlier_awards import years_later
from matching.offers.state_aid import counts_as_aid, is_undertaking
from portal.awarding.undertakings import Declared, declared_by, employer_keys, group_of
from portal.cases.applications.models import Application
from portal.cases.linked.queries import group_of_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.same_person.queries import keys_of_person
from portal.framework.catalogue.queries import region, scheme_version
from portal.ledger.guards import PeriodCap, hold_caps
from portal.ledger.queries import figures
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Award, ChangeKind, Voucher, VoucherChange
from schemes.basics.values import value_on

YEARS = 3
_Room = tuple[str, str, str]
ALL_AID = "aid.de_minimis"
"""The name under which the guard counts all schemes together. A slug has no dot, so no scheme can have it."""


@dataclass(frozen=True)
class AidOfUndertaking:
    """What an undertaking had in the three years up to a day, in cents, and the most it may have."""

    most_cents: int | None
    """None on a day without a ceiling."""
    declared_cents: int | None
    """Elsewhere, as declared; None when nobody said."""
    here_cents: int
    """Awarded by this desk, less what was given back."""

    @property
    def left_cents(self) -> int | None:
        """What it may still have; None without a ceiling."""
        if self.most_cents is None:
            return None
        return max(0, self.most_cents - (self.declared_cents or 0) - self.here_cents)


@dataclass(frozen=True)
class _Aid:
    """An award that is aid to an undertaking, on the day on which it was last made higher, with the facts of its question."""

    award_id: int
    question_id: int
    employer_key: str | None
    facts: Mapping[str, Any]
    cents: int
    on: date


def aid_of(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application | None,
    on: date,
    own_too: bool = True,
    later_too: bool = True,
) -> AidOfUndertaking | None:
    """What who asked had as an undertaking; None when it is none, or did not apply.

    Without `own_too` not on this question, without `later_too` not after the day: as it was then.
    """
    if application is None or not _asks_as_undertaking(session, question):
        return None
    had = _awarded(session, application, on)
    rules = region(session).settings.de_minimis
    here = sum(one.cents for one in had if (own_too or one.question_id != question.id) and (later_too or one.on <= on))
    return AidOfUndertaking(value_on(rules.ceiling_cents, on), _declared(session, question, application, had, on), here)


def facts_with_aid(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application | None,
    on: date,
    own_too: bool = True,
    later_too: bool = True,
) -> dict[str, Any]:
    """The facts of a question, in which the aid that was had counts what this desk awarded too; not known stays not known.

    `own_too` and `later_too` are as in `aid_of`. Before an application it is what the employer says of itself and its group.
    """
    rules, facts = region(session).settings.de_minimis, dict(question.facts)
    aid = aid_of(session, question=question, application=application, on=on, own_too=own_too, later_too=later_too)
    said = _cents(facts.get(rules.used_fact))
    if aid is not None and said is not None:
        facts[rules.used_fact] = max(said, aid.declared_cents or 0) + aid.here_cents
    elif said is not None and application is None and question.route is Route.EMPLOYER:
        known = group_of_question(session, question=question)
        facts[rules.used_fact] = said + (known.aid_cents if known is not None else 0)
    return facts


def aid_caps(
    session: Session, *, question: DevelopmentQuestion, application: Application, award: Award, today: date
) -> tuple[PeriodCap, ...]:
    """The room for aid that an award takes from, with its limit now; none when it is no aid.

    The guard of the undertaking is locked first, and holds until the end of the transaction. To be called when the funding lines
    at stake are locked, right before the money is reserved.
    """
    held = scheme_version(session, slug=award.scheme, version=award.scheme_version)
    rules = region(session).settings.de_minimis
    if held is None or not counts_as_aid(held.definition, rules, question.route.value, question.facts):
        return ()
    keys, counted = _hold_room(session, application)
    aid = aid_of(session, question=question, application=application, on=today, own_too=False)
    if aid is None or aid.left_cents is None:
        return ()
    room = aid.left_cents - _held_cents(session, question, application, today)
    return (PeriodCap(*keys[0], counted[keys[0]] + max(0, room)),)


def _hold_room(session: Session, application: Application) -> tuple[list[_Room], dict[_Room, int]]:
    """Lock the guards of all that share the room, and look again who they are: somebody may have joined them meanwhile."""
    keys: list[_Room] = []
    counted: dict[_Room, int] = {}
    while True:
        again = [(ALL_AID, holder, f"last:{YEARS}") for holder in _holders(session, application)]
        if again == keys:
            return keys, counted
        keys, counted = again, hold_caps(session, again)


def _asks_as_undertaking(session: Session, question: DevelopmentQuestion) -> bool:
    return is_undertaking(region(session).settings.de_minimis, question.route.value, question.facts)


def _holders(session: Session, application: Application) -> list[str]:
    """By whom the guard counts: the employer with the others of its group after it, or the person with her other pseudonyms."""
    if application.employer_key is not None:
        return [f"employer:{key}" for key in employer_keys(session, application)]
    mine = application.person_key or ""
    return [f"person:{key}" for key in (mine, *sorted(keys_of_person(session, mine) - {mine}))]


def _awarded(session: Session, application: Application, on: date) -> list[_Aid]:
    """The aid that this desk awarded to the undertaking in the three years up to a day, and since."""
    rules = region(session).settings.de_minimis
    net = Award.amount_cents - Voucher.released_cents - Voucher.recovered_cents
    raised = (
        select(VoucherChange.voucher_id, func.max(VoucherChange.at).label("at"))
        .where(VoucherChange.kind == ChangeKind.TOPPED_UP)
        .group_by(VoucherChange.voucher_id)
        .subquery()
    )
    rows = (
        select(Award, net, raised.c.at, DevelopmentQuestion.route, DevelopmentQuestion.facts)
        .join(Voucher, Voucher.award_id == Award.id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Award.question_id)
        .outerjoin(raised, raised.c.voucher_id == Voucher.id)
        .where(_to_undertaking(session, application), net > 0)
        .order_by(Award.awarded_on, Award.id)
    )
    found = []
    for award, cents, at, route, facts in session.execute(rows):
        held = scheme_version(session, slug=award.scheme, version=award.scheme_version)
        day = max(award.awarded_on, award.awarded_on if at is None else local_date(at))
        aid = held is not None and counts_as_aid(held.definition, rules, route.value, facts)
        if aid and day > years_later(on, -YEARS):
            found.append(_Aid(award.id, award.question_id, award.employer_key, facts, int(cents), day))
    return found


def _to_undertaking(session: Session, application: Application) -> ColumnElement[bool]:
    if application.employer_key is not None:
        return Award.employer_key.in_(employer_keys(session, application))
    mine = Award.person_key.in_(keys_of_person(session, application.person_key or ""))
    return mine & Award.employer_key.is_(None)


def _declared(
    session: Session, question: DevelopmentQuestion, application: Application, had: Sequence[_Aid], on: date
) -> int | None:
    """What was declared of elsewhere: by the asker itself, and by the others of its group. What two declared counts once.

    Each says what it had itself, and what the others of its group had together; the most that follows from that counts.
    """
    own = _declared_by_itself(session, question, [one for one in had if one.employer_key == application.employer_key])
    if application.kvk_number is None:
        return own
    group = group_of(session, application.kvk_number)
    used = region(session).settings.de_minimis.used_fact
    said = dict(declared_by(session, numbers=group, used_fact=used, after=years_later(on, -YEARS)))
    known, mine = group_of_question(session, question=question), said.pop(application.kvk_number, Declared(None, 0))
    of_others = mine.others_cents if known is None else known.aid_cents
    each = [cents for cents in (own, *(one.own_cents for one in said.values())) if cents is not None]
    of_all = [(own or 0) + of_others, *((one.own_cents or 0) + one.others_cents for one in said.values())]
    return max(sum(each), *of_all) if each or any(of_all) else None


def _declared_by_itself(session: Session, question: DevelopmentQuestion, had: Sequence[_Aid]) -> int | None:
    """What the asker said: on this question, or else the last time that it was said before an award."""
    used = region(session).settings.de_minimis.used_fact
    said = [_cents(facts.get(used)) for facts in (*(one.facts for one in had), question.facts)]
    return next((cents for cents in reversed(said) if cents is not None), None)


def _held_cents(session: Session, question: DevelopmentQuestion, application: Application, today: date) -> int:
    """What the books hold already for the aid on this question: nothing for awards that are just made."""
    mine = [one.award_id for one in _awarded(session, application, today) if one.question_id == question.id]
    vouchers = list(session.scalars(select(Voucher.id).where(Voucher.award_id.in_(mine))))
    held = figures(session, by=("voucher_id",), voucher_ids=vouchers) if vouchers else {}
    return sum(one.reserved_cents + one.spent_cents for one in held.values())


def _cents(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
