"""A receipt is the same every time, holds nobody's name, and computes again without solver; whoever changes it is found out."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from matching.problem import LockedShare, Locks
from matching.receipt import Receipt, hash_of, read_receipt, receipt_text, verify
from schemes.basics.findings import BadFile
from schemes.files.canonical import canonical
from schemes.files.parsing import validate
from tests.matching.depth import one_in
from tests.matching.receipts import EXAMPLES, changed, example, leaves, other, question, receipt_of, resealed

EMBEDDED = ("schemes", "fact_definitions", "lists")
NO_CONSEQUENCE = (
    # words and addresses for people, and moments: nothing is computed from them
    "made_at",
    "question_number",
    "region",
    "funding_titles",
    "model.version",
    "known_on",
    "rationale",
    "checked",
    "decided_on",
    "title",
    "summary",
    "deciding_body",
    "sources",
    "source",
    "how",
    "question.nl",
    "question.en",
    "why",
    "owner",
    "name",
    "postcodes",
    "voucher",
    "decision_weeks",
    "review_on",
    "deterministic_ms",
    "awarded_on",
    "best_if_possible",
)


def read(data: dict[str, Any]) -> list[str]:
    """The codes of everything that is wrong with a file."""
    try:
        found = verify(validate(Receipt, data))
    except BadFile as bad:
        found = list(bad.findings)
    return [one.code for one in found if one.severity == "error"]


@pytest.fixture(scope="module")
def receipt() -> Receipt:
    return receipt_of(question(), "proefland", decided=True)


@pytest.fixture(scope="module")
def file(receipt: Receipt) -> dict[str, Any]:
    return canonical(receipt)


def test_a_receipt_loads_back_to_the_same_value_and_nothing_is_wrong_with_it(receipt: Receipt) -> None:
    text = receipt_text(receipt)
    assert read_receipt(text, "bewijs.json") == receipt
    assert verify(receipt) == []


def test_the_same_computation_gives_the_same_file_to_the_byte(receipt: Receipt) -> None:
    assert receipt_text(receipt_of(question(), "proefland", decided=True)) == receipt_text(receipt)


def test_the_hash_can_be_made_by_anybody_from_the_file_alone(receipt: Receipt) -> None:
    content = json.loads(receipt_text(receipt))["content"]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "sha256:" + hashlib.sha256(text.encode()).hexdigest() == receipt.content_hash


@pytest.mark.parametrize("name", sorted(one.stem for one in EXAMPLES.glob("*.yaml")))
def test_every_example_of_the_catalogue_gives_a_receipt_that_holds(name: str) -> None:
    asked = example(name)
    if asked.costs:
        made = receipt_of(asked, "stedendriehoek", decided=True)
        assert verify(made) == []
        assert len(receipt_text(made)) < 1_000_000, "it can be read again"


def test_verifying_needs_no_solver_and_no_database(receipt: Receipt, tmp_path: Path) -> None:
    kept = tmp_path / "bewijs.json"
    kept.write_text(receipt_text(receipt), encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from matching.receipt import read_receipt, verify; "
        f"found = verify(read_receipt(Path({str(kept)!r}).read_text(), 'b')); "
        "print([m for m in ('ortools', 'sqlalchemy', 'flask', 'babel') if m in sys.modules], found)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[] []"


# Nobody can change it unseen ---------------------------------------------------------------------------------------------


def test_every_value_that_is_changed_is_found(file: dict[str, Any]) -> None:
    unseen = [path for path, value in leaves(file["content"]) if not _is_found(file, ("content", *path))]
    assert unseen == []
    assert read(file) == [], "and nothing is found in the file as it was"


def _is_found(file: dict[str, Any], path: tuple[str | int, ...]) -> bool:
    """Whether the hash, or reading alone, finds one change: the rest of `verify` is slower and has its own test."""
    try:
        one = validate(Receipt, changed(file, path))
    except BadFile:
        return True
    return hash_of(canonical(one.content)) != one.content_hash


def test_a_forged_hash_does_not_hide_a_cent_a_fact_a_bound_or_a_reason(file: dict[str, Any]) -> None:
    """Every hash is made to fit again; what is left unseen has no consequence for anybody's money."""
    unseen = set()
    embedded = [path for path, _ in leaves(file["content"]) if path[0] in EMBEDDED]
    for path in [path for path, _ in leaves(file["content"]) if path[0] not in EMBEDDED] + [*one_in(18, embedded)]:
        if path[-1] == "content_hash" or read(resealed(changed(file, ("content", *path)))):
            continue
        unseen.add(".".join(str(key) for key in path))
    strange = {path for path in unseen if not any(f".{word}" in f".{path}" for word in NO_CONSEQUENCE)}
    caps = {path for path in strange if "caps" in path or "co_financing" in path or "public_money" in path}
    caps |= {path for path in strange if path.startswith("lists") and path.endswith("from")}
    assert strange == caps, "limits of a definition that are not what limits this answer"
    assert not any(
        path.startswith(("problem", "proposal.shares", "proposal.passes", "proposal.rest")) for path in unseen
    )
    assert not any(path.startswith(("reasons", "overrides", "decision.shares", "decision.problem")) for path in unseen)
    assert not any(path.endswith(".value") for path in unseen if path.startswith("facts")), "no fact"


