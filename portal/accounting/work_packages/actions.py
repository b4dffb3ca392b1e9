"""Acts on work packages: the region adds and changes them. Expenses belong to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounting.scope import only_region
from portal.accounting.work_packages.models import WorkPackage, WorkPackageBudget
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

LARGEST_CENTS = 10**12


@dataclass(frozen=True)
class WorkPackageTerms:
    """What a work package is: number, title, period, and what it may cost in cents per funding line (by id)."""

    number: str
    title_nl: str
    title_en: str
    period_from: date
    period_to: date
    budgets: Mapping[int, int] = field(default_factory=dict)


def add_work_package(session: Session, *, terms: WorkPackageTerms, actor: Actor, now: datetime) -> WorkPackage:
    """Add a work package. Raises ``Refusal`` at the field that is wrong, also when the number is there already."""
    only_region(actor)
    wanted = _checked(terms)
    package = WorkPackage(
        number=wanted.number,
        title_nl=wanted.title_nl,
        title_en=wanted.title_en,
        period_from=wanted.period_from,
        period_to=wanted.period_to,
        created_at=now,
        created_by=actor.reference,
    )
    write_new(session, package, otherwise=_taken())
    _keep_budgets(session, package, wanted.budgets)
    _log(session, package, "work_package.added", actor, now)
    return package


def change_work_package(
    session: Session, *, package: WorkPackage, terms: WorkPackageTerms, actor: Actor, now: datetime
) -> WorkPackage:
    """Change a work package. Its number stays: expenses were accounted for under it. Raises ``Refusal`` as for a new one."""
    only_region(actor)
    wanted = _checked(terms)
    hold(session, package)
    if wanted.number != package.number:
        message = _l("Het nummer van een werkpakket verandert niet. Maak een nieuw werkpakket.")
        raise Refusal("number_stays", message, field="number")
    write_guarded(
        session,
        package,
        otherwise=None,
        title_nl=wanted.title_nl,
        title_en=wanted.title_en,
        period_from=wanted.period_from,
        period_to=wanted.period_to,
    )
    _keep_budgets(session, package, wanted.budgets)
    _log(session, package, "work_package.changed", actor, now)
    return package


def _keep_budgets(session: Session, package: WorkPackage, budgets: Mapping[int, int]) -> None:
    """A budget that is no longer wanted becomes nothing, so that the log says what it was."""
    known = {one.funding_line_id: one for one in package.budgets}
    for line_id in sorted({*known, *budgets}):
        cents = budgets.get(line_id, 0)
        if line_id in known:
            known[line_id].budget_cents = cents
        elif cents:
            session.add(WorkPackageBudget(work_package_id=package.id, funding_line_id=line_id, budget_cents=cents))
    session.flush()
    session.expire(package, ["budgets"])


def _checked(terms: WorkPackageTerms) -> WorkPackageTerms:
    number, nl, en = (" ".join(text.split()) for text in (terms.number, terms.title_nl, terms.title_en))
    if not number or len(number) > 20:
        raise Refusal(
            "number", _l("Vul het nummer van het werkpakket in. Het heeft hoogstens 20 tekens."), field="number"
        )
    for name, text in (("title_nl", nl), ("title_en", en)):
        if not text or len(text) > 300:
            raise Refusal("title", _l("Vul de titel in. Die heeft hoogstens 300 tekens."), field=name)
    if terms.period_to < terms.period_from:
        message = _l("De laatste dag ligt voor de eerste dag. Verander een van de twee.")
        raise Refusal("period", message, field="period_to")
    if not all(0 <= cents <= LARGEST_CENTS for cents in terms.budgets.values()):
        message = _l("Vul een bedrag in van nul tot en met tien miljard euro.")
        raise Refusal("amount_out_of_range", message, field="budget")
    return WorkPackageTerms(number, nl, en, terms.period_from, terms.period_to, dict(terms.budgets))


def _taken() -> Refusal:
    return Refusal("number_taken", _l("Er is al een werkpakket met dit nummer."), field="number")


def _log(session: Session, package: WorkPackage, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="work_package", object_id=package.id, now=now)
