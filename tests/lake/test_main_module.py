"""A program that has no file, `python -c`, may import what Great Expectations imports."""

import subprocess
import sys

import pytest

IMPORT = """
try:
    import pyspark.sql.connect.session
except ImportError:
    pass
print("still here")
"""


@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param("", "", id="PySpark takes it for doctests and ends it as if all were well"),
        pytest.param("from lake import main_module; main_module.has_a_file()", "still here\n", id="told that it has one"),
    ],
)
def test_a_program_without_a_file_goes_on(before: str, said: str) -> None:
    done = subprocess.run([sys.executable, "-c", before + IMPORT], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout) == (0, said)
