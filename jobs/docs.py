"""Writes the generated pages of docs/ from the declarations: ``python -m jobs.docs``, or ``--check`` them."""

from __future__ import annotations

import sys
from pathlib import Path

from jobs.feature_pages import feature_pages
from jobs.gate_pages import gate_pages
from jobs.markdown import MADE, grid, listed
from jobs.rule_pages import rule_pages
from lake.tables import OWN_TABLES, SOURCE_TABLES, TABLES
from lake.tables.schema import SPARK_TYPES, Column, Table

DOCS = Path(__file__).parent.parent / "docs"
IDENTITY = {"pseudonym": "keyed pseudonym of a person", "dropped": "sealed in the identity store, never in the lake"}


def table_page(table: Table) -> str:
    """The page of one table: what a row is, its key and partition, and every column."""
    facts = [
        f"Key: {listed(table.key)}" + (" (within a batch; the latest batch wins)" if table.source else ""),
        f"Partition: {listed(table.partition) or 'none'}",
    ]
    head = ["column", "type", "meaning", "in files", "identifies"]
    rows = [[f"`{c.name}`", SPARK_TYPES[c.kind], c.meaning, _in_files(table, c), _identity(c)] for c in table.columns]
    parts = [f"# {table.name}", MADE, table.meaning[0].upper() + table.meaning[1:] + ".", "  \n".join(facts)]
    return "\n\n".join([*parts, grid(head, rows)]) + "\n"


def index_page() -> str:
    """The list of all tables, source tables first."""
    parts = ["# Tables of the lake", MADE]
    for title, tables in (("From landing files", SOURCE_TABLES), ("Made by this project", OWN_TABLES)):
        rows = [[f"[{t.name}]({t.name}.md)", t.meaning, listed(t.key), listed(t.partition)] for t in tables.values()]
        parts += [f"## {title}", grid(["table", "a row is", "key", "partition"], rows)]
    return "\n\n".join(parts) + "\n"


def table_pages() -> dict[str, str]:
    """Every page under docs/tables with its text."""
    return {"README.md": index_page()} | {f"{name}.md": table_page(table) for name, table in TABLES.items()}


# Folder under docs/ → what makes its pages; everything in such a folder is generated.
FOLDERS = {"features": feature_pages, "gate": gate_pages, "rules": rule_pages, "tables": table_pages}


def stale_pages(docs: Path) -> list[Path]:
    """The generated pages that are missing, differ from the declarations, or have no declaration any more."""
    stale = []
    for folder, make in FOLDERS.items():
        pages = make()
        stale += [docs / folder / name for name, text in pages.items() if _text(docs / folder / name) != text]
        stale += [file for file in (docs / folder).glob("*.md") if file.name not in pages]
    return sorted(stale)


def write_pages(docs: Path) -> list[Path]:
    """Makes every generated folder current and returns the pages that changed."""
    stale = stale_pages(docs)
    for folder, make in FOLDERS.items():
        pages = make()
        for file in stale:
            if file.parent != docs / folder:
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.name in pages:
                file.write_text(pages[file.name], encoding="utf-8")
            else:
                file.unlink()
    return stale


def main(arguments: list[str]) -> int:
    """Exit code: 1 if ``--check`` finds a stale page, 2 for another argument."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m jobs.docs [--check]", file=sys.stderr)
        return 2
    pages = stale_pages(DOCS) if arguments else write_pages(DOCS)
    for page in pages:
        print(f"{'stale' if arguments else 'written'}: {page.relative_to(DOCS.parent)}")
    return 1 if arguments and pages else 0


def _in_files(table: Table, column: Column) -> str:
    """How a landing file has the column."""
    if not table.source or column.internal:
        return ""
    must = "required, filled" if column.filled else "required" if column.required else "optional"
    return f"{must}; also `{column.alias}`" if column.alias else must


def _identity(column: Column) -> str:
    return IDENTITY[column.identity] if column.identity else ""


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
