"""A process has a folder of its own below the scratch folder; what killed ones left goes with the next."""

import subprocess
import sys
from pathlib import Path

from lake.scratch import own_folder

# A process that has written something there and lives until a line comes on its stdin.
WRITE = """
import sys
from pathlib import Path
from lake.scratch import own_folder
folder = own_folder(Path(sys.argv[1]))
(folder / "spilled").write_text("rows", encoding="utf-8")
print(folder, flush=True)
sys.stdin.readline()
"""
ROOT = Path(__file__).parents[2]


def other_process(root: Path) -> tuple["subprocess.Popen[str]", Path]:
    """It, and its folder."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter, text of this file
        [sys.executable, "-c", WRITE, str(root)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_goes_with_the_next_and_a_living_one_keeps_its_own(tmp_path: Path) -> None:
    killed, left = other_process(tmp_path)
    living, kept = other_process(tmp_path)
    killed.kill()
    killed.communicate(timeout=20)

    own = own_folder(tmp_path)

    assert sorted(path for path in tmp_path.iterdir() if path.is_dir()) == sorted([own, kept])
    assert not left.exists()
    assert (kept / "spilled").read_text(encoding="utf-8") == "rows"
    living.communicate("\n", timeout=20)


def test_what_others_keep_in_the_scratch_folder_stays(tmp_path: Path) -> None:
    for theirs in ("run-of-another-program", "fundguard-run-without-a-lock"):
        (tmp_path / theirs).mkdir()

    own = own_folder(tmp_path)

    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {
        "run-of-another-program",
        "fundguard-run-without-a-lock",
        own.name,
    }


def test_a_process_asks_as_often_as_it_likes(tmp_path: Path) -> None:
    first = own_folder(tmp_path)
    (first / "spilled").touch()

    assert own_folder(tmp_path) == first
    assert (first / "spilled").exists()
