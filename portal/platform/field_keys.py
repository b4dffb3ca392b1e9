"""The keys with which single fields of people are sealed: a ring of them, kept outside the database.

The name of a key says with which method it seals (`portal.platform.sealing_methods`).

The newest key seals; every key of the ring opens. What has to be looked up (an account number, a birth date) is sealed in such a
way that the same text gives the same sealed text: its nonce is a keyed hash of the text, made with the one key of the ring that
never changes. So the first letters of it are a blind index, also while the other keys are being changed.

Where the ring comes from: `FIELD_KEYS`; else the file `key_ring` in `STATE_DIR`, which ``loket keys new`` makes; else it is made
from `SECRET_KEY`. A process has one ring.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.platform.errors import BadSettings, PortalError
from portal.platform.private_files import write_private
from portal.platform.sealing_methods import NONCE, Cipher, first_letter, method_of_key

RING_FILE = "key_ring"
"""The file of the ring in the folder with the state of the desk; as all keys there, it goes along with sealed backups alone."""
INDEX = "index"
MADE_FROM_SECRET = "s0"  # noqa: S105 - a name
"""The name of the key that a desk has that was given none."""
BLIND_FROM, BLIND_LETTERS = 5, 16
"""Where in a sealed text its nonce stands (counted from 1): of what can be looked up that is a keyed hash of the text."""
_SEALED = re.compile(r"\$([A-Za-z0-9]{2})\$([A-Za-z0-9_-]{38,})")
_BYTES_MARK = b"\0loket$"
_NAME = re.compile(r"[A-Za-z0-9]{2}")


class CannotOpenField(PortalError):
    """A sealed field was sealed with a key that this ring does not have, or it was changed."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"a sealed field cannot be opened: {why}; the remedy: put back SECRET_KEY, FIELD_KEYS or the file {RING_FILE}"
        )


@dataclass(frozen=True)
class KeyRing:
    """The keys by name, the newest last, and the key of the blind index."""

    index: bytes
    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def made_from(cls, secret: str) -> KeyRing:
        """The ring of a desk that was given none: of one key, made from its secret."""
        return cls(_derived(secret, b"index of fields"), ((MADE_FROM_SECRET, _derived(secret, b"fields")),))

    @classmethod
    def read(cls, text: str) -> KeyRing:
        """A ring as it is written: words such as `index=…` and `k1=…`, 64 hexadecimal digits each, the newest last.

        Raises ``BadSettings``.
        """
        said = [word.partition("=")[::2] for word in text.split()]
        try:
            known = [(name, bytes.fromhex(value)) for name, value in said]
        except ValueError:
            known = []
        names = [name for name, _ in known]
        whole = len(set(names)) == len(names) > 1 and all(len(key) == 32 for _, key in known) and INDEX in names
        if not whole or not all(name == INDEX or _NAME.fullmatch(name) for name in names):
            raise BadSettings(["FIELD_KEYS: not a ring of keys; make one with: loket keys new"])
        keys = tuple(one for one in known if one[0] != INDEX)
        try:
            [method_of_key(name) for name, _key in keys]
        except KeyError as unknown:
            why = f"FIELD_KEYS: key {unknown.args[0]} is of a method that this version of the desk does not know"
            raise BadSettings([why]) from None
        return cls(dict(known)[INDEX], keys)

    def written(self) -> str:
        """The ring as it is read."""
        words = [(INDEX, self.index), *self.keys]
        return "".join(f"{name}={key.hex()}\n" for name, key in words)

    def with_new_key(self) -> KeyRing:
        """The same ring, sealing with a fresh key from now on."""
        taken = {name for name, _ in self.keys}
        letter = first_letter()
        names = (f"{letter}{number:x}" if letter else f"{number:02d}" for number in range(1, 16 if letter else 100))
        name = next(name for name in names if name not in taken)
        return KeyRing(self.index, (*self.keys, (name, secrets.token_bytes(32))))

    def without(self, names: Collection[str]) -> KeyRing:
        """The same ring, which opens nothing any more that was sealed with these. The newest stays. Raises ``ValueError``."""
        if self.newest in names:
            raise ValueError("the key that seals stays in the ring")
        return KeyRing(self.index, tuple(one for one in self.keys if one[0] not in names))

    @property
    def newest(self) -> str:
        """The name of the key that seals."""
        return self.keys[-1][0]

    def seal(self, kind: str, text: str, *, findable: bool = False) -> str:
        """The text, sealed. `kind` says what it is and is sealed in; with `findable` the same text gives the same sealed text."""
        return self._sealed(self.newest, kind, text, self._hash(kind, text) if findable else os.urandom(NONCE))

    def seals(self, kind: str, text: str) -> list[str]:
        """What a findable text may stand as: sealed with any of the keys."""
        nonce = self._hash(kind, text)
        return [self._sealed(name, kind, text, nonce) for name, _ in self.keys]

    def blind(self, kind: str, text: str) -> str:
        """A keyed hash of a text, of `BLIND_LETTERS` letters: equal for equal texts, and nobody goes back from it."""
        return base64.urlsafe_b64encode(self._hash(kind, text)).decode()

    def open(self, kind: str, sealed: str) -> str:
        """The text. What was never sealed is given as it stands. Raises ``CannotOpenField``."""
        found = _SEALED.fullmatch(sealed)
        if found is None:
            return sealed
        raw = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
        return self._opened(found[1], kind, raw).decode()

    def seal_bytes(self, kind: str, content: bytes) -> bytes:
        """Bytes, sealed."""
        nonce = os.urandom(NONCE)
        sealed = self._ciphers[self.newest].encrypt(nonce, content, kind.encode())
        return _BYTES_MARK + self.newest.encode() + nonce + sealed

    def open_bytes(self, kind: str, sealed: bytes) -> bytes:
        """The bytes. What was never sealed is given as it stands. Raises ``CannotOpenField``."""
        if not sealed.startswith(_BYTES_MARK):
            return sealed
        begin = len(_BYTES_MARK)
        return self._opened(sealed[begin : begin + 2].decode("ascii", "replace"), kind, sealed[begin + 2 :])

    def _sealed(self, name: str, kind: str, text: str, nonce: bytes) -> str:
        sealed = self._ciphers[name].encrypt(nonce, text.encode("utf-8", "surrogatepass"), kind.encode())
        return f"${name}${base64.urlsafe_b64encode(nonce + sealed).rstrip(b'=').decode()}"

    def _opened(self, name: str, kind: str, raw: bytes) -> bytes:
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise CannotOpenField(f"key {name} is not in the ring")
        try:
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], kind.encode())
        except (InvalidTag, ValueError):
            raise CannotOpenField("it was changed, or sealed with another key") from None

    def _hash(self, kind: str, text: str) -> bytes:
        said = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.index, said, "sha256")[:NONCE]

    @cached_property
    def _ciphers(self) -> dict[str, Cipher]:
        return {name: method_of_key(name).made(key) for name, key in self.keys}

    @property
    def print(self) -> str:
        """What two equal rings have in common, whatever keys were added: that of the key that never changes."""
        return hmac.new(self.index, b"ontwikkelloket: which ring is this", hashlib.sha256).hexdigest()[:16]

    @property
    def key_prints(self) -> list[str]:
        """What says which keys are in the ring, and nobody can go back from."""
        which = b"ontwikkelloket: which key of a ring is this"
        return [hmac.new(key, which, hashlib.sha256).hexdigest()[:16] for _name, key in self.keys]


