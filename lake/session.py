"""The Spark session: every setting that this project relies on, asserted at the start. Needs no network."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lake.errors import EnvironmentFailure

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ZONE = "Asia/Shanghai"
# Without a file of its own the JVM warns, and tells how it was configured, on every start.
LOGGING = Path(__file__).resolve().with_name("log4j2.properties")

# What a result depends on: a session without these values is refused.
ASSERTED = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": ZONE,
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.sources.partitionOverwriteMode": "STATIC",
    "spark.sql.jsonGenerator.ignoreNullFields": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.databricks.delta.retentionDurationCheck.enabled": "true",
    "spark.databricks.delta.schema.autoMerge.enabled": "false",
    "spark.databricks.delta.properties.defaults.enableInCommitTimestamps": "true",
}
# Wide rows make generated methods above 8,000 bytes of bytecode, which HotSpot leaves to its interpreter unless told otherwise:
# the widest stages take two thirds of the time with it. On one machine nothing waits for a short pause, so the throughput
# collector serves better than G1.
JAVA_OPTIONS = "-XX:-DontCompileHugeMethods -XX:+UseParallelGC"
# What only costs time or words.
TUNED = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    # A plain path is a file, as it is for the code beside Spark, also where HADOOP_CONF_DIR names another default.
    "spark.hadoop.fs.defaultFS": "file:///",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # The defaults of 50 and 200 partitions cost a minute in a small run on one machine.
    "spark.databricks.delta.snapshotPartitions": "1",
    # The list of files a second time, beside the commit, read again after each: a fifth of a small commit's processor time.
    "spark.databricks.delta.allFilesInCrc.enabled": "false",
    "spark.databricks.delta.allFilesInCrc.verificationMode.enabled": "false",
}
# These log the failing row's values; the exception reaches the caller anyway, who prints one clean line.
TALKATIVE = (
    "org.apache.spark.executor.Executor",
    "org.apache.spark.scheduler.TaskSetManager",
    "org.apache.spark.sql.execution.datasources",
    "org.apache.spark.sql.delta.files",
    "org.apache.spark.util.Utils",
    # Not values: three hundred lines about generated code that is too large for Java, which Spark then does without.
    "org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator",
)
# PySpark's own, on the Python side; they too log the values that a failed query met.
QUERY_LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")


def spark_session(
    master: str,
    app_name: str,
    driver_memory: str,
    shuffle_partitions: int,
    jars: list[Path],
    local_dir: Path,
    extra: dict[str, str] | None = None,
    java_options: str = JAVA_OPTIONS,
    worker_python: str = "",
) -> SparkSession:
    """The session of this process, made on the first call, with its settings asserted.

    ``jars`` are Delta's two jar files, ``local_dir`` takes shuffles and spills, ``extra`` may tune but not undo
    what is asserted, ``worker_python`` is the executors' interpreter where it is not the driver's. Raises
    EnvironmentFailure for a missing jar or a setting that does not hold.
    """
    missing = [jar.name for jar in jars if not jar.is_file()]
    if missing or not jars:
        raise EnvironmentFailure(f"Delta jars are missing ({', '.join(missing) or 'none given'}): run `make setup`")
    use_zone()
    os.environ["PYSPARK_PYTHON"] = worker_python or sys.executable
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    if master.startswith("local"):
        # The executors of a cluster must reach the driver: there Spark takes the machine's own address, or spark.driver.host.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    local_dir.mkdir(parents=True, exist_ok=True)
    chosen = {
        "spark.driver.memory": driver_memory,
        "spark.sql.shuffle.partitions": str(shuffle_partitions),
        "spark.jars": ",".join(str(jar.resolve()) for jar in jars),
        "spark.local.dir": str(local_dir.resolve()),
        "spark.sql.warehouse.dir": (local_dir.resolve() / "warehouse").as_uri(),
        "spark.driver.extraJavaOptions": (
            f"-Duser.timezone={ZONE} -Dderby.system.home={local_dir.resolve()} "
            f"-Dlog4j2.configurationFile={LOGGING.as_uri()} {java_options}"
        ),
        "spark.executor.extraJavaOptions": f"-Duser.timezone={ZONE} {java_options}",
        "spark.executorEnv.TZ": ZONE,
    }
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName(app_name)
    for name, value in (TUNED | chosen | (extra or {}) | ASSERTED).items():
        builder = builder.config(name, value)
    with _sigterm_held_back():
        spark = builder.getOrCreate()
    _hush(spark)
    assert_settings(spark)
    return spark


@contextmanager
def _sigterm_held_back() -> Iterator[None]:
    """SIGTERM comes through when the JVM has started: a driver that ends before leaves behind a JVM that nobody ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    former = signal.signal(signal.SIGTERM, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
        if came:
            signal.raise_signal(signal.SIGTERM)


def use_zone() -> None:
    """Makes the platform's zone that of this process and of those it starts: dates, logs, and what Spark collects."""
    os.environ["TZ"] = ZONE
    time.tzset()


def assert_settings(spark: SparkSession) -> None:
    """Raises EnvironmentFailure naming the settings that differ from what every result relies on."""
    held = {name: spark.conf.get(name, "unset") for name in ASSERTED}
    wrong = [f"{name} is {held[name]}, not {value}" for name, value in ASSERTED.items() if held[name] != value]
    if os.environ.get("TZ") != ZONE:
        wrong.append(f"TZ is {os.environ.get('TZ')}, not {ZONE}")
    if wrong:
        raise EnvironmentFailure("Spark session refused: " + "; ".join(wrong))


def _hush(spark: SparkSession) -> None:
    """Silences the loggers that would print a person's data beside an error, and the traceback of a JVM that is gone."""
    from pyspark.logger import PySparkLogger

    vars(spark.sparkContext._accumulatorServer)["handle_error"] = _say_nothing

    jvm = spark.sparkContext._jvm
    assert jvm is not None
    log4j = jvm.org.apache.logging.log4j
    for name in QUERY_LOGGERS:
        PySparkLogger.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in TALKATIVE:
        log4j.core.config.Configurator.setLevel(name, log4j.Level.OFF)


def _say_nothing(_request: object, _client_address: object) -> None:
    """In place of what prints a traceback for a connection that the JVM left open: the caller of the JVM says what happened."""
