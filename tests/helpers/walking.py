"""Walks through the pages of a list."""

from collections.abc import Iterator
from typing import Any

import httpx


def walk(client: httpx.Client, path: str | None) -> Iterator[dict[str, Any]]:
    while path is not None:
        response = client.get(path).raise_for_status()
        page = response.json()
        yield page
        path = page["next"]
        assert ("Link" in response.headers) == (path is not None)
        if path is not None:
            assert response.headers["Link"] == f'<{path}>; rel="next"'
