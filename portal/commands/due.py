"""What the desk does by itself: every job, what of it is due, and how one item is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from portal.commands.opening import vault_of
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.jobs.actions import Job

if TYPE_CHECKING:
    from portal.platform.config import Settings
    from portal.post.files.actions import Vault

ACTOR = Actor.system("loket jobs run")


def jobs_of(settings: Settings) -> Sequence[Job]:
    """Every job of this desk, with all that it is set to; by the timer and from the screen they are the same."""
    from portal.oversight.trouble import trouble_job

    state_dir = settings.state_dir
    watching = trouble_job(ACTOR, state_dir=state_dir, minimum_mb=settings.minimum_free_mb, clamd=settings.clamd)
    return (*desk_jobs(vault_of(settings), state_dir, settings.clamd), watching)


def desk_jobs(vault: Vault | None = None, state_dir: Path | None = None, clamd: str = "") -> Sequence[Job]:
    """Every job of the desk, in the order in which they are done: what frees money comes before what gives it away.

    Without the vault the files that were handed in are left alone; without the folder the audit log is not anchored.
    """
    from portal.accounting.expenses.queries import expense_breaks
    from portal.accounting.periods.queries import period_breaks
    from portal.accounting.scheduled_reports.actions import scheduled_reports_job
    from portal.accounting.warnings.actions import digest_job
    from portal.framework.staff import review_job
    from portal.oversight.books import books_job
    from portal.oversight.privacy.nightly import retention_jobs
    from portal.oversight.unusual_viewing import unusual_viewing_job
    from portal.paying.interest_due import interest_job
    from portal.planning.expected_use.actions import surety_job
    from portal.planning.expected_use.queries import surety_breaks
    from portal.planning.forecasts.actions import forecast_job
    from portal.spending.expiry import expiry_job

    jobs = (
        Job("hold_vouchers", _each_day, _hold),
        expiry_job(ACTOR),
        Job("remind_holders", _reminders, _remind),
        Job("call_off_talks", _ended_talks, _call_off_talk),
        Job("remind_of_talks", _talks_near, _remind_of_talk),
        Job("missed_instalments", _missed, _miss),
        Job("remind_debtors", _debtors, _remind_debtor),
        interest_job(_each_day),
        Job("terms_due", _terms, _warn_of_term),
        Job("waiting_list", _each_minute, _offer),
        Job("region_activation", _each_day, _activate),
        Job("expire_drafts", _each_day, _expire_drafts),
        Job("ask_outcomes", _each_day, _ask),
        Job("raise_flags", _each_day, _flag),
        Job("credited_invoices", _each_day, _credited),
        Job("tell_corrections", _corrected, _tell_corrected),
        books_job(_each_day, actor=ACTOR, state_dir=state_dir, also=(expense_breaks, period_breaks, surety_breaks)),
        digest_job(ACTOR),
        scheduled_reports_job(ACTOR),
        *retention_jobs(_each_day, actor=ACTOR),
        review_job(ACTOR),
        unusual_viewing_job(ACTOR),
        surety_job(ACTOR),
        forecast_job(ACTOR),
        Job("forget_counts", _each_day, _forget_counts),
        Job("follow_search", _behind, _follow),
    )
    return jobs if vault is None else (*jobs, _scanning(vault, clamd), _tidying(vault))


def _scanning(vault: Vault, clamd: str) -> Job:
    """What came in while no scanner answered, whenever there is a scanner."""
    from portal.post.files.scanning import scan_waiting, scanner_at

    scanner = scanner_at(clamd)

    def waiting(_session: Session, at: datetime) -> list[str]:
        return _each_minute(_session, at) if scanner is not None else []

    def scan(session: Session, _item: str, at: datetime) -> None:
        if scanner is not None:
            scan_waiting(session, vault=vault, scanner=scanner, actor=ACTOR, now=at)

    return Job("scan_files", waiting, scan)


def _tidying(vault: Vault) -> Job:
    def remove(session: Session, _item: str, at: datetime) -> None:
        from portal.post.files.actions import remove_loose_files

        remove_loose_files(session, vault=vault, now=at)

    return Job("remove_loose_files", _each_day, remove)


def _reminders(session: Session, at: datetime) -> list[str]:
    from portal.spending.reminders.queries import reminders_due

    return [f"{one}:{day}:{kind.value}" for one, day, kind in reminders_due(session, today=local_date(at))]


def _remind(session: Session, item: str, at: datetime) -> bool:
    from portal.spending.reminders.actions import remind_holder
    from portal.spending.vouchers.models import Voucher

    return remind_holder(session, voucher=session.get_one(Voucher, _first(item)), actor=ACTOR, now=at) is not None


def _ended_talks(session: Session, at: datetime) -> list[str]:
    from portal.cases.appointments.queries import talks_of_ended

    return [str(talk.id) for talk in talks_of_ended(session, now=at)]


def _call_off_talk(session: Session, item: str, at: datetime) -> bool:
    from portal.cases.appointments.actions import call_off_ended
    from portal.cases.conversations.models import Conversation

    return call_off_ended(session, talk=session.get_one(Conversation, int(item)), actor=ACTOR, now=at)


def _talks_near(session: Session, at: datetime) -> list[str]:
    from portal.cases.appointments.queries import reminders_of_talks

    return [f"{talk.id}:{talk.sequence}" for talk in reminders_of_talks(session, now=at)]


def _remind_of_talk(session: Session, item: str, at: datetime) -> bool:
    from portal.cases.appointments.actions import remind_of_talk
    from portal.cases.conversations.models import Conversation

    return remind_of_talk(session, talk=session.get_one(Conversation, _first(item)), actor=ACTOR, now=at)


def _missed(session: Session, at: datetime) -> list[str]:
    from portal.paying.settlements.queries import missed_instalments

    return [str(one) for one in missed_instalments(session, today=local_date(at))]


def _miss(session: Session, item: str, at: datetime) -> None:
    from portal.paying.recoveries import note_missed
    from portal.paying.settlements.models import Instalment

    note_missed(session, instalment=session.get_one(Instalment, int(item)), today=local_date(at), actor=ACTOR, now=at)


def _debtors(session: Session, at: datetime) -> list[str]:
    from portal.paying.collecting.of_providers import reminders_due

    return [f"{one}:{day}" for one, day in reminders_due(session, today=local_date(at))]


def _remind_debtor(session: Session, item: str, at: datetime) -> bool:
    from portal.paying.collecting.actions import remind_debtor, remind_provider
    from portal.paying.settlements.models import Debtor, Recovery

    if item not in _debtors(session, at):
        return False
    recovery = session.get_one(Recovery, _first(item))
    remind = remind_debtor if recovery.debtor is Debtor.HOLDER else remind_provider
    remind(session, recovery=recovery, actor=ACTOR, now=at)
    return True


def _terms(session: Session, at: datetime) -> list[str]:
    from portal.spending.reminders.queries import terms_due

    return [f"{question_id}:{day}" for question_id, day in terms_due(session, today=local_date(at))]


def _warn_of_term(session: Session, item: str, at: datetime) -> None:
    from portal.spending.reminders.actions import warn_owner

    warn_owner(session, question_id=_first(item), actor=ACTOR, now=at)


def _offer(session: Session, _item: str, at: datetime) -> None:
    from portal.awarding.restoring import give_back_restored
    from portal.awarding.waiting_list.actions import offer_freed_money

    give_back_restored(session, now=at, actor=ACTOR)
    offer_freed_money(session, now=at, actor=ACTOR)


def _activate(session: Session, _item: str, at: datetime) -> None:
    from portal.framework.catalogue.actions import activate_due_versions

    activate_due_versions(session, now=at)


def _expire_drafts(session: Session, _item: str, at: datetime) -> None:
    from portal.cases.questions.actions import expire_drafts
    from portal.oversight.privacy.retention.due import end_of
    from portal.oversight.privacy.retention.queries import draft_term

    term = draft_term(session)
    before = None if term is None else end_of(term.cut(local_date(at)))
    while expire_drafts(session, now=at, before=before):
        continue


def _forget_counts(session: Session, _item: str, at: datetime) -> None:
    from portal.accounting.report_files.actions import forget_report_files
    from portal.platform.apart.actions import forget_computed
    from portal.platform.limits.actions import forget_counts
    from portal.post.messages.actions import forget_details

    forget_counts(session, now=at)
    forget_details(session, now=at)
    forget_report_files(session, now=at)
    forget_computed(session, now=at)


def _hold(session: Session, _item: str, at: datetime) -> None:
    from portal.spending.invoices.actions import hold_vouchers

    hold_vouchers(session, now=at)


def _ask(session: Session, _item: str, at: datetime) -> None:
    from portal.oversight.outcomes.actions import ask_outcomes

    ask_outcomes(session, now=at)


def _flag(session: Session, _item: str, at: datetime) -> None:
    from portal.oversight.flags.actions import raise_flags

    raise_flags(session, now=at)


def _credited(session: Session, _item: str, at: datetime) -> None:
    from portal.spending.invoices.actions import note_credits

    note_credits(session, now=at)


def _each_day(_session: Session, at: datetime) -> list[str]:
    """Once a day: the day in Amsterdam."""
    return [local_date(at).isoformat()]


def _corrected(session: Session, at: datetime) -> list[str]:
    from portal.cases.corrections.queries import to_tell

    return [f"{question}:{newest}" for question, newest in to_tell(session, at=at)]


def _tell_corrected(session: Session, item: str, at: datetime) -> None:
    from portal.cases.corrections.actions import tell_of_corrections
    from portal.cases.questions.models import DevelopmentQuestion

    tell_of_corrections(session, question=session.get_one(DevelopmentQuestion, _first(item)), now=at)


def _behind(session: Session, at: datetime) -> list[str]:
    from portal.oversight.finding.keeping import is_behind

    return _each_minute(session, at) if is_behind(session) else []


def _follow(session: Session, _item: str, _at: datetime) -> None:
    from portal.oversight.finding.keeping import follow

    while follow(session):
        pass


def _each_minute(_session: Session, at: datetime) -> list[str]:
    """Every time, but not twice in one minute."""
    return [at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")]


def _first(item: str) -> int:
    return int(item.partition(":")[0])
