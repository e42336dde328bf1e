"""The identity store: what landed of each person in the clear, by pseudonym, every record sealed; one SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from lake.errors import BadInput, EnvironmentFailure, IntegrityFailure, LakeBusy
from lake.identity.box import KEY_BYTES, Box, Unsealed

FILE = "persons.sqlite"
NUMBER = "psn_no"
# What pseudonyms and access records are made with: sealed anew when the key of the environment is rotated, but the same.
PSEUDONYM_KEY, ACCESS_KEY = "pseudonym key", "access key"
ACCESS_HEAD = "access head"  # how many access records there are, and the hash of the last
NO_RECORDS = b"0 "
NEVER_NAMED = ""  # batch of a record that knows the number alone: before every batch
WAIT = 10.0  # seconds for another process to end its transaction

_TABLES = (
    "CREATE TABLE person (psn_no TEXT PRIMARY KEY, batch_id TEXT NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID",
)
# Of two batches that name a person the later counts, as in the lake.
_KEEP = """
INSERT INTO person (psn_no, batch_id, sealed) VALUES (?, ?, ?)
ON CONFLICT (psn_no) DO UPDATE SET batch_id = excluded.batch_id, sealed = excluded.sealed
WHERE excluded.batch_id >= person.batch_id
"""


class PersonStore:
    """The records of one lake's persons. What happens within ``changes()`` happens whole or not at all."""

    def __init__(self, folder: Path, key: bytes, make: bool = False) -> None:
        """Opens the store in ``folder``; with ``make``, a new one if there is none, which is there from the first changes on.

        IntegrityFailure if there is none, BadInput if it is sealed under another key.
        """
        self.path = folder / FILE
        if not make and not self.path.is_file():
            raise IntegrityFailure(f"{self.path}: the identity store of this lake is missing: restore it")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self._seal_with(key)
        self._db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        try:
            self._set_up(key, make)
            self.pseudonym_key = self.secret(PSEUDONYM_KEY)
        except BaseException:
            self.close()
            raise

    def _seal_with(self, key: bytes) -> None:
        self._persons, self._secrets = Box(key, "person"), Box(key, "secret")

    def _set_up(self, key: bytes, make: bool) -> None:
        """Makes what an empty file lacks; its first key is what pseudonyms are made with for good."""
        with self._clean_errors():
            self._db.execute("PRAGMA secure_delete = ON")  # a record that is replaced leaves nothing behind
            tables = self._db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
        if tables == (len(_TABLES),):
            return
        if not make:
            raise IntegrityFailure(f"{self.path}: the identity store of this lake is empty: restore it")
        with self._clean_errors():
            self._db.execute("BEGIN IMMEDIATE")
            for statement in _TABLES:
                self._db.execute(statement)
        self.set_secret(PSEUDONYM_KEY, key)
        self.set_secret(ACCESS_KEY, os.urandom(KEY_BYTES))
        self.set_secret(ACCESS_HEAD, NO_RECORDS)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> PersonStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def keep(self, batch_id: str, pseudonyms: pa.Array, clear: Mapping[str, pa.Array]) -> None:
        """Keeps who the pseudonyms are: ``clear`` holds their numbers and, in a file that names persons, the columns that do."""
        rows = pa.table({"pseudonym": pseudonyms, **clear})
        rows = rows.filter(rows["pseudonym"].is_valid())
        with self._clean_errors():
            if set(clear) == {NUMBER}:
                rows, batch_id = self._unknown(rows), NEVER_NAMED
            self._db.executemany(_KEEP, (self._record(batch_id, row) for row in rows.to_pylist()))

    def _unknown(self, rows: pa.Table) -> pa.Table:
        """The distinct rows whose person has no record yet: a number alone says nothing new of the others."""
        distinct = rows.group_by(rows.column_names).aggregate([])
        known = "SELECT 1 FROM person WHERE psn_no = ?"
        is_new = [self._db.execute(known, (psn_no,)).fetchone() is None for psn_no in distinct["pseudonym"].to_pylist()]
        return distinct.filter(pa.array(is_new, pa.bool_()))

    def _record(self, batch_id: str, row: dict[str, str | None]) -> tuple[str, str, bytes]:
        psn_no = str(row.pop("pseudonym"))
        known = {name: value for name, value in row.items() if value}
        return psn_no, batch_id, self._persons.seal(psn_no, json.dumps(known, ensure_ascii=False).encode())

    def find(self, psn_no: str) -> dict[str, str] | None:
        """What is known of the person with this pseudonym, by column; None without a record."""
        with self._clean_errors():
            found = self._db.execute("SELECT sealed FROM person WHERE psn_no = ?", (psn_no,)).fetchone()
            return None if found is None else json.loads(self._persons.open(psn_no, found[0]))

    def secret(self, name: str) -> bytes:
        """The secret of that name; BadInput if the store is sealed under another key."""
        with self._clean_errors():
            found = self._db.execute("SELECT sealed FROM secret WHERE name = ?", (name,)).fetchone()
        try:
            return self._secrets.open(name, found[0] if found else b"")
        except Unsealed:
            raise BadInput(f"{self.path}: is sealed under another key than the one in the environment") from None

    def set_secret(self, name: str, content: bytes) -> None:
        with self._clean_errors():
            self._db.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, self._secrets.seal(name, content)))

    def rotate(self, key: bytes) -> int:
        """Seals everything anew under ``key``, and says how many persons. Pseudonyms stay."""
        boxes = self._persons, self._secrets
        self._seal_with(key)
        self._db.create_function("new_person", 2, lambda at, sealed: self._persons.seal(at, boxes[0].open(at, sealed)))
        self._db.create_function("new_secret", 2, lambda at, sealed: self._secrets.seal(at, boxes[1].open(at, sealed)))
        try:
            with self.changes(), self._clean_errors():
                persons = self._db.execute("UPDATE person SET sealed = new_person(psn_no, sealed)").rowcount
                self._db.execute("UPDATE secret SET sealed = new_secret(name, sealed)")
        except BaseException:
            self._persons, self._secrets = boxes
            raise
        return persons

    @contextmanager
    def changes(self) -> Iterator[None]:
        """One transaction, undone by an exception; no other process writes to the store meanwhile."""
        with self._clean_errors():
            if not self._db.in_transaction:  # as it is in a store that was made now
                self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._clean_errors():
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _clean_errors(self) -> Iterator[None]:
        """Turns what SQLite raises, and records that do not open, into one line."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise LakeBusy(
                    f"{self.path}: another process writes to the identity store; run again when it has ended"
                ) from None
            if "user-defined function" in str(error):
                raise IntegrityFailure(f"{self.path}: a record was changed or moved: restore it") from None
            raise EnvironmentFailure(f"{self.path}: cannot be read or written: {error.sqlite_errorname}") from None
        except (sqlite3.DatabaseError, Unsealed):
            raise IntegrityFailure(f"{self.path}: the store, or a record in it, is damaged: restore it") from None
