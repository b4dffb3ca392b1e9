"""``loket audit``: whether the log of what was done is as it was written, and an anchor of it outside the database."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from portal.commands.opening import clear_errors, open_ready_desk
from portal.people.audit.actions import KEPT
from portal.people.audit.anchors import Anchor, anchor_now, keep_anchor, kept_anchors, read_anchors
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import decided_in, events_of, kinds_of_objects, refusals, refusals_counted
from portal.people.audit.verifying import ChainBreak, chain_breaks, chain_length
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError

SHOWN = 100


@click.group()
def audit() -> None:
    """The log of what was done."""


@audit.command()
@clear_errors
def anchor() -> None:
    """Write how long the log is and its last hash in the state folder, and print it: keep that line somewhere else too."""
    settings, engine = open_ready_desk()
    made = unit_of_work(engine, lambda session: anchor_now(session, now=now()), read_only=True)
    path = keep_anchor(settings.state_dir, made)
    click.echo(made)
    click.echo(f"kept in {path}", err=True)


@audit.command()
@click.argument("kind")
@click.argument("number")
@clear_errors
def show(kind: str, number: str) -> None:
    """What was done to one record, oldest first, with the values before and after: loket audit show voucher 12."""
    _, engine = open_ready_desk()

    def look(session: Session) -> list[str]:
        lines = []
        for event in events_of(session, object_kind=kind, object_id=number, refused=True):
            lines.append(_line(event))
            for key, fields in sorted(decided_in(session, event=event).items()):
                lines += [f"    {key} {name}: {_word(one)} -> {_word(other)}" for name, (one, other) in fields.items()]
        return lines

    lines = unit_of_work(engine, look, read_only=True)
    if not lines:
        known = unit_of_work(engine, kinds_of_objects, read_only=True)
        raise PortalError(
            f"nothing is logged about {kind} {number}; kinds in this log: {', '.join(known) or 'none yet'}"
        )
    for line in lines:
        click.echo(line)


@audit.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@clear_errors
def refused(limit: int) -> None:
    """What was refused last, by whom and why, the newest first; and how many more of strangers were only counted."""
    _, engine = open_ready_desk()

    def look(session: Session) -> list[str]:
        lines = [f"{_line(event)}  {event.object_kind} {event.object_id}" for event in refusals(session, limit=limit)]
        counted = refusals_counted(session, since=now() - KEPT)
        return [*lines, f"counted only: {counted}"] if counted else lines

    for line in unit_of_work(engine, look, read_only=True) or ["nothing"]:
        click.echo(line)


def _line(event: AuditEvent) -> str:
    reason = "" if event.reason is None else f"  {event.result}: {event.reason}"
    return f"{event.at.isoformat()}  {event.action}  {event.actor} ({event.role}){reason}"


def _word(value: object) -> str:
    return "-" if value is None else str(value)


@audit.command()
@click.option(
    "--anchors",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Lines that were printed or mailed, beside those in the state folder.",
)
@clear_errors
def verify(file: Path | None) -> None:
    """Check every event of the log against its chain and its anchors; exit code 1 when one does not fit."""
    settings, engine = open_ready_desk()
    anchors, strange = kept_anchors(settings.state_dir)
    if file is not None:
        more, also_strange = read_anchors(file.read_text(encoding="utf-8", errors="replace").splitlines())
        anchors, strange = anchors + more, strange + also_strange

    def look(session: Session) -> tuple[int, list[ChainBreak]]:
        return chain_length(session), list(chain_breaks(session, anchors=anchors))

    length, breaks = unit_of_work(engine, look, read_only=True)
    for line in strange:
        click.echo(
            f"line {line} of the anchors is no anchor; give the lines as loket audit anchor printed them", err=True
        )
    for found in breaks[:SHOWN]:
        click.echo(f"{found.place}: {found.message}", err=True)
    if breaks or strange:
        click.echo(f"{len(breaks)} breaks in {length} events", err=True)
        raise SystemExit(1)
    click.echo(f"ok: {length} events, {_known(anchors)}")


@audit.command(name="check-bundle")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_bundle_file(file: Path) -> None:
    """Check FILE, the bundle of a sample, with nothing but that file; exit code 1 at the first thing that is wrong.

    Every hash, the draw of the sample, the sums of all transfers, and every decision receipt. No database and no network.
    """
    from portal.accounting.audit_bundles.checking import BrokenBundle, check_bundle

    try:
        found = check_bundle(file)
    except BrokenBundle as broken:
        click.echo(f"file:    {broken.file}\nproblem: {broken.problem}\nremedy:  {broken.remedy}", err=True)
        raise SystemExit(1) from None
    click.echo(
        f"ok: {found.vouchers} vouchers, {found.files} files, {found.transfers} transfers, {found.receipts} receipts"
    )


def _known(anchors: list[Anchor]) -> str:
    if not anchors:
        return "no anchor; make one with: loket audit anchor"
    return f"{len(anchors)} anchors, the last of {anchors[-1].at.isoformat()}"
