"""Walks through the pages of a list."""

from collections.abc import Iterator
from typing import Any

import httpx


def walk(client: httpx.Client, path: str | None) -> Iterator[dict[str, Any]]:
    walked = set()
    while path is not None:
        # Otherwise a walk that turns in a circle would never end.
        assert path not in walked
        walked.add(path)
        response = client.get(path).raise_for_status()
        page = response.json()
        yield page
        path = page["next"]
        assert ("next" in response.links) == (path is not None)
        if path is not None:
            assert response.links["next"]["url"] == path
