"""Search: what is found on both engines, how it is shown, and the one table of all claims."""

import html
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.catalog.search import FILTERS as SEARCH_FILTERS
from app.catalog.search import SearchQuery
from app.changes.apply import apply
from app.store.fulltext import match
from app.store.sessions import write_session
from app.text.highlight import highlight
from app.text.quotes import digest
from app.text.tokens import parse_query, tokenize
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of, filled
from tests.helpers.examples import examples
from tests.helpers.filters import filters, meaningful
from tests.helpers.servers import serving
from tests.helpers.walking import walk

DATA, FUND, WORKS = "open-data-programme", "research-fund", "harbour-works"


def found(client: httpx.Client, collection: str, q: str) -> list[str]:
    page = client.get(f"/v1/{collection}", params={"q": q}).raise_for_status().json()
    assert page["total"] == len(page["items"])
    assert page["rank_is_bounded"] is False
    return [item["slug"] for item in page["items"]]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("open", {DATA}),
        ("OPEN data", {DATA}),
        ("data open", {DATA}),
        ('"open data"', {DATA}),
        ('"data open"', set()),
        ("programmes", {DATA}),  # stemmed
        ("programm*", {DATA}),  # a prefix of the word, not of its stem
        ("prog* dat*", {DATA}),
        ("rog*", set()),
        ("ouvertes", {DATA}),  # an alias of its focus area
        ("donnees", {DATA}),  # without its accent
        ("DONNÉES", {DATA}),
        ("données ouvertes programme", {DATA}),
        ("sea-trade", {FUND, WORKS}),
        ("seatrade", {FUND, WORKS}),
        ("sea trade", {FUND, WORKS}),
        ('"sea trade"', {FUND, WORKS}),
        ("seatr*", {FUND, WORKS}),
        ("merchant shipping", {FUND, WORKS}),
        ('"merchant deepen"', set()),  # no phrase goes from one text to the next
        ("croit", {FUND}),  # a quote
        ("maritim*", {FUND}),
        ("b", {FUND}),
        ("1", {"loose-end"}),
        ("ZZ-FICTION-0042", {DATA, WORKS}),  # an identifier
        ("zz fiction", {DATA, WORKS}),
        ("OR", set()),  # no operators
        ("open OR harbour", set()),
        ("-open", {DATA}),
        ("NOT open", set()),
        ("open*data", {DATA}),
        ('open "', {DATA}),
        ('"open', {DATA}),
        ("title:open", set()),
        ("{main} : open", set()),
        ("*", set()),
        ("", set()),
        ("🎉", set()),
        ("open 🎉", {DATA}),
        ("'; DROP TABLE initiative; --", set()),
        ("\\", set()),
        ("open & !data", {DATA}),
        ("<-> open", {DATA}),
        ("a" * 10_000, set()),
    ],
)
def test_what_is_found(varied: httpx.Client, q: str, expected: set[str]) -> None:
    assert set(found(varied, "initiatives", q)) == expected


@pytest.mark.parametrize("words", [" ".join(f"w{i}" for i in range(1_700)), "open " * 2_000])
def test_ten_kilobytes_are_a_query(varied: httpx.Client, words: str) -> None:
    expected = [DATA] if words.startswith("open") else []
    assert found(varied, "initiatives", words) == expected
    assert (
        found(varied, "initiatives", words.replace(" ", "* ")[:10_000].removesuffix("*"))
        == expected
    )


@pytest.mark.parametrize(
    ("collection", "q", "expected"),
    [
        ("documents", "plan", ["science-plan"]),
        ("offices", "zenda", ["harbour-office"]),
        ("focus-areas", "shipping", ["sea-trade"]),
        ("expected-outcomes", "données", ["published-data-sets"]),
        ("timeline-items", "some day", ["harbour-some-day"]),
    ],
)
def test_every_collection_is_searched(
    varied: httpx.Client, collection: str, q: str, expected: list[str]
) -> None:
    assert found(varied, collection, q) == expected


