"""With which method things are sealed, and how a sealed thing says which one that was: every method that is known opens.

The first of `METHODS` seals from now on. Another one is brought in without stopping: add it behind the first, and when every
process of the desk knows it, put it first. What was sealed before opens as long as its method stands in the list.

A sealed field says it by the name of its key (`method_of_key`), every other sealed thing by a mark at its beginning. What has no
mark was sealed before there were marks, with AES-256-GCM.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

NONCE = 12
MARK = b"\0loket:"
"""Behind it stands the letter of the method."""


class Cipher(Protocol):
    """Authenticated encryption with one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """What was said, sealed."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """What was sealed. Raises ``InvalidTag`` when it was sealed otherwise."""


class Method(NamedTuple):
    """A way to seal with a key of 256 bits and a nonce of 96."""

    letter: str
    name: str
    made: Callable[[bytes], Cipher]


AES_GCM = Method("A", "AES-256-GCM", AESGCM)
CHACHA20 = Method("C", "ChaCha20-Poly1305", ChaCha20Poly1305)
METHODS: tuple[Method, ...] = (AES_GCM, CHACHA20)
"""The first seals; each of them opens."""


class CannotOpenSealed(Exception):
    """What was sealed cannot be opened: it was changed, or sealed with another key or an unknown method."""


def method_named(letter: str) -> Method | None:
    """The method with this letter; None when it is not known here."""
    return next((one for one in METHODS if one.letter == letter), None)


def method_of_key(name: str) -> Method:
    """The method of a key of a ring: its name begins with the letter of it. A name without a capital is of AES-256-GCM.

    Raises ``KeyError`` for a method that is not known here.
    """
    method = method_named(name[0]) if name[0].isupper() else AES_GCM
    if method is None:
        raise KeyError(name)
    return method


def first_letter() -> str:
    """How the name of a new key begins, of the method that seals now; empty for the one that needs no letter."""
    return "" if METHODS[0] is AES_GCM else METHODS[0].letter


def seal(key: bytes, content: bytes, bound: bytes) -> bytes:
    """The content, sealed together with what it is bound to, behind a mark that says how."""
    method, nonce = METHODS[0], os.urandom(NONCE)
    mark = MARK + method.letter.encode()
    return mark + nonce + method.made(key).encrypt(nonce, content, mark + bound)


def opened(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What was sealed. Raises ``CannotOpenSealed``."""
    method, mark = AES_GCM, b""
    if sealed.startswith(MARK):
        mark = sealed[: len(MARK) + 1]
        known = method_named(mark[len(MARK) :].decode("latin-1"))
        if known is None:
            raise CannotOpenSealed("it was sealed with a method that is not known here")
        method = known
    rest = sealed[len(mark) :]
    try:
        return method.made(key).decrypt(rest[:NONCE], rest[NONCE:], mark + bound)
    except (InvalidTag, ValueError):
        raise CannotOpenSealed("it was changed, or sealed with another key") from None
