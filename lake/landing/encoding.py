"""A file's bytes: its hash and its encoding, decided strictly before anything is parsed."""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from lake.errors import BadInput

BLOCK = 8 << 20
MAX_CONTINUATION = 3  # bytes of one UTF-8 character after its first


def blocks(path: Path) -> Iterator[bytes]:
    """The file's bytes, a block at a time."""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block


def sha256_of(path: Path) -> str:
    """Lower-case hex SHA-256 of the file."""
    digest = hashlib.sha256()
    for block in blocks(path):
        digest.update(block)
    return digest.hexdigest()


def encoding_of(path: Path, label: str) -> str:
    """``utf-8`` or else ``gb18030``, whichever the whole file is; BadInput if it is neither."""
    if _is_utf8(path):
        return "utf-8"
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    try:
        for block in blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # The exception holds the bytes around the fault: never shown.
        raise BadInput(f"{label}: is neither UTF-8 nor GB18030") from None
    return "gb18030"


def _is_utf8(path: Path) -> bool:
    """True if every byte belongs to a UTF-8 character. Arrow's check is ten times as fast as Python's decoder."""
    rest = b""
    for block in blocks(path):
        whole = rest + block
        cut = _last_character(whole)
        rest = whole[cut:]
        try:
            pa.array([whole[:cut]], pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:
            return False
    return not rest


def _last_character(block: bytes) -> int:
    """Where the last, perhaps unfinished, multi-byte character begins; the length if the block ends in ASCII."""
    if not block or block[-1] < 0x80:
        return len(block)
    for back in range(1, MAX_CONTINUATION + 2):
        if len(block) >= back and block[-back] >= 0xC0:
            try:
                block[-back:].decode("utf-8")
            except UnicodeDecodeError:
                return len(block) - back
            return len(block)
    return len(block)