# What is marked in each title, for each query.
MARKED = [
    ("Lodz", "The <mark>Łódź</mark> fund"),
    ("Łódź", "<mark>LODZ</mark> again"),
    ("Oresund", "A bridge over the <mark>Øresund</mark>"),
    ("da nang", "<mark>Đà</mark> <mark>Nẵng</mark> harbour"),
    ("diyarbakir", "<mark>DİYARBAKIR</mark> and <mark>Diyarbakır</mark>"),
    ("aether", "The <mark>æther</mark>"),
    ("strasse", "A <mark>Straße</mark>"),
    ("quran", "<mark>Qurʾān</mark> manuscripts"),
    ("αθηνα", "<mark>Αθήνα</mark>"),
    ("שלום", "<mark>שָׁלוֹם</mark>"),
    ("احمد", "<mark>أحمد</mark>"),
    ("2031", "<mark>٢٠٣١</mark>"),
    ("cooperation", "Military <mark>co\u00adoper\u00adation</mark>\u00ad now"),
    ("co\u00adordination", "<mark>Coordination</mark>"),
    ("widebody", "<mark>wide\u200bbody</mark>"),
    ("wordjoiner", "<mark>word\u2060\ufeffjoiner</mark>"),
    ("hyphenated", "<mark>hyph-\nenated</mark> words"),
    ("میخواهم", "<mark>می\u200cخواهم</mark>"),
    ("USA", "An <mark>U.S.A</mark>. fund"),
    ("U.A.E.", "An <mark>UAE</mark> fund"),
    ("kgb", "An anti-<mark>K.G.B</mark>. novel"),
    ("भाजपा", "<mark>भा.ज.पा</mark>. समिति"),
    ("phd", "<mark>Ph.D</mark>. grants"),
    ("협력", "국제 <mark>협력</mark>을 위한"),
    ("교육", "직업<mark>교육</mark>"),
    ('"문화 교류"', "<mark>문화 교류</mark>를"),
    ("환경", "<mark>\u1112\u116a\u11ab\u1100\u1167\u11bc</mark>을"),
    ("協定", "パリ<mark>協定</mark>"),
    ("ノルウェー", "<mark>ﾉﾙｳｪｰ</mark>"),
    ("กิน", "เขา<mark>กิน</mark>ข้าว"),
    ("ភាសា", "<mark>ភាសា</mark>\u200bខ្មែរ"),
    ("ລາວ", "ພາສາ<mark>ລາວ</mark>"),
    ("ဘာသာ", "မြန်မာ<mark>ဘာသာ</mark>"),
    ("शिक्षा", "<mark>शिक्षा</mark> योजना"),
    ("7.4", "Article <mark>7.4</mark>"),
    ("tier-3", "<mark>TIER 3</mark>"),
    ("½", "<mark>½</mark> of it"),
]
# What none of these titles has, although letters, marks or numbers of them are alike.
ABSENT = ["バリ", "과학", "교문", "74", "7-14", "12", "यजना", "กน", "ကာ", "оя"]
SIMILAR_TITLES = ["パリ条約", "나무과 학교", "Часть моя"]


