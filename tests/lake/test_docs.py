"""Generated pages follow the declarations."""

from pathlib import Path

from jobs.docs import DOCS, stale_pages, write_pages


def test_the_committed_pages_are_current() -> None:
    assert stale_pages(DOCS) == []


def test_a_stale_a_missing_and_a_left_over_page_are_mended(tmp_path: Path) -> None:
    write_pages(tmp_path)
    tables = tmp_path / "tables"
    (tables / "finding.md").write_text("by hand", encoding="utf-8")
    (tables / "rule.md").unlink()
    (tables / "gone.md").write_text("old", encoding="utf-8")
    damaged = [tables / "finding.md", tables / "gone.md", tables / "rule.md"]
    assert stale_pages(tmp_path) == damaged
    assert write_pages(tmp_path) == damaged
    assert stale_pages(tmp_path) == []
