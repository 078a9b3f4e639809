"""The timeline items of the dated base."""

from typing import Any


class Items(list[dict[str, Any]]):
    """Timeline items as the API returns them. `orders` has their slugs, by sort key."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, list[str]] = {}

    def __repr__(self) -> str:
        # Hypothesis prints the arguments of a failed test, and these are many.
        return f"{len(self)} items"
