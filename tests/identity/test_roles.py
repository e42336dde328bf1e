"""Who may do what, and what stops before a JVM starts."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.export import export
from jobs.identity.landed import load_landed
from jobs.identity.records import listed, verify
from jobs.identity.reveal import reveal
from jobs.identity.rotate import rotate
from jobs.identity.who import acting_user
from lake.errors import BadInput, IntegrityFailure, NotAllowed
from lake.identity.persons import PersonStore
from lake.store import Lake
from tests.identity.canaries import BAD_FILES, found_below, found_in
from tests.identity.sites import KEY, NEW_KEY, NIGHT, NOW, WOMEN_ONLY, site
from tests.ingest.landing import cells, land
from tests.jobs.commands import arguments, run
from tests.jobs.nights import settings_of
from tests.rules.rulebooks import csv_file


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake's folder whose identity store knows one person."""
    with PersonStore(tmp_path / "lake-identity", KEY.encode(), make=True) as store, store.changes():
        store.keep("b1", pa.array(["x-P1"]), {"psn_no": pa.array(["P1"])})
    (tmp_path / "lake").mkdir()
    return tmp_path / "lake"


def test_nobody_may_do_anything_by_default(lake: Path, tmp_path: Path) -> None:
    nobody = site(tmp_path, said="")
    with pytest.raises(NotAllowed, match=r"wang has not the role reveal; roles stand in conf/ under access\.roles"):
        reveal(lake, "case-1", "好奇", "wang", NOW, nobody)
    with pytest.raises(NotAllowed, match="li has not the role rotate"):
        rotate(lake, "每年更换", "li", NOW, nobody)
    with pytest.raises(NotAllowed, match="li has not the role review"):
        listed(lake, "li", nobody)

    assert listed(lake, "li", site(tmp_path)).splitlines() == [
        "2  2025-04-02 09:30:00  li  更换密钥（被拒）  理由：每年更换",
        "1  2025-04-02 09:30:00  wang  查阅（被拒）  案件 case-1  理由：好奇",
    ]


def test_a_refusal_stands_where_it_cannot_be_recorded(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="zhao has not the role reveal"):
        reveal(lake, "case-1", "好奇", "zhao", NOW, site(tmp_path, key=""))
    assert listed(lake, "li", site(tmp_path)) == "没有查阅记录"


def test_a_role_is_of_no_use_without_reason_or_key(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--reason: must say why"):
        reveal(lake, "case-1", " \n", "wang", NOW, site(tmp_path))
    with pytest.raises(BadInput, match="put its key into the environment variable FUNDGUARD_IDENTITY_KEY"):
        reveal(lake, "case-1", "来信核实", "wang", NOW, site(tmp_path, key=""))
    with pytest.raises(BadInput, match="put the new key into the environment variable FUNDGUARD_NEW_IDENTITY_KEY"):
        rotate(lake, "每年更换", "li", NOW, site(tmp_path))


def test_a_rotation_is_on_record_and_the_records_hold_under_the_new_key(lake: Path, tmp_path: Path) -> None:
    assert rotate(lake, "每年更换", "li", NOW, site(tmp_path, new_key=NEW_KEY)) == 1

    assert listed(lake, "li", site(tmp_path, key=NEW_KEY)) == "1  2025-04-02 09:30:00  li  更换密钥  理由：每年更换"
    assert verify(lake, site(tmp_path, key=NEW_KEY)) == (1, 0)
    with pytest.raises(BadInput, match="is sealed under another key than the one in the environment"):
        verify(lake, site(tmp_path))


def test_who_asks_is_the_user_of_the_process_whatever_they_call_themselves(tmp_path: Path) -> None:
    assert acting_user(site(tmp_path), {"USER": "wang", "LOGNAME": "wang"}) == pwd.getpwuid(os.getuid()).pw_name


def test_a_site_may_name_the_variable_that_says_who_asks(tmp_path: Path) -> None:
    by_sudo = site(tmp_path, said="access: {user_variable: SUDO_USER}\n")

    assert acting_user(by_sudo, {"SUDO_USER": "wang"}) == "wang"
    with pytest.raises(NotAllowed, match="nobody is named by the environment variable SUDO_USER"):
        acting_user(by_sudo, {})


def test_roles_are_not_for_the_command_line(lake: Path) -> None:
    words = ["reveal", "--lake", str(lake), "--case", "case-1", "--reason", "来信核实"]

    done = run([*words, "--set", "access.roles.root=reveal"], FUNDGUARD_IDENTITY_KEY=KEY)

    assert (done.returncode, done.stderr) == (7, "fundguard: --set access.roles.root: who may see whom is said in conf/ only\n")


def test_persons_are_not_exported(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="persons are never exported"):
        export(lake, "persons", tmp_path / "persons.csv", site(tmp_path))
    assert not (tmp_path / "persons.csv").exists()


def test_a_lake_of_pseudonyms_is_not_loaded_in_the_clear_nor_under_another_key(lake: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", "b1", "mdtrt_d", "mdtrt_id | psn_no\nm1 | P1")

    with pytest.raises(BadInput, match=r"identity\.mode is clear, but this lake holds pseudonyms"):
        load_landed(Lake(None, lake), tmp_path / "landing", settings_of())
    with pytest.raises(BadInput, match="is sealed under another key"):
        load_landed(Lake(None, lake), tmp_path / "landing", site(tmp_path, key=NEW_KEY))
    assert list(lake.iterdir()) == []


def test_a_lake_that_holds_batches_is_not_loaded_without_its_store(tmp_path: Path) -> None:
    log = tmp_path / "lake" / "batch_file" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020d}.json").touch()

    with pytest.raises(IntegrityFailure, match=r"persons\.sqlite: the identity store of this lake is missing"):
        load_landed(Lake(None, tmp_path / "lake"), tmp_path / "landing", site(tmp_path))


@pytest.mark.parametrize("bad_file", BAD_FILES)
def test_no_person_is_found_in_what_a_refused_night_says_or_leaves(tmp_path: Path, bad_file: Callable[[Path], None]) -> None:
    (tmp_path / "rules").mkdir()
    csv_file(tmp_path / "rules", "V02", cells(WOMEN_ONLY))
    bad_file(tmp_path / "landing")
    assert found_below(tmp_path / "landing") != {}

    done = run(arguments(tmp_path, "2025-03", *NIGHT), FUNDGUARD_IDENTITY_KEY=KEY, JAVA_HOME=str(tmp_path / "no-java"))

    assert (done.returncode, found_in((done.stdout + done.stderr).encode())) == (2, set())
    assert {name for name in found_below(tmp_path) if not name.startswith("landing/")} == set()