@pytest.fixture(scope="module")
def worded(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over initiatives with these titles, which no test changes."""
    titles = [re.sub("</?mark>", "", title) for _, title in MARKED]
    initiatives = []
    for number, title in enumerate([*titles, *SIMILAR_TITLES]):
        initiatives.append(fictional.record("initiative", f"title-{number}", title=title))
    bundle = fictional.base(initiatives=initiatives)
    with serving(filled(bases.make("empty"), bundle)) as client:
        yield client


@pytest.mark.parametrize(("q", "marked"), MARKED)
def test_word_is_found_as_people_type_it_and_marked_as_it_stands(
    worded: httpx.Client, q: str, marked: str
) -> None:
    page = worded.get("/v1/initiatives", params={"q": q}).json()
    assert marked in [item["snippet"] for item in page["items"]]
    similar = {"Lodz", "Łódź"}
    assert len(page["items"]) == (2 if q in similar else 1)


@pytest.mark.parametrize("q", ABSENT)
def test_word_that_is_merely_similar_is_not_found(worded: httpx.Client, q: str) -> None:
    assert found(worded, "initiatives", q) == []


def test_words_of_the_title_count_more_than_those_of_a_label(varied: httpx.Client) -> None:
    page = varied.get("/v1/search?q=research").json()
    rows = [(row["type"], row["slug"]) for row in page["items"]]
    assert rows[0] == ("focus_area", "research")
    assert rows.index(("initiative", FUND)) < rows.index(("timeline_item", "last-data-set"))


def test_relabelled_focus_area_is_found_under_its_new_name_at_once(empty_url: str) -> None:
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        bundle = fictional.varied()
        with write_session(engine) as session:
            apply(session, fictional.changes(bundle), "test", "Varied")
        area = fictional.focus_area("sea-trade", name="Commerce by ship")
        with write_session(engine) as session:
            apply(
                session, [fictional.replacement("focus_area", area)], "test", "Another name"
            )
        assert set(found(client, "initiatives", "commerce ship")) == {FUND, WORKS}
        assert found(client, "initiatives", "merchant") == []
        with write_session(engine) as session:
            deletions = [fictional.delete("expected_outcome", "hope")]
            apply(session, deletions, "test", "No hope")
        assert found(client, "expected-outcomes", "hope") == []


TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            '"',
            "*",
            "open",
            "data*",
            "-",
            "(",
            ")",
            "AND",
            "NEAR(",
            ":",
            "'",
            "\\",
            "|",
            "&",
            "!",
            "{",
            "}",
            "^",
            "é",
            "🎉",
            "ا",
            "漢字",
            "½",
            "_",
            "%",
            "<->",
            "<mark>",
            "&lt;",
        ]
    ),
    max_size=8,
).map(" ".join)


@examples(40)
@given(q=TEXT.filter(lambda text: "\0" not in text))
@example(q='"')
@example(q='" "')
@example(q="a\ufdfa")
def test_any_text_is_a_query(varied: httpx.Client, q: str) -> None:
    response = varied.get("/v1/search", params={"q": q})
    assert response.status_code == 200
    for row in response.json()["items"]:
        assert is_safe(row["snippet"])


def is_safe(snippet: str) -> bool:
    """Whether nothing but whole, unnested marks is markup."""
    plain = re.sub(r"<mark>[^<>]*</mark>", "", snippet)
    return not re.search(r"[<>\"']|&(?!(amp|lt|gt|quot|#x27);)", plain)


@examples(300)
@given(texts=st.lists(st.text(max_size=400), min_size=1, max_size=3), q=TEXT)
def test_snippet_is_a_part_of_a_text(texts: list[str], q: str) -> None:
    snippet = highlight(texts, parse_query(q))
    assert is_safe(snippet)
    plain = html.unescape(re.sub("</?mark>", "", snippet))
    assert any(plain.strip("…") in text for text in texts if "…" not in text) or any(
        "…" in text for text in texts
    )


@given(st.text(max_size=200))
def test_a_text_has_every_word_that_it_is_asked_for(text: str) -> None:
    terms = parse_query(text)
    if tokenize(text) and not any(mark in text for mark in '"*'):
        assert highlight([text], terms).count("<mark>") > 0


def test_snippet_shows_the_part_with_most_words_and_escapes_the_rest() -> None:
    text = f"Alpha. {'x ' * 200}<b>beta & gamma</b> {'y ' * 200}"
    snippet = highlight(["nothing", text], parse_query("beta gamma alpha"))
    assert "&lt;b&gt;<mark>beta</mark> &amp; <mark>gamma</mark>&lt;/b&gt;" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(html.unescape(snippet)) < 300


def test_long_text_is_found_alike_on_both_engines(empty_url: str) -> None:
    text = " ".join(f"the w{i}" for i in range(400)) + " the harbour office " + "w " * 20_000
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        document = fictional.create("document", "long", text=text, sha256=digest(text))
        with write_session(engine) as session:
            apply(session, [document], "test", "Long")
        assert found(client, "documents", "harbour the w390") == ["long"]
        assert found(client, "documents", '"the w10"') == ["long"]
        assert found(client, "documents", '"the w390"') == []
        assert found(client, "documents", '"harbour office"') == ["long"]


def test_snippet_is_short_whatever_is_found() -> None:
    for text, q in (
        ("the " * 9_000, '"the the"'),
        ("a'& " * 9_000, '"a a"'),
        ("x" * 9_000, "x*"),
    ):
        snippet = highlight([text], parse_query(q))
        assert len(html.unescape(snippet)) < 300
        assert "<mark>" in snippet


@pytest.mark.parametrize("phrase", ["“open data”", "«open data»", "„open data“"])
def test_quotes_of_word_processors_make_a_phrase_too(phrase: str) -> None:
    assert parse_query(f"{phrase} plan") == parse_query('"open data" plan')
    assert parse_query(phrase) != parse_query("open data")


def test_run_of_a_script_without_spaces_is_a_phrase() -> None:
    assert parse_query("東京") == parse_query("東京*")
    (term,) = parse_query("東京")
    assert term.phrases == (("東·京",),)
    assert "<mark>東京</mark>" in highlight(["京都 東 私は東京に"], [term])


def test_full_text_index_is_asked_once(empty: Engine) -> None:
    """SQLite would rather go through all records of the type and ask it about each."""
    if empty.dialect.name != "sqlite":
        return
    rows = match("sqlite", "initiative", parse_query("open dat*"))
    text = str(rows.compile(empty, compile_kwargs={"literal_binds": True}))
    with empty.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert "VIRTUAL TABLE" in plan[0].detail


def test_snippet_marks_words_in_any_form_and_joined(varied: httpx.Client) -> None:
    page = varied.get("/v1/initiatives", params={"q": "funding seatrade"}).json()
    (item,) = page["items"]
    assert item["snippet"] == (
        "<mark>Fund</mark> research, trade &amp; &lt;b&gt;growth&lt;/b&gt;"
    )
    (label,) = varied.get("/v1/initiatives", params={"q": "seatrade deepening"}).json()[
        "items"
    ]
    assert "<mark>" in label["snippet"]


def test_ranked_list_is_walked_in_one_state_of_the_base_only(empty_url: str) -> None:
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.many(25)), "test", "Crowd")
        pages = list(walk(client, "/v1/initiatives?q=title&limit=4"))
        slugs = [item["slug"] for page in pages for item in page["items"]]
        assert len(slugs) == len(set(slugs)) == 25
        path = client.get("/v1/initiatives?q=title&limit=4").json()["next"]
        with write_session(engine) as session:
            new = [fictional.create("initiative", "new", title="Title title")]
            apply(session, new, "test", "One more")
        response = client.get(path)
        assert response.status_code == 422
        assert response.json()["code"] == "invalid-cursor"
        assert "(revision 1, now 2)" in response.json()["detail"]


def test_search_in_an_order_of_fields_is_walked_while_records_come(empty_url: str) -> None:
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.many(25)), "test", "Crowd")
        walked = []
        path = "/v1/search?q=title&sort=-text&limit=6&type=initiative"
        for number, page in enumerate(walk(client, path)):
            walked += [item["slug"] for item in page["items"]]
            with write_session(engine) as session:
                new = fictional.create(
                    "initiative", f"new-{number}", title=f"Title {number % 5}"
                )
                apply(session, [new], "test", "One more")
        assert len(walked) == len(set(walked))
        assert {slug for slug in walked if slug.startswith("initiative")} == {
            f"initiative-{i:03}" for i in range(25)
        }


def test_more_matches_than_are_ranked_are_said_so(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.ranking.MAX_RANKED", 10)
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.many(25)), "test", "Crowd")
        for path in (
            "/v1/initiatives?q=title&limit=4",
            "/v1/search?q=title&type=document&limit=4",
        ):
            pages = list(walk(client, path))
            assert sum(len(page["items"]) for page in pages) == 10
            assert {(p["total"], p["rank_is_bounded"]) for p in pages} == {(25, True)}


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("sort=relevance", "needs `q`"),
        ("q=open&sort=relevance,title", "stands alone"),
        ("q=open&sort=-relevance", "Did you mean 'relevance'?"),
        (f"q={'a' * 10_001}", "10000 are allowed"),
    ],
)
def test_bad_search_is_refused_with_the_reason(
    varied: httpx.Client, query: str, why: str
) -> None:
    response = varied.get(f"/v1/initiatives?{query}")
    assert response.status_code == 422
    assert why in response.json()["detail"]


# --- The one table ---


def table(client: httpx.Client, query: str) -> list[tuple[str, str]]:
    page = client.get(f"/v1/search?{query}").raise_for_status().json()
    assert page["total"] == len(page["items"])
    return [(row["slug"], row["wording"] or "") for row in page["items"]]


DATED = [("published-data-sets", "2026"), ("published-data-sets", "2027 Q3")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=expected_outcome", [*DATED, ("hope", ""), ("deeper-harbour", "")]),
        ("type=expected_outcome&overlaps=2027", DATED),
        ("type=expected_outcome&overlaps=2025/2026-06", DATED[:1]),
        ("overlaps=2027-09-30&match=certain", []),
        (
            "overlaps=2027-09-30",
            [
                *DATED,
                ("first-data-set", "2026"),
                ("harbour-some-day", "some day"),
                ("last-data-set", "2027 Q3"),
            ],
        ),
        ("kind=recommendation", [("harbour-works", "")]),
        ("kind=recommendation&type=expected_outcome", []),
        ("modality=recommended&type=initiative", [("harbour-works", "")]),
        ("modality=recommended&overlaps=1999", [("harbour-some-day", "some day")]),
        ("initiative=open-data-programme", [*DATED, ("first-data-set", "2026")]),
        (
            "expected_outcome=published-data-sets",
            [("first-data-set", "2026"), ("last-data-set", "2027 Q3")],
        ),
        ("document=harbour-report", [("harbour-works", ""), ("research-fund", "")]),
        ("country=AQ&type=timeline_item", [("harbour-some-day", "some day")]),
        ("office=harbour-office&type=initiative", [("loose-end", ""), ("harbour-works", "")]),
        (
            "focus_area=Research&narrower=false",
            [("research-fund", ""), ("last-data-set", "2027 Q3")],
        ),
        ("slug=hope&slug=first-data-set", [("hope", ""), ("first-data-set", "2026")]),
        ("updated_since=2999-01-01", []),
        (
            "type=initiative&has_expected_outcome=false",
            [("loose-end", ""), ("research-fund", "")],
        ),
        (
            "type=timeline_item&has_expected_outcome=true",
            [("first-data-set", "2026"), ("last-data-set", "2027 Q3")],
        ),
        ("type=expected_outcome&has_timeline=false", [("deeper-harbour", ""), ("hope", "")]),
        ("type=expected_outcome&has_initiative=false", [("hope", "")]),
        (
            "type=office",
            [("empty-office", ""), ("harbour-office", ""), ("office-of-science", "")],
        ),
        ("type=document&q=plan", [("science-plan", "")]),
        ("q=zenda", [("harbour-office", "")]),
    ],
)
def test_table(varied: httpx.Client, query: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(table(varied, query)) == sorted(expected)


@pytest.mark.parametrize("period", ["2026-21", "2026~", "202X", "2026/2027?"])
def test_nothing_overlaps_a_vague_period_for_certain(
    varied: httpx.Client, period: str
) -> None:
    for path in ("/v1/search", "/v1/timeline-items"):
        params = {"overlaps": period, "match": "certain"}
        response = varied.get(path, params=params)
        assert response.status_code == 422
        assert "vague itself" in response.json()["detail"]
        assert varied.get(path, params={"overlaps": period}).status_code == 200
    exact = varied.get("/v1/search", params={"overlaps": "2026-04-21", "match": "certain"})
    assert exact.status_code == 200


@pytest.mark.parametrize("count", ["none", "bounded", "exact"])
@pytest.mark.parametrize("sort", ["type", "-start", "slug"])
def test_filters_that_no_type_has_together_find_nothing(
    varied: httpx.Client, count: str, sort: str
) -> None:
    # An item belongs to initiatives and outcomes, which have items; none has all three.
    impossible = "has_initiative=true&has_expected_outcome=true&has_timeline=true"
    query = f"{impossible}&count={count}&sort={sort}&facet=modality"
    page = varied.get(f"/v1/search?{query}").json()
    assert page["items"] == []
    assert page["next"] is None
    assert page["facets"]["modality"]["buckets"] == []


def test_table_lists_every_claim_with_its_words(varied: httpx.Client) -> None:
    rows = varied.get("/v1/search").json()["items"]
    assert {row["type"] for row in rows} == {
        "initiative",
        "expected_outcome",
        "timeline_item",
    }
    assert len(rows) == 4 + 4 + 3
    (row,) = [row for row in rows if row["slug"] == "first-data-set"]
    assert row == {
        "type": "timeline_item",
        "slug": "first-data-set",
        "url": "/v1/timeline-items/first-data-set",
        "text": "The first data set",
        "kind": None,
        "modality": "recommended",
        "focus_area_slugs": ["open-data"],
        "wording": "2026",
        "start_earliest": "2026-01-01",
        "end_latest": None,
        "end_kind": "open",
        "exact": "The first data set",
        "section": ["Part one"],
        "document_slug": "science-plan",
        "link": None,
    }


ORDERS = [
    "type",
    "-type",
    "text",
    "-text",
    "start",
    "-start",
    "end",
    "-end",
    "slug",
    "-updated_at",
]


@pytest.mark.parametrize("sort", [*ORDERS, "start,-text", "-type,text"])
def test_walk_shows_each_row_once(varied: httpx.Client, sort: str) -> None:
    rows = [
        row
        for page in walk(varied, f"/v1/search?sort={sort}&limit=2")
        for row in page["items"]
    ]
    keys = [(row["type"], row["slug"], row["wording"]) for row in rows]
    assert len(keys) == len(set(keys)) == 11
    key = sort.split(",")[0].removeprefix("-")
    if key in ("type", "text", "slug"):
        values = [row[key] for row in rows]
        assert values == sorted(values, reverse=sort.startswith("-"))
    if key == "start":
        starts = [row["start_earliest"] for row in rows]
        dated = [start for start in starts if start is not None]
        assert dated == sorted(dated, reverse=sort.startswith("-"))
        # What has no date comes last in either direction.
        assert len(dated) > 2
        assert starts == dated + [None] * (len(starts) - len(dated))


class _Search:
    """What the strategy of filters needs to know of the table."""

    query = SearchQuery
    where = SEARCH_FILTERS


@examples(5)
@given(data=st.data())
@pytest.mark.accept
def test_facets_of_the_table_keep_their_promises(
    varied: httpx.Client, data: st.DataObject
) -> None:
    query: dict[str, Any] = data.draw(filters(_Search))  # type: ignore[arg-type]
    query |= data.draw(st.sampled_from([{}, {"type": ["initiative"]}, {"q": "data"}]))
    names = ["type", "office", "country", "focus_area", "kind", "modality", "document"]
    page = varied.get("/v1/search", params=query | {"facet": names, "limit": 1}).json()
    for name, facet in page["facets"].items():
        without = meaningful({key: value for key, value in query.items() if key != name})
        total = varied.get("/v1/search", params=without).json()["total"]
        if name not in ("focus_area", "document"):
            counts = sum(bucket["count"] for bucket in facet["buckets"])
            assert counts + facet["missing"] + facet["other"] == total
        for bucket in facet["buckets"]:
            assert varied.get(bucket["url"]).json()["total"] == bucket["count"] > 0


def test_amman_article_says_what_is_recommended_on_training(client: httpx.Client) -> None:
    rows = list(_rows(client, "/v1/search?focus_area=training&modality=recommended"))
    assert {row["slug"] for row in rows} >= {"expand-joint-training-programs"}
    assert all(row["exact"] and row["document_slug"] for row in rows)


def _rows(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    for page in walk(client, path):
        yield from page["items"]
