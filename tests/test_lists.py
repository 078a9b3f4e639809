"""Lists: filters as a truth table, paging by walking to the end, statements counted."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.changes.apply import apply
from app.schemas.record_types import ENTITIES
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of
from tests.helpers.servers import serving
from tests.helpers.statements import count_statements
from tests.helpers.walking import walk

AMMAN = "nato-liaison-office-amman"


def slugs(client: httpx.Client, path: str) -> set[str]:
    page = client.get(path).raise_for_status().json()
    slugs = {item["slug"] for item in page["items"]}
    assert page["total"] == len(slugs)
    assert page["total_is_exact"] is True
    assert page["next"] is None
    return slugs


ABOUT_TRAINING = {
    "coordinate-joint-training-exercises",
    "joint-military-exercises",
    "joint-training-for-interoperability",
    "expand-joint-training-programs",
}
RECOMMENDED = {
    "expand-joint-training-programs",
    "promote-technology-transfer",
    "establish-high-level-consultations",
    "facilitate-cultural-exchange",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("initiatives?focus_area=training", ABOUT_TRAINING),
        ("initiatives?focus_area=TRAINING", ABOUT_TRAINING),
        (
            "initiatives?focus_area=training&narrower=false",
            {"joint-military-exercises", "expand-joint-training-programs"},
        ),
        (
            "initiatives?focus_area=Joint%20Military%20Exercises",
            ABOUT_TRAINING - {"expand-joint-training-programs"},
        ),
        (
            "initiatives?focus_area=counter+terrorism&kind=cooperation",
            {"counterterrorism-operations-coordination"},
        ),
        ("initiatives?focus_area=border-security", {"strengthen-security-partnerships"}),
        (
            "initiatives?focus_area=border-security&focus_area=cultural-exchange",
            {"strengthen-security-partnerships", "facilitate-cultural-exchange"},
        ),
        ("initiatives?focus_area=border-security&modality=recommended", set()),
        ("initiatives?modality=recommended", RECOMMENDED),
        ("initiatives?kind=recommendation", RECOMMENDED),
        (
            "initiatives?kind=recommendation&kind=initiative",
            RECOMMENDED
            | {
                "intelligence-sharing-platform",
                "joint-military-exercises",
                "emergency-response-coordination",
            },
        ),
        (f"initiatives?office={AMMAN}&modality=recommended", RECOMMENDED),
        (
            "expected-outcomes?focus_area=training",
            {
                "enhanced-operational-readiness",
                "enhanced-interoperability-among-forces",
                "enhanced-tactical-readiness",
            },
        ),
        (
            "expected-outcomes?modality=recommended",
            {
                "enhanced-tactical-readiness",
                "improved-threat-detection-cybersecurity",
                "faster-response-times",
            },
        ),
        (
            "expected-outcomes?initiative=joint-military-exercises",
            {"enhanced-operational-readiness"},
        ),
        (f"expected-outcomes?office={AMMAN}&modality=occurred", set()),
        ("timeline-items?modality=occurred", {"inauguration-of-the-office"}),
        ("timeline-items?focus_area=training", {"joint-training-exercises-from-2026"}),
        (
            "timeline-items?expected_outcome=faster-response-times",
            {"intelligence-sharing-immediate"},
        ),
        ("timeline-items?initiative=joint-military-exercises", set()),
        (f"timeline-items?office={AMMAN}&modality=occurred", {"inauguration-of-the-office"}),
        ("focus-areas?focus_area=training", {"training", "joint-training-exercises"}),
        ("focus-areas?focus_area=training&narrower=false", {"training"}),
        ("focus-areas?broader=training", {"joint-training-exercises"}),
        ("focus-areas?broader=Joint+Training+Programs", {"joint-training-exercises"}),
        ("offices", {AMMAN}),
        ("documents", {"nato-expands-presence-in-amman"}),
    ],
)
def test_filter(client: httpx.Client, path: str, expected: set[str]) -> None:
    assert slugs(client, f"/v1/{path}") == expected


DATA, FUND, WORKS, LOOSE = (
    "open-data-programme",
    "research-fund",
    "harbour-works",
    "loose-end",
)
FIRST, LAST, SOME_DAY = "first-data-set", "last-data-set", "harbour-some-day"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("documents?slug=science-plan&slug=absent", {"science-plan"}),
        ("documents?slug=absent", set()),
        ("documents?identifier=10.9999/fiction.plan", {"science-plan"}),
        ("documents?identifier=doi:10.9999/fiction.plan", set()),
        ("documents?identifier=ZZ-FICTION-0042", set()),
        ("documents?language=FR", {"harbour-report"}),
        ("documents?language=fr-CA", set()),
        ("documents?language=fr&language=en", {"harbour-report", "science-plan"}),
        ("documents?voice=about", {"harbour-report"}),
        ("documents?voice=about&language=en", set()),
        ("documents?updated_since=2999-01-01", set()),
        ("documents?updated_since=2001-01-01", {"harbour-report", "science-plan"}),
        ("offices?slug=harbour-office", {"harbour-office"}),
        ("offices?identifier=REGISTER:ZZ-8", {"office-of-science"}),
        ("offices?identifier=REGISTER", set()),
        ("offices?country=BV", {"office-of-science"}),
        (
            "offices?country=aq&country=BV",
            {"office-of-science", "harbour-office", "empty-office"},
        ),
        ("offices?country=HM", set()),
        ("offices?document=science-plan", {"office-of-science"}),
        ("offices?has_initiative=false", {"empty-office"}),
        ("offices?has_timeline=true", {"office-of-science", "harbour-office"}),
        ("offices?updated_since=2001-01-01T00:00:00Z&country=BV", {"office-of-science"}),
        ("focus-areas?slug=research&slug=open-data", {"research", "open-data"}),
        ("focus-areas?focus_area=Donn%C3%A9es+ouvertes", {"open-data"}),
        ("focus-areas?focus_area=research", {"research", "open-data"}),
        ("focus-areas?focus_area=research&narrower=false", {"research"}),
        ("focus-areas?identifier=SDG:17.18", {"open-data"}),
        ("focus-areas?identifier=17.1", set()),
        ("focus-areas?identifier=C%2B%2B&focus_area=research", {"open-data"}),
        ("focus-areas?broader=research", {"open-data"}),
        ("focus-areas?label_language=fr", {"open-data"}),
        ("focus-areas?label_language=FR-ca", {"open-data"}),
        ("focus-areas?label_language=en", {"sea-trade"}),
        ("focus-areas?label_language=en&label_language=fr", {"open-data", "sea-trade"}),
        ("focus-areas?label_language=en-US", set()),
        ("focus-areas?label_language=de", set()),
        ("focus-areas?document=harbour-report", {"open-data"}),
        ("focus-areas?has_initiative=true", {"research", "open-data", "sea-trade"}),
        ("focus-areas?has_initiative=false", {"unused"}),
        ("focus-areas?has_timeline=true", {"research", "open-data"}),
        ("focus-areas?has_timeline=false&broader=research", set()),
        ("focus-areas?updated_since=2999-12-31T23:59:60%2B01:00", set()),
        ("initiatives?slug=loose-end&slug=absent", {LOOSE}),
        ("initiatives?identifier=ZZ-FICTION-0042", {DATA, WORKS}),
        ("initiatives?identifier=IATI:ZZ-FICTION-0042", {DATA}),
        (
            "initiatives?identifier=IATI:ZZ-FICTION-0042&identifier=absent&kind=objective",
            set(),
        ),
        (
            "initiatives?identifier=IATI:ZZ-FICTION-0042&identifier=urn:fiction:fund",
            {DATA, FUND},
        ),
        ("initiatives?identifier=zz-fiction-0042", set()),
        ("initiatives?identifier=fiction:fund", {FUND}),
        ("initiatives?identifier=", set()),
        ("initiatives?office=harbour-office", {WORKS, LOOSE}),
        ("initiatives?country=BV", {DATA, FUND}),
        ("initiatives?country=AQ&kind=recommendation", {WORKS}),
        ("initiatives?focus_area=research", {DATA, FUND}),
        ("initiatives?focus_area=research&narrower=false", {FUND}),
        ("initiatives?focus_area=research&focus_area=seatrade", {DATA, FUND, WORKS}),
        ("initiatives?focus_area=unused", set()),
        ("initiatives?kind=objective", {FUND, LOOSE}),
        ("initiatives?modality=stated", {DATA, LOOSE}),
        ("initiatives?document=harbour-report", {FUND, WORKS}),
        ("initiatives?document=harbour-report&document=science-plan", {DATA, FUND, WORKS}),
        ("initiatives?has_timeline=true", {DATA}),
        ("initiatives?has_timeline=false", {FUND, WORKS, LOOSE}),
        ("initiatives?has_expected_outcome=true", {DATA, WORKS}),
        ("initiatives?has_expected_outcome=false&has_timeline=false", {FUND, LOOSE}),
        ("initiatives?updated_since=2999-01-01", set()),
        ("expected-outcomes?slug=hope", {"hope"}),
        ("expected-outcomes?identifier=17.18.1", {"published-data-sets"}),
        ("expected-outcomes?office=office-of-science", {"published-data-sets"}),
        ("expected-outcomes?country=AQ", {"deeper-harbour", "hope"}),
        ("expected-outcomes?focus_area=research", {"published-data-sets"}),
        ("expected-outcomes?focus_area=research&narrower=false", set()),
        ("expected-outcomes?modality=recommended", {"deeper-harbour"}),
        ("expected-outcomes?document=science-plan", {"published-data-sets"}),
        ("expected-outcomes?initiative=harbour-works", {"deeper-harbour"}),
        ("expected-outcomes?has_initiative=false", {"hope"}),
        ("expected-outcomes?has_timeline=true", {"published-data-sets"}),
        ("expected-outcomes?has_timeline=false", {"deeper-harbour", "hope"}),
        ("expected-outcomes?updated_since=2999-01-01", set()),
        ("timeline-items?slug=first-data-set", {FIRST}),
        ("timeline-items?identifier=Milestone:1;%202", {FIRST}),
        ("timeline-items?office=harbour-office", {SOME_DAY}),
        ("timeline-items?country=BV", {FIRST, LAST}),
        ("timeline-items?focus_area=Research", {FIRST, LAST}),
        ("timeline-items?focus_area=Research&narrower=false", {LAST}),
        ("timeline-items?modality=prospective", {LAST}),
        ("timeline-items?document=science-plan", {FIRST}),
        ("timeline-items?initiative=open-data-programme", {FIRST}),
        ("timeline-items?expected_outcome=published-data-sets", {FIRST, LAST}),
        ("timeline-items?has_initiative=false", {LAST, SOME_DAY}),
        ("timeline-items?has_expected_outcome=true", {FIRST, LAST}),
        ("timeline-items?has_expected_outcome=false", {SOME_DAY}),
        ("timeline-items?overlaps=2027", {FIRST, LAST, SOME_DAY}),
        ("timeline-items?overlaps=2027&match=certain", set()),
        ("timeline-items?overlaps=2020/2025", {SOME_DAY}),
        ("timeline-items?overlaps=2027-10/..", {FIRST, SOME_DAY}),
        ("timeline-items?updated_since=2999-01-01", set()),
        ("timeline-items?active_on=2027-08-01", {FIRST, LAST, SOME_DAY}),
        ("timeline-items?starts_after=2026", {LAST, SOME_DAY}),
        ("timeline-items?starts_before=2027", {FIRST, SOME_DAY}),
        ("timeline-items?ends_after=2027", {FIRST, SOME_DAY}),
        ("timeline-items?ends_before=2027-08", {LAST, SOME_DAY}),
        ("timeline-items?end_kind=same&end_kind=open", {FIRST, LAST}),
        ("timeline-items?precision=quarter", {LAST}),
        ("timeline-items?approximate=true", set()),
        # The base has none of these; `test_deadlines.py` has bases that do.
        ("initiatives?has_office=false", set()),
        ("expected-outcomes?has_office=false", set()),
        ("timeline-items?has_office=false", set()),
        ("offices?has_city=false", set()),
        ("offices?has_country=false", set()),
        ("timeline-items?has_recurrence=true", set()),
        ("timeline-items?recurrence=FREQ=YEARLY", set()),
        ("timeline-items?due_before=2099-01-01", set()),
        ("timeline-items?due_after=1999-01-01", set()),
    ],
)
def test_filter_of_a_varied_base(varied: httpx.Client, path: str, expected: set[str]) -> None:
    assert slugs(varied, f"/v1/{path}") == expected


def test_every_filter_has_a_row_in_the_truth_table() -> None:
    (parametrize,) = test_filter_of_a_varied_base.pytestmark  # type: ignore[attr-defined]
    rows = {
        (urlsplit(path).path, name)
        for path, _ in parametrize.args[1]
        for name in parse_qs(urlsplit(path).query)
    }
    declared = {(resource.name, name) for resource in CATALOG for name in resource.where}
    assert declared <= rows


def test_query_says_what_each_label_covers(client: httpx.Client) -> None:
    page = client.get("/v1/initiatives?focus_area=Training&focus_area=cyber-security").json()
    assert page["query"]["focus_area"] == [
        {
            "given": "Training",
            "slug": "training",
            "covers": ["training", "joint-training-exercises"],
        },
        {"given": "cyber-security", "slug": "cybersecurity", "covers": ["cybersecurity"]},
    ]


@pytest.mark.accept
def test_focus_area_may_cover_more_than_a_statement_takes_values(empty_url: str) -> None:
    """SQLite takes 32,766 values in one statement, PostgreSQL 65,535."""
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.varied()), "test", "Varied")
        with engine.begin() as connection:
            connection.execute(text(SPLIT_INTO_70_000))
            connection.execute(
                text(
                    "INSERT INTO focus_area_broader (focus_area_slug, broader_slug, position) "
                    "SELECT slug, 'unused', 0 FROM focus_area WHERE slug LIKE 'part-%'"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO initiative_focus_area (initiative_slug, focus_area_slug, position)"
                    " VALUES ('loose-end', 'part-100007', 0)"
                )
            )
        page = client.get("/v1/search?focus_area=Unused&facet=kind").raise_for_status().json()
        assert [row["slug"] for row in page["items"]] == ["loose-end"]
        (area,) = page["query"]["focus_area"]
        assert area["covers"] == ["unused", *(f"part-{n}" for n in range(100_001, 100_200))]
        assert area["total_covers"] == 70_001


# As a write would, but for its log and its labels.
SPLIT_INTO_70_000 = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 70000)
    INSERT INTO focus_area (slug, name, version, created_at, updated_at, derived)
    SELECT 'part-' || (100000 + n), 'Part', 1, '2031-01-01 00:00:00', '2031-01-01 00:00:00', '{}'
    FROM numbers
"""


