"""Great Expectations, run for real: suites, a checkpoint and validation results over a frame of measures on Spark.

The frame holds one row for each batch and one column for each check, so a gate costs one small Spark job instead of one pass over
the rows for each expectation (docs/decisions/0090). The import takes ten seconds: only the gate makes this.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from expectations.verdict import Asked
from lake import main_module, usage_data
from lake.frames import frame_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class GreatExpectations:
    """One context in memory; nothing is written, no value of a row is asked for, nobody is told."""

    def __init__(self, spark: SparkSession) -> None:
        usage_data.switch_off()
        main_module.has_a_file()
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._spark = spark
        self._numbers = count(1)
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        source = self._context.data_sources.add_spark("gate", persist=False)
        self._whole = source.add_dataframe_asset("measures").add_batch_definition_whole_dataframe("whole")

    def validate(self, asked: Mapping[str, Asked]) -> Mapping[str, Mapping[str, bool | None]]:
        """By table and check whether its greatest value keeps within its limit; None for one that did not run."""
        limits = {_column(table, check): limit for table, of in asked.items() for check, limit in of.limits.items()}
        rows = [{_column(table, check): value for check, value in row.items()} for table, of in asked.items() for row in of.rows]
        answers = self._answers(self._checkpoint(limits), self._frame(list(limits), rows), limits)
        return {table: {check: answers[_column(table, check)] for check in of.limits} for table, of in asked.items()}

    def _answers(self, checkpoint: Any, frame: DataFrame, limits: Mapping[str, float]) -> dict[str, bool | None]:
        (validation,) = checkpoint.run(batch_parameters={"dataframe": frame}).run_results.values()
        answers: dict[str, bool | None] = dict.fromkeys(limits)
        for result in validation.results:
            column = result.expectation_config.kwargs["column"]
            answers[column] = None if _was_raised(result.exception_info) else bool(result.success)
        return answers

    def _checkpoint(self, limits: Mapping[str, float]) -> Any:
        """The suite of all that is asked at once, bound to a whole frame."""
        import great_expectations as gx
        from great_expectations.expectations import ExpectColumnMaxToBeBetween

        expectations = [ExpectColumnMaxToBeBetween(column=name, max_value=limit) for name, limit in limits.items()]
        # Under a name of its own: in the place of a former one the library compares each expectation with each, for seconds.
        name = f"gate-{next(self._numbers)}"
        suite = self._context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
        definition = self._context.validation_definitions.add(gx.ValidationDefinition(name=name, data=self._whole, suite=suite))
        checkpoint = gx.Checkpoint(name=name, validation_definitions=[definition], result_format="BOOLEAN_ONLY")
        return self._context.checkpoints.add(checkpoint)

    def _frame(self, columns: Sequence[str], rows: Sequence[Mapping[str, float]]) -> DataFrame:
        return frame_of(self._spark, dict.fromkeys(columns, pa.float64()), [[row.get(name) for name in columns] for row in rows])


def _column(table: str, check: str) -> str:
    """The column of the measures of a check; a point in its name would be taken for a field of a struct."""
    return f"{table}__{check}"


def _was_raised(info: Mapping[str, Any]) -> bool:
    """Whether the expectation ended in an exception: its own, or one of the metrics that it needs."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(bool(entry.get("raised_exception")) for entry in info.values())
