"""How many examples hypothesis tries."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How many times as many examples `make fuzz` tries where a test sets a number of its own.
FACTOR = int(os.environ.get("TEST_FACTOR", "1"))
# `make accept` sets it: each costly property has all of its examples.
IS_THOROUGH = "TEST_THOROUGH" in os.environ or FACTOR > 1


def examples(number: int) -> settings:
    """So many examples of a property that is asked of a server, which all of them share."""
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=number * FACTOR, suppress_health_check=shared)


def costly_examples(number: int) -> Callable[[Any], Any]:
    """So many examples of a property that takes seconds; in the daily loop, a third."""
    tried = number if IS_THOROUGH else max(1, number // 3)

    def decorate(test: Any) -> Any:
        return pytest.mark.costly(examples(tried)(test))

    return decorate
