"""Vouchers: all of them for the desk; for a provider the one whose code it was given. A code never stands in an address."""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import Field

from portal.framework.tokens.models import TokenScope
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.limits.models import WRONG_CODES
from portal.spending.changes.actions import reserve_at_provider
from portal.spending.invoices.queries import waiting_cents
from portal.spending.providers.queries import provider_of
from portal.spending.vouchers.codes import parse_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import voucher_by_code, voucher_by_public_id, vouchers_by_issue
from portal.web.api.blueprint import Body, Code, InPath, Name, Value, given, operation
from portal.web.api.paging import PageQuery, behind, cut, given_page
from portal.web.edge import found
from portal.web.edge.limiting import count_wrong, refuse_guesser
from portal.web.edge.policy import current_actor, note_viewing


class VoucherPath(InPath):
    """Which voucher."""

    voucher_id: Name


class CodeBody(Body):
    """The code of a voucher, as its holder gave it."""

    code: Code = Field(min_length=12, max_length=40, description="With or without hyphens.")


class VoucherValue(Value):
    """A voucher, and no person."""

    id: str
    scheme: str
    state: str
    amount_cents: int
    open_cents: int
    """What can still be used, without what waits on invoices that were handed in."""
    issued_on: date
    valid_until: date
    usable: bool
    """Whether an invoice can be handed in for it now."""
    reserved: bool
    """Whether it is kept for one provider."""


class VoucherPage(Value):
    """Some of the vouchers, in the order of their issue."""

    items: list[VoucherValue]
    next: str | None
    """The cursor of the next page; null after the last one."""


class ReservedValue(Value):
    """A voucher that is kept for a provider now."""

    id: str


@operation("/vouchers", answer=VoucherPage, tag="vouchers", scope=TokenScope.VOUCHERS_READ)
def vouchers(query: PageQuery) -> Response:
    """Every voucher in the order of issue."""
    session, actor = current_session(), current_actor()
    after = behind(query, lambda name: voucher_by_public_id(session, public_id=name, actor=actor))
    rows = vouchers_by_issue(session, actor=actor, after=after, limit=query.limit + 1)
    shown, following = cut(rows, query, lambda one: one.public_id)
    for one in shown:
        note_viewing(question_id=one.question_id)
    return given_page(VoucherPage(items=[_value(one) for one in shown], next=following), following, query)


@operation("/vouchers/<voucher_id>", answer=VoucherValue, tag="vouchers", scope=TokenScope.VOUCHERS_READ)
def voucher(path: VoucherPath) -> Response:
    """One voucher."""
    one = found(voucher_by_public_id(current_session(), public_id=path.voucher_id, actor=current_actor()))
    note_viewing(question_id=one.question_id)
    return given(_value(one))


@operation(
    "/voucher-lookups",
    method="POST",
    answer=VoucherValue,
    tag="vouchers",
    scope=TokenScope.VOUCHERS_READ,
    computes=True,
)
def look_up_voucher(body: CodeBody) -> Response:
    """The voucher with a code, for a provider that may use it. A wrong code is a 404, and is counted."""
    return given(_value(voucher_with(body.code)))


@operation(
    "/voucher-reservations",
    method="POST",
    answer=ReservedValue,
    tag="vouchers",
    scope=TokenScope.VOUCHERS_WRITE,
    status=201,
)
def reserve_voucher(body: CodeBody) -> Response:
    """Keep a voucher for this provider: from now on no other provider can use it."""
    session, actor, one = current_session(), current_actor(), voucher_with(body.code)
    own = found(provider_of(session, actor=actor))
    reserve_at_provider(session, voucher=one, provider=own, reason="", actor=actor, now=now())
    return given(ReservedValue(id=one.public_id), status=201)


def voucher_with(code: str) -> Voucher:
    """The voucher with this code, when this provider may use it, or a 404; a wrong one is counted. Raises `TooMany`."""
    actor = current_actor()
    who = str(actor.account_id)
    refuse_guesser(WRONG_CODES, who)
    try:
        typed = parse_code(code)
    except Refusal:
        return found(None)
    known = voucher_by_code(current_session(), code=typed, actor=actor)
    if known is None:
        count_wrong(WRONG_CODES, who)
    return found(known)


def _value(one: Voucher) -> VoucherValue:
    left = one.open_cents - waiting_cents(current_session(), voucher=one) if one.is_live else 0
    return VoucherValue(
        id=one.public_id,
        scheme=one.scheme,
        state=one.state.value,
        amount_cents=one.amount_cents,
        open_cents=max(0, left),
        issued_on=one.issued_on,
        valid_until=one.valid_until,
        usable=one.is_live and not one.is_blocked and one.valid_until >= today(),
        reserved=one.reserved_provider_id is not None,
    )
