"""Every sealed thing says with which method it was sealed: another is brought in without stopping, and what was sealed before opens."""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.commands.backups.sealing import CannotUnseal, Sealing, is_sealed, unsealed
from portal.people.factors import actions as factors
from portal.platform import sealing_methods
from portal.platform.errors import BadSettings, PortalError, Refusal
from portal.platform.field_keys import CannotOpenField, KeyRing
from portal.platform.sealed_forms import BrowserSeal
from portal.platform.sealing_methods import AES_GCM, CHACHA20, METHODS, CannotOpenSealed, Method
from portal.post.files.actions import Vault
from tests.architecture.test_code import modules, name_of

TEXT = "Sam de Vries"
KEY = bytes(range(32))
PLACE = "ab" * 20
SEAL = BrowserSeal("secret of the desk", "secret of the browser")
BOUND = "typed page resident"
BROKEN = (CannotOpenField, CannotUnseal, CannotOpenSealed, Refusal, KeyError, ValueError, PortalError)
OLD_NONCE = b"\7" * 12


def ring(method: Method) -> KeyRing:
    """A ring with a key of before, and one of the method that seals now."""
    before = KeyRing.made_from("secret of the desk")
    return before if method is AES_GCM else KeyRing(before.index, (*before.keys, ("C1", KEY)))


class Sealed(NamedTuple):
    """One kind of sealed thing: how it is sealed and opened, and what it stood as before there were marks."""

    module: str
    seal: Callable[[Path], Any]
    open: Callable[[Path, Any], object]
    before: Callable[[Path], Any]


def _by_hand(key: bytes, content: bytes, bound: bytes) -> bytes:
    """As it was sealed before there were marks."""
    return OLD_NONCE + AESGCM(key).encrypt(OLD_NONCE, content, bound)


def _both(_folder: Path) -> KeyRing:
    return ring(CHACHA20)


def _field_before(_folder: Path) -> str:
    key = dict(ring(AES_GCM).keys)["s0"]
    return "$s0$" + base64.urlsafe_b64encode(_by_hand(key, TEXT.encode(), b"name")).rstrip(b"=").decode()


def _file(folder: Path) -> bytes:
    vault = Vault(folder / secrets.token_hex(4), KEY)
    vault.put(PLACE, TEXT.encode())
    return (vault.folder / PLACE).read_bytes()


def _open_file(folder: Path, sealed: bytes) -> str:
    vault = Vault(folder / secrets.token_hex(4), KEY)
    vault.put_sealed(PLACE, sealed)
    return vault.get(PLACE).decode()


def _backup(_folder: Path) -> bytes:
    target = io.BytesIO()
    sealing = Sealing(target, "secret of backups")
    sealing.write(TEXT.encode())
    sealing.finish()
    return target.getvalue()


def _backup_before(_folder: Path) -> bytes:
    salt = b"\5" * 16
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"a backup of the desk").derive(b"secret of backups")
    return b"LOKETBK1" + salt + AESGCM(key).encrypt(b"\0" * 11 + b"\1", TEXT.encode(), None)


def _open_form(_folder: Path, sealed: bytes) -> object:
    found = SEAL.open(sealed, BOUND)
    if found is None:
        raise CannotOpenSealed
    return found["text"]


def _form_before(_folder: Path) -> bytes:
    import json
    import zlib

    return _by_hand(SEAL._key, zlib.compress(json.dumps({"text": TEXT}).encode()), BOUND.encode())


def _open_step(_folder: Path, sealed: bytes) -> str:
    text = factors.unseal(sealed, key=KEY, account_id=7)
    if text is None:
        raise CannotOpenSealed
    return text


KINDS = {
    "a field": Sealed(
        "portal/platform/field_keys.py",
        lambda _f: ring(METHODS_NOW()).seal("name", TEXT),
        lambda f, sealed: _both(f).open("name", sealed),
        _field_before,
    ),
    "a field that is looked for": Sealed(
        "portal/platform/field_keys.py",
        lambda _f: ring(METHODS_NOW()).seal("account", TEXT, findable=True),
        lambda f, sealed: _both(f).open("account", sealed),
        lambda _f: ring(AES_GCM).seal("account", TEXT, findable=True),
    ),
    "bytes in the database": Sealed(
        "portal/platform/field_keys.py",
        lambda _f: ring(METHODS_NOW()).seal_bytes("letter", TEXT.encode()),
        lambda f, sealed: _both(f).open_bytes("letter", sealed).decode(),
        lambda _f: b"\0loket$s0" + _by_hand(dict(ring(AES_GCM).keys)["s0"], TEXT.encode(), b"letter"),
    ),
    "a file": Sealed(
        "portal/post/files/actions.py", _file, _open_file, lambda _f: _by_hand(KEY, TEXT.encode(), PLACE.encode())
    ),
    "a form that waits": Sealed(
        "portal/platform/sealed_forms.py", lambda _f: SEAL.seal({"text": TEXT}, BOUND), _open_form, _form_before
    ),
    "a second step": Sealed(
        "portal/people/factors/actions.py",
        lambda _f: factors.seal(TEXT, key=KEY, account_id=7),
        _open_step,
        lambda _f: _by_hand(KEY, TEXT.encode(), b"code_app:7"),
    ),
    "a backup": Sealed(
        "portal/commands/backups/sealing.py",
        _backup,
        lambda _f, sealed: b"".join(unsealed(io.BytesIO(sealed), "secret of backups")).decode(),
        _backup_before,
    ),
}
"""Every kind of thing that is sealed."""


