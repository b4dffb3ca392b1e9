"""Checking an audit bundle with nothing but the file: no database, no network, no solver.

The hashes say that nothing was changed since the bundle was made. All else says that what stands in it follows from the rest,
so that somebody who changes a paper and its hash is found too.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.receipt import Receipt, read_receipt, verify
from portal.accounting.audit_bundles import layout
from portal.accounting.draws import METHOD, SAMPLE_FORMAT, drawn, population_hash
from portal.awarding.held_money import HELD
from schemes.basics.findings import BadFile

LARGEST_FILE = 200_000_000
"""Bytes. The desk takes in files of at most 12 MB; a larger one is no paper of it."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")

AGAIN = "Download the bundle again from the desk; if it says the same then, ask the region."
ASK = "Ask the region to explain it, and compare with the books: loket ledger verify."


class BrokenBundle(Exception):
    """The first thing in a bundle that is wrong: in which file, what, and what to do about it."""

    def __init__(self, file: str, problem: str, remedy: str = AGAIN) -> None:
        super().__init__(f"{file}: {problem}. {remedy}")
        self.file, self.problem, self.remedy = file, problem, remedy


@dataclass(frozen=True)
class CheckedBundle:
    """What was checked: how many vouchers, files and transfers, and how many receipts were computed again."""

    vouchers: int
    files: int
    transfers: int
    receipts: int


def check_bundle(path: Path) -> CheckedBundle:
    """Check everything in a bundle. Raises ``BrokenBundle`` at the first thing that is wrong."""
    files = _read(path)
    _check_hashes(files)
    manifest = _json(files, layout.MANIFEST)
    with _WellFormed(layout.MANIFEST):
        stated = {one["number"]: one for one in manifest["vouchers"]}
        totals, sample_hash = dict(manifest["totals"]), manifest["sample_sha256"]
    if sample_hash != layout.sha256_of(files[layout.SAMPLE]):
        raise BrokenBundle(layout.MANIFEST, "its hash of the sample is not that of sample.json")
    _check_draw(files, {number: one["stratum"] for number, one in stated.items()})
    folders = {name.partition("/")[0] for name in files if "/" in name}
    if folders != set(stated):
        odd = min(folders ^ set(stated))
        raise BrokenBundle(odd, "the folders are not the vouchers of the manifest")
    counted = [_check_voucher(files, number, stated[number]) for number in sorted(stated)]
    sums = {name: sum(one["figures"][name] for one in stated.values()) for name in totals}
    if sums != totals:
        raise BrokenBundle(layout.MANIFEST, "the totals are not the sums of its vouchers", ASK)
    return CheckedBundle(len(stated), len(files), sum(one for one, _ in counted), sum(one for _, one in counted))


# What is in the zip ----------------------------------------------------------------------------------------------------


