"""A file's header mapped to the table's columns by name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lake.errors import BadInput
from lake.tables.schema import Table


@dataclass(frozen=True)
class Header:
    """``positions``: declared column name -> place in the file; ``width``: fields of a row; ``unknown``: ignored ones."""

    positions: dict[str, int]
    width: int
    unknown: tuple[str, ...]


def match_header(table: Table, names: Sequence[str], label: str) -> Header:
    """Where each declared column stands in the file.

    Raises BadInput for a repeated name, both spellings of one column, or a required column that is missing. Only names that are
    declared are repeated in a message: in a file without a header line, the names are a person's data.
    """
    stripped = [name.removeprefix("\ufeff").strip() for name in names]
    repeated = [name for name, times in Counter(stripped).items() if times > 1 and name]
    if repeated:
        declared = {name for column in table.file_columns for name in (column.name, column.alias)}
        named = repeated[0] if repeated[0] in declared else "number " + str(stripped.index(repeated[0]) + 1)
        raise BadInput(f"{label}: column {named} stands twice in the header")
    places = {name: place for place, name in enumerate(stripped)}
    positions: dict[str, int] = {}
    known: set[str] = set()
    for column in table.file_columns:
        spellings = [name for name in (column.name, column.alias) if name is not None and name in places]
        known.update(spellings)
        if len(spellings) > 1:
            raise BadInput(f"{label}: columns {spellings[0]} and {spellings[1]} are two spellings of one column")
        if not spellings and column.required:
            raise BadInput(f"{label}: required column {column.name} is missing")
        if spellings:
            positions[column.name] = places[spellings[0]]
    unknown = tuple(name for name in stripped if name not in known)
    return Header(positions, len(stripped), unknown)
