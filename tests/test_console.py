"""What a command says while it works."""

import io
import logging

import pytest
from rich.console import Console

from jobs import console


def test_an_unwatched_run_logs_the_end_of_the_work_only(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="fundguard")
    with console.progress(Console(file=io.StringIO()), "judging", total=3) as advance:
        for _ in range(3):
            advance()
    assert [message.split(" in ")[0] for message in caplog.messages] == ["judging: 3 steps", "judging: 3 of 3 done"]


def test_an_unwatched_run_logs_where_long_work_stands(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", 0.0)
    caplog.set_level(logging.INFO, logger="fundguard")
    with console.progress(Console(file=io.StringIO()), "judging", total=24) as advance:
        advance(2, note="2025-03")
    assert caplog.messages[1] == "judging: 2 of 24 done, 2025-03"


def test_a_watched_run_draws_a_bar_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    screen = io.StringIO()
    with console.progress(Console(file=screen, force_terminal=True, width=120), "judging", total=2) as advance:
        advance(2)
    assert "judging" in screen.getvalue()
    assert "2/2" in screen.getvalue()
    assert caplog.messages == []


def test_a_watched_run_without_a_capable_terminal_gets_plain_lines(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    caplog.set_level(logging.INFO, logger="fundguard")
    with console.progress(Console(file=io.StringIO(), force_terminal=True), "judging", total=1):
        pass
    assert caplog.messages[0] == "judging: 1 steps"


@pytest.fixture
def own_root_logger() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers, root.level = handlers, level


def test_logs_of_an_unwatched_run_are_plain_lines_on_stderr(
    own_root_logger: logging.Logger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    console.start_logging()
    logging.getLogger("fundguard").info("read 10 rows [of setl_d]")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(" INFO read 10 rows [of setl_d]\n")
