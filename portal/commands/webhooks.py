"""``loket webhooks``: tell the systems of others what happened."""

from __future__ import annotations

import click

from portal.commands.opening import clear_errors, open_ready_desk
from portal.platform.clock import now
from portal.platform.outbound import post_public
from portal.post.webhooks.sending import send_words


@click.group(name="webhooks")
def webhook_group() -> None:
    """Tell the systems that an administrator set up what happened."""


@webhook_group.command()
@click.option("--at-most", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@clear_errors
def send(at_most: int) -> None:
    """Take up what happened and send what is due."""
    settings, engine = open_ready_desk()
    key = settings.secret_key.get_secret_value()
    done = send_words(engine, key=key, address=settings.address, post=post_public, clock=now, at_most=at_most)
    click.echo(f"sent {done['sent']}, not arrived {done['failed']}")
