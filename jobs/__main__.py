"""`python -m jobs` is `fundguard`; spark-submit runs this file."""

import sys
from pathlib import Path

# Python looks first beside a file that it runs, where jobs/cases.py would hide the package cases.
HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place).resolve() != HERE]

from jobs.cli import main  # noqa: E402 - found by what stands above

main()
