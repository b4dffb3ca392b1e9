"""Whether the desk runs well: waiting and failed messages, the ledger, the region that is loaded. Numbers only."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.expenses.queries import expense_breaks
from portal.accounting.periods.queries import period_breaks
from portal.framework.catalogue.queries import has_region, region
from portal.framework.staff import rights_to_review
from portal.oversight.books import look_at_books
from portal.paying.books.queries import last_check, stopping_check
from portal.people.accounts.queries import accounts
from portal.people.audit.queries import last_export
from portal.planning.expected_use.queries import surety_breaks
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime, localized
from portal.platform.i18n import gettext as _
from portal.post.messages.actions import retry
from portal.post.messages.models import MessageState
from portal.post.messages.queries import message_by_public_id, oldest_waiting, outbox, outbox_counts
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.words.labels import MESSAGE_KINDS, MESSAGE_STATES, label

LATE = timedelta(hours=1)


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """What an admin looks at in the morning."""
    session, at = current_session(), now()
    counts = outbox_counts(session)
    oldest = oldest_waiting(session)
    people = accounts(session)
    return page(
        "admin/overview.html",
        region=localized(region(session).name) if has_region(session) else None,
        counts=[{"label": label(MESSAGE_STATES, state), "value": number} for state, number in counts.items()],
        oldest=format_datetime(oldest) if oldest is not None else None,
        late=oldest is not None and at - oldest > LATE,
        failed=[
            {
                "id": message.public_id,
                "kind": label(MESSAGE_KINDS, message.kind),
                "template": message.template,
                "trouble": message.trouble,
                "failed_at": format_datetime(message.failed_at, "short"),
                "attempts": message.attempts,
            }
            for message in outbox(session, state=MessageState.FAILED, limit=50)
        ],
        accounts=len(people),
        review=len(rights_to_review(session, now=at)),
        disabled=sum(account.disabled_at is not None for account in people),
        last=last_check(session),
        export=last_export(session),
        stopping=stopping_check(session),
    )


@blueprint.get("/boekhouding")
def ledger() -> ResponseReturnValue:
    """Check the books now, and what the last check of the night found.

    Takes a while with many transfers, so it is a page of its own."""
    session = current_session()
    looked, last = look_at_books(session, also=(expense_breaks, period_breaks, surety_breaks)), last_check(session)
    return page("admin/ledger.html", breaks=looked.breaks, at=format_datetime(now()), last=last)


@blueprint.post("/berichten/<message_id>/opnieuw")
def send_again(message_id: str) -> ResponseReturnValue:
    """Queue a message that failed once more; what is in it is not shown."""
    message = found(message_by_public_id(current_session(), public_id=message_id))
    retry(current_session(), message=message, now=now())
    flash(_("Het bericht wordt opnieuw verstuurd."), "ok")
    return redirect(url_for("admin.overview"), code=303)