def sealed_with(value: str | bytes) -> str | None:
    """The name of the key with which something was sealed; None when it was not."""
    if isinstance(value, bytes):
        begin = len(_BYTES_MARK)
        return value[begin : begin + 2].decode("ascii", "replace") if value.startswith(_BYTES_MARK) else None
    found = _SEALED.fullmatch(value)
    return found[1] if found is not None else None


def _derived(secret: str, what: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=what).derive(secret.encode())


# The ring of this process ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RingSource:
    """Where the ring of a desk comes from: what was set, else a file when it is there, else a secret."""

    said: str
    file: Path | None
    secret: str

    def ring(self) -> KeyRing:
        """The ring as it is now. Raises ``BadSettings``."""
        if self.said:
            return KeyRing.read(self.said)
        if self.file is not None and self.file.exists():
            return KeyRing.read(self.file.read_text(encoding="ascii"))
        if not self.secret:
            raise BadSettings(["SECRET_KEY: without it nothing that was sealed can be read"])
        return KeyRing.made_from(self.secret)

    def stamp(self) -> int:
        """Something else as soon as another process wrote the file."""
        if self.said or self.file is None:
            return 0
        try:
            return self.file.stat().st_mtime_ns
        except OSError:
            return 0


class _Here:
    source: RingSource | None = None
    stamp = 0
    ring: KeyRing | None = None


def use_field_keys(source: RingSource) -> None:
    """From now on this process seals and opens with the ring from there. Raises ``BadSettings`` when it is no ring."""
    _Here.source, _Here.stamp = source, source.stamp()
    _Here.ring = source.ring()


def field_keys() -> KeyRing:
    """The ring of this process; what another process added to it counts at once. Raises ``BadSettings`` when there is none."""
    source = _Here.source
    if source is None:
        use_field_keys(RingSource(os.environ.get("FIELD_KEYS", ""), None, os.environ.get("SECRET_KEY", "")))
    elif source.file is not None and not source.said and source.stamp() != _Here.stamp:
        _go_on_with(source)
    assert _Here.ring is not None, "it was just set"
    return _Here.ring


def _go_on_with(source: RingSource) -> None:
    """Another process wrote the file of the ring: keys came or went. Raises ``CannotOpenField`` when it is another ring.

    Nothing is sealed with another ring, and nothing with the one from before: what stands there would open with neither.
    """
    before, stamp = _Here.ring, source.stamp()
    ring = source.ring()
    if before is not None and ((_Here.stamp and not stamp) or not _continues(before, ring)):
        raise CannotOpenField("another ring was put in the place of the one with which this process began")
    _Here.stamp, _Here.ring = stamp, ring


def _continues(before: KeyRing, ring: KeyRing) -> bool:
    """Whether one ring came of the other: the same index, and no other key under a name that was there."""
    known = dict(before.keys)
    return ring.index == before.index and all(known.get(name, key) == key for name, key in ring.keys)


def write_ring(file: Path, ring: KeyRing) -> None:
    """Write a ring to its file, whole or not at all, readable by the owner only."""
    write_private(file, ring.written())
