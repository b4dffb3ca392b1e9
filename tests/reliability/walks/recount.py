"""An outside recount of the money, as an accountant with nothing but the tables would do it.

Plain SQL and the rules of the region as they are written down here; nothing of the product is used, so that a mistake in how the
product counts cannot hide itself. Every function says in sentences what is wrong.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

Wrong = Iterator[str]

#: Between which accounts of one funding line each kind of transfer goes.
_WAYS = {
    "fund": ("funder", "available"),
    "return": ("available", "funder"),
    "reserve": ("available", "reserved"),
    "release": ("reserved", "available"),
    "spend": ("reserved", "spent"),
    "pay": ("spent", "paid"),
    "recover": ("paid", "available"),
}
_BACK = {("spent", "available"), ("paid", "spent")}
_KEPT = ("reserved", "spent", "paid")
_MOVES = """
    SELECT t.id, t.kind, t.amount_cents, t.voucher_id, t.resolves_id, t.at, t.decision_id, d.kind, d.funding_line_id,
           c.kind, c.funding_line_id
    FROM transfer t JOIN ledger_account d ON d.id = t.debit_account_id JOIN ledger_account c ON c.id = t.credit_account_id
    ORDER BY t.id
"""


class Tables:
    """What is in the tables, read once for all that is recounted."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moves = self.rows(_MOVES)
        self.of_voucher: dict[int, Counter[str]] = defaultdict(Counter)
        self.of_line: dict[int, Counter[str]] = defaultdict(Counter)
        self.kinds: dict[int, Counter[str]] = defaultdict(Counter)
        for _, kind, cents, voucher, _, _, _, out, line_out, into, line_into in self.moves:
            self.of_line[line_out][out] -= cents
            self.of_line[line_into][into] += cents
            if voucher is not None:
                self.of_voucher[voucher][out] -= cents
                self.of_voucher[voucher][into] += cents
                self.kinds[voucher][f"{out} to {into}" if kind == "correct" else kind] += cents
        self.vouchers = self.rows(
            "SELECT id, award_id, question_id, amount_cents, redeemed_cents, released_cents, recovered_cents, settled_cents,"
            " state, scheme FROM voucher ORDER BY id"
        )

    def rows(self, query: str, **given: Any) -> list[Any]:
        """The rows of a query."""
        return list(self.session.execute(text(query), given).all())

    def sums(self, query: str) -> dict[Any, int]:
        """Cents by key: a query of keys and cents, added up."""
        found: Counter[Any] = Counter()
        for *key, cents in self.rows(query):
            found[key[0] if len(key) == 1 else tuple(key)] += int(cents or 0)
        return dict(found)


# The books -------------------------------------------------------------------------------------------------------------


def transfers_go_where_they_may(tables: Tables) -> Wrong:
    amounts = {row[0]: row[2] for row in tables.moves}
    ended: Counter[int] = Counter()
    for number, kind, cents, voucher, resolves, _, _, out, line_out, into, line_into in tables.moves:
        if kind == "reassign":
            right = out == into and out in _KEPT and line_out != line_into
        elif kind == "correct":
            evens = line_out != line_into and (out, into) == ("available", "available")
            right = evens or (line_out == line_into and (out, into) in _BACK)
        else:
            right = line_out == line_into and (out, into) == _WAYS[kind]
        if not right or cents <= 0:
            yield f"transfer {number}: {kind} of {cents} from {out} of line {line_out} to {into} of line {line_into}"
        if (voucher is None) != (kind in ("fund", "return")):
            yield f"transfer {number}: {kind} with voucher {voucher}"
        if resolves is not None:
            ended[resolves] += 1
            if amounts[resolves] != cents:
                yield f"transfer {number}: ends {resolves} with another amount"
    for number, times in ended.items():
        if times > 1:
            yield f"transfer {number}: ended {times} times"


def no_account_is_overdrawn(tables: Tables) -> Wrong:
    for line, held in tables.of_line.items():
        if sum(held.values()):
            yield f"line {line}: its accounts do not balance: {dict(held)}"
        for account in ("available", *_KEPT):
            if held[account] < 0:
                yield f"line {line}: {account} is {held[account]}"
    for voucher, held in tables.of_voucher.items():
        for account in _KEPT:
            if held[account] < 0:
                yield f"voucher {voucher}: {account} is {held[account]}"
    guards = tables.rows("SELECT funding_line_id, funded_cents, reserved_cents, spent_cents FROM budget_guard")
    for line, funded, reserved, spent in guards:
        held = tables.of_line[line]
        counted = (-held["funder"], held["reserved"], held["spent"] + held["paid"])
        if counted != (funded, reserved, spent):
            yield f"line {line}: the guard says {(funded, reserved, spent)}, the transfers {counted}"


# Awards and vouchers ---------------------------------------------------------------------------------------------------


