"""What may stand in a base: every rule, broken once, is named with its pointer, slug and remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bundles.check import check_bundle
from app.bundles.load import load_bundle
from app.bundles.read import parse_bundle
from app.changes.apply import apply
from app.errors import InvalidRecords, StillReferenced, UnreadableBundle
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems
from app.store.sessions import write_session
from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.bases import engine_of
from tests.helpers.fictional import Json, base, focus_area, record
from tests.helpers.paths import SEED

TEXT = "On castles\nThe ministry will build a castle.\nOn trade\nTrade is stated to grow.\n"


def citation(exact: str, supports: list[str], **fields: Any) -> Json:
    start = TEXT.find(exact)
    section = ["On castles"] if start < TEXT.find("On trade") else ["On trade"]
    return {
        "document_slug": "memorandum",
        "section": section,
        "exact": exact,
        "prefix": TEXT[max(0, start - 8) : start],
        "suffix": TEXT[start + len(exact) : start + len(exact) + 8],
        "start": start,
        "end": start + len(exact),
        "supports": supports,
        **fields,
    }


def cited(exact: str = "build a castle", **fields: Any) -> Json:
    quote = citation(exact, fields.pop("supports", ["title"]), **fields)
    return record("initiative", "build", title=exact, citations=[quote])


def initiative(**fields: Any) -> Json:
    return base(initiatives=[record("initiative", "build", **fields)])


def areas(*records: Json) -> Json:
    return base(focus_areas=list(records))


BROKEN: list[tuple[str, Json, str, str]] = [
    # what is wrong, the bundle, where it is said to be wrong, and what must be said of it
    (
        "unknown reference",
        initiative(office_slug="streslau"),
        "/initiatives/0/office_slug",
        "there is no office 'streslau'. Did you mean 'strelsau'?",
    ),
    (
        "language of no label",
        areas(fictional.focus_area("forts", label_languages={"fort": "en"})),
        "/focus_areas/3/label_languages/fort",
        "'fort' is neither the name nor an alias. Did you mean 'forts'?",
    ),
    (
        "language that is no tag",
        areas(fictional.focus_area("forts", label_languages={"forts": "English (UK)"})),
        "/focus_areas/3/label_languages/forts",
        "'English (UK)' is not a language tag such as en or pt-BR",
    ),
    (
        "languages of labels without support",
        areas(
            fictional.focus_area(
                "forts", label_languages={"forts": "en"}, derived={"name": "fictional"}
            )
        ),
        "/focus_areas/3/label_languages",
        "nothing supports 'label_languages'",
    ),
    (
        "identifier that is there twice",
        initiative(identifiers=[{"scheme": "IATI", "value": "ZZ-1"}] * 2),
        "/initiatives/0/identifiers/1",
        "'IATI:ZZ-1' is there twice. Leave one out.",
    ),
    (
        "identifiers without support",
        initiative(identifiers=[{"scheme": "IATI", "value": "ZZ-1"}], derived={}),
        "/initiatives/0/identifiers",
        "nothing supports 'identifiers'",
    ),
    (
        "colon in a scheme",
        initiative(identifiers=[{"scheme": "IATI:", "value": "ZZ-1"}]),
        "/initiatives/0/identifiers/0/scheme",
        "'IATI:' cannot be used",
    ),
    (
        "identifier with white space around it",
        initiative(identifiers=[{"scheme": "IATI", "value": " ZZ-1"}]),
        "/initiatives/0/identifiers/0/value",
        "' ZZ-1' cannot be used",
    ),
    (
        "code that is reserved",
        base(offices=[record("office", "zenda", country="UK")]),
        "/offices/1/country",
        "'UK' is not a country code of ISO 3166-1 such as JO, but one that ISO 3166-1 reserves for "
        "the United Kingdom without using it. Did you mean 'GB' (United Kingdom",
    ),
    (
        "code that is left to users",
        base(offices=[record("office", "zenda", country="ZZ")]),
        "/offices/1/country",
        "Did you mean 'ZA' (South Africa), 'ZM' (Zambia) or 'ZW' (Zimbabwe)?",
    ),
    (
        "code of nothing",
        base(offices=[record("office", "zenda", country="XX")]),
        "/offices/1/country",
        "'XX' is not a country code of ISO 3166-1",
    ),
    (
        "former code",
        base(offices=[record("office", "zenda", country="YU")]),
        "/offices/1/country",
        "used until the country was renamed or divided. Did you mean 'RS' (Serbia)?",
    ),
    (
        "code of three letters",
        base(offices=[record("office", "zenda", country="JOR")]),
        "/offices/1/country",
        "Did you mean 'JO' (Jordan)?",
    ),
    (
        "code in small letters",
        base(offices=[record("office", "zenda", country="jo")]),
        "/offices/1/country",
        "Did you mean 'JO' (Jordan)?",
    ),
    (
        "name for a code",
        base(offices=[record("office", "zenda", country="Jordan")]),
        "/offices/1/country",
        "Did you mean 'JO' (Jordan)?",
    ),
    (
        "unknown focus area",
        initiative(focus_area_slugs=["trade", "castle"]),
        "/initiatives/0/focus_area_slugs/1",
        "Did you mean 'castles'?",
    ),
    (
        "unknown document",
        base(initiatives=[cited(document_slug="memo")]),
        "/initiatives/0/citations/0/document_slug",
        "there is no document 'memo'",
    ),
    (
        "reference to a later type",
        base(expected_outcomes=[record("expected_outcome", "o", initiative_slug="nothing")]),
        "/expected_outcomes/0/initiative_slug",
        "there is no initiative 'nothing'",
    ),
    (
        "duplicate slug",
        base(offices=[record("office", "strelsau")]),
        "/offices/1/slug",
        "is there twice, first at /offices/0",
    ),
    (
        "label of another focus area",
        areas(focus_area("fortresses", aliases=["Castles!"])),
        "/focus_areas/3/aliases/0",
        "'Castles!' already names the focus area 'castles'",
    ),
    (
        "slug that is a label of another",
        areas(focus_area("c-astles", name="Other")),
        "/focus_areas/3/slug",
        "already names the focus area 'castles'",
    ),
    (
        "alias twice",
        areas(focus_area("walls", aliases=["Ramparts", "Ramparts"])),
        "/focus_areas/3/aliases/1",
        "'Ramparts' is there twice",
    ),
    (
        "label without a letter",
        areas(focus_area("walls", aliases=["!?"])),
        "/focus_areas/3/aliases/0",
        "no letter or digit",
    ),
    (
        "cycle",
        areas(focus_area("a", broader_slugs=["b"]), focus_area("b", broader_slugs=["a"])),
        "/focus_areas/3/broader_slugs",
        "is broader than itself: a → b → a",
    ),
    (
        "its own parent",
        areas(focus_area("a", broader_slugs=["a"])),
        "/focus_areas/3/broader_slugs",
        "a → a",
    ),
    (
        "related on one side only",
        areas(focus_area("walls", related_slugs=["trade"])),
        "/focus_areas/3/related_slugs/0",
        "'trade' does not name 'walls' as related. Each must name the other: a change list",
    ),
    (
        "related to an ancestor",
        areas(
            focus_area("walls", broader_slugs=["towers"], related_slugs=["keeps"]),
            focus_area("towers", broader_slugs=["keeps"]),
            focus_area("keeps", related_slugs=["walls"]),
        ),
        "/focus_areas/3/related_slugs",
        "which is an ancestor of it",
    ),
    (
        "unsupported field",
        initiative(derived={"title": "x", "kind": "x", "office_slug": "x"}),
        "/initiatives/0/modality",
        "nothing supports 'modality'",
    ),
    (
        "support of a field that does not exist",
        base(
            initiatives=[
                record("initiative", "b", citations=[citation("castle", ["tittle"])])
            ]
        ),
        "/initiatives/0/citations/0/supports/0",
        "Did you mean 'title'?",
    ),
    (
        "support of a field that is empty",
        base(initiatives=[cited(supports=["title", "focus_area_slugs"])]),
        "/initiatives/0/citations/0/supports/1",
        "'focus_area_slugs' is null or empty",
    ),
    (
        "reason for a field that is null",
        base(offices=[record("office", "zenda", derived={"summary": "x"})]),
        "/offices/1/derived/summary",
        "'summary' is null or empty",
    ),
    (
        "title that is not its quote",
        base(initiatives=[{**cited(), "title": "build two castles"}]),
        "/initiatives/0/title",
        "'build two castles' is not what its quotes say ('build a castle')",
    ),
    (
        "alias that is not quoted",
        areas(
            focus_area(
                "walls",
                aliases=["Wall", "castle"],
                citations=[citation("castle", ["aliases"])],
            )
        ),
        "/focus_areas/3/aliases/0",
        "'Wall' is not what its quotes say",
    ),
    (
        "focus area twice",
        initiative(focus_area_slugs=["trade", "trade"]),
        "/initiatives/0/focus_area_slugs/1",
        "'trade' is there twice",
    ),
    (
        "quote of another length",
        base(initiatives=[cited(end=3)]),
        "/initiatives/0/citations/0/end",
        "29–3 does not span the 14 code points of `exact`",
    ),
    (
        "wrong type",
        initiative(title=12),
        "/initiatives/0/title",
        "12 is not text",
    ),
    (
        "number as text",
        base(initiatives=[cited(start="12")]),
        "/initiatives/0/citations/0/start",
        "'12' is not a whole number",
    ),
    (
        "unknown kind",
        initiative(kind="objectiv"),
        "/initiatives/0/kind",
        "Did you mean 'objective'?",
    ),
    (
        "unknown field",
        initiative(tittle="x"),
        "/initiatives/0/tittle",
        "is unknown here. Did you mean 'title'?",
    ),
    (
        "newer schema",
        {"schema": 4},
        "/schema",
        "4 is not a schema of bundles that is read here",
    ),
    ("schema that is no number", {"schema": "3"}, "/schema", "is not a schema"),
    ("schema that is true", {"schema": True}, "/schema", "is not a schema"),
    ("schema that is null", {"schema": None}, "/schema", "is not a schema"),
    (
        "missing field",
        {
            "offices": [
                {k: v for k, v in record("office", "zenda").items() if k != "organization"}
            ]
        },
        "/offices/0/organization",
        "is required",
    ),
    (
        "U+0000",
        initiative(title="a\0b"),
        "/initiatives/0/title",
        "contains U+0000",
    ),
    (
        "lone surrogate",
        initiative(title="a\ud800b"),
        "/initiatives/0/title",
        "half of a surrogate pair",
    ),
    ("bad slug", {"offices": [record("office", "Zenda")]}, "/offices/0/slug", "'Zenda'"),
    (
        "bad date",
        base(offices=[record("office", "zenda", opened_on="2025-02-30")]),
        "/offices/1/opened_on",
        "'2025-02-30' is not a date such as 2025-09-16",
    ),
    (
        "instant for a date",
        base(offices=[record("office", "zenda", opened_on="2025-02-03T00:00:00")]),
        "/offices/1/opened_on",
        "is not a date",
    ),
    (
        "bad EDTF",
        base(timeline_items=[record("timeline_item", "t", start_edtf="2026-13")]),
        "/timeline_items/0/start_edtf",
        "'2026-13' is no date of the calendar",
    ),
    (
        "interval as a side",
        base(timeline_items=[record("timeline_item", "t", start_edtf="2026/2027")]),
        "/timeline_items/0/start_edtf",
        "is an interval",
    ),
    (
        "dated without a date",
        base(timeline_items=[record("timeline_item", "t", start_edtf=None)]),
        "/timeline_items/0/start_edtf",
        "is null though start_kind is 'dated'",
    ),
    (
        "date of an open end",
        base(timeline_items=[record("timeline_item", "t", end_edtf="2027")]),
        "/timeline_items/0/end_kind",
        "is 'open' though end_edtf is '2027'",
    ),
    (
        "end before start",
        base(
            timeline_items=[record("timeline_item", "t", end_edtf="2025", end_kind="dated")]
        ),
        "/timeline_items/0/end_edtf",
        "before it starts",
    ),
    (
        "same end without a start",
        base(
            timeline_items=[
                record(
                    "timeline_item",
                    "t",
                    start_edtf=None,
                    start_kind="unknown",
                    end_kind="same",
                )
            ]
        ),
        "/timeline_items/0/end_kind",
        "'same' needs a dated start",
    ),
    (
        "text that is not the one cited",
        {"documents": [record("document", "memorandum", text=TEXT)]},
        "/documents/0/sha256",
        "the text has SHA-256",
    ),
    (
        "surrogate in the context of a quote",
        base(initiatives=[cited(prefix="\udcff")]),
        "/initiatives/0/citations/0/prefix",
        "half of a surrogate pair",
    ),
    (
        "date in another format of ISO 8601",
        base(offices=[record("office", "zenda", opened_on="20250916")]),
        "/offices/1/opened_on",
        "is not a date such as",
    ),
    (
        "kind of the start missing",
        base(
            timeline_items=[
                {**record("timeline_item", "t", start_edtf=None), "start_kind": 5}
            ]
        ),
        "/timeline_items/0/start_kind",
        "5 is not one of its values",
    ),
    (
        "record that is called otherwise in a change of two",
        {"offices": [record("office", "zenda"), record("office", "zenda", city="Zenda")]},
        "/offices/1/slug",
        "is there twice",
    ),
    ("unknown part", {"ofices": []}, "/ofices", "Did you mean 'offices'?"),
    ("part that is no list", {"offices": {}}, "/offices", "is not a list of records"),
    ("record that is no object", {"offices": ["x"]}, "/offices/0", "is not a record"),
]


@pytest.mark.parametrize(
    ("bundle", "pointer", "words"),
    [row[1:] for row in BROKEN],
    ids=[row[0] for row in BROKEN],
)
def test_broken_bundle_names_the_place(
    tmp_path: Path, bundle: Json, pointer: str, words: str
) -> None:
    problems = check_bundle(fictional.write(tmp_path / "bundle.json", bundle)).problems
    assert words in " | ".join(found.detail for found in problems if found.pointer == pointer)


def test_whole_bundle_has_no_problems(tmp_path: Path) -> None:
    bundle = base(initiatives=[cited()])
    bundle["documents"][0]["sha256"] = digest(TEXT)
    path = fictional.write(tmp_path / "bundle.json", bundle)
    text = tmp_path / "text.txt"
    text.write_bytes(TEXT.encode())
    checked = check_bundle(path, [text])
    assert (checked.problems, checked.citations, checked.verified) == ([], 1, 1)


BAD_QUOTES = [
    ("exact", {"exact": "build a castel", "title": "build a castel"}, "nearest passage, at "),
    ("exact", {"start": 3, "end": 17}, "It stands at 29–43: correct `start` and `end`"),
    ("prefix", {"prefix": "wrong"}, "'wrong' does not stand before the quote; 'will ' does"),
    ("suffix", {"suffix": "!"}, "'!' does not stand after the quote; '.' does"),
    ("section", {"section": ["On trade"]}, "'On trade' is not a whole line above the quote"),
    ("section", {"section": ["castles"]}, "'castles' is not a whole line above the quote"),
    (
        "section",
        {"section": []},
        "The nearest heading above the quote is 'On castles'; it names none",
    ),
]


@pytest.mark.parametrize(("field", "change", "words"), BAD_QUOTES)
def test_quote_that_is_not_in_the_text(field: str, change: Json, words: str) -> None:
    """Through a document whose text is loaded; `check --document` takes the same way."""
    document = record("document", "memorandum", text=TEXT, sha256=digest(TEXT))
    right = record(
        "initiative", "right", title="ministry", citations=[citation("ministry", ["title"])]
    )
    citation_ = cited()
    citation_["title"] = change.pop("title", citation_["title"])
    citation_["citations"][0].update(change)
    bundle = base(initiatives=[right, citation_]) | {"documents": [document]}
    records, problems = parse_bundle(json.dumps(bundle), "bundle")
    assert problems == []
    (problem,) = find_base_problems(records, ExistingRecords())
    assert problem.pointer == f"/initiatives/1/citations/0/{field}"
    assert words in problem.detail


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("{", "is not JSON: Expecting property name"),
        ("[]", "holds [], not a JSON object"),
        ('{"offices": [], "offices": []}', "names 'offices' twice"),
        ('{"offices": NaN}', "NaN is not a JSON number"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_file_that_is_no_bundle(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(text)
    with pytest.raises(UnreadableBundle, match=r"bundle\.json") as caught:
        check_bundle(path)
    assert words in str(caught.value)


def test_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(b'{"\xff')
    with pytest.raises(UnreadableBundle, match=r"not UTF-8: byte 0xff at 2"):
        check_bundle(path)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableBundle, match="No such file"):
        check_bundle(tmp_path / "nothing.json")


def test_all_problems_of_a_bundle_are_listed_together(tmp_path: Path) -> None:
    """Unreadable fields do not hide broken rules, in the same record or in others."""
    initiative = record(
        "initiative", "build", office_slug="nowhere", kind=7, focus_area_slugs=["x"]
    )
    del initiative["derived"]["modality"]
    bundle = base(initiatives=[initiative]) | {"extra": []}
    problems = check_bundle(fictional.write(tmp_path / "b.json", bundle)).problems
    assert {found.pointer for found in problems} == {
        "/extra",
        "/initiatives/0/kind",
        "/initiatives/0/modality",
        "/initiatives/0/office_slug",
        "/initiatives/0/focus_area_slugs/0",
    }


UNSUPPORTING = citation("castle", [])
del UNSUPPORTING["supports"]

ONLY_ONE: list[tuple[str, Json, str]] = [
    # what is wrong, the bundle, the only place that may be named
    (
        "a citation without supports",
        base(
            offices=[
                {**record("office", "zenda"), "citations": [UNSUPPORTING], "derived": {}},
            ],
            initiatives=[record("initiative", "dig", office_slug="zenda")],
        ),
        "/offices/1/citations/0/supports",
    ),
    (
        "one empty reason",
        initiative(derived={"title": "", "kind": "x", "modality": "x", "office_slug": "x"}),
        "/initiatives/0/derived/title",
    ),
    (
        "citations that are no list",
        base(initiatives=[{**record("initiative", "dig"), "derived": {}, "citations": {}}]),
        "/initiatives/0/citations",
    ),
    (
        "one bad related slug",
        areas(
            focus_area("walls", related_slugs=["towers", 5]),
            focus_area("towers", related_slugs=["walls"]),
        ),
        "/focus_areas/3/related_slugs/1",
    ),
    (
        "alias of another, whichever comes first",
        {"focus_areas": [focus_area("a", aliases=["B"]), focus_area("b", name="B")]},
        "/focus_areas/0/aliases/0",
    ),
]


@pytest.mark.parametrize(
    ("bundle", "pointer"), [row[1:] for row in ONLY_ONE], ids=[row[0] for row in ONLY_ONE]
)
def test_one_mistake_is_one_problem(tmp_path: Path, bundle: Json, pointer: str) -> None:
    problems = check_bundle(fictional.write(tmp_path / "bundle.json", bundle)).problems
    assert [found.pointer for found in problems] == [pointer]


def test_names_that_cannot_be_read_clash_with_nothing(tmp_path: Path) -> None:
    nameless = [{k: v for k, v in focus_area(s).items() if k != "name"} for s in ("x", "y")]
    problems = check_bundle(fictional.write(tmp_path / "b.json", areas(*nameless))).problems
    assert [found.pointer for found in problems] == [
        "/focus_areas/3/name",
        "/focus_areas/4/name",
    ]


junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.just("\ud800"),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


@given(data=st.data())
@pytest.mark.accept
def test_any_mangled_seed_is_judged_without_failing(data: st.DataObject) -> None:
    """Whatever stands in one place of a bundle, or is missing there, its problems are listed."""
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    place: Any = seed
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        inner = place[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 4)):
            place = inner
            continue
        break
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(junk)
    records, problems = parse_bundle(json.dumps(seed), "seed")
    for change in records:
        problems += find_record_problems(change)
    problems += find_base_problems(records, ExistingRecords())
    assert all(found.detail and found.pointer is not None for found in problems)


def test_whole_base_is_judged_not_only_what_changes(empty_url: str) -> None:
    """What `apply` accepts, `check` accepts when it is exported."""
    document = record(
        "document", "memorandum", title="On castles", text=TEXT, sha256=digest(TEXT)
    )
    bundle = base(initiatives=[cited()]) | {"documents": [document]}
    towers = fictional.create("focus_area", "towers", name="towers", related_slugs=["walls"])
    walls = fictional.create("focus_area", "walls", name="walls", related_slugs=["towers"])
    with engine_of(empty_url) as engine:
        with write_session(engine) as session:
            apply(session, [*fictional.changes(bundle), towers, walls], "t", "m")
        text = TEXT.replace("castle", "palace")
        moved = fictional.update("document", "memorandum", text=text, sha256=digest(text))
        with (
            write_session(engine) as session,
            pytest.raises(InvalidRecords, match="Nothing was written") as caught,
        ):
            apply(session, [moved], "t", "m")
        assert "initiative 'build' would cite" in caught.value.problems[0].detail
        cited_only = record("document", "memorandum", title="On castles", sha256=digest(TEXT))
        with write_session(
            engine
        ) as session:  # without the text, nothing can be said of its quotes
            apply(session, [fictional.replacement("document", cited_only)], "t", "m")
        kin = fictional.update(
            "focus_area", "castles", name="castles", broader_slugs=["towers"]
        )
        below = fictional.update(
            "focus_area",
            "walls",
            name="walls",
            broader_slugs=["castles"],
            related_slugs=["towers"],
        )
        with write_session(engine) as session, pytest.raises(InvalidRecords) as caught:
            apply(session, [kin, below], "t", "m")
        assert "'walls' is related to 'towers'" in caught.value.problems[0].detail
        with write_session(engine) as session:
            apply(session, [below], "t", "m")
        with write_session(engine) as session, pytest.raises(InvalidRecords) as caught:
            apply(session, [kin], "t", "m")  # though neither `walls` nor `towers` changes
        assert "'walls' is related to 'towers'" in caught.value.problems[0].detail


def test_repeated_record_is_refused_though_one_of_the_two_stands_already(
    empty_url: str, tmp_path: Path
) -> None:
    with engine_of(empty_url) as engine:
        path = fictional.write(tmp_path / "bundle.json", base())
        load_bundle(engine, path, author="t")
        bundle = base(offices=[record("office", "strelsau", city="Zenda")])
        with pytest.raises(InvalidRecords, match="Nothing was written"):
            load_bundle(engine, fictional.write(path, bundle), author="t")


def test_broken_rules_and_lost_references_are_listed_together(
    empty_url: str, tmp_path: Path
) -> None:
    with engine_of(empty_url) as engine:
        load_bundle(engine, fictional.write(tmp_path / "b.json", base()), author="t")
        with write_session(engine) as session:
            moat = fictional.update(
                "focus_area", "moats", name="moats", broader_slugs=["castles"]
            )
            apply(session, [moat], "t", "m")
            bad = fictional.create("initiative", "dig", office_slug="strelsu")
            lost = fictional.delete("focus_area", "castles")
            with pytest.raises(InvalidRecords, match="2 problems") as caught:
                apply(session, [bad, lost], "t", "m")
        words = [problem.detail for problem in caught.value.problems]
        assert "Did you mean 'strelsau'?" in words[0]
        assert "is still named by focus_area 'moats'" in words[1]


def test_rules_hold_against_the_base_too(empty_url: str) -> None:
    with engine_of(empty_url) as engine:
        with write_session(engine) as session:
            apply(session, fictional.changes(base()), "t", "m")
        cycle = fictional.update(
            "focus_area", "castles", name="castles", broader_slugs=["moats"]
        )
        label = fictional.create("focus_area", "forts", name="Forts", aliases=["TRADE"])
        exists = fictional.create("office", "strelsau")
        absent = fictional.update("office", "zenda")
        with write_session(engine) as session, pytest.raises(InvalidRecords) as caught:
            apply(session, [cycle, label, exists, absent], "t", "m")
        words = " | ".join(problem.detail for problem in caught.value.problems)
        assert "castles → moats → castles" in words
        assert "'TRADE' already names the focus area 'trade'" in words
        assert "office 'strelsau': exists already" in words
        assert "office 'zenda': does not exist, so there is nothing to update" in words
        with write_session(engine) as session, pytest.raises(StillReferenced) as refused:
            apply(session, [fictional.delete("focus_area", "castles")], "t", "m")
        assert "is still named by focus_area 'moats'" in refused.value.problems[0].detail


def test_citations_of_a_document_keep_it(seeded_url: str) -> None:
    with engine_of(seeded_url) as engine, write_session(engine) as session:
        document = json.loads(SEED.read_text(encoding="utf-8"))["documents"][0]["slug"]
        with pytest.raises(StillReferenced, match="is still named by") as caught:
            apply(session, [fictional.delete("document", document)], "t", "m")
        assert "and 62 more" in caught.value.problems[0].detail


@pytest.mark.parametrize(
    ("spelling", "stored"),
    [
        ("EN", "en"),
        ("PT-br", "pt-BR"),
        ("zh-HANT-tw", "zh-Hant-TW"),
        ("SL-rozaj", "sl-rozaj"),
    ],
)
def test_language_is_kept_in_the_case_of_the_standard(spelling: str, stored: str) -> None:
    """RFC 5646 §2.1.1: a region in capitals, a script with one, everything else small."""
    document = fictional.parse("document", record("document", "plan", language=spelling))
    assert document.model_dump()["language"] == stored
