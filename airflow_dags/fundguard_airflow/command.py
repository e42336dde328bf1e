"""A task is one command of the product, and its exit code is the task's verdict."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook, SubprocessResult
from airflow.sdk import BaseOperator, Connection, Context, Variable
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException, AirflowSkipException

from fundguard_airflow.reasons import REASON, blocked_by

# What the exit codes of the product ask of a scheduler (README.md, "Exit codes").
AGAIN = {4: "another writer is at work", 5: "resources or environment"}
NEVER = {
    1: "a bug of ours", 2: "wrong files, parameters, rules or settings", 3: "a gate refused",
    6: "lake, model or log is damaged", 7: "not allowed",
}  # fmt: skip
KEY = "FUNDGUARD_IDENTITY_KEY"


class WorthARetry(Exception):
    """The command may do better later: exit code 4 or 5, or a process that was killed. Nothing else is tried again."""


class FundguardCommand(BaseOperator):
    """Runs `<fundguard_command> WORDS… [--set …]`; words that render empty are left out.

    Skips itself, and says why, if a task before it did not do its work, or if the command ends with ``stands_still_on``. Of the
    tasks directly before it those in ``needs`` count, by default all. ``event`` is what the events of its outlets carry.
    """

    template_fields = ("words", "event")
    ui_color = "#dbe9f6"

    def __init__(
        self,
        *,
        words: Sequence[str],
        takes_settings: bool = True,
        event: Mapping[str, str] | None = None,
        stands_still_on: int | None = None,
        needs: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        # all_done: a task that stands still must be able to say why.
        super().__init__(trigger_rule="all_done", **kwargs)
        self.words = list(words)
        self.takes_settings = takes_settings
        self.event = dict(event or {})
        self.stands_still_on = stands_still_on
        self.needs = needs
        self.hook = SubprocessHook()

    def execute(self, context: Context) -> str:
        """Runs the command; its last line."""
        if reason := blocked_by(context, self.needs):
            raise AirflowSkipException(reason)
        done = self.run_command(context)
        self._judge(context, done.exit_code, done.output)
        for asset in self.outlets:
            context["outlet_events"][asset].extra = self.event
        return done.output

    def run_command(self, context: Context) -> SubprocessResult:
        """What the command ended with."""
        given = context["params"]["settings"] if self.takes_settings else []
        settings = [word for setting in given for word in ("--set", setting)]
        program = shlex.split(Variable.get("fundguard_command", default="fundguard"))
        return self.hook.run_command([*program, *filter(None, self.words), *settings], env=_environment())

    def on_kill(self) -> None:
        """Asks the command to end, which leaves what is published as it was."""
        self.hook.send_sigterm()

    def _judge(self, context: Context, code: int, last_line: str) -> None:
        if code == 0:
            return
        what = AGAIN.get(code) or NEVER.get(code) or ("the process was killed" if code < 0 else "an unknown exit code")
        reason = f"{self.task_id}: exit code {code}, {what}: {last_line}"
        context["ti"].xcom_push(key=REASON, value=reason)
        if code == self.stands_still_on:
            raise AirflowSkipException(reason)
        if code in AGAIN or code < 0:
            raise WorthARetry(reason)
        raise AirflowFailException(reason)


def _environment() -> dict[str, str]:
    """The worker's environment; the identity key comes from the connection `fundguard_identity` if the site made one."""
    try:
        key = Connection.get("fundguard_identity").password
    except AirflowNotFoundException:
        return dict(os.environ)
    return os.environ | {KEY: key or ""}
