"""Systems of others that hear what happens: set up, what was sent to them, and what did not arrive."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.webhooks.actions import NewWebhook, add_webhook, end_webhook, send_delivery_again
from portal.post.webhooks.models import TELLS, DeliveryState, Webhook
from portal.post.webhooks.queries import deliveries, delivery_by_id, secret, webhook_by_public_id, webhooks
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.keeping import show_once
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoicesField, Form, TextField
from portal.words.labels import label

STATES: dict[str, tuple[LazyString, str]] = {
    DeliveryState.WAITING.value: (_l("wacht"), "waiting"),
    DeliveryState.SENDING.value: (_l("wordt verstuurd"), "waiting"),
    DeliveryState.SENT.value: (_l("aangekomen"), "ok"),
    DeliveryState.GIVEN_UP.value: (_l("opgegeven"), "no"),
}


class NewWebhookForm(Form):
    """Set up a system."""

    name = TextField(_l("Naam van het systeem"), missing=_l("Vul in welk systeem het is."), maximum=100)
    url = TextField(
        _l("Adres"), missing=_l("Vul het adres in, zoals https://systeem.gemeente.nl/berichten."), maximum=500
    )
    tells = ChoicesField(
        _l("Waarover sturen wij bericht?"),
        choices=[(one, one) for one in TELLS],
        missing=_l("Kies waarover wij bericht sturen."),
    )


@blueprint.get("/berichten-aan-systemen")
def webhook_list() -> ResponseReturnValue:
    """All systems, the newest first."""
    rows: list[list[Any]] = [
        [
            {"text": one.name, "href": url_for("admin.webhook", webhook_id=one.public_id), "note": one.url},
            _state(one),
            format_datetime(one.made_at, "short"),
        ]
        for one in webhooks(current_session())
    ]
    return page("admin/webhooks.html", rows=rows)


def _state(one: Webhook) -> dict[str, str]:
    if one.ended_at is None:
        return {"text": _("krijgt bericht"), "tag": "ok"}
    gone = one.ended_why == "gone"
    return {"text": _("wil niets meer horen") if gone else _("beëindigd"), "tag": "no"}


@blueprint.route("/berichten-aan-systemen/nieuw", methods=["GET", "POST"])
def new_webhook() -> ResponseReturnValue:
    """Set up a system; its secret is shown once, on the next page."""
    form = NewWebhookForm()
    if form.validate_on_submit():
        with form.refusals():
            wanted = NewWebhook(form.name.data, form.url.data, form.tells.data)
            made = add_webhook(current_session(), wanted=wanted, actor=current_actor(), now=now())
            there = url_for("admin.webhook", webhook_id=made.public_id)
            show_once(there, _page(made, secret(made, str(current_app.secret_key))).get_data(as_text=True))
            return redirect(there, code=303)
    return page("admin/new_webhook.html", form=form)


def the_webhook(webhook_id: str) -> Webhook:
    """The system in the address, or a 404."""
    return found(webhook_by_public_id(current_session(), public_id=webhook_id))


@blueprint.get("/berichten-aan-systemen/<webhook_id>")
def webhook(webhook_id: str) -> ResponseReturnValue:
    """One system: of what it hears, and what was sent last."""
    return _page(the_webhook(webhook_id))


def _page(one: Webhook, shown: str = "") -> Any:
    sent = [
        {
            "id": delivery.id,
            "name": f"{event.action} {format_datetime(event.at, 'short')}",
            "state": str(label(STATES, delivery.state)),
            "tag": STATES[delivery.state.value][1],
            "tries": delivery.attempts,
            "trouble": delivery.trouble or "",
            "given_up": delivery.state is DeliveryState.GIVEN_UP and one.ended_at is None,
        }
        for delivery, event in deliveries(current_session(), webhook=one)
    ]
    return page("admin/webhook.html", webhook=one, secret=shown, state=_state(one), sent=sent)


@blueprint.post("/berichten-aan-systemen/<webhook_id>/beeindigen")
def end_the_webhook(webhook_id: str) -> ResponseReturnValue:
    """Tell a system nothing more."""
    end_webhook(current_session(), webhook=the_webhook(webhook_id), actor=current_actor(), now=now())
    flash(_("Dit systeem krijgt geen bericht meer."), "ok")
    return redirect(url_for("admin.webhook", webhook_id=webhook_id), code=303)


@blueprint.post("/berichten-aan-systemen/bericht/<delivery_id>/opnieuw")
def send_word_again(delivery_id: str) -> ResponseReturnValue:
    """Send a word that was given up once more."""
    number = int(delivery_id) if delivery_id.isdecimal() and len(delivery_id) < 10 else 0
    one = found(delivery_by_id(current_session(), delivery_id=number))
    send_delivery_again(current_session(), delivery=one, actor=current_actor(), now=now())
    flash(_("Dit bericht wordt opnieuw verstuurd."), "ok")
    return redirect(url_for("admin.webhook", webhook_id=one.webhook.public_id), code=303)
