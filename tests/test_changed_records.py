"""What changed since a revision: each record once, and what all its changes together did."""

import re
from collections.abc import Iterator

import httpx
import pytest

from app.log.past_records import read_past_records
from app.store.sessions import read_session
from tests.helpers import fictional
from tests.helpers.bases import Bases, SqliteBases, engine_of, filled
from tests.helpers.servers import serving
from tests.helpers.statements import count_statements
from tests.test_history_pages import cells_of
from tests.test_page_contents import text_of
from tests.test_pages import BROWSER, links_of

ANY = {"If-Match": "*"}


def change(client: httpx.Client, slug: str, **fields: str) -> None:
    """Change a few fields of an initiative."""
    headers = ANY | {"Content-Type": "application/merge-patch+json"}
    path = f"/v1/initiatives/{slug}"
    client.patch(path, json=fields, headers=headers).raise_for_status()


def make(slug: str) -> fictional.Json:
    return fictional.record("initiative", slug, title=slug)


def create(client: httpx.Client, slug: str) -> None:
    client.post("/v1/initiatives", json=make(slug)).raise_for_status()


def delete(client: httpx.Client, slug: str) -> None:
    client.delete(f"/v1/initiatives/{slug}", headers=ANY).raise_for_status()


@pytest.fixture(scope="module")
def browser(bases: Bases) -> Iterator[httpx.Client]:
    """A browser at a base of nine revisions; the first has four initiatives."""
    slugs = ("dredge", "pave", "plant", "sweep")
    bundle = fictional.base(initiatives=[make(slug) for slug in slugs])
    with serving(filled(bases.make("empty"), bundle), scope="write") as client:
        change(client, "dredge", title="Dredge the river")
        create(client, "mow")
        change(client, "dredge", modality="required")
        create(client, "dig")
        delete(client, "dig")
        delete(client, "pave")
        change(client, "sweep", title="Sweep the quay")
        change(client, "sweep", title="sweep")
        client.headers.update(BROWSER)
        yield client


def outcomes_of(page: httpx.Response) -> list[tuple[str, str]]:
    """The titles of the records, in order, each with what became of it."""
    items = re.findall(r"<li>\s*<a [^>]*>(.*?)</a>(.*?)</li>", page.text, re.S)
    outcomes = []
    for title, remark in items:
        text = re.sub(r"<[^>]*>", "", remark)
        outcomes.append((title, text.rpartition(" · ")[2]))
    return outcomes


def test_each_record_is_listed_once(browser: httpx.Client) -> None:
    page = browser.get("/changes?since=1")
    assert outcomes_of(page) == [
        ("sweep", "changed, and as it was again"),
        ("pave", "deleted"),
        ("dig", "new, and deleted again"),
        (
            "Dredge the river",
            "changed: title dredge → Dredge the river; how sure Stated → Required",
        ),
        ("mow", "new"),
    ]
    assert "5 records, the last changed first. The base is at revision 9." in text_of(page)


def test_earlier_changes_do_not_count(browser: httpx.Client) -> None:
    page = browser.get("/changes?since=3")
    assert ("Dredge the river", "changed: how sure Stated → Required") in outcomes_of(page)
    assert "mow" not in dict(outcomes_of(page))
    latest = browser.get("/changes?since=9")
    assert outcomes_of(latest) == []
    assert "Nothing changed since then." in text_of(latest)


def test_all_is_new_since_before_the_first_revision(browser: httpx.Client) -> None:
    outcomes = outcomes_of(browser.get("/changes?since=0"))
    assert ("plant", "new") in outcomes
    assert ("pave", "new, and deleted again") in outcomes


def test_list_is_read_in_pages(browser: httpx.Client) -> None:
    titles = []
    path = "/changes?since=1&limit=2"
    while path:
        page = browser.get(path)
        titles += [title for title, _ in outcomes_of(page)]
        following = [link for link in links_of(page) if "cursor=" in link]
        path = following[0] if following else ""
    assert titles == ["sweep", "pave", "dig", "Dredge the river", "mow"]


def test_difference_is_that_of_all_changes_together(browser: httpx.Client) -> None:
    (path,) = (link for link in links_of(browser.get("/changes?since=1")) if "dredge" in link)
    page = browser.get(path)
    cells = cells_of(page)
    assert cells["Title"] == ["dredge", "Dredge the river"]
    assert cells["How sure"] == ["Stated", "Required"]
    assert "What changed in “Dredge the river” since revision 1" in text_of(page)
    # The data of one change: there is none for several together.
    assert page.links["alternate"]["url"] == "/v1/initiatives/dredge/revisions/4"


def test_past_leads_to_what_changed_since(browser: httpx.Client) -> None:
    assert "/changes?since=3" in links_of(browser.get("/?as_of=3"))
    assert "/changes?since=3" in links_of(browser.get("/changes/3"))
    assert 'name="since"' in browser.get("/changes").text


def test_page_and_data_lead_to_each_other(browser: httpx.Client) -> None:
    page = browser.get("/changes?since=1&limit=2")
    data = browser.get(page.links["alternate"]["url"])
    assert [item["slug"] for item in data.json()["items"]][:2] == ["dredge", "mow"]
    assert data.links["alternate"]["url"] == "/changes?since=1"
    # A token is for programs.
    token = browser.get(data.json()["delta"])
    assert "alternate" not in token.links


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/changes?since=10", "There is no revision 10 yet: the base is at 9."),
        ("/changes?since=x", "since"),
        ("/changes?since=-1", "since"),
        ("/changes?since=1&cursor=x", "cursor"),
        ("/changes?since=1&author=test", "Leave one out."),
        ("/initiatives/dredge/history/4?since=4", "give a revision before 4"),
    ],
)
def test_mistake_is_named(browser: httpx.Client, path: str, message: str) -> None:
    page = browser.get(path)
    assert page.status_code == 422
    assert message in text_of(page)


def test_sqlite_reads_records_of_the_past_by_their_slugs(plain_bases: SqliteBases) -> None:
    """Not all of the type up to the revision, which are a million in a large base."""
    with engine_of(plain_bases.make("seeded")) as engine:
        with count_statements(engine) as statements, read_session(engine) as session:
            list(read_past_records(session, 1, "initiative", ["dredge", "pave"]))
        (text,) = statements.texts
        with engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    steps = [row[-1] for row in plan]
    index = "ix_change_type_slug_version (type=? AND slug=?)"
    assert steps[0] == f"SEARCH change USING INDEX {index}"
