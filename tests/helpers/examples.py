"""How many examples hypothesis tries."""

import os

from hypothesis import HealthCheck, settings

# How many times as many examples `make fuzz` tries where a test sets a number of its own.
FACTOR = int(os.environ.get("COMMUNIQUE_TEST_FACTOR", "1"))


def examples(number: int) -> settings:
    """So many examples of a property that is asked of a server, which all of them share."""
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=number * FACTOR, suppress_health_check=shared)