def vouchers_are_what_was_booked(tables: Tables) -> Wrong:
    redeemed_for = tables.sums("SELECT voucher_id, amount_cents - credited_cents FROM redemption")
    for voucher, _, _, amount, redeemed, released, recovered, _, state, _ in tables.vouchers:
        left, held = amount - redeemed - released, tables.of_voucher[voucher]
        if left < 0 or min(redeemed, released, recovered, redeemed - recovered) < 0:
            yield f"voucher {voucher}: {amount} is not {redeemed} used, {released} released and the rest"
        if held["reserved"] != left:
            yield f"voucher {voucher}: {left} open, but {held['reserved']} reserved"
        if (left > 0) != (state in ("issued", "partly_redeemed")):
            yield f"voucher {voucher}: {state} with {left} open"
        if held["spent"] + held["paid"] != redeemed - recovered:
            yield f"voucher {voucher}: {redeemed} - {recovered} used, but {held['spent']} spent and {held['paid']} paid"
        if -held["available"] != left + redeemed - recovered:
            yield f"voucher {voucher}: took {-held['available']} from its budgets"
        if redeemed_for.get(voucher, 0) != redeemed:
            yield f"voucher {voucher}: {redeemed} redeemed, but its bills come to {redeemed_for.get(voucher, 0)}"


def awards_are_their_parts(tables: Tables) -> Wrong:
    """And each part was taken, by the decisions that awarded it, from the funding line that it names."""
    parts = tables.sums("SELECT award_id, funding_line_id, amount_cents FROM award_part")
    moments: dict[int, set[Any]] = defaultdict(set)
    for award, at in tables.rows("SELECT a.id, d.decided_at FROM award a JOIN decision d ON d.id = a.decision_id"):
        moments[award].add(at)
    raised = (
        "SELECT v.award_id, d.decided_at FROM voucher_change c JOIN voucher v ON v.id = c.voucher_id"
        " JOIN decision d ON d.id = c.decision_id WHERE c.kind = 'topped_up'"
    )
    for award, at in tables.rows(raised):
        moments[award].add(at)
    owner = {voucher[0]: voucher[1] for voucher in tables.vouchers}
    taken: Counter[tuple[int, int]] = Counter()
    for _, kind, cents, voucher, _, at, _, _, line, _, _ in tables.moves:
        if kind == "reserve" and voucher in owner and str(at) in {str(one) for one in moments[owner[voucher]]}:
            taken[owner[voucher], line] += cents
    for key in sorted({*parts, *taken}):
        if parts.get(key, 0) != taken[key]:
            yield f"award {key[0]}: its parts take {parts.get(key, 0)} from line {key[1]}, which gave {taken[key]}"
    whole = tables.sums("SELECT award_id, amount_cents FROM award_part")
    amounts = dict(tables.rows("SELECT id, amount_cents FROM award"))  # type: ignore[arg-type]
    for voucher in tables.vouchers:
        if not voucher[3] == amounts[voucher[1]] == whole.get(voucher[1]):
            yield f"award {voucher[1]}: {amounts[voucher[1]]}, its parts {whole.get(voucher[1])}, its voucher {voucher[3]}"


def decisions_say_what_was_awarded(tables: Tables) -> Wrong:
    """What the decision letter says per scheme is what was reserved by it, and what its mix says was used of an earlier voucher; more
    was decided on each time that it was raised."""
    first = (
        "SELECT a.id, a.amount_cents, o.amount_cents, a.scheme, d.shares_json FROM award a JOIN decision d ON d.id = a.decision_id"
        " JOIN decision_outcome o ON o.decision_id = a.decision_id AND o.scheme = a.scheme"
    )
    more = tables.sums(
        "SELECT v.award_id, o.amount_cents FROM voucher_change c JOIN voucher v ON v.id = c.voucher_id"
        " JOIN decision_outcome o ON o.decision_id = c.decision_id WHERE c.kind = 'topped_up'"
    )
    for award, amount, said, scheme, mix in tables.rows(first):
        shares = json.loads(mix)["shares"] if mix else []
        used = sum(one["cents"] for one in shares if (one["offer"], one["funding_line"]) == (scheme, "held.money"))
        if said + more.get(award, 0) != amount + used:
            yield f"award {award}: {amount} and {used} before, but its decisions say {said} and {more.get(award, 0)}"


# Bills and payments ----------------------------------------------------------------------------------------------------


