"""Bytes sealed by authenticated encryption."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # drawn at random: safe for 2^32 records under one key


class Unsealed(Exception):
    """What was sealed was changed, moved to another place, or sealed under another key."""


class Box:
    """Seals under a key of its own that is derived from ``key``; what is sealed opens at its place only."""

    def __init__(self, key: bytes, purpose: str) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"fundguard {purpose}".encode()).derive(key)
        self._cipher = AESGCM(derived)

    def seal(self, place: str, content: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """What was sealed at the place; Unsealed if it was not sealed there, so, under this key."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise Unsealed from None
