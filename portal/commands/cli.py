"""``loket``: every command of the desk. Subcommands are imported only when they are used.

So ``loket match`` starts without flask, sqlalchemy or ortools, and ``loket db`` without the solver.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
from typing import Any

import click

#: name -> (module:attribute, the line shown in ``loket --help``). A new command adds its line here.
COMMANDS: dict[str, tuple[str, str]] = {
    "match": ("portal.commands.matching:match", "Which schemes pay for a question file, and how much each."),
    "solve": ("portal.commands.matching:solve", "The best mix for a problem file with lines, offers and budgets."),
    "verify": ("portal.commands.matching:verify", "Check a mix against its problem, without a solver."),
    "schema": ("portal.commands.matching:schema", "Print the JSON Schema of a kind of file."),
    "plan": ("portal.commands.plan:plan_group", "The best plan of many choices within capacities, with its bound."),
    "forecast": ("portal.commands.forecast:forecast", "What every budget will do: used, run out, lapsed, with bands."),
    "scenario": ("portal.commands.scenario:scenario_group", "What a change would do in the years ahead."),
    "receipt": (
        "portal.commands.receipt:receipt_group",
        "Make a decision receipt, verify it offline, or say it in words.",
    ),
    "algorithm-register": (
        "portal.commands.algorithm_register:algorithm_register",
        "Write a draft entry for the Algoritmeregister from the definitions of a region.",
    ),
    "run": ("portal.commands.serving:run", "Prepare the database, load the demo region and start the desk."),
    "serve": ("portal.commands.serving:serve", "Start the desk on a database that is ready."),
    "db": ("portal.commands.database:db", "Upgrade, check and back up the database."),
    "backup": ("portal.commands.backup:backup", "Write the whole desk to one file while it is in use."),
    "restore": ("portal.commands.backup:restore_command", "Put a backup back in an empty place, and verify it."),
    "drill": (
        "portal.commands.backup:drill_command",
        "Try a backup: put it back elsewhere; what would be lost, how long it takes.",
    ),
    "scheme": ("portal.commands.scheme:scheme_group", "Check, run, explain and compare definitions of schemes."),
    "region": ("portal.commands.region:region_group", "Load a region: its facts, schemes and funding."),
    "trainings": (
        "portal.commands.trainings:trainings",
        "Take in, write or fetch the trainings of the region.",
    ),
    "demo": ("portal.commands.demo:demo", "Invented questions to look around in, and the doors to enter by."),
    "user": ("portal.commands.people:user", "Add people and print their sign-in links."),
    "vouchers": ("portal.commands.vouchers:vouchers", "Let vouchers expire that were not used in time."),
    "questions": ("portal.commands.vouchers:questions", "Remove drafts that nobody touched for thirty days."),
    "messages": ("portal.commands.messages:messages", "Send, or list, the mail and letters in the outbox."),
    "webhooks": (
        "portal.commands.webhooks:webhook_group",
        "Tell the systems that an administrator set up what happened.",
    ),
    "jobs": ("portal.commands.jobs:jobs", "Do everything that is due: expiry, reminders, terms, mail."),
    "search": ("portal.commands.search:search", "Make anew the index by which everything is found."),
    "ledger": ("portal.commands.ledger:ledger", "Verify the books."),
    "privacy": (
        "portal.commands.privacy:privacy",
        "The register of processing, a draft of a DPIA, and what would be erased.",
    ),
    "keys": ("portal.commands.keys:keys", "The keys that seal names, birth dates, addresses and account numbers."),
    "audit": ("portal.commands.audit:audit", "Verify the audit log, and anchor it outside the database."),
    "config": ("portal.commands.config:config", "Every setting: its value, and where it comes from."),
    "sbom": ("portal.commands.sbom:sbom", "What the desk is made of, as CycloneDX."),
    "doctor": ("portal.commands.doctor:doctor", "Look at everything that must be right before the desk opens."),
}


ANSWERED_AT_ONCE = frozenset({"match", "solve", "verify", "schema"})
"""Commands that read, answer and are over: what they read is needed to the end, so nothing looks for what could be let go."""

os.environ.setdefault(
    "PYDANTIC_DISABLE_PLUGINS", "__all__"
)  # nothing else decides how a file is read, and none is looked for
atexit.register(gc.freeze)  # the process ends: nothing of it needs to be taken apart


class LazyGroup(click.Group):
    """A group that knows its subcommands by name and imports each on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in ANSWERED_AT_ONCE and gc.isenabled():
            gc.disable()
            ctx.call_on_close(gc.enable)
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """As a group does; a file or folder that cannot be used is named, with what to do, and no traceback."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:
                raise
            said = f"{error.filename}: {error.strerror}. Name a file in a folder that is there and may be used."
            raise click.ClickException(said) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ontwikkelloket", prog_name="loket")
def main(**_options: Any) -> None:
    """Ontwikkelloket: first what someone wants to learn, then which schemes pay for it."""


if __name__ == "__main__":
    main()
