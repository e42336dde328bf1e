"""The record of who asked for whom: a file that only grows, each line chained to the one before by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from lake.errors import IntegrityFailure
from lake.identity.persons import ACCESS_HEAD, ACCESS_KEY, PersonStore

FILE = "access.log"


@dataclass(frozen=True)
class Access:
    """One attempt. ``act``: reveal or rotate; ``granted``: False if it was refused; ``psn_no`` is a pseudonym."""

    at: str
    by: str
    act: str
    granted: bool
    reason: str
    case_id: str = ""
    psn_no: str = ""


@dataclass(frozen=True)
class Head:
    """How many records there are, and the hash of the last, which stands for all of them."""

    records: int
    mac: str


class AccessLog:
    """The access records beside an identity store, which holds their key and how many there are.

    A line is its hash, a blank, and the record as JSON.
    """

    def __init__(self, store: PersonStore) -> None:
        self.path = store.path.with_name(FILE)
        self._store = store
        self._key = store.secret(ACCESS_KEY)

    @property
    def head(self) -> Head:
        """What the store says of the log."""
        records, _, mac = self._store.secret(ACCESS_HEAD).decode().partition(" ")
        return Head(int(records), mac)

    def add(self, access: Access) -> int:
        """Adds the record and says which number it has; it is on the disk when this returns.

        IntegrityFailure, and nothing is added, if the log is not what was written.
        """
        with self._store.changes():
            lines = self._checked()
            record = json.dumps(asdict(access), ensure_ascii=False, sort_keys=True).encode()
            mac = self._mac(_mac_of(lines[-1]) if lines else b"", record)
            with open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
                file.write(mac + b" " + record + b"\n")
                file.flush()
                os.fsync(file.fileno())
            self._store.set_secret(ACCESS_HEAD, b"%d %s" % (len(lines) + 1, mac))
            return len(lines) + 1

    def records(self, pinned: Sequence[Head] = ()) -> list[Access]:
        """All records in their order; IntegrityFailure if one was changed, removed, moved, or the end is missing.

        ``pinned``: heads that were kept elsewhere and must be found again.
        """
        lines = self._checked()
        for head in pinned:
            if len(lines) < head.records or _mac_of(lines[head.records - 1]).decode() != head.mac:
                raise IntegrityFailure(f"{self.path}: the first {head.records} records are not those that the lake knows of")
        return [Access(**json.loads(line.partition(b" ")[2])) for line in lines]

    def _checked(self) -> list[bytes]:
        """The lines, each of them what was written after the one before, and none of those that the store counts missing."""
        lines = self.path.read_bytes().split(b"\n") if self.path.is_file() else [b""]
        if lines.pop():
            raise IntegrityFailure(f"{self.path}: line {len(lines) + 1} is cut off")
        before = b""
        for number, line in enumerate(lines, start=1):
            mac, _, record = line.partition(b" ")
            if not hmac.compare_digest(mac, self._mac(before, record)):
                raise IntegrityFailure(
                    f"{self.path}: line {number} is not what was written there: changed, moved, or one is missing"
                )
            before = mac
        head = self.head
        if len(lines) < head.records:
            raise IntegrityFailure(f"{self.path}: holds {len(lines)} records, {head.records} were written: the end is missing")
        if head.records and _mac_of(lines[head.records - 1]).decode() != head.mac:
            raise IntegrityFailure(f"{self.path}: record {head.records} is not the one that the identity store knows of")
        return lines

    def _mac(self, before: bytes, record: bytes) -> bytes:
        return hmac.new(self._key, before + b" " + record, hashlib.sha256).hexdigest().encode()


def _mac_of(line: bytes) -> bytes:
    return line.partition(b" ")[0]
