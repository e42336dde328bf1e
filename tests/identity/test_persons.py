"""The identity store: what it knows, what lies on the disk, keys."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest

from lake.errors import BadInput, IntegrityFailure, LakeBusy
from lake.identity.persons import PersonStore

KEY = b"a key for tests"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake-identity"


def kept(store: PersonStore, batch_id: str, **columns: list[str | None]) -> None:
    """Keeps rows whose pseudonyms are ``x-`` and the number."""
    texts = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    pseudonyms = pa.array([number and f"x-{number}" for number in columns["psn_no"]], pa.string())
    with store.changes():
        store.keep(batch_id, pseudonyms, texts)


def told(folder: Path, *psn_nos: str, key: bytes = KEY) -> list[dict[str, str] | None]:
    with PersonStore(folder, key) as store:
        return [store.find(psn_no) for psn_no in psn_nos]


def test_a_person_is_known_by_number_until_a_batch_names_them(folder: Path) -> None:
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b2", psn_no=["P1", "P1", "P2", None])
        kept(store, "b2", psn_no=["P1"], psn_name=["张三丰"], certno=["310101198001011234"], tel=[None])
        kept(store, "b3", psn_no=["P1"])

    assert told(folder, "x-P1", "x-P2", "x-P3") == [
        {"psn_no": "P1", "psn_name": "张三丰", "certno": "310101198001011234"},
        {"psn_no": "P2"},
        None,
    ]


def test_of_two_batches_the_later_counts_in_whatever_order_they_come(folder: Path) -> None:
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b2", psn_no=["P1"], psn_name=["李四"])
        kept(store, "b1", psn_no=["P1"], psn_name=["李思"])
        kept(store, "b2", psn_no=["P1"], psn_name=["李嗣"])

    assert told(folder, "x-P1") == [{"psn_no": "P1", "psn_name": "李嗣"}]


def test_nothing_can_be_read_on_the_disk_and_nobody_else_may_open_it(folder: Path) -> None:
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b1", psn_no=["P-0001"], psn_name=["张三丰"], tel=["13800138000"])
    content = b"".join(path.read_bytes() for path in folder.iterdir())

    assert b"x-P-0001" in content  # the file is there and holds the record
    assert [text for text in ("P-0001", "张三丰", "13800138000") if content.replace(b"x-P-0001", b"").count(text.encode())] == []
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, store.path)] == ["0o700", "0o600"]


def test_another_key_opens_nothing(folder: Path) -> None:
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b1", psn_no=["P1"])

    with pytest.raises(BadInput, match=r"persons\.sqlite: is sealed under another key"):
        PersonStore(folder, b"another key", make=True)


def test_a_record_that_is_moved_to_another_person_is_noticed(folder: Path) -> None:
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b1", psn_no=["P1", "P2"])
    with sqlite3.connect(folder / "persons.sqlite") as file:
        file.execute("UPDATE person SET sealed = (SELECT sealed FROM person WHERE psn_no = 'x-P2') WHERE psn_no = 'x-P1'")

    with pytest.raises(IntegrityFailure, match=r"persons\.sqlite: .* is damaged"):
        told(folder, "x-P1")
    with PersonStore(folder, KEY) as store, pytest.raises(IntegrityFailure, match="a record was changed or moved"):
        store.rotate(b"another key")
    assert told(folder, "x-P2") == [{"psn_no": "P2"}]


def test_a_store_that_is_missing_empty_or_no_store_is_refused(folder: Path) -> None:
    with pytest.raises(IntegrityFailure, match="is missing: restore it"):
        PersonStore(folder, KEY)
    folder.mkdir()
    (folder / "persons.sqlite").touch()
    with pytest.raises(IntegrityFailure, match="is empty: restore it"):
        PersonStore(folder, KEY)
    (folder / "persons.sqlite").write_bytes(b"no store" * 1000)
    with pytest.raises(IntegrityFailure, match="is damaged: restore it"):
        PersonStore(folder, KEY)


def test_changes_that_fail_are_undone_and_a_new_store_is_not_made(folder: Path) -> None:
    def cut_off(store: PersonStore) -> None:
        with store.changes():
            store.keep("b1", pa.array(["x-P1"]), {"psn_no": pa.array(["P1"])})
            raise BadInput("a later file is undecodable")

    with PersonStore(folder, KEY, make=True) as store, pytest.raises(BadInput):
        cut_off(store)
    # Made under another key, because nothing was sealed under the first.
    with PersonStore(folder, b"another key", make=True) as store:
        kept(store, "b1", psn_no=["P2"])
        with pytest.raises(BadInput):
            cut_off(store)

    assert told(folder, "x-P1", "x-P2", key=b"another key") == [None, {"psn_no": "P2"}]


def test_a_new_key_opens_everything_and_the_old_one_nothing(folder: Path) -> None:
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b1", psn_no=["P1", "P2"])
        assert store.rotate(b"a new key") == 2
        assert store.find("x-P1") == {"psn_no": "P1"}

    assert told(folder, "x-P2", key=b"a new key") == [{"psn_no": "P2"}]
    with pytest.raises(BadInput, match="another key"):
        PersonStore(folder, KEY)
    with PersonStore(folder, b"a new key") as store:
        assert store.pseudonym_key == KEY


def test_a_second_writer_waits_and_is_then_sent_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lake.identity.persons.WAIT", 0.1)
    with PersonStore(folder, KEY, make=True) as store:
        kept(store, "b1", psn_no=["P1"])
        with store.changes(), PersonStore(folder, KEY) as other, pytest.raises(LakeBusy), other.changes():
            pass