def test_a_changed_definition_with_only_the_outer_hash_forged_is_found_by_its_own_hash(file: dict[str, Any]) -> None:
    for group in EMBEDDED:
        for path, _ in one_in(3, leaves(file["content"][group])):
            forged = changed(file, ("content", group, *path))
            forged["content_hash"] = hash_of(forged["content"])
            assert read(forged), (group, path)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (("proposal", "shares", 0, "cents"), "claim_differs"),
        (("proposal", "passes", 0, "bound"), "claim_differs"),
        (("proposal", "passes", 4, "value"), "claim_differs"),
        (("proposal", "own_contribution_cents"), "claim_differs"),
        (("problem", "lines", 0, "amount_cents"), "problem_differs"),
        (("problem", "funding_lines", 0, "available_cents"), "claim_differs"),
        (("facts", 0, "value"), "verdict_differs"),
        (("question", "had_before", 0, "amount_cents"), "problem_differs"),
        (("verdicts", 1, "status"), "verdict_differs"),
        (("reasons", "used", 0, "code"), "reasons_differ"),
        (("decision", "shares", 0, "cents"), "outcome_differs"),
        (("decision", "outcomes", 0, "amount_cents"), "outcome_differs"),
        (("decision", "problem", "offers", 0, "cap_cents"), "decision_differs"),
        (("model", "parameters", "random_seed"), "model_differs"),
        (("schemes", 1, "content", "caps", 1, "amount_cents"), "problem_differs"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(file: dict[str, Any], path: tuple[str | int, ...], code: str) -> None:
    assert code in read(resealed(changed(file, ("content", *path))))


def test_a_share_that_breaks_a_rule_is_named_with_its_constraint(file: dict[str, Any]) -> None:
    forged = json.loads(json.dumps(file))
    forged["content"]["proposal"]["shares"][0]["cents"] += 10_000_000
    found = [one for one in verify(validate(Receipt, resealed(forged))) if one.code == "constraint_broken"]
    assert {one.params["constraint"] for one in found} >= {1, 2, 4}


# What an advisor wanted otherwise ----------------------------------------------------------------------------------------


def test_locks_stand_in_the_receipt_with_their_reason() -> None:
    locks = Locks(shares=(LockedShare(line="k1", offer="leervoucher", cents=150_000),), forbidden=("studielening",))
    made = receipt_of(question(), "proefland", locks=locks)
    assert verify(made) == []
    assert [(one.kind, one.offer, one.cents, one.reason) for one in made.content.overrides] == [
        ("locked", "leervoucher", 150_000, "Zo afgesproken."),
        ("forbidden", "studielening", 0, "Zo afgesproken."),
    ]
    data = canonical(made)
    for path, _ in leaves(data["content"]["overrides"]):
        if path[-1] != "reason":
            assert read(resealed(changed(data, ("content", "overrides", *path)))), path


def test_an_alternative_that_is_not_allowed_or_claims_another_difference_is_found() -> None:
    made = receipt_of(example("tuinder-in-epe-stapelt"), "stedendriehoek", others=2)
    assert len(made.content.alternatives) == 2 and verify(made) == []
    data = canonical(made)
    unseen = {
        path[-1]
        for path, _ in one_in(4, leaves(data["content"]["alternatives"]))
        if not read(resealed(changed(data, ("content", "alternatives", *path))))
    }
    assert unseen <= {"deterministic_ms", "problem_hash", "solver", "num_workers", *_solver(made)}, unseen


def _solver(made: Receipt) -> set[str]:
    return set(made.content.model.parameters)


def test_a_receipt_of_other_software_is_said_and_not_refused(receipt: Receipt) -> None:
    model = receipt.content.model.model_copy(update={"constraints": ("line_balance",)})
    strange = receipt.model_copy(update={"content": receipt.content.model_copy(update={"model": model})})
    assert [one.severity for one in verify(strange) if one.code == "other_software"] == ["warning"]


# Nobody's name -----------------------------------------------------------------------------------------------------------


def test_what_somebody_wrote_and_facts_that_no_rule_needs_are_not_in_it() -> None:
    asked = question(
        wish={"text": "Ik ben Sam de Vries"},
        training={"name": "Lassen", "provider": "Sam bv"},
        facts={"residence_municipality": "GM9901", "training_start": "2026-05-01", "goals": ["other_job"]},
    )
    text = receipt_text(receipt_of(asked, "proefland"))
    assert "Sam" not in text and "Lassen" not in text and "other_job" not in text
    assert '"residence_municipality"' in text


def test_other_changes_every_kind_of_value() -> None:
    for value in (None, True, 0, 2.5, "2026-03-02", "woord", "", "sha256:1"):
        assert other(value) != value
