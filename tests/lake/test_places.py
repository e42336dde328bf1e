"""Where a lake lies: a folder stays a plain path, and what works in folders only refuses a store before it looks there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jobs.engine import engine_of
from jobs.fsck import fsck
from jobs.identity.open import open_persons
from jobs.settings import Settings, load_settings
from jobs.vacuum import vacuum
from lake.errors import BadInput
from lake.places import is_local, place, spark_path, write_whole
from lake.store import Lake

STORED = place("s3://bucket/lake/")


def settings(*overrides: str) -> Settings:
    return load_settings(overrides, environment={"FUNDGUARD_IDENTITY_KEY": "made up"})


def test_a_folder_is_a_plain_path() -> None:
    assert type(place("lake/of county")) is type(Path("lake"))
    assert spark_path(place("lake/of county")) == "lake/of county"


def test_a_folder_of_an_object_store_is_named_to_spark_by_its_own_scheme() -> None:
    assert not is_local(STORED)
    assert (str(STORED / "finding"), spark_path(STORED / "finding")) == ("s3://bucket/lake/finding", "s3a://bucket/lake/finding")


def test_another_kind_of_store_is_refused() -> None:
    with pytest.raises(BadInput, match="must be a folder, or s3://bucket/folder"):
        place("hdfs://lake")


def test_what_works_in_folders_only_refuses() -> None:
    with pytest.raises(BadInput, match="fsck --repair works on a lake in a folder only"):
        fsck(STORED, is_repair=True)
    with pytest.raises(BadInput, match="vacuum works on a lake in a folder only"):
        vacuum(STORED, date(2025, 4, 1), True, settings())
    with pytest.raises(BadInput, match=r"give access.folder, a folder of this machine"):
        open_persons(STORED, settings())


def test_the_embedded_engine_refuses_what_it_does_not_reach(tmp_path: Path) -> None:
    def no_session() -> None:
        raise AssertionError("refused before a JVM starts")

    given = settings("audit.engine=duckdb", f"spark.local_dir={tmp_path}", "spark.shared_dir=s3://bucket/shared")
    with (
        pytest.raises(BadInput, match=r"audit.engine is duckdb, which writes into folders only"),
        engine_of("audit", Lake(no_session, tmp_path), given, 0),  # type: ignore[arg-type]  # never called
    ):
        pass


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    for text in ("one", "two"):
        write_whole(tmp_path / "new" / "page.html", text)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["page.html"]
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8") == "two"
