"""The bundle of a sample: what is in it, the same bytes every time, and whatever is changed in it is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from portal.accounting.audit_bundles import layout
from portal.accounting.audit_bundles.checking import BrokenBundle, CheckedBundle, check_bundle
from portal.accounting.draws import drawn as draw
from portal.accounting.samples.models import AuditSample
from portal.accounting.samples.queries import voucher_number
from portal.awarding.reductions import lower_award, revoke_award
from portal.commands.audit import audit
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault, note_scan
from portal.spending.invoices.queries import invoices_of_voucher
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ASKED, NOW, SECOND, SYSTEM, a_provider, a_voucher
from tests.portal.accounting.audited import (
    AUDITOR,
    OTHER_AUDITOR,
    a_sample,
    bundle_of,
    edited,
    files_in,
    sealed_again,
    vouchers_to_draw,
    zipped,
)
from tests.portal.awarding.test_top_ups import dearer, more


@dataclass
class Drawn:
    """A sample of two vouchers: one with everything, one that nobody used."""

    session: Session
    vault: Vault
    sample: AuditSample
    voucher: Voucher
    folder: Path

    def bytes(self) -> bytes:
        return bundle_of(self.session, self.vault, self.sample)

    def check(self, files: dict[str, bytes]) -> CheckedBundle:
        return check_bundle(zipped(files, self.folder / "bundle.zip"))

    def broken(self, files: dict[str, bytes]) -> BrokenBundle:
        with pytest.raises(BrokenBundle) as found:
            self.check(files)
        return found.value


@pytest.fixture
def drawn(session: Session, tmp_path: Path) -> Drawn:
    vault = Vault.under(tmp_path, "a secret of a desk, for tests only")
    paid, _ = vouchers_to_draw(session, vault)
    return Drawn(session, vault, a_sample(session), paid, tmp_path)


def test_the_bundle_of_a_sample_passes_and_is_the_same_to_the_byte(drawn: Drawn) -> None:
    first = drawn.bytes()
    drawn.session.expire_all()
    assert drawn.bytes() == first
    checked = drawn.check(files_in(first))
    assert (checked.vouchers, checked.receipts) == (2, 2) and checked.transfers > 3
    with zipfile.ZipFile(drawn.folder / "bundle.zip") as archive:
        assert archive.testzip() is None


def test_vouchers_that_were_raised_lowered_revoked_and_settled_pass_with_their_own_decisions(drawn: Drawn) -> None:
    session = drawn.session
    raised, revoked, settled = a_voucher(session), a_voucher(session), a_voucher(session)
    dearer(session, raised, 30_000)
    more(session, raised, 30_000)
    lower_award(session, voucher=raised, by_cents=10_000, basis=ASKED, reason="Korting.", actor=ADVISOR, now=NOW)
    revoke_award(session, voucher=revoked, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=NOW)
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=settled, bill=Bill("S-1", NOW.date(), 40_000), actor=pia, now=NOW)
    ended = SettlementDraft(40_000, SettlementGround.AS_USED, "Zoals gebruikt.")
    settle_voucher(session, voucher=settled, draft=ended, actor=ADVISOR, now=NOW, prepared_by=SECOND.reference)
    files = files_in(bundle_of(session, drawn.vault, a_sample(session, size=5)))
    assert drawn.check(files).vouchers == 5

    def kinds(voucher: Voucher) -> list[str]:
        decided = json.loads(files[f"{voucher_number(voucher.id)}/{layout.DECISION}"])
        return [one["kind"] for one in decided["decisions"]]

    assert kinds(raised) == ["approved", "supplemented", "lowered"]
    assert (kinds(revoked), kinds(settled)) == (["approved", "revoked"], ["approved", "settled"])


def test_every_paper_of_a_voucher_is_in_its_folder(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    folder = voucher_number(drawn.voucher.id)
    names = {name.partition("/")[2] for name in files if name.startswith(f"{folder}/")}
    assert {*layout.ALWAYS, layout.RECEIPT} < names
    papers = names - {*layout.ALWAYS, layout.RECEIPT}
    assert sorted({one.partition("-")[0] for one in papers}) == ["evidence", "invoice", "letter"]
    facts = json.loads(files[f"{folder}/{layout.VOUCHER}"])
    assert facts["redeemed_cents"] == 70_000 and facts["figures"]["spent_cents"] == 70_000
    [payment] = json.loads(files[f"{folder}/{layout.PAYMENTS}"])
    assert payment["amount_cents"] == 70_000 and payment["made_by"] != payment["released_by"]
    history = json.loads(files[f"{folder}/{layout.HISTORY}"])
    assert {one["about"].partition(":")[0] for one in history} >= {"voucher", "invoice"}
    listed = [one["path"] for one in json.loads(files[layout.MANIFEST])["files"]]
    assert listed == sorted(listed) and {*listed, layout.MANIFEST, layout.SUMS} == set(files)


def test_a_stranger_checks_it_with_sha256sum(drawn: Drawn) -> None:
    tool = shutil.which("sha256sum")
    assert tool is not None
    for name, content in files_in(drawn.bytes()).items():
        (drawn.folder / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (drawn.folder / "out" / name).write_bytes(content)

    def run() -> int:
        return subprocess.run([tool, "-c", layout.SUMS], cwd=drawn.folder / "out", capture_output=True).returncode

    assert run() == 0
    (drawn.folder / "out" / layout.README).write_text("other")
    assert run() == 1


def test_nobody_but_who_drew_it_gets_the_bundle(drawn: Drawn) -> None:
    for actor in (OTHER_AUDITOR, *(Actor(one, account_id=1) for one in Audience)):
        with pytest.raises(Refusal) as refused:
            bundle_of(drawn.session, drawn.vault, drawn.sample, actor)
        assert refused.value.code == "not_yours"
    assert bundle_of(drawn.session, drawn.vault, drawn.sample, AUDITOR)


def test_a_file_with_a_virus_is_left_out_and_the_bundle_says_so(drawn: Drawn) -> None:
    [invoice] = invoices_of_voucher(drawn.session, voucher=drawn.voucher, actor=SYSTEM)
    whole = files_in(drawn.bytes())
    invoice.file.scan_state = type(invoice.file.scan_state).NOT_SCANNED
    invoice.file.scanned_at = None
    note_scan(drawn.session, file=invoice.file, clean=False, actor=SYSTEM, now=NOW)
    left = files_in(drawn.bytes())
    name = f"{voucher_number(drawn.voucher.id)}/invoice-{invoice.id:06d}.pdf"
    assert name in whole and name not in left
    facts = json.loads(left[f"{voucher_number(drawn.voucher.id)}/{layout.VOUCHER}"])
    assert facts["left_out"] == [{"paper": name.partition("/")[2], "reason": "file_infected"}]
    assert drawn.check(left).vouchers == 2


# Whatever is changed is found ------------------------------------------------------------------------------------------


def test_each_file_that_is_changed_is_found_and_named(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    for name in sorted(files):
        broken = drawn.broken({**files, name: files[name] + b" "})
        named = {layout.SUMS: {layout.README, layout.SUMS}}.get(name, {name})
        assert broken.file in named or name == layout.SUMS, name
        assert broken.problem and broken.remedy
    assert drawn.check(files)


def test_each_file_that_is_gone_or_put_in_is_found(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    for name in sorted(files):
        assert drawn.broken({key: content for key, content in files.items() if key != name}).file == name
    assert drawn.broken({**files, "V-000001/extra.txt": b"x"}).file == "V-000001/extra.txt"
    assert drawn.broken({**files, "../outside": b"x"}).file == "../outside"
    assert drawn.check(files)


def _more(rows: Any) -> None:
    rows[0]["amount_cents"] += 1


def _another_letter(value: Any) -> None:
    value["letters"][0]["sha256"] = "0" * 64


FORGED: list[tuple[str, Callable[[Any], object], str]] = [
    (layout.TRANSFERS, _more, layout.TRANSFERS_TABLE),
    (layout.TRANSFERS, lambda rows: rows.pop(), layout.TRANSFERS_TABLE),
    (layout.VOUCHER, lambda value: value["figures"].update(spent_cents=1), layout.TRANSFERS),
    (layout.VOUCHER, lambda value: value.update(amount_cents=1), layout.VOUCHER),
    (layout.VOUCHER, lambda value: value["redemptions"].clear(), layout.VOUCHER),
    (layout.VOUCHER, lambda value: value.update(awarded_cents=1), layout.RECEIPT),
    (layout.VOUCHER, lambda value: value.pop("figures"), layout.VOUCHER),
    (layout.DECISION, lambda value: value["decisions"][0].update(receipt_hash="x"), layout.RECEIPT),
    (layout.DECISION, _another_letter, "letter-"),
    (layout.DECISION, lambda value: value["letters"].clear(), "letter-"),
    (layout.INVOICES, lambda rows: rows.clear(), "invoice-"),
    (layout.EVIDENCE, lambda rows: rows.clear(), "evidence-"),
    (layout.PAYMENTS, lambda rows: rows.append(1), layout.PAYMENTS),
    (layout.HISTORY, lambda rows: rows.append(1), layout.HISTORY),
    (layout.RECEIPT, lambda value: value["content"].update(reference_date="2020-01-01"), layout.RECEIPT),
    (layout.RECEIPT, lambda value: value.pop("content"), layout.RECEIPT),
]


def test_a_forger_who_makes_every_hash_fit_is_found_too(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    folder = voucher_number(drawn.voucher.id)
    for name, change, found_in in FORGED:
        forged = {**files, f"{folder}/{name}": edited(files[f"{folder}/{name}"], change)}
        assert drawn.broken(sealed_again(forged)).file.startswith(f"{folder}/{found_in}"), (name, found_in)
    assert drawn.check(sealed_again(files)), "sealed again without a change it still passes"


def test_transfers_that_do_not_add_up_are_found_in_both_their_files(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    folder = voucher_number(drawn.voucher.id)
    table, text = f"{folder}/{layout.TRANSFERS_TABLE}", f"{folder}/{layout.TRANSFERS}"
    whole, spent = files[table].decode(), b'"amount_cents": 70000'
    assert spent in files[text] and ",70000," in whole
    forged = {
        **files,
        table: whole.replace(",70000,", ",70001,").encode(),
        text: files[text].replace(spent, spent[:-1] + b"1"),
    }
    broken = drawn.broken(sealed_again(forged))
    assert broken.file == text and "add up to" in broken.problem


def test_a_letter_that_was_written_anew_is_found(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    name = next(one for one in files if "/letter-" in one)
    assert drawn.broken(sealed_again({**files, name: files[name] + b" "})).file == name


def _other_seed(value: Any) -> None:
    seeds = (f"another {number}" for number in range(50))
    said = [one["number"] for one in value["vouchers"]]
    value["seed"] = next(
        seed
        for seed in seeds
        if [one.number for one in draw(value["population"], size=value["size"], seed=seed)] != said
    )


def test_a_sample_that_was_not_drawn_like_that_is_found(session: Session, drawn: Drawn) -> None:
    files = files_in(bundle_of(session, drawn.vault, a_sample(session, size=1, seed="one of two")))
    changes: list[Callable[[Any], object]] = [
        _other_seed,
        lambda value: value["vouchers"].pop(),
        lambda value: value.update(population_size=3),
        lambda value: next(iter(value["population"].values())).append("V-999999"),
        lambda value: value.update(method="by-heart/1"),
        lambda value: value.pop("population"),
    ]
    for number, change in enumerate(changes):
        forged = {**files, layout.SAMPLE: edited(files[layout.SAMPLE], change)}
        assert drawn.broken(sealed_again(forged)).file == layout.SAMPLE, number
    assert drawn.check(sealed_again(files)).vouchers == 1


def test_totals_that_are_no_sums_are_found(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    forged = edited(files[layout.MANIFEST], lambda value: value["totals"].update(spent_cents=1))
    assert drawn.broken(sealed_again({**files, layout.MANIFEST: forged})).file == layout.MANIFEST


# The command -----------------------------------------------------------------------------------------------------------


def test_the_command_says_ok_or_the_file_the_problem_and_the_remedy(drawn: Drawn) -> None:
    files = files_in(drawn.bytes())
    whole = zipped(files, drawn.folder / "whole.zip")
    answer = CliRunner().invoke(audit, ["check-bundle", str(whole)])
    assert answer.exit_code == 0 and answer.output.startswith("ok: 2 vouchers")
    cut = zipped({**files, layout.README: b"x"}, drawn.folder / "cut.zip")
    answer = CliRunner().invoke(audit, ["check-bundle", str(cut)])
    assert answer.exit_code == 1
    assert [line.partition(":")[0] for line in answer.output.splitlines()] == ["file", "problem", "remedy"]
    assert layout.README in answer.output
    nothing = drawn.folder / "nothing.zip"
    nothing.write_bytes(b"no zip")
    assert CliRunner().invoke(audit, ["check-bundle", str(nothing)]).exit_code == 1
