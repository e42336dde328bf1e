"""`python -m jobs` is `fundguard`."""

from jobs.cli import main

main()
