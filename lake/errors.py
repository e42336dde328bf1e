"""Errors that a person can cause or mend. Each prints one line and ends the command with its own exit code."""


class FundguardError(Exception):
    """Base of all expected failures; ``exit_code`` tells a repair from a retry."""

    exit_code = 1


class BadInput(FundguardError):
    """Landing files, rule files, parameters or configuration are wrong: repair them and run again."""

    exit_code = 2


class GateRefused(FundguardError):
    """A quality gate refused the night."""

    exit_code = 3


class LakeBusy(FundguardError):
    """Another writer is at work on this lake: run again later."""

    exit_code = 4


class EnvironmentFailure(FundguardError):
    """Disk, memory, jars or another resource is missing: safe to run again."""

    exit_code = 5


class IntegrityFailure(FundguardError):
    """The lake, a model or a log is damaged: nothing was changed."""

    exit_code = 6


class NotAllowed(FundguardError):
    """The person who asks has no right to it."""

    exit_code = 7
