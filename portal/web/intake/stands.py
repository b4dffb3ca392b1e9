"""How a voucher stands, in words for who holds it: what it is called, and what it means. Nothing is called usable that is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.platform.clock import local_date
from portal.platform.i18n import LazyString, format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Voucher, VoucherState
from portal.words.labels import label
from portal.words.voucher_labels import BLOCK_GROUNDS

VOUCHERS: Mapping[VoucherState, tuple[LazyString, str]] = {
    VoucherState.ISSUED: (_l("Te gebruiken"), "ok"),
    VoucherState.PARTLY_REDEEMED: (_l("Voor een deel gebruikt"), "ok"),
    VoucherState.REDEEMED: (_l("Gebruikt"), "neutral"),
    VoucherState.EXPIRED: (_l("Verlopen"), "no"),
    VoucherState.REVOKED: (_l("Voucher ingetrokken"), "no"),
    VoucherState.SETTLED: (_l("Vastgesteld"), "neutral"),
}
BLOCKED: tuple[LazyString, str] = (_l("Tijdelijk geblokkeerd"), "wait")


@dataclass(frozen=True)
class VoucherStand:
    """How a voucher stands on a day."""

    text: str
    kind: str
    usable: bool
    """Whether its holder can give it to a provider today."""
    says: tuple[str, ...]
    """What that means, sentence by sentence; empty for one that can be used: its code and amount say enough."""


def reason_of_block(voucher: Voucher) -> str:
    """Why a voucher is blocked, in words; empty when it is not."""
    reason = voucher.block_reason or ""
    return label(BLOCK_GROUNDS, reason) if reason in BLOCK_GROUNDS else reason


def voucher_stand(voucher: Voucher, today: date) -> VoucherStand:
    """How this voucher stands today."""
    if voucher.is_blocked:
        return _stand(BLOCKED, _blocked(voucher))
    if voucher.is_live and voucher.valid_until < today:
        return _stand(VOUCHERS[VoucherState.EXPIRED], _ended(voucher))
    if voucher.is_live:
        text, kind = VOUCHERS[voucher.state]
        return VoucherStand(str(text), kind, True, ())
    said = {
        VoucherState.REDEEMED: _used,
        VoucherState.EXPIRED: _ended,
        VoucherState.REVOKED: _revoked,
        VoucherState.SETTLED: _settled,
    }[voucher.state]
    return _stand(VOUCHERS[voucher.state], said(voucher))


def _stand(words: tuple[LazyString, str], says: tuple[str, ...]) -> VoucherStand:
    return VoucherStand(str(words[0]), words[1], False, says)


def _blocked(voucher: Voucher) -> tuple[str, ...]:
    since = local_date(voucher.blocked_at) if voucher.blocked_at is not None else None
    return (
        _(
            "Deze voucher is tijdelijk geblokkeerd, sinds %(day)s. U kunt hem nu niet gebruiken.",
            day=format_date(since),
        ),
        _("De reden: %(reason)s", reason=reason_of_block(voucher)),
        _("De dagen dat hij is geblokkeerd, krijgt u er later bij."),
    )


def _used(voucher: Voucher) -> tuple[str, ...]:
    return (
        _("De opleider heeft %(amount)s van ons gekregen of krijgt dat nog.", amount=format_euros(voucher.used_cents)),
    )


def _ended(voucher: Voucher) -> tuple[str, ...]:
    day, amount = format_date(voucher.valid_until), format_euros(voucher.amount_cents)
    said = _("Deze voucher van %(amount)s was te gebruiken tot en met %(day)s. Nu niet meer.", amount=amount, day=day)
    return (said, *(_used(voucher) if voucher.redeemed_cents else ()))


def _revoked(voucher: Voucher) -> tuple[str, ...]:
    day = format_date(local_date(voucher.revoked_at)) if voucher.revoked_at is not None else ""
    return (
        _("Wij hebben deze voucher ingetrokken op %(day)s. U kunt hem niet meer gebruiken.", day=day),
        _("De reden: %(reason)s", reason=voucher.revoke_reason or ""),
        *(_used(voucher) if voucher.redeemed_cents else ()),
    )


def _settled(voucher: Voucher) -> tuple[str, ...]:
    day = format_date(local_date(voucher.settled_at)) if voucher.settled_at is not None else ""
    cents = format_euros(voucher.settled_cents or 0)
    return (_("Vastgesteld op %(day)s: %(cents)s.", day=day, cents=cents),)
