"""Persons' numbers replaced by keyed pseudonyms, before a row is written anywhere."""

import hmac
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from lake.errors import BadInput

Pseudonymise = Callable[[pa.Array], pa.Array]


def pseudonymiser(mode: str, key: bytes | None) -> Pseudonymise:
    """What turns person numbers into what the lake stores: hex HMAC-SHA256 (``hmac``) or themselves (``clear``)."""
    if mode == "clear":
        return lambda numbers: numbers
    if mode != "hmac":
        raise BadInput(f"identity.mode is {mode!r}; it must be hmac or clear")
    if not key:
        raise BadInput("identity.mode is hmac, but the environment holds no identity key")
    return lambda numbers: _keyed(numbers, key)


def _keyed(numbers: pa.Array, key: bytes) -> pa.Array:
    """The pseudonym of every number; each distinct number is hashed once, missing or empty stays missing."""
    encoded = pc.if_else(pc.equal(numbers, ""), None, numbers).dictionary_encode()
    distinct = [hmac.digest(key, number.encode(), "sha256").hex() for number in encoded.dictionary.to_pylist()]
    return pc.take(pa.array(distinct, pa.string()), encoded.indices)
