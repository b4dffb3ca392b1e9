"""``loket messages``: send what waits in the outbox, look at it, and note what came back."""

from __future__ import annotations

import json
from pathlib import Path

import click

from portal.commands.opening import clear_errors, open_ready_desk
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError
from portal.post.messages.models import MessageState
from portal.post.messages.queries import outbox


@click.group()
def messages() -> None:
    """Send, or list, the mail and letters in the outbox."""


@messages.command()
@click.option("--at-most", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@clear_errors
def send(at_most: int) -> None:
    """Send the mail and SMS that are due; outside production, without a service, to a folder. Letters wait to be printed."""
    from portal.papers.sending import send_mail, send_texts, text_transport, transport

    settings, engine = open_ready_desk()
    deliver = transport(settings)
    if deliver is None:
        raise PortalError("SMTP_URL is not set, so mail stays in the outbox")
    done = send_mail(engine, settings=settings, deliver=deliver, clock=now, at_most=at_most)
    outside = settings.smtp_url or settings.notify_template
    where = "" if outside else f" (to {settings.state_dir / 'mail'})"
    text = text_transport(settings)
    if text is not None:
        texts = send_texts(engine, settings=settings, deliver=text, clock=now, at_most=at_most)
        done.sent, done.postponed = done.sent + texts.sent, done.postponed + texts.postponed
        done.given_up += texts.given_up
    click.echo(f"sent {done.sent}{where}, postponed {done.postponed}, given up {done.given_up}")
    if done.postponed or done.given_up:
        raise SystemExit(1)


@messages.command(name="undelivered")
@click.argument("source", required=False, type=click.Path(exists=True, path_type=Path))
@clear_errors
def undelivered_(source: Path | None) -> None:
    """Note the mail that came back, from SOURCE (a Maildir, an mbox or one mail), by default BOUNCE_MAILBOX and NotifyNL.

    What was formal goes on paper, with the next letters that are printed.
    """
    from portal.papers.sending import notify_of, take_back
    from portal.papers.undelivered import take_in_reports

    settings, engine = open_ready_desk()
    if source is not None:
        done = take_in_reports(engine, source=source, address=settings.address, clock=now)
    elif settings.bounce_mailbox is None and notify_of(settings) is None:
        raise PortalError("say which mailbox, or set BOUNCE_MAILBOX")
    else:
        done = take_back(engine, settings=settings, clock=now)
    click.echo(f"undelivered {done['undelivered']}, known {done['known']}, other {done['other']}")


@messages.command(name="list")
@click.option("--state", type=click.Choice([state.value for state in MessageState]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@clear_errors
def list_(state: str | None, limit: int, as_json: bool) -> None:
    """The newest messages; without names, which the outbox does not hold."""
    _settings, engine = open_ready_desk()
    wanted = MessageState(state) if state else None
    rows = unit_of_work(engine, lambda session: outbox(session, state=wanted, limit=limit), read_only=True)
    shown = [
        {
            "id": row.public_id,
            "kind": row.kind.value,
            "template": row.template,
            "about": f"{row.object_kind}:{row.object_id}",
            "state": row.state.value,
            "created_at": row.created_at.isoformat(),
            "trouble": row.trouble,
        }
        for row in rows
    ]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    for line in () if as_json else shown:
        click.echo(
            "  ".join(str(line[key] or "-") for key in ("state", "kind", "template", "about", "created_at", "trouble"))
        )
