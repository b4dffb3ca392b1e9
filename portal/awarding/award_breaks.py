"""Awards against the rules and the books: reserved where they were awarded, counted towards their caps, not too high."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import scheme_version
from portal.ledger.invariants import Break
from portal.ledger.models import CapUse, LedgerAccount, Transfer, TransferKind
from portal.spending.vouchers.models import Award, AwardPart, Voucher
from schemes.basics.values import value_on
from schemes.definition.amounts import Cap
from schemes.definition.definition import SchemeDefinition

#: How the keys of what a decision reserved begin; what is reserved again later has another key.
_AWARDED, _RAISED = "award:", "supplement:"


def award_breaks(session: Session) -> Iterator[Break]:
    """Every award that the rules or the books do not bear."""
    yield from _on_other_lines(session)
    yield from _in_another_name(session)
    versions = select(Award.scheme, Award.scheme_version).distinct().order_by(Award.scheme, Award.scheme_version)
    for slug, version in session.execute(versions).all():
        scheme = scheme_version(session, slug=slug, version=version)
        if scheme is None:
            yield Break("A1", f"scheme {slug}", f"version {version} awarded money and is gone")
            continue
        mine = (Award.scheme == slug, Award.scheme_version == version)
        yield from _above_the_most(session, mine, scheme.definition)
        yield from _counting_nowhere(session, mine, scheme.definition)


def _on_other_lines(session: Session) -> Iterator[Break]:
    """A2: each funding line reserved for an award what the parts of the award say."""
    parts = select(AwardPart.award_id, AwardPart.funding_line_id, func.sum(AwardPart.amount_cents))
    parts = parts.group_by(AwardPart.award_id, AwardPart.funding_line_id)
    reserved = (
        select(Voucher.award_id, LedgerAccount.funding_line_id, func.sum(Transfer.amount_cents))
        .join(Voucher, Voucher.id == Transfer.voucher_id)
        .join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
        .where(
            Transfer.kind == TransferKind.RESERVE,
            or_(Transfer.key.startswith(_AWARDED), Transfer.key.startswith(_RAISED)),
        )
        .group_by(Voucher.award_id, LedgerAccount.funding_line_id)
    )
    awarded = {(row[0], row[1]): int(row[2]) for row in session.execute(parts)}
    booked = {(row[0], row[1]): int(row[2]) for row in session.execute(reserved)}
    for award, line in sorted(awarded.keys() | booked.keys()):
        said, kept = awarded.get((award, line), 0), booked.get((award, line), 0)
        if said != kept:
            yield Break(
                "A2", f"award {award}", f"its parts take {said} from funding line {line}, which reserved {kept}"
            )


def _in_another_name(session: Session) -> Iterator[Break]:
    """A5: a voucher stands in the name of the person to whom it was awarded, and of an employer when one asked for it.

    So people are counted by their vouchers, and employers by their awards, alone.
    """
    question, by_employer = DevelopmentQuestion, Award.employer_key.is_not(None)
    rows = select(Award.id).join(Voucher, Voucher.award_id == Award.id).join(question, question.id == Award.question_id)
    another = or_(Award.person_key != Voucher.beneficiary_key, (question.route == Route.EMPLOYER) != by_employer)
    rows = rows.where(another)
    for award in session.scalars(rows.order_by(Award.id)):
        yield Break("A5", f"award {award}", "its voucher stands in another name")


def _above_the_most(session: Session, mine: tuple[object, ...], definition: SchemeDefinition) -> Iterator[Break]:
    """A3: no award is higher than the most that its rule pays per award; of variants the highest counts."""
    rows = select(Award.id, Award.amount_cents, Award.counted_on).where(*mine)  # type: ignore[arg-type]
    if any(not _per_award(caps) for caps in _alternatives(definition)):
        return
    limits: dict[date, int | None] = {}
    for award, cents, on in session.execute(rows.order_by(Award.id)):
        if on not in limits:
            limits[on] = most_per_award(definition, on)
        limit = limits[on]
        if limit is not None and cents > limit:
            yield Break("A3", f"award {award}", f"{cents}, but its rule pays at most {limit} per award")


def _counting_nowhere(session: Session, mine: tuple[object, ...], definition: SchemeDefinition) -> Iterator[Break]:
    """A4: what is reserved counts towards every cap that the scheme has for that person, employer or training.

    An award of before it was kept for which training it is, counts towards no cap per training.
    """
    most = sum(cap.per != "award" for cap in definition.caps)
    if most == 0:
        return
    uses = select(CapUse.transfer_id, func.count().label("caps")).group_by(CapUse.transfer_id).subquery()
    rows = (
        select(
            Transfer.id,
            Award.counted_on,
            Award.person_key,
            Award.employer_key,
            Award.training_key,
            func.coalesce(uses.c.caps, 0),
        )
        .join(Voucher, Voucher.id == Transfer.voucher_id)
        .join(Award, Award.id == Voucher.award_id)
        .outerjoin(uses, uses.c.transfer_id == Transfer.id)
        .where(Transfer.kind == TransferKind.RESERVE, func.coalesce(uses.c.caps, 0) < most, *mine)  # type: ignore[arg-type]
        .order_by(Transfer.id)
    )
    least: dict[date, Counter[str]] = {}
    for transfer, on, person, employer, training, caps in session.execute(rows):
        if on not in least:
            least[on] = _holders(definition, on)
        holders = {"person": person, "employer": employer, "training": training}
        wanted = sum(least[on][per] for per, holder in holders.items() if holder)
        if caps < wanted:
            yield Break("A4", f"transfer {transfer}", f"a reservation that counts towards {caps} caps of {wanted}")


def _alternatives(definition: SchemeDefinition) -> list[tuple[Cap, ...]]:
    """The caps of the definition, and those that its variants have instead."""
    others = [tuple(one.caps) for one in definition.variants if one.caps is not None]
    return [tuple(definition.caps), *others]


def _per_award(caps: tuple[Cap, ...]) -> list[Cap]:
    return [cap for cap in caps if cap.per == "award"]


def most_per_award(definition: SchemeDefinition, on: date) -> int | None:
    """The most that any alternative pays per award on a day; None when one pays without a limit."""
    found = []
    for caps in _alternatives(definition):
        known = [limit for cap in _per_award(caps) if (limit := value_on(cap.amount_cents, on)) is not None]
        if not known:
            return None
        found.append(min(known))
    return max(found)


def _holders(definition: SchemeDefinition, on: date) -> Counter[str]:
    """How many caps there are at least per person, employer and training on a day, whatever the variant."""
    counted = [
        Counter(cap.per for cap in caps if value_on(cap.amount_cents, on) is not None)
        for caps in _alternatives(definition)
    ]
    return Counter({per: min(one[per] for one in counted) for per in ("person", "employer", "training")})
