"""What clients do, five times: python five_uses.py http://localhost:8000

mypy --strict checks it, as it would check yours.
"""

import sys

from communique_client import Changed, Client, Current
from communique_client.problems import StaleVersion
from communique_client.types import InitiativeDetail, InitiativePatch


def count_by_kind(client: Client, focus_area: str) -> dict[str, int]:
    """How many claims of each kind a list has: filters, and the counts of a facet."""
    page = client.list_initiatives(
        focus_area=focus_area,
        modality=["stated", "recommended"],
        facet="kind",
        limit=1,
    )
    return {bucket["value"]: bucket["count"] for bucket in page["facets"]["kind"]["buckets"]}


def list_titles(client: Client, limit: int = 50) -> list[str]:
    """The titles of all initiatives, page after page."""
    return [claim["title"] for claim in client.iter_initiatives(sort="title", limit=limit)]


def quote(client: Client, slug: str) -> tuple[str, list[str]]:
    """The name of the office of an initiative, and the words that support its title."""
    claim: InitiativeDetail = client.get_initiative(slug, include="office")
    office = claim.get("office")
    words = [
        citation["exact"]
        for citation in claim["citations"]
        if "title" in citation["supports"]
    ]
    return (office["name"] if office else "", words)


def rename(client: Client, read: InitiativeDetail, title: str, reason: str) -> int | None:
    """Change the title, unless somebody else has changed the record: then its version now."""
    patch: InitiativePatch = {"title": title, "derived": {"title": reason}}
    try:
        client.patch_initiative(read["slug"], patch, if_match=read)
    except StaleVersion as problem:
        return problem.version
    return None


def follow(client: Client, since: str | int) -> tuple[list[str], str]:
    """The slugs of what has changed until now, and the `since` of the next time."""
    slugs = []
    position = str(since)
    for event in client.stream_changes(since=since, type=["initiative"]):
        position = event.id
        match event:
            case Changed(change=change):
                slugs.append(change["slug"])
            case Current():
                break
    return slugs, position


if __name__ == "__main__":
    with Client(sys.argv[1]) as client:
        print(count_by_kind(client, "training"))
        print(*list_titles(client), sep="\n")
