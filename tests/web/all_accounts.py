"""Everything of the accounts that a page can be about, for the world of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.report_files.actions import FileWish, ask_for_report_file, keep_report_file
from portal.accounting.reports.files import ReportFormat
from portal.accounting.scheduled_reports.actions import ScheduleTerms, ask_for_reports
from portal.accounting.scheduled_reports.models import ScheduleEvery
from portal.accounting.warnings.actions import plan_inflow
from portal.cases.questions.models import Route
from portal.framework.funding.queries import funders
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Audience
from portal.platform.clock import local_date
from portal.post.files.actions import Vault
from tests.web.accounted import accounted
from tests.web.agreed import agreed
from tests.web.asked import NOW
from tests.web.audited import audited
from tests.web.forecasted import a_forecast
from tests.web.planned import a_kept_scenario, a_round, some_prices
from tests.web.programs import of_programs
from tests.web.rebalanced import a_rebalance
from tests.web.teamed import a_team
from tests.web.vouched import a_surety


def the_accounts(session: Session, *, people: Mapping[Audience, Account], vault: Vault) -> dict[str, str]:
    """Expenses and co-financing, agreements with what belongs to them, a sample, reports by mail and a warning; their names and public ids.

    The warning is of a plan that nobody meets: by its route too little comes in.
    """
    since, region = (NOW - timedelta(days=300)).date(), actor_of_account(people[Audience.REGION])
    plan_inflow(session, route=Route.INDIVIDUAL, per_month=9000, valid_from=since, actor=region, now=NOW)
    return {
        **_schedules(session, people),
        **_report_files(session, people),
        **of_programs(session, people),
        "warning": "few_questions.individual",
        **accounted(session, vault=vault),
        "forecast": a_forecast(session).public_id,
        "surety": a_surety(session).public_id,
        "rebalance": a_rebalance(session).public_id,
        "prices": some_prices(session).public_id,
        "scenario": a_kept_scenario(session).public_id,
        "round": a_round(session).public_id,
        **agreed(session, region=people[Audience.REGION], vault=vault),
        **a_team(session, people[Audience.ADVISOR]),
        **audited(session, auditor=actor_of_account(people[Audience.AUDITOR])),
    }


def _schedules(session: Session, people: Mapping[Audience, Account]) -> dict[str, str]:
    """Of everybody who reads reports one that comes every month; that of the funder is about its own money."""
    made = {}
    for audience in (Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.FUNDER):
        actor = actor_of_account(session.merge(people[audience]))
        funder = funders(session)[0].slug if audience is Audience.FUNDER else None
        terms = ScheduleTerms(funder, ScheduleEvery.MONTH, 5, "nl")
        wish = ask_for_reports(session, terms=terms, actor=actor, now=NOW)
        made[f"{audience.value} schedule"] = wish.public_id
    return made


def _report_files(session: Session, people: Mapping[Audience, Account]) -> dict[str, str]:
    """Of everybody who reads reports a file that they asked for and that is there."""
    made, period = {}, FigurePeriod(local_date(NOW), local_date(NOW), local_date(NOW))
    for audience in (Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.FUNDER):
        actor = actor_of_account(session.merge(people[audience]))
        wish = FileWish(None, period, ReportFormat.LIST, "nl", "0" * 64)
        file = ask_for_report_file(session, wish=wish, actor=actor, now=NOW)
        keep_report_file(session, file=file, content=b"cijfer", actor=actor, now=NOW)
        made[f"{audience.value} report file"] = file.public_id
    return made
