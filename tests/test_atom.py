"""The Atom feed of changes, as a feed reader parses it."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import feedparser
import httpx
import pytest
from sqlalchemy import text

from app.export.atom import NAMESPACE
from app.schemas.record_types import ENTITIES
from tests.helpers import fictional
from tests.helpers.live import Live, put_back, replay
from tests.helpers.servers import serving

pytestmark = pytest.mark.either_engine

PATH = "/v1/changes.atom"


def read(client: httpx.Client, query: str = "") -> Any:
    response = client.get(f"{PATH}{query}").raise_for_status()
    assert response.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def test_entries_are_the_latest_changes(live: Live) -> None:
    cited = [fictional.citation("memorandum", "Build <b>walls</b> & towers", "title")]
    walls: Any = {"title": "Build <b>walls</b> & towers", "modality": "recommended"}
    live.write([fictional.create("initiative", "walls", **walls, citations=cited)])
    live.write(
        [fictional.create("timeline_item", "t"), fictional.delete("initiative", "walls")]
    )
    feed = read(live.client)
    changes = replay(live.client, "/v1/changes")[::-1]
    assert [entry.link for entry in feed.entries] == [
        f"{live.url}/v1/{ENTITIES[change['type']].collection}/{change['slug']}"
        for change in changes
    ]
    deleted, updated, created = feed.entries[:3]
    assert deleted.title == "Deleted initiative: Recommended: Build <b>walls</b> & towers"
    assert created.title == "New initiative: Recommended: Build <b>walls</b> & towers"
    assert updated.title == "New timeline item: Recommended: Item"
    assert "“Build <b>walls</b> & towers”" in created.content[0].value
    assert created.content[0].type == "text/plain"
    assert created.summary == "Revision 2: Some changes"
    assert created.author == "test"
    assert {tag.term for tag in created.tags} == {"initiative", "create", "recommended"}
    assert created.updated.startswith(changes[2]["changed_at"].removesuffix("Z"))
    assert feed.feed.updated == deleted.updated
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids)
    assert ids == [entry.id for entry in read(live.client).entries]


def test_feed_is_of_the_types_and_number_asked_for(client: httpx.Client) -> None:
    feed = read(client, "?type=timeline_item&type=office&limit=3")
    assert len(feed.entries) == 3
    assert {entry.tags[0].term for entry in feed.entries} == {"timeline_item"}
    assert feed.feed.links[0].rel == "self"
    assert feed.feed.links[0].href.endswith("?type=timeline_item&type=office&limit=3")
    assert len(read(client, "?type=office").entries) == 1


def test_feed_is_not_sent_again(live: Live) -> None:
    headers = {"If-None-Match": live.client.get(PATH).headers["ETag"]}
    assert live.client.get(PATH, headers=headers).status_code == 304
    live.write([fictional.create("initiative", "new")])
    assert live.client.get(PATH, headers=headers).status_code == 200


def test_any_text_makes_xml(live: Live) -> None:
    titles = ["bell \x07", "\ufffe", "]]>", "a\tb\nc", "next\x85line", "🎉", "&amp;"]
    for i, title in enumerate(titles):
        live.write([fictional.create("initiative", f"i-{i}", title=title)])
    assert len(read(live.client, "?type=initiative").entries) == len(titles)
    # feedparser takes U+0085 for an ellipsis of Windows.
    root = ElementTree.fromstring(live.client.get(f"{PATH}?type=initiative").content)
    entries = list(root.iter(f"{{{NAMESPACE}}}entry"))[::-1]
    printed = [str(entry.findtext(f"{{{NAMESPACE}}}title")) for entry in entries]
    plain = [title.replace("\x07", "�").replace("\ufffe", "�") for title in titles]
    assert printed == [f"New initiative: {title}" for title in plain]


def test_feed_has_what_the_standard_asks_for(client: httpx.Client) -> None:
    """RFC 4287 §4.1: what a feed and an entry must have, once each."""
    root = ElementTree.fromstring(client.get(PATH).content)
    names = {f"{{{NAMESPACE}}}{name}" for name in ("id", "title", "updated")}
    for element in [root, *root.iter(f"{{{NAMESPACE}}}entry")]:
        tags = [child.tag for child in element if child.tag in names]
        assert sorted(tags) == sorted(names)
        assert element is root or element.find(f"{{{NAMESPACE}}}author") is not None


def test_feed_of_an_empty_base(empty_url: str) -> None:
    with serving(empty_url) as client:
        assert read(client).entries == []


def test_feed_is_short_where_records_are_long(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.log.change_feed.MAX_PAGE_CHARACTERS", 2_000)
    for i in range(5):
        live.write([fictional.create("initiative", f"i-{i}", title="x" * 600)])
    for i in range(5):
        live.write([fictional.delete("initiative", f"i-{i}")])
    # A deletion shows what was deleted.
    assert len(read(live.client).entries) == 2


def test_feeds_of_other_types_and_other_bases_have_other_ids(
    live: Live, client: httpx.Client
) -> None:
    queries = ("", "?type=office", "?type=initiative&type=office", "?type=document")
    feeds = [read(live.client, query).feed for query in queries]
    assert len({feed.id for feed in feeds}) == len({feed.title for feed in feeds}) == 4
    assert feeds[2].title == "Communiqué: what has changed (initiative, office)"
    assert read(live.client, "?type=office&type=initiative&limit=1").feed.id == feeds[2].id
    assert read(client).feed.id != feeds[0].id


def test_entry_of_a_base_that_was_put_back_is_another(live: Live) -> None:
    """A reader knows entries by their ids, and shows none that it knows."""
    ids = []
    for title in ("One", "Another"):
        live.write([fictional.create("initiative", "new", title=title)])
        ids.append(read(live.client).entries[0].id)
        with live.engine.begin() as connection:
            connection.execute(text("DELETE FROM initiative"))
        put_back(live, 1)
    assert len(set(ids)) == 2


def test_mistake_is_named(client: httpx.Client) -> None:
    response = client.get(f"{PATH}?since=1")
    assert response.status_code == 422
    assert "since" in response.json()["detail"]
