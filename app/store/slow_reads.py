"""Slow reads of SQLite give way to quick ones.

SQLite runs in the threads of this process, so a query of a second takes half of a processor from
all others. A read that has run for SLOW_SECONDS therefore pauses between its steps while there are
other reads; alone, it runs at full speed.
"""

import time
from functools import partial
from typing import Any

SLOW_SECONDS = 0.05
# One to two milliseconds of work, and the pause after it.
STEPS = 20_000
PAUSE_SECONDS = 0.003

# When each connection that is reading has begun, by its id.
_reading: dict[int, float] = {}


def watch(connection: Any) -> None:
    """Have the reads of a new connection give way."""
    connection.set_progress_handler(partial(_give_way, id(connection)), STEPS)


def begin_read(connection: Any) -> None:
    """Note that the connection begins a read."""
    _reading[id(connection)] = time.monotonic()


def end_read(connection: Any) -> None:
    """Note that the read has ended."""
    _reading.pop(id(connection), None)


def _give_way(connection_id: int) -> int:
    begun = _reading.get(connection_id)
    if begun is None or len(_reading) == 1:
        return 0
    if time.monotonic() - begun > SLOW_SECONDS:
        time.sleep(PAUSE_SECONDS)
    # Anything else would abort the query.
    return 0
