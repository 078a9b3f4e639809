"""Drafts over HTTP."""

from typing import Any

import httpx

from tests.helpers.paths import ROOT
from tests.helpers.writing import Json, patch

PLAN = ROOT / "tests" / "data" / "stored_drafts" / "plan.md"
MARKDOWN = {"Content-Type": "text/markdown"}
TEXT = {"Content-Type": "text/plain"}


def post_file(
    client: httpx.Client, content: bytes | str, query: str = "", **headers: str
) -> httpx.Response:
    """Post a file, as Markdown unless a header says otherwise."""
    if isinstance(content, str):
        content = content.encode()
    return client.post(
        f"/v1/drafts{query}", content=content, headers={**MARKDOWN, **headers}, timeout=120
    )


def draft_plan(client: httpx.Client, query: str = "?office=harbours") -> str:
    """The path of a draft of the plan."""
    response = post_file(client, PLAN.read_bytes(), query)
    assert response.status_code in (200, 201), response.text
    return response.headers["Location"]


def list_proposals(client: httpx.Client, path: str, query: str = "") -> list[Json]:
    items: list[Json] = client.get(f"{path}/proposals?limit=200{query}").json()["items"]
    return items


def find_proposal(client: httpx.Client, path: str, type_: str, exact: str = "") -> Json:
    """The first proposal of this type with these words."""
    for proposal in list_proposals(client, path):
        if proposal["type"] == type_ and exact in proposal["exact"]:
            return proposal
    raise AssertionError(f"There is no {type_} {exact!r}.")


def patch_proposal(client: httpx.Client, proposal: Json, **fields: Any) -> httpx.Response:
    """Patch the proposal as it was read."""
    return patch(client, proposal["url"], fields, **{"If-Match": f'"{proposal["version"]}"'})


def decide(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    return client.post(f"{path}/decisions", json=fields)
