"""Fifty made-up persons whose names, certificates, telephones and numbers must be found nowhere, and where they land."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingest.landing import complete, land, land_bytes

PERSONS = range(50)
COLUMNS = ("psn_no", "psn_name", "certno", "tel")


def person(n: int) -> tuple[str, str, str, str]:
    """Number, name, certificate and telephone."""
    return f"CANARY{n:03d}X", f"探针{chr(0x7532 + n)}某", f"99010119800101{n:03d}X", f"1990000{n:04d}"


CANARIES = frozenset(text for n in PERSONS for text in person(n))
# Outpatient visits: of men, some with an item for women (found), some that cannot be typed, some that refer to nothing.
VISITED = PERSONS[:30]
UNTYPED, ORPHANED = PERSONS[30:35], PERSONS[35:40]


def land_canaries(landing: Path) -> None:
    """Two batches: good rows, and every way in which a row goes wrong; CSV, GB18030 and Parquet."""
    land(landing, "b1", "mdtrt_d", _table("mdtrt_id | psn_no | med_type", [f"m{n} | {person(n)[0]} | 11" for n in PERSONS[:35]]))
    settled = [f"s{n} | m{n} | {person(n)[0]} | {'x' if n in UNTYPED else '10.00'}" for n in PERSONS[:35]]
    land(landing, "b1", "setl_d", _table("setl_id | mdtrt_id | psn_no | fund_pay_sumamt", settled))
    lines = [f"m{n} | a | s{n} | {person(n)[0]} | 10.00" for n in [*VISITED, *ORPHANED]]
    lines += [f"m{n} | bad | s{n} | {person(n)[0]} | x" for n in VISITED[:5]]
    path = land(landing, "b1", "fee_list_d", _table("mdtrt_id | feedetl_sn | setl_id | psn_no | pric", lines))
    # Rows of another width: a name with a comma in it, and a row that is cut.
    path.write_text(path.read_text() + f"m1,wide,s1,{','.join(person(1))},{','.join(person(2))}{',' * 40}\nm1,{person(3)[1]}\n")
    land(landing, "b1", "prac_psn_d", _table("prac_psn_code | psn_no", [f"d{n} | {person(n)[0]}" for n in PERSONS[:3]]))
    named = [" | ".join((*person(n), "1", "1980-02-30" if n % 7 == 0 else "1980-01-01")) for n in PERSONS[:40]]
    named += [" | ".join((*person(n), "2", person(n)[2])) for n in PERSONS[:3]]  # the same key with other content
    path = land(landing, "b1", "psn_d", _table(" | ".join((*COLUMNS, "gend", "brdy")), named))
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    land(landing, "b2", "diag_d", _table("mdtrt_id | psn_no", [f"m{n} | {person(n)[0]}" for n in PERSONS[40:]]))
    rows = complete("psn_d", _table(" | ".join(COLUMNS), [" | ".join(person(n)) for n in PERSONS[40:]]))
    pq.write_table(pa.Table.from_pylist(rows), landing / "b2" / "psn_d.parquet")


def _table(heading: str, rows: list[str]) -> str:
    return "\n".join([heading, *rows])


def land_undecodable(landing: Path) -> None:
    land_bytes(landing, "b3", "psn_d.csv", _csv([COLUMNS, person(1)]) + b"\xff\xff\n")


def land_open_quote(landing: Path) -> None:
    land_bytes(landing, "b3", "psn_d.csv", _csv([COLUMNS, person(1)]) + f'P1,"{person(2)[1]},'.encode())


def land_without_header(landing: Path) -> None:
    """Names where the heading should be, one of them twice."""
    land_bytes(landing, "b3", "psn_d.csv", _csv([(*person(1), person(1)[1]), (*person(2), "")]))


def land_nested(landing: Path) -> None:
    (landing / "b3").mkdir(parents=True)
    rows = [{"psn_no": person(1)[0], "psn_name": {"name": person(1)[1]}}]
    pq.write_table(pa.Table.from_pylist(rows), landing / "b3" / "psn_d.parquet")


def land_binary(landing: Path) -> None:
    (landing / "b3").mkdir(parents=True)
    rows = {"psn_no": pa.array([person(1)[0].encode(), person(2)[1].encode("gb18030")])}
    pq.write_table(pa.table(rows), landing / "b3" / "psn_d.parquet")


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


BAD_FILES = (land_undecodable, land_open_quote, land_without_header, land_nested, land_binary)
_WORDS = re.compile(b"|".join(re.escape(text.encode(code)) for text in sorted(CANARIES) for code in ("utf-8", "gb18030")))


def found_in(content: bytes) -> set[str]:
    """The canaries in the bytes, in UTF-8 or GB18030."""
    return {_text(word) for word in _WORDS.findall(content)}


def _text(word: bytes) -> str:
    text = word.decode("utf-8", "replace")
    return text if text in CANARIES else word.decode("gb18030")


def found_below(folder: Path) -> dict[str, set[str]]:
    """The files below the folder in which canaries stand, whatever packs them; their names and paths too."""
    found = {str(path.relative_to(folder)): set().union(*map(found_in, _contents(path))) for path in sorted(folder.rglob("*"))}
    return {name: words for name, words in found.items() if words}


def _contents(path: Path) -> Iterator[bytes]:
    yield path.name.encode()
    if not path.is_file():
        return
    yield path.read_bytes()
    if path.suffix == ".parquet":
        table = pq.ParquetFile(path).read()
        yield "\n".join(str(value) for column in table.columns for value in column.to_pylist()).encode()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            yield from (book.read(name) for name in book.namelist())
