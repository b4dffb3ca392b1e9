"""Using a voucher in two steps: the code first, then the invoice with its file; and the list of what was used.

The code is the key to a voucher: the provider sees what is open, for which scheme and until when, and no person.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import has_region, region, scheme_titles
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date, format_datetime, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import TooMany
from portal.platform.limits.models import WRONG_CODES
from portal.spending.changes.actions import reserve_at_provider
from portal.spending.invoices.actions import HELD, Paper, submit_invoice
from portal.spending.invoices.queries import invoices_of_voucher, waiting_cents
from portal.spending.providers.models import ProviderState
from portal.spending.providers.queries import approved_schemes, provider_of
from portal.spending.vouchers.codes import format_code, parse_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import (
    RedemptionRow,
    redeemed_by_provider,
    redemption_by_public_id,
    redemptions_of,
    redemptions_of_provider,
    voucher_by_code,
)
from portal.web.edge import found, note_refusal, page
from portal.web.edge.limiting import count_wrong, refuse_guesser
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, EuroField, Form, TextField
from portal.web.forms.uploads import UploadField, takes_file, vault
from portal.web.provider.blueprint import blueprint
from portal.web.provider.invoices import invoice_cells
from portal.words.labels import VOUCHER_STATES

MOST_CENTS = 1_000_000_00


class UseVoucherForm(Form):
    """The code of a voucher."""

    code = TextField(_l("Code van de voucher"), missing=_l("Vul de code van de voucher in."), maximum=40)


class InvoiceForm(Form):
    """The invoice that a voucher pays, whole or in part."""

    invoice_number = TextField(_l("Nummer van uw factuur"), missing=_l("Vul het nummer van uw factuur in."), maximum=60)
    invoice_date = DutchDateField(
        _l("Datum van uw factuur"), missing=_l("Vul de datum van uw factuur in."), latest=today
    )
    learner_name = TextField(
        _l("Naam van de deelnemer"), missing=_l("Vul de naam van de deelnemer in, zoals op de factuur."), maximum=100
    )
    total = EuroField(
        _l("Bedrag van de hele factuur"),
        missing=_l("Vul het bedrag van de hele factuur in."),
        at_least=1,
        at_most=MOST_CENTS,
    )
    amount = EuroField(_l("Bedrag uit deze voucher"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)
    file = UploadField(_l("De factuur"), missing=_l("Kies het bestand van de factuur."))

    def paper(self) -> Paper:
        """What was typed, with its file."""
        return Paper(
            number=self.invoice_number.data,
            invoice_date=self.invoice_date.data,
            learner_name=self.learner_name.data,
            total_cents=self.total.data,
            amount_cents=self.amount.data,
            content=self.file.data.content,
            file_name=self.file.data.name,
        )


@blueprint.route("/", methods=["GET", "POST"])
def redeem() -> ResponseReturnValue:
    """Enter the code of a voucher. A code that this provider may not use is the same as no code."""
    session, actor = current_session(), current_actor()
    own = provider_of(session, actor=actor)
    approved = approved_schemes(session, provider=own) if own is not None else frozenset()
    form = UseVoucherForm()
    if form.validate_on_submit():
        with form.refusals():
            voucher = typed_voucher(form.code.data)
            if voucher is not None:
                return redirect(url_for("provider.invoice", code=format_code(voucher.code)), code=303)
            message = _l("Wij kennen geen voucher met deze code voor een regeling waarvoor u bent goedgekeurd.")
            raise Refusal("no_such_voucher", message, field="code")
    titles = scheme_titles(current_session(), on=today())
    return page(
        "provider/redeem.html",
        form=form,
        provider=own,
        listed=own is not None and own.state is ProviderState.REGISTERED,
        approved=sorted(titles.get(slug, slug) for slug in approved),
        contact=contact(),
        recent=_cells(redemptions_of_provider(session, actor=actor, limit=5)),
    )


def contact() -> Any:
    """How to reach the desk."""
    session = current_session()
    return region(session).desk if has_region(session) else None


@blueprint.route("/voucher/<code>", methods=["GET", "POST"])
@takes_file
def invoice(code: str) -> ResponseReturnValue:
    """Hand in an invoice for the whole of a voucher or a part. A person looks at it before the voucher is used."""
    session, actor = current_session(), current_actor()
    voucher = the_voucher(code)
    form = InvoiceForm()
    if form.validate_on_submit():
        with form.refusals():
            made = submit_invoice(session, voucher=voucher, paper=form.paper(), vault=vault(), actor=actor, now=now())
            flash(_("Wij hebben uw factuur. Een medewerker van het loket kijkt haar na."), "ok")
            return redirect(url_for("provider.sent_invoice", invoice_id=made.public_id), code=303)
    waiting = waiting_cents(session, voucher=voucher)
    held = voucher.block_reason == HELD
    kept = None if voucher.reserved_provider_id is None else _is_ours(voucher)
    return page(
        "provider/invoice.html",
        form=form,
        voucher=voucher,
        code=format_code(voucher.code),
        scheme=scheme_titles(current_session(), on=today()).get(voucher.scheme, voucher.scheme),
        state=VOUCHER_STATES[voucher.state.value],
        left=voucher.open_cents - waiting,
        usable=voucher.is_live
        and voucher.valid_until >= today()
        and (held or not voucher.is_blocked)
        and kept is not False,
        blocked=voucher.is_live and voucher.is_blocked and not held,
        lapsed=voucher.is_live and voucher.valid_until < today(),
        used=[
            [format_date(one.invoice_date, "short"), one.invoice_number, format_euros(one.amount_cents, exact=True)]
            for one in redemptions_of(session, voucher=voucher, actor=actor)
        ],
        kept=kept,
        sent=invoice_cells(one for one in invoices_of_voucher(session, voucher=voucher, actor=actor) if one.is_waiting),
        contact=contact(),
    )


def _is_ours(voucher: Voucher) -> bool:
    own = provider_of(current_session(), actor=current_actor())
    return own is not None and voucher.reserved_provider_id == own.id


@blueprint.post("/voucher/<code>/bestemmen")
def keep_voucher(code: str) -> ResponseReturnValue:
    """Keep a voucher for this provider: the holder gave its code. From then on no other provider can use it."""
    session, actor = current_session(), current_actor()
    voucher = the_voucher(code)
    try:
        own = found(provider_of(session, actor=actor))
        reserve_at_provider(session, voucher=voucher, provider=own, reason="", actor=actor, now=now())
        flash(_("Deze voucher is nu bestemd voor uw opleiding. De houder krijgt bericht."), "ok")
    except Refusal as refusal:
        note_refusal(refusal)
        flash(str(refusal.message), "warning")
    return redirect(url_for("provider.invoice", code=format_code(voucher.code)), code=303)


def the_voucher(code: str) -> Voucher:
    """The voucher in the address, or a 404: also for a provider that is not approved for its scheme."""
    try:
        return found(typed_voucher(code))
    except TooMany:
        raise
    except Refusal:
        return found(None)


def typed_voucher(code: str) -> Voucher | None:
    """The voucher with this code, when this provider may use it. A code that it may not use is a wrong one, and is counted.

    Who typed too many wrong ones waits, also with a right one: otherwise guessing would go on. Raises ``Refusal`` for what
    cannot be a code, which tells nothing and is not counted, and `TooMany`.
    """
    actor = current_actor()
    who = str(actor.account_id)
    refuse_guesser(WRONG_CODES, who)
    voucher = voucher_by_code(current_session(), code=parse_code(code), actor=actor)
    if voucher is None:
        count_wrong(WRONG_CODES, who)
    return voucher


@blueprint.get("/gebruikt/<redemption_id>")
def redemption(redemption_id: str) -> ResponseReturnValue:
    """What was used, to keep."""
    done = found(redemption_by_public_id(current_session(), public_id=redemption_id, actor=current_actor()))
    voucher = done.voucher
    return page(
        "provider/redemption.html",
        done=done,
        code=format_code(voucher.code),
        scheme=scheme_titles(current_session(), on=today()).get(voucher.scheme, voucher.scheme),
        voucher=voucher,
        at=format_datetime(done.redeemed_at),
        left=voucher.open_cents if voucher.is_live else 0,
    )


@blueprint.get("/gebruikt")
def redemptions() -> ResponseReturnValue:
    """Every redemption of this provider, newest first."""
    session, actor = current_session(), current_actor()
    number, total = redeemed_by_provider(session, actor=actor)
    place = paging(number)
    own = redemptions_of_provider(session, actor=actor, limit=place.size, offset=place.offset)
    return page(
        "provider/redemptions.html",
        rows=_cells(own),
        total=total,
        paging=place,
    )


def _cells(rows: list[RedemptionRow]) -> list[list[Any]]:
    titles = scheme_titles(current_session(), on=today())
    return [
        [
            {
                "text": format_date(row.redeemed_at.date(), "short"),
                "href": url_for("provider.redemption", redemption_id=row.public_id),
            },
            {"text": format_code(row.code), "note": titles.get(row.scheme, row.scheme)},
            row.invoice_number,
            format_euros(row.amount_cents, exact=True),
        ]
        for row in rows
    ]
