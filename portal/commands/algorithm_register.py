"""``loket algorithm-register``: a draft entry for the Algoritmeregister, from the definitions of a region. No database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from portal.commands.matching import DEFAULT_REGION, FILE, LANGUAGE, reference_day
from portal.commands.scheme import DAY, REGION, readable
from portal.platform.i18n import gettext as _


@click.command(name="algorithm-register")
@click.option("--out", type=FILE, required=True, help="The file to write; its name ends in .json.")
@click.option("--address", default="", help="Public address of the desk, for the links to its pages.")
@REGION
@DAY
@LANGUAGE
@readable
def algorithm_register(out: Path, address: str, region: str | None, on: str | None) -> None:
    """Write a draft entry in the fields of the publication standard, and say what somebody must still fill in."""
    from portal.papers.algorithm_register import register_entry
    from schemes.region.loading import load_region

    made = register_entry(load_region(region or DEFAULT_REGION), reference_day(on), address.rstrip("/"))
    try:
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        why = error.strerror
        raise click.ClickException(_("%(file)s kan niet worden geschreven: %(why)s", file=out, why=why)) from None
    click.echo(str(out))
    for one in made["open"]:
        click.echo(_("Nog in te vullen: %(field)s. %(what)s", field=one["label"], what=one["what"]), err=True)