def bills_are_paid_once(tables: Tables) -> Wrong:
    """Of a bill no more is on its way or paid than is to be paid for it; and the books have what the bank carried out."""
    net = {row[0]: row[1] for row in tables.rows("SELECT id, amount_cents - credited_cents FROM redemption")}
    gone = tables.sums(
        "SELECT redemption_id, amount_cents FROM payment"
        " WHERE redemption_id IS NOT NULL AND state IN ('sent', 'executed')"
    )
    for bill, cents in gone.items():
        if cents > net[bill]:
            yield f"redemption {bill}: {net[bill]} is to be paid, {cents} is on its way or paid"
    owed = {row[0]: row[1] for row in tables.rows("SELECT id, amount_cents FROM repayment")}
    back = tables.sums(
        "SELECT repayment_id, amount_cents FROM payment"
        " WHERE repayment_id IS NOT NULL AND state IN ('sent', 'executed')"
    )
    for repayment, cents in back.items():
        if cents > owed[repayment]:
            yield f"repayment {repayment}: {owed[repayment]} is owed, {cents} is on its way or paid"
    executed = tables.sums(
        "SELECT r.voucher_id, p.amount_cents FROM payment p JOIN redemption r ON r.id = p.redemption_id"
        " WHERE p.state = 'executed'"
    )
    repaid = tables.sums("SELECT voucher_id, amount_cents FROM repayment WHERE state = 'paid'")
    for voucher, kinds in tables.kinds.items():
        said = executed.get(voucher, 0) + repaid.get(voucher, 0)
        booked = kinds["pay"] - kinds["paid to spent"]
        if said != booked:
            yield f"voucher {voucher}: {said} was carried out, {booked} is paid in the books"


def invoices_are_what_was_redeemed(tables: Tables) -> Wrong:
    query = (
        "SELECT i.id, i.amount_cents, r.amount_cents, i.voucher_id, r.voucher_id FROM invoice i"
        " JOIN redemption r ON r.id = i.redemption_id"
    )
    for invoice, asked, taken, voucher, of in tables.rows(query):
        if (asked, voucher) != (taken, of):
            yield f"invoice {invoice}: {asked} on voucher {voucher}, but {taken} on {of} was taken"


# What ended ------------------------------------------------------------------------------------------------------------


def settlements_add_up(tables: Tables) -> Wrong:
    """Each settlement of a voucher begins from what stood before it, and the last one says what the voucher comes to."""
    settled = {row[0]: row[7] for row in tables.vouchers}
    query = (
        "SELECT s.voucher_id, s.number, s.id, s.redeemed_cents, s.settled_cents, s.corrected_cents, s.claimed_cents, n.settled_cents"
        " FROM settlement s LEFT JOIN resettlement n ON n.settlement_id = s.id ORDER BY s.voucher_id, s.number"
    )
    claims = tables.sums("SELECT settlement_id, amount_cents FROM recovery WHERE settlement_id IS NOT NULL")
    stands: dict[int, int] = {}
    for voucher, number, settlement, used, cents, corrected, claimed, again in tables.rows(query):
        if cents + corrected + claimed != used or claims.get(settlement, 0) != claimed:
            yield f"voucher {voucher}: settled at {cents} of {used}, {corrected} taken off and {claimed} asked back"
        if number > 0 and stands[voucher] != used:
            yield f"voucher {voucher}: lowered from {used}, but {stands[voucher]} stood"
        stands[voucher] = cents if again is None else again
    for voucher, cents in stands.items():
        if settled[voucher] != cents:
            yield f"voucher {voucher}: says {settled[voucher]}, its last settlement {cents}"


def what_comes_back_adds_up(tables: Tables) -> Wrong:
    entries = tables.sums("SELECT recovery_id, kind, amount_cents FROM recovery_entry")
    received: Counter[int] = Counter()
    query = "SELECT id, voucher_id, amount_cents, received_cents, written_off_cents, state FROM recovery"
    for claim, voucher, amount, came, lost, state in tables.rows(query):
        received[voucher] += came
        if (entries.get((claim, "received"), 0), entries.get((claim, "written_off"), 0)) != (came, lost):
            yield f"recovery {claim}: says {came} and {lost}, its entries something else"
        if amount - came - lost < 0 or (amount == came + lost) != (state == "closed"):
            yield f"recovery {claim}: {state} with {amount - came - lost} open"
    owed = tables.sums("SELECT voucher_id, amount_cents FROM repayment")
    for voucher in tables.vouchers:
        number, recovered = voucher[0], voucher[6]
        booked = tables.kinds[number]["recover"]
        if not received[number] == booked == recovered + owed.get(number, 0):
            yield f"voucher {number}: {received[number]} came back, {booked} in the books, {recovered} on the voucher"
    planned = "SELECT recovery_id, plan, amount_cents FROM instalment WHERE state <> 'replaced' OR received_cents > 0"
    for (claim, _), cents in tables.sums(planned).items():
        [(whole,)] = tables.rows("SELECT amount_cents FROM recovery WHERE id = :claim", claim=claim)
        if cents > whole:
            yield f"recovery {claim}: instalments of {cents} for {whole}"


BOOKS: tuple[Callable[[Tables], Wrong], ...] = (
    transfers_go_where_they_may,
    no_account_is_overdrawn,
    vouchers_are_what_was_booked,
    awards_are_their_parts,
    decisions_say_what_was_awarded,
    bills_are_paid_once,
    invoices_are_what_was_redeemed,
    settlements_add_up,
    what_comes_back_adds_up,
)


def recounted(tables: Tables, counts: tuple[Callable[[Tables], Wrong], ...] = BOOKS) -> list[str]:
    """Everything that does not add up, each with what counted it."""
    return [f"{count.__name__}: {said}" for count in counts for said in count(tables)]
