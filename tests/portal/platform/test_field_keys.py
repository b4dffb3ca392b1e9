"""The ring of keys: what it seals it opens, what was changed it refuses, and an older key opens for as long as it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.config import load_settings
from portal.platform.errors import BadSettings
from portal.platform.field_keys import (
    BLIND_FROM,
    BLIND_LETTERS,
    CannotOpenField,
    KeyRing,
    RingSource,
    field_keys,
    sealed_with,
    use_field_keys,
    write_ring,
)
from tests.field_keys import FIELD_KEYS

RING = KeyRing.made_from("a secret for tests, long enough")


@pytest.fixture
def same_keys_after() -> Iterator[None]:
    yield
    use_field_keys(RingSource(FIELD_KEYS, None, ""))


@given(st.text(), st.booleans())
def test_what_is_sealed_opens_and_does_not_show_what_it_is(text: str, findable: bool) -> None:
    sealed = RING.seal("name", text, findable=findable)
    assert RING.open("name", sealed) == text and sealed_with(sealed) == "s0" and sealed.isascii()
    assert (sealed == RING.seal("name", text, findable=findable)) is findable
    assert len(text) < 6 or text not in sealed


def test_what_was_changed_moved_or_sealed_elsewhere_does_not_open() -> None:
    sealed = RING.seal("name", "Sam de Vries")
    letter = "A" if sealed[20] != "A" else "B"
    others = (
        ("name", sealed[:20] + letter + sealed[21:]),
        ("account", sealed),
        ("name", sealed.replace("$s0$", "$zz$")),
    )
    for kind, wrong in others:
        with pytest.raises(CannotOpenField):
            RING.open(kind, wrong)
    with pytest.raises(CannotOpenField):
        KeyRing.made_from("another secret for tests, as long").open("name", sealed)
    content = RING.seal_bytes("letter", b"%PDF-1.7")
    assert RING.open_bytes("letter", content) == b"%PDF-1.7" and sealed_with(content) == "s0"
    with pytest.raises(CannotOpenField):
        RING.open_bytes("letter", content[:-1] + bytes([content[-1] ^ 1]))
    assert RING.open("name", "Sam de Vries") == "Sam de Vries", "what was never sealed is read as it stands"
    assert RING.open_bytes("letter", b"%PDF") == b"%PDF"


def test_an_older_key_opens_and_the_blind_index_stays_the_same() -> None:
    newer = RING.with_new_key()
    older, fresh = (ring.seal("account", "NL91ABNA0417164300", findable=True) for ring in (RING, newer))
    assert newer.open("account", older) == newer.open("account", fresh) == "NL91ABNA0417164300"
    assert sealed_with(older) == "s0" and sealed_with(fresh) == newer.newest != "s0" and older != fresh
    blind = slice(BLIND_FROM - 1, BLIND_FROM - 1 + BLIND_LETTERS)
    assert older[blind] == fresh[blind] == newer.blind("account", "NL91ABNA0417164300")
    assert newer.seals("account", "NL91ABNA0417164300") == [older, fresh]
    assert RING.print == newer.print and len({name for name, _ in newer.with_new_key().keys}) == 3
    with pytest.raises(CannotOpenField, match="not in the ring"):
        RING.open("account", fresh)


@pytest.mark.parametrize(
    "text", ["", "index=00", "k1=" + "0" * 64, f"index={'0' * 64}", f"index={'0' * 64} K={'1' * 64}", "x"]
)
def test_what_is_no_ring_is_refused(text: str) -> None:
    with pytest.raises(BadSettings, match="FIELD_KEYS"):
        KeyRing.read(text)
    assert KeyRing.read(RING.written()) == RING


def test_a_ring_comes_from_the_setting_else_the_file_else_the_secret_and_a_changed_file_counts_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same_keys_after: None
) -> None:
    monkeypatch.setenv("FIELD_KEYS", "")
    settings = load_settings(portal_env="test", state_dir=tmp_path, secret_key="abcdefghijklmnopqrstuvwxyz0123456789")
    source = settings.ring_source
    use_field_keys(source)
    first = field_keys()
    assert first == KeyRing.made_from("abcdefghijklmnopqrstuvwxyz0123456789")
    write_ring(tmp_path / "key_ring", first.with_new_key())
    assert (tmp_path / "key_ring").stat().st_mode & 0o777 == 0o600
    assert field_keys().newest != first.newest and field_keys().open("name", first.seal("name", "Sam")) == "Sam"
    said = RingSource(RING.written(), source.file, source.secret)
    assert said.ring() == RING
    with pytest.raises(BadSettings):
        RingSource("", None, "").ring()
    with pytest.raises(BadSettings, match="FIELD_KEYS"):
        load_settings(portal_env="test", state_dir=tmp_path, field_keys="no ring")
