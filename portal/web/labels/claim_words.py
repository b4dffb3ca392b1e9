"""Where a claim stands in law, as rows of a page: until when it can be claimed, paid and collected, and what was done."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.paying.collecting.models import ChargeKind, CollectionCharge
from portal.paying.collecting.of_providers import standing_of_provider
from portal.paying.collecting.queries import (
    ClaimStanding,
    charges_of,
    interest_of,
    interest_undone,
    interest_when_paid,
    standing_of,
    steps_of,
)
from portal.paying.settlements.models import Recovery
from portal.paying.statutory_interest import NoRate
from portal.platform.clock import today
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.words.labels import label
from portal.words.voucher_labels import CHARGES, COLLECTION_STEPS

Fact = dict[str, str]


def standing_facts(session: Session, recovery: Recovery) -> list[Fact]:
    """Where a claim stands in law today."""
    provided = standing_of_provider(session, recovery=recovery, today=today())
    if provided is not None:
        return _of_provider(provided)
    standing = standing_of(session, recovery=recovery, today=today())
    if standing is None:
        return []
    return [
        {"label": _("Brief verstuurd"), "value": _known(standing)},
        *([{"label": _("Betalen uiterlijk op"), "value": format_date(standing.pay_by)}] if standing.pay_by else []),
        *_put_off(standing),
        *_overdue(session, recovery, standing),
        *_paid_late(session, recovery),
        {"label": _("Innen kan tot en met"), "value": _ends(standing)},
    ]


def _of_provider(standing: ClaimStanding) -> list[Fact]:
    """A claim of private law: when it was to be paid, what is late, and until when it can be collected."""
    assert standing.pay_by is not None and standing.collect_until is not None, "known from the credit note on"
    facts = [{"label": _("Betalen uiterlijk op"), "value": format_date(standing.pay_by)}]
    if standing.put_off_until is not None:
        until = format_date(standing.put_off_until)
        facts.append({"label": _("Termijnen"), "value": _("tot en met %(day)s", day=until)})
    if standing.due_on is not None:
        cents, day = format_euros(standing.due_cents, exact=True), format_date(standing.due_on)
        facts.append({"label": _("Te laat"), "value": _("%(amount)s, sinds %(day)s", amount=cents, day=day)})
    day = format_date(standing.collect_until)
    ends = (
        _("%(day)s: verjaard (BW 3:309). Inhouden op een factuur mag nog (BW 6:131)", day=day)
        if standing.is_prescribed
        else _("%(day)s, daarna is het verjaard (BW 3:309)", day=day)
    )
    return [*facts, {"label": _("Innen kan tot en met"), "value": ends}]


def _known(standing: ClaimStanding) -> str:
    if standing.known_on is not None:
        return format_date(standing.known_on)
    if standing.is_barred:
        return _("nooit; terugvragen kan niet meer (Awb 4:57, vierde lid)")
    return _("nog niet; dat moet uiterlijk op %(day)s (Awb 4:57, vierde lid)", day=format_date(standing.claim_until))


def _put_off(standing: ClaimStanding) -> list[Fact]:
    if standing.put_off_until is None:
        return []
    until = format_date(standing.put_off_until)
    return [{"label": _("Uitstel"), "value": _("tot en met %(day)s (Awb 4:94)", day=until)}]


def _overdue(session: Session, recovery: Recovery, standing: ClaimStanding) -> list[Fact]:
    if standing.due_on is None:
        return []
    cents, day = format_euros(standing.due_cents, exact=True), format_date(standing.due_on)
    facts = [{"label": _("Te laat"), "value": _("%(amount)s, sinds %(day)s", amount=cents, day=day)}]
    try:
        found = interest_of(session, recovery=recovery, last=today())
    except NoRate as missing:
        said = _("niet bekend: van %(day)s staat geen percentage in de instellingen", day=format_date(missing.day))
    else:
        said = format_euros(found.cents if found is not None else 0, exact=True)
    return [*facts, {"label": _("Rente tot vandaag"), "value": said}]


def _paid_late(session: Session, recovery: Recovery) -> list[Fact]:
    """Of a claim that was paid too late: the interest that can be determined, or why there is none."""
    if any(one.kind is ChargeKind.INTEREST for one in charges_of(session, recovery=recovery)):
        return []
    try:
        found = interest_when_paid(session, recovery=recovery)
    except NoRate as missing:
        said = _("niet bekend: van %(day)s staat geen percentage in de instellingen", day=format_date(missing.day))
        return [{"label": _("Rente over wat te laat kwam"), "value": said}]
    if found is None:
        return []
    said = format_euros(found.cents, exact=True)
    if not found.is_owed:
        said = _("%(amount)s: onder € 20 is niets te betalen (Awb 4:98)", amount=said)
    return [{"label": _("Rente over wat te laat kwam"), "value": said}]


def _ends(standing: ClaimStanding) -> str:
    if standing.collect_until is None:
        return _("nog niet bekend: de termijn begint na de brief")
    day = format_date(standing.collect_until)
    if standing.is_prescribed:
        return _("%(day)s: verjaard (Awb 4:104)", day=day)
    return _("%(day)s, daarna is het verjaard (Awb 4:104)", day=day)


def step_rows(session: Session, recovery: Recovery) -> list[list[str]]:
    """What was done to collect a claim: when, what, until when, and why or by whom."""
    return [
        [
            format_date(one.on, "short"),
            label(COLLECTION_STEPS, one.kind),
            format_date(one.until_on, "short") if one.until_on is not None else "",
            one.reason or one.by_name,
        ]
        for one in steps_of(session, recovery=recovery)
    ]


def charge_rows(session: Session, recovery: Recovery) -> list[list[Any]]:
    """The costs and interest beside a claim: when, what, how much, and what is open of it."""
    return [
        [
            format_date(one.charged_on, "short"),
            _charge(session, one),
            format_euros(one.amount_cents, exact=True),
            format_euros(one.open_cents, exact=True),
        ]
        for one in charges_of(session, recovery=recovery)
    ]


def _charge(session: Session, charge: CollectionCharge) -> str:
    """What it is, and that it lapsed after an objection."""
    undone, name = interest_undone(session, charge=charge), label(CHARGES, charge.kind)
    if undone is None:
        return name
    if not undone.owed_cents:
        return _("%(what)s: na bezwaar vervallen", what=name)
    amount = format_euros(undone.owed_cents, exact=True)
    if undone.paid_on is None:
        return _("%(what)s: na bezwaar vervallen, nog terug te betalen %(amount)s", what=name, amount=amount)
    day = format_date(undone.paid_on, "short")
    return _("%(what)s: na bezwaar vervallen, %(amount)s terugbetaald op %(day)s", what=name, amount=amount, day=day)
