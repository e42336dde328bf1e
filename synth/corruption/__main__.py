"""`python -m synth.corruption FOLDER OUT --way "days dropped" --seed 1`: a landed batch, gone wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

from synth.corruption.batch import read_batch
from synth.corruption.ways import WAYS, corrupted


def main() -> None:
    """Reads the CSV files of a batch and writes them gone wrong."""
    parser = argparse.ArgumentParser(prog="python -m synth.corruption", description="A copy of a landed batch, gone wrong.")
    parser.add_argument("folder", type=Path, nargs="?", help="the batch, in CSV files of the contract's columns")
    parser.add_argument("out", type=Path, nargs="?", help="the folder to make")
    parser.add_argument("--way", choices=list(WAYS), help="how it goes wrong; without it the ways are listed")
    parser.add_argument("--seed", type=int, default=1, help="which rows, days, institutions, factor")
    chosen = parser.parse_args()
    if chosen.way is None or chosen.folder is None or chosen.out is None:
        print("\n".join(WAYS))
        return
    corrupted(read_batch(chosen.folder), chosen.way, chosen.seed).write(chosen.out)


if __name__ == "__main__":
    main()
