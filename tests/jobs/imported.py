"""What a night imports: a process forked from one that has imported this begins where a night begins to work."""

from lake import main_module, usage_data

main_module.has_a_file()
usage_data.switch_off()

import great_expectations.expectations  # noqa: E402, F401 - after the two lines above

import jobs.cli  # noqa: E402
import jobs.nightly  # noqa: E402, F401
