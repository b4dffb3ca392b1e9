"""``loket jobs``: do everything that is due, and show what keeps failing. To be started every few minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from portal.commands.backup import folder_of
from portal.commands.due import ACTOR, jobs_of
from portal.commands.opening import clear_errors, open_ready_desk, refused_items
from portal.commands.working import kinds_of
from portal.oversight.long_work.doing import do_waiting
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.platform.jobs.models import JobState
from portal.platform.jobs.queries import TROUBLED, job_items

if TYPE_CHECKING:
    from sqlalchemy import Engine


ERASES = frozenset({"erase_due", "erase_asked"})
"""The jobs that erase people."""
LEFT_ALONE = timedelta(minutes=5)
"""Long work that waits for so long has no server that does it: those look every two seconds, and do one piece at a time."""


@click.group()
def jobs() -> None:
    """Talks, reminders, expiry, warnings, instalments, terms, freed money, loose files, the books, and mail."""


class Instant(click.ParamType):
    """An instant with its time zone: 2026-08-30T01:00:00+02:00."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant in UTC; a clear message for anything else."""
        if isinstance(value, datetime):
            return value
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("not an instant; write 2026-08-30T01:00:00+02:00", param, ctx)
        if read.tzinfo is None:
            self.fail("an instant needs a time zone, such as +02:00 or Z", param, ctx)
        return read.astimezone(UTC)


@jobs.command()
@click.option(
    "--now", "instant", type=Instant(), help="The instant it is; default the clock. The future only in a demonstration."
)
@click.option("--only", multiple=True, help="Only these jobs, by name.")
@click.option("--no-mail", is_flag=True, help="Leave the mail in the outbox.")
@clear_errors
def run(instant: datetime | None, only: tuple[str, ...], no_mail: bool) -> None:
    """Do what is due. Safe at any time, twice at once, and again after it was killed. Exit code 1 when something failed."""
    settings, engine = open_ready_desk()
    at = instant or now()
    if at > now() and not settings.is_demo:
        raise click.BadParameter("the instant lies in the future", param_hint="--now")
    known = jobs_of(settings)
    wrong = sorted({*only} - {job.name for job in known})
    if wrong:
        names = ", ".join(job.name for job in known)
        raise click.BadParameter(f"no job called {', '.join(wrong)}; there are {names}", param_hint="--only")
    chosen = [job for job in known if not only or job.name in only]
    done = run_jobs(
        engine, jobs=chosen, now=at, clock=now if instant is None else None, refused=refused_items(engine, ACTOR)
    )
    for job in chosen:
        parts = ((done.done, "done"), (done.failed, "put off"), (done.dead, "given up"))
        words = [f"{counted[job.name]} {word}" for counted, word in parts if counted.get(job.name)]
        if words:
            click.echo(f"{job.name}: {', '.join(words)}")
    if done.done.keys() & ERASES:
        _note_erased(settings, engine, at)
    troubled = bool(done.failed or done.dead)
    if not no_mail and not only:
        troubled = not _mail(settings, engine, at) or troubled
        troubled = not _take_back(settings, engine) or troubled
        _tell_systems(settings, engine)
        _register_letters(settings, engine)
        _long_work(settings, engine, instant)
    if troubled:
        raise SystemExit(1)


def _note_erased(settings: Settings, engine: Engine, at: datetime) -> None:
    """Write what was erased beside the backups, where there are any: who puts one back erases it again."""
    from portal.commands.backups.erased import list_erased

    if (folder := folder_of(settings)).is_dir():
        list_erased(engine, folder, now=at)


def _mail(settings: Settings, engine: Engine, at: datetime) -> bool:
    """Send the mail and SMS that is due; the outbox has leases, retries and failures of its own. Whether everything left."""
    from portal.papers.sending import SendingRun, send_mail, send_texts, text_transport, transport

    def clock() -> datetime:
        return max(at, now())

    def said(kind: str, sent: SendingRun) -> bool:
        if sent.sent or sent.postponed or sent.given_up:
            click.echo(f"{kind}: {sent.sent} sent, {sent.postponed} put off, {sent.given_up} given up")
        return not (sent.postponed or sent.given_up)

    deliver, text = transport(settings), text_transport(settings)
    well = text is None or said("sms", send_texts(engine, settings=settings, deliver=text, clock=clock))
    if deliver is None:
        click.echo("mail: SMTP_URL is not set, so mail stays in the outbox")
        return well
    return said("mail", send_mail(engine, settings=settings, deliver=deliver, clock=clock)) and well


def _take_back(settings: Settings, engine: Engine) -> bool:
    """Note the mail that came back, from the mailbox for it and from NotifyNL. Whether both could be read."""
    from portal.papers.sending import take_back

    try:
        back = take_back(engine, settings=settings, clock=now)
    except OSError as error:
        click.echo(f"mail that came back: cannot be read ({error})")
        return False
    if back["undelivered"]:
        click.echo(f"mail that came back: {back['undelivered']} not delivered")
    return True


def _tell_systems(settings: Settings, engine: Engine) -> None:
    """Tell the systems of others what happened; what does not arrive has tries and an end of its own."""
    from portal.platform.outbound import post_public
    from portal.post.webhooks.sending import send_words

    key = settings.secret_key.get_secret_value()
    told = send_words(engine, key=key, address=settings.address, post=post_public, clock=now)
    if told:
        click.echo(f"systems: {told['sent']} told, {told['failed']} not reached")


def _register_letters(settings: Settings, engine: Engine) -> None:
    """Register formal letters and their decisions in the archive; what is not taken has tries and an end of its own."""
    from portal.papers.registering import archive_of, register_letters

    archive = archive_of(settings)
    if archive is None:
        return
    done = register_letters(engine, archive=archive, settings=settings, clock=now)
    if done.total():
        click.echo(f"archive: {done['registered']} registered, {done['not_taken']} not taken")


def _long_work(settings: Settings, engine: Engine, instant: datetime | None) -> None:
    """Do the long work that no process of the server took up; what goes wrong with it stands on its page."""
    clock = now if instant is None else lambda: instant
    ended = do_waiting(engine, kinds=kinds_of(settings), clock=clock, waited=LEFT_ALONE)
    if ended:
        click.echo(f"long work: {ended} done")


@jobs.command(name="list")
@click.option("--state", type=click.Choice([state.value for state in JobState]), help="By default everything not done.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@clear_errors
def list_(state: str | None, limit: int) -> None:
    """Items that are being done, wait for another try, or were given up (dead), the newest first."""
    _, engine = open_ready_desk()
    states = TROUBLED if state is None else (JobState(state),)
    rows = unit_of_work(engine, lambda session: job_items(session, states=states, limit=limit), read_only=True)
    for row in rows:
        parts = (row.state.value, row.job, row.item, f"{row.attempts}x", row.due_at.isoformat(), row.trouble or "-")
        click.echo("  ".join(parts))
    if not rows:
        click.echo("nothing")
