"""The outside recount of rules: ceilings over their periods, shares, aid, who decided alone, files for the bank and letters.

Plain SQL, and the rules of the region of the walks written down here once more. Walks stay within two years, so that every ceiling
over years is one period.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.reliability.walks.recount import Tables, Wrong

PER_AWARD = {"leervoucher": 250_000, "bedrijfsvoucher": 200_000}
BY_YEAR = {"leervoucher": ("person", 300_000), "bedrijfsvoucher": ("employer", 300_000)}
BY_YEARS = {"leervoucher": ("person", 450_000, "last:3"), "materiaalvoucher": ("person", 50_000, "first")}
SHARE_OF = {
    "leervoucher": (1, ("tuition", "exam", "books")),
    "bedrijfsvoucher": (2, ("tuition", "exam", "books")),
    "materiaalvoucher": (2, ("materials",)),
}
"""A scheme pays at most one in so many of the costs of these kinds."""
EARMARKED = {"rijk-leren": ("leervoucher",), "gemeente-werk": ("bedrijfsvoucher", "materiaalvoucher")}
KEY_OF_TESTS = bytes.fromhex("2e" * 32)
AID = 120_000
ALONE = 150_000
LIMITED = ("account:905", 180_000)


def _awards(tables: Tables) -> list[dict[str, Any]]:
    """Every award with what is left of it: less what was released and what came back."""
    query = (
        "SELECT a.id, a.scheme, a.amount_cents, a.person_key, a.employer_key, a.counted_on, a.question_id, v.id,"
        " v.amount_cents - v.released_cents - v.recovered_cents, p.kvk_number, a.awarded_at, a.decision_id"
        " FROM award a JOIN voucher v ON v.award_id = a.id JOIN application p ON p.question_id = a.question_id ORDER BY a.id"
    )
    names = [
        "id",
        "scheme",
        "amount",
        "person",
        "employer",
        "on",
        "question",
        "voucher",
        "net",
        "kvk",
        "at",
        "decision",
    ]
    return [dict(zip(names, row, strict=True)) for row in tables.rows(query)]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


# Ceilings --------------------------------------------------------------------------------------------------------------


def caps_are_kept(tables: Tables) -> Wrong:
    """Per award, per holder and year, and per holder over years; what was declared of elsewhere counts beside it."""
    per: Counter[tuple[str, str, str]] = Counter()
    had: dict[tuple[str, str, str], set[tuple[int, str]]] = defaultdict(set)
    said = {row[0]: _json(row[1]) for row in tables.rows("SELECT id, had_before FROM development_question")}
    limits: dict[tuple[str, str, str], int] = {}
    for award in _awards(tables):
        scheme, year = award["scheme"], str(award["on"])[:4]
        if award["amount"] > PER_AWARD.get(scheme, award["amount"]):
            yield f"award {award['id']}: {award['amount']} of {scheme}"
        keys = []
        if scheme in BY_YEAR:
            who, most = BY_YEAR[scheme]
            keys.append((scheme, f"{who}:{award[who]}", f"year:{year}"))
            limits[keys[-1]] = most
        if scheme in BY_YEARS:
            who, most, name = BY_YEARS[scheme]
            keys.append((scheme, f"{who}:{award[who]}", name))
            limits[keys[-1]] = most
        for key in keys:
            per[key] += award["net"]
            if award["net"] > 0:
                had[key] |= {
                    (one["amount_cents"], str(one["awarded_on"]))
                    for one in said[award["question"]]
                    if one["scheme"] == scheme
                    and (not key[2].startswith("year:") or str(one["awarded_on"])[:4] == year)
                }
    for key, cents in per.items():
        elsewhere = sum(one[0] for one in had[key])
        if cents and cents + elsewhere > max(limits[key], elsewhere):
            yield f"{key}: {cents} awarded and {elsewhere} had elsewhere, of at most {limits[key]}"
    for key, counted, awarded in _guards(tables, per):
        if counted != awarded:
            yield f"{key}: the guards count {counted}, the awards come to {awarded}"


def _guards(tables: Tables, per: Counter[tuple[str, str, str]]) -> list[tuple[tuple[str, str, str], int, int]]:
    """Per ceiling what its guards count and what its awards come to, of all pseudonyms together that were ever compared."""
    same: dict[str, str] = {}

    def main(key: str) -> str:
        while key in same:
            key = same[key]
        return key

    for one, other in tables.rows("SELECT first_key, second_key FROM double_judgement ORDER BY id"):
        if main(one) != main(other):
            same[main(one)] = main(other)
    counted: Counter[tuple[str, str, str]] = Counter()
    awarded: Counter[tuple[str, str, str]] = Counter()
    query = "SELECT scheme, holder_key, period_key, used_cents FROM cap_guard WHERE scheme <> 'aid.de_minimis'"
    guards = {(scheme, holder, period): used for scheme, holder, period, used in tables.rows(query)}
    for found, cents_of in ((counted, guards), (awarded, per)):
        for (scheme, holder, period), cents in cents_of.items():
            who, _, key = holder.partition(":")
            found[scheme, f"{who}:{main(key)}", period] += cents
    return [(key, counted[key], awarded[key]) for key in sorted({*counted, *awarded})]


def aid_is_within_its_room(tables: Tables) -> Wrong:
    """Per KvK number what was awarded in three years, with what was declared when the last of it was awarded."""
    facts = {row[0]: _json(row[1]) for row in tables.rows("SELECT id, facts FROM development_question")}
    raised = dict(
        tables.rows("SELECT voucher_id, max(at) FROM voucher_change WHERE kind = 'topped_up' GROUP BY voucher_id")  # type: ignore[arg-type]
    )
    net: Counter[str] = Counter()
    last: dict[str, tuple[str, int]] = {}
    for award in _awards(tables):
        if award["scheme"] != "bedrijfsvoucher" or award["net"] <= 0:
            continue
        net[award["kvk"]] += award["net"]
        moment = (str(raised.get(award["voucher"], award["at"])), award["question"])
        last[award["kvk"]] = max(last.get(award["kvk"], moment), moment)
    for number, cents in net.items():
        declared = facts[last[number][1]].get("de_minimis_used_cents", 0)
        if cents + declared > AID:
            yield f"undertaking {number}: {cents} awarded and {declared} elsewhere, of at most {AID}"


def shares_are_kept(tables: Tables) -> Wrong:
    """A scheme pays its share of the costs that it is for; all schemes and what an employer pays anyway no more than the costs."""
    costs = tables.sums("SELECT question_id, category, amount_cents FROM cost_line")
    whole = tables.sums("SELECT question_id, amount_cents FROM cost_line")
    fixed = tables.sums("SELECT question_id, amount_cents FROM pledge WHERE state = 'given' AND kind = 'fixed'")
    paid: Counter[int] = Counter()
    per: Counter[tuple[int, str]] = Counter()
    for award in _awards(tables):
        paid[award["question"]] += award["net"]
        per[award["question"], award["scheme"]] += award["net"]
    for (question, scheme), cents in per.items():
        parts, kinds = SHARE_OF[scheme]
        most = sum(costs.get((question, kind), 0) for kind in kinds)
        if cents * parts > most:
            yield f"question {question}: {scheme} pays {cents}, one in {parts} of {most}"
    for question, cents in paid.items():
        if cents and cents + fixed.get(question, 0) > whole[question]:
            yield f"question {question}: {cents} awarded and {fixed.get(question, 0)} promised on costs of {whole[question]}"


def money_goes_to_what_it_is_for(tables: Tables) -> Wrong:
    query = (
        "SELECT DISTINCT a.id, a.scheme, l.slug FROM award a JOIN voucher v ON v.award_id = a.id"
        " JOIN transfer t ON t.voucher_id = v.id JOIN ledger_account c ON c.id = t.credit_account_id"
        " JOIN funding_line l ON l.id = c.funding_line_id WHERE c.kind = 'reserved'"
    )
    for award, scheme, line in tables.rows(query):
        if scheme not in EARMARKED.get(line, (scheme,)):
            yield f"award {award}: {scheme} is paid by {line}"
    lines = (
        "SELECT p.award_id, p.line_key, sum(p.amount_cents), c.amount_cents FROM award_part p JOIN award a ON a.id = p.award_id"
        " JOIN cost_line c ON c.question_id = a.question_id AND c.line_key = p.line_key"
        " GROUP BY p.award_id, p.line_key, c.amount_cents"
    )
    for award, line, cents, cost in tables.rows(lines):
        if cents > cost:
            yield f"award {award}: {cents} for {line}, which costs {cost}"


def nobody_decides_above_a_mandate(tables: Tables) -> Wrong:
    """The second advisor up to a limit, and nobody alone above what the learning voucher allows. The whole counts, raises too."""
    query = (
        "SELECT d.id, d.decided_by, o.scheme, o.amount_cents, m.prepared_by, d.kind FROM decision d"
        " JOIN decision_outcome o ON o.decision_id = d.id"
        " JOIN decision_mandate m ON m.decision_id = d.id AND m.scheme = o.scheme"
        " WHERE d.kind IN ('approved', 'partly', 'supplemented') ORDER BY d.id"
    )
    raised = {
        row[0]: row[1]
        for row in tables.rows(
            "SELECT c.decision_id, v.award_id FROM voucher_change c JOIN voucher v ON v.id = c.voucher_id"
            " WHERE c.kind = 'topped_up'"
        )
    }
    first = {(row[1], row[2]): row[0] for row in tables.rows("SELECT id, decision_id, scheme FROM award")}
    whole: Counter[int] = Counter()
    for decision, by, scheme, cents, prepared_by, _ in tables.rows(query):
        award = raised.get(decision) or first.get((decision, scheme))
        if award is None:
            continue
        whole[award] += cents
        if by == LIMITED[0] and whole[award] > LIMITED[1]:
            yield f"decision {decision}: {whole[award]} by {by}, who may decide on {LIMITED[1]}"
        if scheme == "leervoucher" and whole[award] > ALONE and prepared_by in (None, by):
            yield f"decision {decision}: {whole[award]} by one person"


# The bank and the letters ----------------------------------------------------------------------------------------------

_IN_FILE = re.compile(r"<EndToEndId>([^<]+)</EndToEndId>.*?<InstdAmt Ccy=\"EUR\">([0-9.]+)</InstdAmt>", re.DOTALL)


def opened(sealed: str) -> str:
    """What stands in a file, opened with the key of the tests (AES-256-GCM): its name, and then the nonce and the sealed text."""
    raw = base64.urlsafe_b64decode(sealed.rpartition("$")[2] + "==")
    return AESGCM(KEY_OF_TESTS).decrypt(raw[:12], raw[12:], b"papers").decode()


def files_pay_once(tables: Tables) -> Wrong:
    """Over all files that went to the bank: no payment twice, each for its amount, and no bill twice unless it came back."""
    query = "SELECT number, file_text FROM payment_batch WHERE state IN ('exported', 'closed')"
    out: dict[str, int] = {}
    for number, sealed in tables.rows(query):
        for name, euros in _IN_FILE.findall(opened(sealed)):
            if name in out:
                yield f"payment {name}: is in two files, the last {number}"
            out[name] = round(float(euros) * 100)
    payments = tables.rows(
        "SELECT p.end_to_end_id, p.amount_cents, p.state, p.redemption_id, r.amount_cents FROM payment p"
        " JOIN payment_batch b ON b.id = p.batch_id LEFT JOIN redemption r ON r.id = p.redemption_id"
        " WHERE b.state IN ('exported', 'closed')"
    )
    left: Counter[int] = Counter()
    bills = {}
    for name, cents, state, bill, whole in payments:
        if state == "cancelled":
            if name in out:
                yield f"payment {name}: was left out, and is in a file"
            continue
        if out.pop(name, None) != cents:
            yield f"payment {name}: pays {cents}, and its file something else"
        if bill is not None and state != "returned":
            left[bill] += cents
            bills[bill] = whole
    for name in out:
        yield f"payment {name}: is in a file and nowhere else"
    for bill, cents in left.items():
        if cents > bills[bill]:
            yield f"redemption {bill}: {cents} went out for a bill of {bills[bill]}"


def letters_say_what_is_left(tables: Tables) -> Wrong:
    """Of an award that was lowered or ended: what the letter says is freed and left is what the books had at that moment."""
    query = (
        "SELECT m.template, m.version, m.details, d.decided_at, o.scheme, d.question_id FROM outbox_message m"
        " JOIN decision d ON d.id = m.version JOIN decision_outcome o ON o.decision_id = d.id"
        " WHERE m.template IN ('reduction/revoked', 'reduction/lowered') AND m.details IS NOT NULL"
    )
    for template, decision, details, at, scheme, question in tables.rows(query):
        said, vouchers = _json(details), [v[0] for v in tables.vouchers if (v[2], v[9]) == (question, scheme)]
        held: Counter[int] = Counter()
        freed: Counter[int] = Counter()
        for _, kind, cents, voucher, _, moment, _, out, _, into, _ in tables.moves:
            if voucher not in vouchers or str(moment) > str(at):
                continue
            if kind != "recover":
                held[voucher] += cents * ((out == "available") - (into == "available"))
            if str(moment) == str(at):
                freed[voucher] += cents * ((into == "available") - (out == "available"))
        if not any((freed[one], held[one]) == (said["freed_cents"], said["left_cents"]) for one in vouchers):
            found = [(freed[one], held[one]) for one in vouchers]
            yield f"decision {decision}, {template}: {said['freed_cents']} freed, {said['left_cents']} left; the books {found}"


RULES: tuple[Callable[[Tables], Wrong], ...] = (
    caps_are_kept,
    aid_is_within_its_room,
    shares_are_kept,
    money_goes_to_what_it_is_for,
    nobody_decides_above_a_mandate,
    files_pay_once,
    letters_say_what_is_left,
)
