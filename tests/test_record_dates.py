"""The dates of documents and offices: EDTF of any precision, with bounds that sort and count."""

from typing import Any

import httpx
import pytest
from alembic import command
from sqlalchemy import text

from app.store.schema import migrate
from app.store.upgrade import alembic_config
from tests.helpers import fictional
from tests.helpers.bases import engine_of, filled
from tests.helpers.servers import serving
from tests.helpers.writing import Json, etag, patch

READ = [
    # the date as it is written, the first and the last day that it can mean, its precision
    ("2023-05-17", "2023-05-17", "2023-05-17", "day"),
    ("2023-05", "2023-05-01", "2023-05-31", "month"),
    ("2023-34", "2023-04-01", "2023-06-30", "quarter"),
    ("2023-26", "2023-06-01", "2023-08-31", "season"),
    ("2023", "2023-01-01", "2023-12-31", "year"),
    ("2023~", "2023-01-01", "2023-12-31", "year"),
    ("2023?", "2023-01-01", "2023-12-31", "year"),
    ("202X", "2020-01-01", "2029-12-31", "decade"),
]
REFUSED = [
    (
        "May 2023",
        "'May 2023' is not a date such as 2025-09-16, 2025-09, 2025 or 2025~ (EDTF).",
    ),
    ("17.05.2023", "is not a date such as"),
    ("2023-02-30", "(EDTF): it is no date of the calendar."),
    ("2023/2024", "it is an interval, and here stands one date"),
    ("20230517", "it has no hyphens. Write it as in 2026-04-01."),
    ("2023-05-17T10:00:00Z", "it has a time of day"),
    ("", "is empty"),
    (2023, "2023 is not text"),
]


def office(date: Any, slug: str = "lighthouse") -> Json:
    return fictional.record("office", slug, opened_on=date)


def document(date: Any, slug: str = "notice") -> Json:
    return fictional.record("document", slug, published_on=date)


@pytest.mark.parametrize(("edtf", "first", "last", "precision"), READ)
def test_date_is_kept_as_it_is_written_and_has_its_bounds(
    shared_curator: httpx.Client, edtf: str, first: str, last: str, precision: str
) -> None:
    slug = f"opened-{READ.index((edtf, first, last, precision))}"
    created = shared_curator.post("/v1/offices", json=office(edtf, slug)).json()
    assert created["opened_on"] == edtf
    bounds = [created[f"opened_{name}"] for name in ("earliest", "latest", "precision")]
    assert bounds == [first, last, precision]
    created = shared_curator.post("/v1/documents", json=document(edtf, slug)).json()
    assert created["published_on"] == edtf
    bounds = [created[f"published_{name}"] for name in ("earliest", "latest", "precision")]
    assert bounds == [first, last, precision]


@pytest.mark.parametrize(("date", "words"), REFUSED)
def test_date_that_cannot_be_read_is_refused_with_how_to_write_it(
    shared_curator: httpx.Client, date: Any, words: str
) -> None:
    for collection, raw, name in (
        ("offices", office(date), "opened_on"),
        ("documents", document(date), "published_on"),
    ):
        refused = shared_curator.post(f"/v1/{collection}", json=raw)
        assert refused.status_code == 422
        (problem,) = refused.json()["errors"]
        assert problem["pointer"] == f"/{name}"
        assert words in problem["detail"]


def test_bounds_are_computed_and_cannot_be_set(shared_curator: httpx.Client) -> None:
    path = "/v1/offices/empty-office"
    fields = {"opened_earliest": "2020-01-01"}
    refused = patch(shared_curator, path, fields, **etag(shared_curator, path))
    assert (refused.status_code, "'opened_earliest' is unknown" in refused.text) == (
        422,
        True,
    )


ORDERED = ["2021?", "2022-04-30", "2022-05", "2022-34", "2023", None]


def test_order_is_by_the_first_day_and_what_has_no_date_comes_last(empty_url: str) -> None:
    documents = [document(date, f"d-{i}") for i, date in enumerate(ORDERED)]
    bundle = fictional.base(documents=documents[::-1], offices=[office("1999~")])
    with serving(filled(empty_url, bundle)) as client:
        items = client.get("/v1/documents?sort=published_on&limit=200").json()["items"]
        dates = [item["published_on"] for item in items]
        # `memorandum` of the base has none either.
        assert dates == ["2021?", "2022-34", "2022-04-30", "2022-05", "2023", None, None]
        reverse = client.get("/v1/documents?sort=-published_on,slug").json()["items"]
        assert [item["published_on"] for item in reverse] == [*dates[4::-1], None, None]
        slugs = [
            item["slug"] for item in client.get("/v1/offices?sort=opened_on").json()["items"]
        ]
        assert slugs == ["lighthouse", "strelsau"]
        path = "/v1/offices?slug=lighthouse&format=csv&fields=opened_on,opened_latest"
        assert client.get(path).text.splitlines()[1] == "1999~,1999-12-31"


def test_migration_keeps_days_and_gives_them_bounds(varied_url: str) -> None:
    columns = "opened_on, opened_earliest, opened_latest, opened_precision, opened_order"
    statements = [
        text(f"SELECT slug, {columns} FROM office ORDER BY slug"),
        text(
            f"SELECT slug, {columns.replace('opened', 'published')} FROM document ORDER BY slug"
        ),
    ]
    with engine_of(varied_url) as engine:
        with engine.connect() as connection:
            before = [connection.execute(statement).all() for statement in statements]
            config = alembic_config()
            config.attributes["connection"] = connection
            connection.rollback()
            command.downgrade(config, "0007")
        with engine.connect() as connection:
            days = connection.execute(text("SELECT opened_on FROM office ORDER BY slug"))
            assert [str(day) for (day,) in days] == [str(row.opened_on) for row in before[0]]
        migrate(engine)
        with engine.connect() as connection:
            assert [connection.execute(statement).all() for statement in statements] == before
    assert any(row.opened_on == "2030-01-02" for row in before[0])
    assert any(row.published_on is None for row in before[1])