@pytest.fixture(scope="module")
def crowd(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over 25 records of each type and more."""
    url = bases.make("empty")
    with engine_of(url) as engine, write_session(engine) as session:
        apply(session, fictional.changes(fictional.many(25)), "test", "Crowd")
    with serving(url) as client:
        yield client


def list_orders(resource: Resource) -> list[str]:
    """Every sort key in both directions."""
    keys = dict.fromkeys(name.removeprefix("-") for name in resource.order)
    return [sign + key for key in keys for sign in ("", "-")]


ORDERS = [(resource, sort) for resource in CATALOG for sort in list_orders(resource)]


@pytest.mark.parametrize(
    ("resource", "sort"), ORDERS, ids=[f"{slugs.name}-{sort}" for slugs, sort in ORDERS]
)
def test_walk_shows_each_record_once_in_order(
    crowd: httpx.Client, resource: Resource, sort: str
) -> None:
    pages = list(walk(crowd, f"/v1/{resource.name}?sort={sort}&limit=7"))
    items = [item for page in pages for item in page["items"]]
    slugs = [item["slug"] for item in items]
    assert len(pages) > 3
    assert {page["total"] for page in pages} == {len(slugs)} == {len(set(slugs))}
    column = resource.order[sort.removeprefix("-")].key
    if not column.endswith("_order"):
        keys = [(item[column], item["slug"]) for item in items]
        assert keys == sorted(keys, reverse=sort.startswith("-"))


def test_order_by_time_puts_what_has_no_start_last(crowd: httpx.Client) -> None:
    items = [i for page in walk(crowd, "/v1/timeline-items?limit=10") for i in page["items"]]
    starts = [item["start_earliest"] for item in items]
    dated = [start for start in starts if start is not None]
    assert dated == sorted(dated)
    assert starts == dated + [None] * 7


def test_sort_keys_may_go_in_opposite_directions(crowd: httpx.Client) -> None:
    pages = walk(crowd, "/v1/initiatives?sort=title,-slug&limit=4")
    keys = [(item["title"], item["slug"]) for page in pages for item in page["items"]]
    by_slug = sorted(keys, key=lambda key: key[1], reverse=True)
    assert keys == sorted(by_slug, key=lambda key: key[0])
    assert len(keys) == 25


def test_what_has_no_date_is_sorted_last(varied: httpx.Client) -> None:
    items = varied.get("/v1/documents?sort=published_on").json()["items"]
    assert [item["published_on"] for item in items] == ["2031-05-01", None]
    (first, *_) = walk(varied, "/v1/documents?sort=-published_on&limit=1")
    assert first["items"][0]["slug"] == "science-plan"
    (*_, last) = walk(varied, "/v1/documents?sort=-published_on&limit=1")
    assert last["items"][0]["published_on"] is None


def test_walk_keeps_its_filters(crowd: httpx.Client) -> None:
    path = "/v1/initiatives?focus_area=castles&narrower=false&sort=-title,slug&limit=5"
    pages = list(walk(crowd, path))
    slugs = [item["slug"] for page in pages for item in page["items"]]
    assert len(slugs) == len(set(slugs)) == 13
    assert all(
        item["focus_area_slugs"] == ["trade", "castles"] for p in pages for item in p["items"]
    )


@pytest.mark.parametrize("resource", CATALOG, ids=[found.name for found in CATALOG])
@pytest.mark.accept
def test_every_order_is_walked_while_records_come(empty_url: str, resource: Resource) -> None:
    """Records that come between two pages neither repeat nor hide those that were there."""
    bundle = fictional.many(25)
    type_, key = resource.type_, ENTITIES[resource.type_].bundle_key
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(bundle), "test", "Crowd")
        orders = list_orders(resource)
        walks = {
            sort: walk(client, f"/v1/{resource.name}?sort={sort}&limit=7") for sort in orders
        }
        walked: dict[str, list[str]] = {sort: [] for sort in orders}
        for number in count():
            pages = {sort: next(pages, None) for sort, pages in walks.items()}
            for sort, page in pages.items():
                walked[sort] += [item["slug"] for item in page["items"]] if page else []
            if not any(pages.values()):
                break
            # Like one that is there in every field, so that it comes in the midst of each order.
            like = bundle[key][(number * 7) % len(bundle[key])]
            fields = {k: v for k, v in like.items() if k not in ("slug", "derived")}
            if type_ == "focus_area":
                # Two have neither a name nor one that is related in common.
                fields |= {"name": f"{fields['name']} {number}", "related_slugs": []}
            new = fictional.create(type_, f"between-{number}", **fields)
            with write_session(engine) as session:
                apply(session, [new], "test", "One more")
    old = {record["slug"] for record in bundle[key]}
    for slugs in walked.values():
        assert len(slugs) == len(set(slugs))
        assert old <= set(slugs)


def test_filter_is_a_set_and_its_cursor_outlives_a_narrower_focus_area(
    empty_url: str,
) -> None:
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.many(9)), "test", "Crowd")
        path = "/v1/initiatives?focus_area=castles&focus_area=trade&limit=2&sort=title"
        cursor = client.get(path).json()["next"].partition("cursor=")[2]
        with write_session(engine) as session:
            new = fictional.create(
                "focus_area", "towers", name="Towers", broader_slugs=["castles"]
            )
            apply(session, [new], "test", "Narrower")
        again = "/v1/initiatives?focus_area=trade&focus_area=castles&sort=title,slug"
        assert client.get(f"{again}&cursor={cursor}").status_code == 200


@pytest.mark.parametrize(
    ("count", "total", "exact"),
    [("bounded", 25, True), ("exact", 25, True), ("none", None, False)],
)
def test_count(crowd: httpx.Client, count: str, total: int | None, exact: bool) -> None:
    page = crowd.get(f"/v1/initiatives?count={count}").json()
    assert (page["total"], page["total_is_exact"]) == (total, exact)


@pytest.mark.parametrize(
    "query",
    ["slug=initiative-001&office=strelsau", "modality=stated&office=strelsau&country=BV"],
)
def test_filters_of_every_sort_go_together(crowd: httpx.Client, query: str) -> None:
    page = crowd.get(f"/v1/initiatives?{query}&narrower=true").raise_for_status().json()
    assert page["total"] == (1 if "slug" in query else 25)


def test_bounded_count_says_that_it_stopped(
    crowd: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.planning.plan.MAX_COUNT", 24)
    page = crowd.get("/v1/initiatives").json()
    assert (page["total"], page["total_is_exact"]) == (24, False)


@pytest.mark.parametrize("resource", CATALOG, ids=[found.name for found in CATALOG])
def test_list_costs_the_same_statements_whatever_its_length(
    crowd: httpx.Client, resource: Resource
) -> None:
    engine = crowd.app.state.services.engine  # type: ignore[attr-defined]
    include = ",".join(resource.includes)
    query = f"include={include}&" if include else ""
    # The watch of revisions connects at the first request.
    crowd.get("/v1").raise_for_status()
    costs = []
    for limit in (1, 5, 200):
        with count_statements(engine) as statements:
            crowd.get(f"/v1/{resource.name}?{query}limit={limit}").raise_for_status()
        costs.append(statements.count)
    assert costs[1] == costs[2]
    assert costs[0] <= costs[1] <= 20


def test_lists_include_related_records(client: httpx.Client) -> None:
    path = "/v1/expected-outcomes?include=office,focus_areas&include=initiative"
    items = client.get(path).raise_for_status().json()["items"]
    for item in items:
        assert item["office"]["slug"] == item["office_slug"]
        assert [area["slug"] for area in item["focus_areas"]] == item["focus_area_slugs"]
        initiative = item["initiative"]
        assert (initiative and initiative["slug"]) == item["initiative_slug"]
        assert item["office"]["citations"]


def test_related_records_are_absent_unless_asked_for(client: httpx.Client) -> None:
    item = client.get("/v1/initiatives?limit=1").json()["items"][0]
    assert not {"office", "focus_areas", "expected_outcomes"} & set(item)
