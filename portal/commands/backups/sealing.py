"""Sealing a backup: over pieces of a stream, so that a piece that was changed, moved or cut off is seen.

Every sealed file has a key of its own, made from `BACKUP_KEY` and sixteen bytes at its beginning. The number of a piece and
whether it is the last are in its nonce. The last byte of the mark says with which method (`portal.platform.sealing_methods`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.platform import sealing_methods
from portal.platform.errors import PortalError
from portal.platform.sealing_methods import Cipher, Method

MAGIC = b"LOKETBK"
AES_LETTER = b"1"
"""How backups have said that they are sealed with AES-256-GCM since the first."""
PIECE = 2**20
_SALT, _TAG = 16, 16


class CannotUnseal(PortalError):
    """A sealed backup cannot be opened: another key, or it was changed or cut off."""


def is_sealed(file: IO[bytes]) -> bool:
    """Whether this is a sealed backup; the file stands at its beginning again."""
    start = file.read(len(MAGIC) + 1)
    file.seek(0)
    return start.startswith(MAGIC) and len(start) > len(MAGIC)


class Sealing:
    """A file that can only be written, from begin to end: what is written in it is sealed piece by piece."""

    def __init__(self, target: IO[bytes], secret: str) -> None:
        salt = secrets.token_bytes(_SALT)
        method = sealing_methods.METHODS[0]
        self._target, self._cipher = target, _cipher(method, secret, salt)
        self._waiting, self._number = bytearray(), 0
        target.write(MAGIC + _letter_of(method) + salt)

    def write(self, part: bytes) -> int:
        """Seal this behind what was written before."""
        self._waiting += part
        while len(self._waiting) > PIECE:  # a whole piece stays behind: it may be the last
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(part)

    def flush(self) -> None:
        """Nothing: a piece is written when it is whole."""

    def finish(self) -> None:
        """Seal what is left as the last piece."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), piece, None))
        self._number += 1


def unsealed(source: IO[bytes], secret: str) -> Iterator[bytes]:
    """The pieces of a sealed backup. Raises ``CannotUnseal``, possibly after pieces that were right."""
    if source.read(len(MAGIC)) != MAGIC:
        raise CannotUnseal("this is no sealed backup")
    letter = source.read(1)
    method = next((one for one in sealing_methods.METHODS if _letter_of(one) == letter), None)
    if method is None:
        raise CannotUnseal("this backup was sealed with a method that this version of the desk does not know")
    cipher, number = _cipher(method, secret, source.read(_SALT)), 0
    piece = source.read(PIECE + _TAG)
    while True:
        following = source.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), piece, None)
        except (InvalidTag, ValueError):
            why = "BACKUP_KEY is another than it was sealed with" if number == 0 else "it was changed or cut off"
            raise CannotUnseal(f"the backup cannot be opened: {why}") from None
        if not following:
            return
        piece, number = following, number + 1


def _letter_of(method: Method) -> bytes:
    return AES_LETTER if method is sealing_methods.AES_GCM else method.letter.encode()


def _cipher(method: Method, secret: str, salt: bytes) -> Cipher:
    made = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"a backup of the desk").derive(secret.encode())
    return method.made(made)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