def _read(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return dict(_entries(archive))
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise BrokenBundle(path.name, f"it is no zip that can be read ({error})") from error


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for entry in archive.infolist():
        if not _NAME.fullmatch(entry.filename) or ".." in entry.filename:
            raise BrokenBundle(entry.filename, "it has a name that no file of a bundle has")
        if entry.filename in seen:
            raise BrokenBundle(entry.filename, "it is in the bundle twice")
        if entry.file_size > LARGEST_FILE:
            raise BrokenBundle(entry.filename, "it is larger than any paper")
        seen.add(entry.filename)
        try:
            yield entry.filename, archive.read(entry)
        except (zipfile.BadZipFile, EOFError, ValueError) as error:
            raise BrokenBundle(entry.filename, f"it cannot be read ({error})") from error


def _check_hashes(files: dict[str, bytes]) -> None:
    """SHA256SUMS and the manifest both say every file, and no other, with the hash that it has."""
    for name in (layout.SUMS, layout.MANIFEST, layout.SAMPLE, layout.README):
        if name not in files:
            raise BrokenBundle(name, "it is not there")
    with _WellFormed(layout.SUMS):
        pairs = [line.split("  ", 1) for line in files[layout.SUMS].decode().splitlines()]
        sums = {name: digest for digest, name in pairs}
    _compare(files, sums, layout.SUMS, {layout.SUMS})
    manifest = _json(files, layout.MANIFEST)
    with _WellFormed(layout.MANIFEST):
        if manifest["format"] != layout.BUNDLE_FORMAT:
            raise BrokenBundle(layout.MANIFEST, "it is of another format", "Check it with the version that made it.")
        listed = {one["path"]: one["sha256"] for one in manifest["files"]}
    _compare(files, listed, layout.MANIFEST, {layout.SUMS, layout.MANIFEST})


def _compare(files: dict[str, bytes], stated: dict[str, str], by: str, but: set[str]) -> None:
    for name in sorted({*files, *stated} - but):
        if name not in files:
            raise BrokenBundle(name, f"{by} says it, but it is not there")
        if name not in stated:
            raise BrokenBundle(name, f"{by} does not say it")
        if layout.sha256_of(files[name]) != stated[name]:
            raise BrokenBundle(name, f"its hash is not the one in {by}: it was changed")


class _WellFormed:
    """What goes wrong in here says that a file is not built as it should be."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, KeyError | TypeError | ValueError | AttributeError | LookupError):
            raise BrokenBundle(self.file, f"it is not built as it should be ({error!r})") from error


def _json(files: dict[str, bytes], name: str) -> Any:
    with _WellFormed(name):
        return json.loads(files[name].decode())


# What follows from what ------------------------------------------------------------------------------------------------


def _check_draw(files: dict[str, bytes], stated: dict[str, str]) -> None:
    """The sample is the one that its rule, seed and population give."""
    sample, file = _json(files, layout.SAMPLE), layout.SAMPLE
    with _WellFormed(file):
        if (sample["format"], sample["method"]) != (SAMPLE_FORMAT, METHOD):
            raise BrokenBundle(
                file, "it was drawn by a rule that is not known here", "Check it with the version that made it."
            )
        population = sample["population"]
        numbers = [number for part in population.values() for number in part]
        if (len(numbers), population_hash(numbers)) != (sample["population_size"], sample["population_sha256"]):
            raise BrokenBundle(file, "its population is not the one of its hash", ASK)
        again = [
            (one.number, one.stratum, one.place) for one in drawn(population, size=sample["size"], seed=sample["seed"])
        ]
        said = [(one["number"], one["stratum"], one["place"]) for one in sample["vouchers"]]
    if again != said:
        raise BrokenBundle(file, "drawn again with its seed, other vouchers come out", ASK)
    if {number: stratum for number, stratum, _ in said} != stated:
        raise BrokenBundle(layout.MANIFEST, "its vouchers are not those of the sample", ASK)


def _check_voucher(files: dict[str, bytes], number: str, stated: dict[str, Any]) -> tuple[int, int]:
    """One folder. How many transfers it has, and how many receipts."""
    for name in layout.ALWAYS:
        if f"{number}/{name}" not in files:
            raise BrokenBundle(f"{number}/{name}", "it is not there")
    facts = _json(files, f"{number}/{layout.VOUCHER}")
    with _WellFormed(f"{number}/{layout.VOUCHER}"):
        if (facts["format"], facts["number"]) != (layout.VOUCHER_FORMAT, number):
            raise BrokenBundle(f"{number}/{layout.VOUCHER}", "it is about another voucher", ASK)
        left_out = {one["paper"] for one in facts["left_out"]}
    transfers = _check_transfers(files, number, facts, stated)
    _check_papers(files, number, left_out)
    receipts = _check_receipt(files, number, facts, left_out)
    return transfers, receipts


def _check_transfers(files: dict[str, bytes], number: str, facts: dict[str, Any], stated: dict[str, Any]) -> int:
    file = f"{number}/{layout.TRANSFERS}"
    transfers = _json(files, file)
    with _WellFormed(file):
        figures = layout.figures_of(transfers)
        wanted = [
            ["" if one[name] is None else str(one[name]) for name in layout.TRANSFER_COLUMNS] for one in transfers
        ]
    with _WellFormed(f"{number}/{layout.TRANSFERS_TABLE}"):
        rows = list(csv.reader(io.StringIO(files[f"{number}/{layout.TRANSFERS_TABLE}"].decode(), newline="")))
    if rows != [list(layout.TRANSFER_COLUMNS), *wanted]:
        raise BrokenBundle(f"{number}/{layout.TRANSFERS_TABLE}", f"it is not the same list as {layout.TRANSFERS}", ASK)
    with _WellFormed(f"{number}/{layout.VOUCHER}"):
        if figures != facts["figures"]:
            said = f"the transfers add up to {figures}, but {layout.VOUCHER} says {facts['figures']}"
            raise BrokenBundle(file, said, ASK)
        if figures != stated["figures"]:
            raise BrokenBundle(file, f"the transfers add up to {figures}, but the manifest says other figures", ASK)
        open_cents = facts["amount_cents"] - facts["redeemed_cents"] - facts["released_cents"]
        used_cents = facts["redeemed_cents"] - facts["recovered_cents"]
        redeemed = sum(one["amount_cents"] - one["credited_cents"] for one in facts["redemptions"])
        if (open_cents, used_cents) != (figures["reserved_cents"], figures["spent_cents"]):
            said = f"{open_cents} open and {used_cents} used, but the transfers say {figures}"
            raise BrokenBundle(f"{number}/{layout.VOUCHER}", said, ASK)
        if redeemed != facts["redeemed_cents"]:
            raise BrokenBundle(f"{number}/{layout.VOUCHER}", "its redemptions do not add up to what was redeemed", ASK)
    return len(transfers)


def _check_papers(files: dict[str, bytes], number: str, left_out: set[str]) -> None:
    """Every paper that a list names is there, and every paper that is there stands in a list."""
    named: set[str] = set()
    decided = _json(files, f"{number}/{layout.DECISION}")
    with _WellFormed(f"{number}/{layout.DECISION}"):
        for one in decided["letters"]:
            named.add(one["file"])
            content = files.get(f"{number}/{one['file']}")
            if content is not None and layout.sha256_of(content) != one["sha256"]:
                said = "it is not the letter that was kept when it was made"
                raise BrokenBundle(f"{number}/{one['file']}", said, ASK)
    for name in (layout.EVIDENCE, layout.INVOICES):
        rows = _json(files, f"{number}/{name}")
        with _WellFormed(f"{number}/{name}"):
            named |= {one["file"] for one in rows if one["file"] is not None}
    there = {name.partition("/")[2] for name in files if name.startswith(f"{number}/")}
    papers = there - set(layout.ALWAYS) - {layout.RECEIPT}
    for odd in sorted(papers ^ named):
        raise BrokenBundle(f"{number}/{odd}", "a paper and the lists do not agree on whether it is there", ASK)
    for name in (layout.PAYMENTS, layout.HISTORY):
        with _WellFormed(f"{number}/{name}"):
            [dict(one) for one in _json(files, f"{number}/{name}")]
    if left_out & there:
        raise BrokenBundle(f"{number}/{min(left_out & there)}", "it is there, but is said to be left out", ASK)


def _check_receipt(files: dict[str, bytes], number: str, facts: dict[str, Any], left_out: set[str]) -> int:
    """The receipt holds, is the one that the decision names, and awards what the voucher was awarded."""
    file = f"{number}/{layout.RECEIPT}"
    if file not in files:
        if layout.RECEIPT in left_out:
            return 0
        raise BrokenBundle(file, "it is not there")
    receipt = _receipt(files[file], file)
    wrong = next((one for one in verify(receipt, file) if one.severity == "error"), None)
    if wrong is not None:
        raise BrokenBundle(
            file, f"it does not follow from itself ({wrong.code})", f"Look with: loket receipt verify {file}"
        )
    decided = _json(files, f"{number}/{layout.DECISION}")
    with _WellFormed(f"{number}/{layout.DECISION}"):
        if receipt.content_hash not in [one.get("receipt_hash") for one in decided["decisions"]]:
            raise BrokenBundle(file, f"{layout.DECISION} names another receipt", ASK)
        more = [one["outcomes"] for one in decided["decisions"] if one["kind"] == "supplemented"]
        added = sum(one["amount_cents"] for outcomes in more for one in outcomes)
    decision = receipt.content.decision
    outcomes, shares = (decision.outcomes, decision.shares) if decision is not None else ((), ())
    awarded = sum(one.amount_cents for one in outcomes if one.scheme == facts["scheme"])
    # What was used of an earlier voucher is in the decision too, and was awarded on that one.
    mine = [one for one in shares if one.get("offer") == facts["scheme"] and one.get("funding_line") == HELD]
    awarded -= sum(int(one["cents"]) for one in mine)
    if awarded + added != facts["awarded_cents"]:
        said = f"it awards {awarded} and {added} came later, but the voucher was awarded {facts['awarded_cents']}"
        raise BrokenBundle(file, said, ASK)
    return 1


def _receipt(content: bytes, file: str) -> Receipt:
    try:
        return read_receipt(content.decode(), file)
    except (BadFile, ValueError) as error:
        raise BrokenBundle(
            file, "it is no receipt that can be read", f"Look with: loket receipt verify {file}"
        ) from error