def METHODS_NOW() -> Method:
    """The method that seals now."""
    return sealing_methods.METHODS[0]


def first(monkeypatch: pytest.MonkeyPatch, method: Method) -> None:
    """From now on this one seals."""
    monkeypatch.setattr(sealing_methods, "METHODS", (method, *(one for one in METHODS if one is not method)))


def test_every_module_that_seals_does_so_with_a_marked_method_and_is_tried_here() -> None:
    seals = re.compile(r"\bsealing_methods\b")
    raw = re.compile(r"ciphers\.aead|AESGCM\b|Fernet")
    found = {name_of(path): text for path, text in modules("portal", migrations=False)}
    assert {name for name, text in found.items() if raw.search(text)} == {"portal/platform/sealing_methods.py"}
    assert {name for name, text in found.items() if seals.search(text)} == {kind.module for kind in KINDS.values()}


def test_control_another_way_to_seal_is_seen() -> None:
    assert re.search(r"ciphers\.aead|AESGCM\b", "from cryptography.hazmat.primitives.ciphers.aead import AESGCM")


@pytest.mark.norm("V11.2.2")
@pytest.mark.parametrize("now", METHODS, ids=lambda one: one.name)
@pytest.mark.parametrize("was", METHODS, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sealed_with_one_method_opens_when_another_seals(
    kind: str, was: Method, now: Method, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = KINDS[kind]
    first(monkeypatch, was)
    sealed = one.seal(tmp_path)
    first(monkeypatch, now)
    assert one.open(tmp_path, sealed) == TEXT
    assert TEXT not in str(sealed)
    other = one.seal(tmp_path)
    assert one.open(tmp_path, other) == TEXT
    assert (_mark(sealed) == _mark(other)) is (was is now), "it says which"


def _mark(sealed: str | bytes) -> str | bytes:
    return sealed[:4] if isinstance(sealed, str) else sealed[:8] if not sealed.startswith(b"\0loket$") else sealed[:9]


@pytest.mark.norm("V11.2.2")
@pytest.mark.parametrize("now", METHODS, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sealed_before_there_were_marks_opens(
    kind: str, now: Method, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(monkeypatch, now)
    assert KINDS[kind].open(tmp_path, KINDS[kind].before(tmp_path)) == TEXT


@pytest.mark.parametrize("kind", KINDS)
def test_control_with_another_mark_or_without_its_method_nothing_opens(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = KINDS[kind]
    first(monkeypatch, CHACHA20)
    sealed = one.seal(tmp_path)
    as_aes = {
        str: lambda: sealed.replace("$C1$", "$s0$"),
        bytes: lambda: re.sub(rb"^(\0loket\$)C1|^(\0loket:)C|^(LOKETBK)C", _aes, sealed),
    }[type(sealed)]()
    assert as_aes != sealed
    with pytest.raises(BROKEN):
        one.open(tmp_path, as_aes)
    monkeypatch.setattr(sealing_methods, "METHODS", (AES_GCM,))
    with pytest.raises(BROKEN):
        one.open(tmp_path, sealed)
    first(monkeypatch, AES_GCM)
    assert one.open(tmp_path, one.seal(tmp_path)) == TEXT, "the control"


def _aes(found: re.Match[bytes]) -> bytes:
    return b"\0loket$s0" if found[1] else b"\0loket:A" if found[2] else b"LOKETBK1"


def test_a_backup_of_an_unknown_method_is_told_apart_from_one_with_another_key() -> None:
    sealed = b"LOKETBKZ" + b"\0" * 60
    assert is_sealed(io.BytesIO(sealed))
    with pytest.raises(CannotUnseal, match="does not know"):
        list(unsealed(io.BytesIO(sealed), "secret of backups"))


def test_a_new_key_of_the_ring_is_of_the_method_that_seals_now(monkeypatch: pytest.MonkeyPatch) -> None:
    before = KeyRing.made_from("secret of the desk").with_new_key()
    assert before.newest == "01"
    first(monkeypatch, CHACHA20)
    later = before.with_new_key()
    assert later.newest == "C1" and KeyRing.read(later.written()) == later
    assert later.open("name", before.seal("name", TEXT)) == TEXT == later.open("name", later.seal("name", TEXT))
    with pytest.raises(BadSettings, match="Z1 is of a method"):
        KeyRing.read(later.written().replace("C1=", "Z1="))
    found = later.seal("account", TEXT, findable=True)
    assert found in later.seals("account", TEXT) and before.blind("account", TEXT) == found[4:20]
