"""Requests that write."""

import json
from typing import Any

import httpx

Json = dict[str, Any]
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def revision(client: httpx.Client) -> int:
    """The current revision of the base."""
    return int(client.get("/v1").json()["revision"])


def patch(client: httpx.Client, path: str, fields: Json, **headers: str) -> httpx.Response:
    return client.patch(path, content=json.dumps(fields), headers={**MERGE_PATCH, **headers})


def etag(client: httpx.Client, path: str) -> dict[str, str]:
    """The header that a change of the current version needs."""
    return {"If-Match": client.get(path).headers["etag"]}
