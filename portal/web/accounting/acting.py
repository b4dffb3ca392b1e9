"""A page on which one thing is done: the form, what was seen, the act, and back to where it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.oversight.long_work.models import WHOLE_REGION, WorkKind
from portal.oversight.long_work.queries import is_theirs, open_work
from portal.platform.database import Base, current_session
from portal.platform.i18n import gettext as _
from portal.web.edge import Stand, decide_on, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import Form

LONGEST = 2_000
"""Characters of what is written down about an agreement."""


@dataclass(frozen=True)
class ActPage:
    """What stands on such a page: its title, the button, where it goes back to, and what it decides on."""

    title: str
    submit: str
    back: str
    stands: Callable[[], Sequence[Stand]]
    records: tuple[Base, ...] = ()
    why: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    """Per field what stands under its name."""
    others: tuple[tuple[str, str], ...] = ()
    """What else can be done: text and address."""


def do_on(shown: ActPage, form: Form, act: Callable[[], object], told: Callable[[], str]) -> ResponseReturnValue:
    """Show the page; when the form is sent and right, and what was seen still stands, do it, tell it and go back."""
    decide_on(shown.stands, *shown.records)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            act()
            flash(told(), "ok")
            return redirect(shown.back, code=303)
    return page("accounting/act.html", form=form, shown=shown, uploads=any(one.type == "UploadField" for one in form))


def done() -> str:
    """What is told when nothing more is to be said."""
    return _("Vastgelegd.")


def how_many(key: str, label: str, number: int) -> list[Stand]:
    """How many there are: a colleague may have written down the same."""
    return [Stand(key, label, number, str(number))]


def address_of_open(kind: WorkKind) -> str | None:
    """Where work for the whole region that is not over stands; empty for who may not see how far it is; None without any."""
    work = open_work(current_session(), kind=kind, about=WHOLE_REGION)
    if work is None:
        return None
    return url_for("access.long_work", work_id=work.public_id) if is_theirs(work, current_actor()) else ""
