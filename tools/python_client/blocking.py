"""The client that blocks, written from the one for asyncio."""

import re

# In this order. What the first rules have left is in no later one.
RULES = (
    (r"\A\"\"\"[^\"]*\"\"\"\n", ""),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\basyncio\b", "time"),
    (r"\bAsync(Iterator|Calls|Client)\b", r"\1"),
    (r"\basync_calls\b", "calls"),
    (r"\b__a(enter|exit)__", r"__\1__"),
    (r"\ba(close|read|iter_bytes)\(", r"\1("),
    (r"\bTasks may", "Threads may"),
    (r"`async with`", "a `with`"),
)


def write_blocking(text: str) -> str:
    """The module without `async` and `await`, and without its docstring."""
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text
