"""What an outsider counts in the tables: plain SQL that knows nothing of the portal, and sums over what it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.crosstables.queries import CrossMeasure
from portal.accounting.registers.dimensions import Dimension

UNDONE = "SELECT voucher_id FROM voucher_taken_over WHERE undone_at IS NOT NULL"
PLACES = {
    Dimension.ROUTE: "q.route",
    Dimension.MUNICIPALITY: "CASE q.route WHEN 'employer' THEN <employer_municipality> ELSE <residence_municipality> END",
    Dimension.SECTOR: "<training_sector>",
    Dimension.LEVEL: "<training_level>",
    Dimension.AGE: "CASE WHEN <birth_date> <> 'unknown' THEN substr(<birth_date>, 1, 4)"
    " WHEN CAST(<birth_year> AS text) <> 'unknown' THEN CAST(<birth_year> AS text) ELSE '' END",
    Dimension.MONTH: "substr(CAST(v.issued_on AS text), 1, 7)",
    Dimension.SCHEME: "v.scheme",
}
SIDES = " - ".join(
    f"coalesce((SELECT sum(t.amount_cents) FROM transfer t JOIN ledger_account x ON x.id = t.{side}_account_id"
    " WHERE t.voucher_id = v.id AND x.kind IN ({kinds})), 0)"
    for side in ("credit", "debit")
)
EACH = (
    "SELECT v.id, a.person_key, v.amount_cents, "
    + SIDES.format(kinds="'reserved', 'spent', 'paid'")
    + ", "
    + SIDES.format(kinds="'spent', 'paid'")
    + ", substr(CAST(v.issued_on AS text), 1, 4), "
    + ", ".join(PLACES.values())
    + " FROM voucher v JOIN award a ON a.id = v.award_id JOIN development_question q ON q.id = v.question_id"
    f" WHERE v.id NOT IN ({UNDONE}) ORDER BY v.id"
)
ASKED = "submitted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.question_id = q.id AND d.kind = 'taken_over')"
STEPS = {
    "sent": "1 = 1",
    "talked": "EXISTS (SELECT 1 FROM conversation c WHERE c.question_id = q.id AND c.held_at IS NOT NULL)",
    "applied": "q.applied_at IS NOT NULL",
    "decided": "q.decided_at IS NOT NULL",
    "redeemed": "EXISTS (SELECT 1 FROM voucher v WHERE v.question_id = q.id AND v.redeemed_cents > 0)",
    "finished": "EXISTS (SELECT 1 FROM voucher v JOIN outcome o ON o.voucher_id = v.id WHERE v.question_id = q.id"
    " AND o.result IN ('completed', 'certificate', 'diploma'))",
}
BEFORE = f"voucher_id IN (SELECT voucher_id FROM voucher_taken_over) AND voucher_id NOT IN ({UNDONE})"
REGISTERS = {
    "providers": f"SELECT (SELECT count(*) FROM provider), sum(amount_cents - credited_cents) FROM redemption WHERE voucher_id NOT IN ({UNDONE})",
    "invoices": "SELECT count(*), sum(amount_cents) FROM (SELECT amount_cents FROM invoice UNION ALL SELECT amount_cents"
    f" FROM redemption WHERE {BEFORE} AND id NOT IN (SELECT redemption_id FROM invoice WHERE redemption_id IS NOT NULL)) i",
    "payments": "SELECT count(*), sum(amount_cents) FROM (SELECT amount_cents FROM payment UNION ALL SELECT amount_cents"
    f" FROM transfer WHERE kind = 'pay' AND {BEFORE} AND resolves_id NOT IN (SELECT transfer_id FROM payment_spend)) p",
    "recoveries": "SELECT count(*), sum(amount_cents) FROM recovery",
    "bookings": "SELECT count(*), sum(amount_cents) FROM transfer",
    "employers": "SELECT count(DISTINCT a.employer_key), 0 FROM voucher v JOIN award a ON a.id = v.award_id"
    " JOIN development_question q ON q.id = v.question_id"
    f" WHERE q.route = 'employer' AND v.id NOT IN ({UNDONE})",
}
AGES = ((26, "-26"), (39, "27-39"), (54, "40-54"))


@dataclass(frozen=True)
class VoucherOutside:
    """One voucher: of whom, what stands and was used of it in cents, and where it stands in each dimension."""

    id: int
    person: str
    amounts: dict[CrossMeasure, int]
    places: dict[Dimension, str]


def each_voucher(session: Session) -> list[VoucherOutside]:
    """Every voucher that counts."""
    found = []
    for number, person, awarded, committed, spent, year, *places in session.execute(text(_dialect(session, EACH))):
        said = {one: "" if place in (None, "unknown") else place for one, place in zip(Dimension, places, strict=True)}
        said[Dimension.AGE] = _band(int(year), said[Dimension.AGE])
        amounts = {CrossMeasure.VOUCHERS: 1, CrossMeasure.AWARDED: awarded}
        amounts |= {CrossMeasure.COMMITTED: int(committed), CrossMeasure.REDEEMED: int(spent)}
        found.append(VoucherOutside(number, person, amounts, said))
    return found


def counted(vouchers: list[VoucherOutside], measure: CrossMeasure) -> int:
    """What some vouchers come to: their number, their amounts, or the different people they are of."""
    if measure is CrossMeasure.PEOPLE:
        return len({one.person for one in vouchers})
    return sum(one.amounts[measure] for one in vouchers)


def of_places(vouchers: list[VoucherOutside]) -> dict[str, tuple[int, int, int]]:
    """Per municipality how many people, of how many vouchers and what is committed: somebody counts wherever a voucher is."""
    found: dict[str, tuple[int, int, int]] = {}
    for place in {one.places[Dimension.MUNICIPALITY] for one in vouchers}:
        own = [one for one in vouchers if one.places[Dimension.MUNICIPALITY] == place]
        found[place] = len({one.person for one in own}), len(own), counted(own, CrossMeasure.COMMITTED)
    return found


def of_channels(session: Session, where: str = "1 = 1") -> list[tuple[str, str, dict[str, int]]]:
    """Per campaign and answer how many questions came how far; the empty one is none."""
    sums = ", ".join(f"sum(CASE WHEN {holds} THEN 1 ELSE 0 END)" for holds in STEPS.values())
    rows = session.execute(
        text(
            f"SELECT coalesce(o.code, ''), coalesce(o.heard_from, ''), {sums} FROM development_question q"
            f" LEFT JOIN question_origin o ON o.question_id = q.id WHERE {ASKED} AND {where} GROUP BY 1, 2"
        )
    )
    return [(code, heard, dict(zip(STEPS, map(int, numbers), strict=True))) for code, heard, *numbers in rows]


def of_register(session: Session, name: str) -> tuple[int, int]:
    """How many rows a register has, and their amounts together."""
    number, cents = session.execute(text(REGISTERS[name])).one()
    return int(number), int(cents or 0)


def _band(year: int, born: str) -> str:
    if not born:
        return ""
    return next((band for most, band in AGES if year - int(born) <= most), "55+")


def _dialect(session: Session, sql: str) -> str:
    """The facts of a question, written as this database reads them."""
    path = {"sqlite": r"q.facts ->> '$.\1'", "postgresql": r"q.facts ->> '\1'"}[session.get_bind().dialect.name]
    return re.sub(r"<([a-z_]+)>", path, sql)
