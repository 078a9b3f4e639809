"""The pure parts, by their properties: EDTF, quotes, labels, cursors."""

import base64
import calendar
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cursors import cursor_scope, decode_cursor, encode_cursor
from app.dates.edtf import InvalidEdtf, parse_interval, parse_side
from app.dates.edtf_writing import write_interval, write_side
from app.errors import InvalidCursor, suggest
from app.text.cited_text import CitedText
from app.text.quotes import find_mistakes, nearest_passage
from app.text.sections import Sections
from tests.helpers.dates import BOUNDS, side


@pytest.mark.parametrize(("text", "earliest", "latest", "precision"), BOUNDS)
def test_bounds(text: str, earliest: str, latest: str, precision: str) -> None:
    side = parse_side(text)
    assert (str(side.earliest), str(side.latest), side.precision) == (
        earliest,
        latest,
        precision,
    )
    assert side.approximate == (text in ("2027-21", "2027-22", "2026-24"))
    assert not side.uncertain


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2026~", True, False),
        ("2026?", False, True),
        ("2026%", True, True),
        ("2026-04~", True, False),
        ("?2026-04", False, True),
        ("2026?-04~", True, True),
    ],
)
def test_qualifiers(text: str, approximate: bool, uncertain: bool) -> None:
    side = parse_side(text)
    assert (side.approximate, side.uncertain) == (approximate, uncertain)


REFUSED = [
    ("", "is not an EDTF date"),
    ("soon", "is not an EDTF date"),
    ("2026-4", "is not an EDTF date"),
    ("2026~~", "is not an EDTF date"),
    ("2026-13", "no date of the calendar"),
    ("2026-02-29", "no date of the calendar"),
    ("2026-42", "no date of the calendar"),
    ("1950S5", "is not an EDTF date"),
    ("1950S1", "wider than a century"),
    ("19X0S2", "is not an EDTF date"),
    ("0000", "year outside 0001–9999"),
    ("~-0100", "year outside 0001–9999"),
    ("20260401", "as in 2026-04-01"),
    ("9999-28", "no date of the calendar"),
    ("XXXX-02-30", "no date of the calendar"),
    ("2026/2027", "is an interval"),
    ("..", "is an interval"),
    ("[2026,2027]", "is a set"),
    ("{2026}", "is a set"),
    ("12026", "year outside 0001–9999"),
    ("-0044", "year outside 0001–9999"),
    ("Y17E8", "exponent"),
    ("2026-01-01T10:00", "time of day"),
    ("XXXX", "wider than a century"),
    ("2XXX-XX-XX", "wider than a century"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_refused_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(InvalidEdtf, match=reason):
        parse_side(text)


@pytest.mark.parametrize(
    ("start", "end", "expression"),
    [
        ("2026", "open", "2026/.."),
        ("2025-36", "2027", "2025-1X/2027"),
        ("2026-34", "2027", "2026/2027"),
        ("2025-09-16~", "unknown", "2025-09-16~/"),
        ("2025-09-16", "2025-09-16", "2025-09-16"),
        ("2025-36", "2025-36", "2025-36"),
        ("2025-36~", "2027?", "2025~/2027?"),
        ("open", "2027-41", "../2027"),
        ("2027-28", "open", "202X/.."),
        ("2027-21", "2027-21", "2027-21"),
        ("2027-21", "2028", "2027~/2028"),
        ("2027-38~", "2027-38~", "2027~"),
        ("1950S2", "2026", "19XX/2026"),
        ("2025-1X", "2027~", "2025/2027~"),
        ("unknown", "2027", "/2027"),
        ("unknown", "unknown", None),
        ("2099-28", "open", None),
        ("2099-28", "2099-28", "2099-28"),
        ("2026-24", "2028", "202X~/2028"),
    ],
)
def test_whole_expression(start: str, end: str, expression: str | None) -> None:
    assert write_interval(side(start), side(end)) == expression


years = st.integers(1, 9998).map("{:04}".format)
groupings = st.one_of(st.integers(1, 12), st.integers(21, 41))
sides = st.one_of(
    years,
    st.tuples(years, groupings).map(lambda parts: f"{parts[0]}-{parts[1]:02}"),
    st.dates(date(1, 1, 1), date(9998, 12, 31)).map(date.isoformat),
    st.integers(1, 998).map("{:03}X".format),
)
qualified = st.tuples(sides, st.sampled_from(["", "~", "?", "%"])).map("".join)


@given(qualified, qualified)
def test_reading_the_whole_gives_no_narrower_bounds(start_text: str, end_text: str) -> None:
    start, end = parse_side(start_text), parse_side(end_text)
    assert start.earliest <= start.latest
    expression = write_interval(start, end)
    if expression is None:  # a season that turns a century
        assert re.search(r"99-(22|24|28|30)", f"{start_text} {end_text}")
        return
    parts = expression.split("/")
    for given_side, text in ((start, parts[0]), (end, parts[-1])):
        read = parse_side(text)
        assert read.earliest <= given_side.earliest
        assert read.latest >= given_side.latest
        assert (read.approximate, read.uncertain) == (
            given_side.approximate,
            given_side.uncertain,
        )


# What the days of each unit have in common, the narrowest first.
UNITS: dict[str, Callable[[date], object]] = {
    "day": lambda day: day,
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (day.month - 1) // 3),
    "half": lambda day: (day.year, (day.month - 1) // 6),
    "year": lambda day: day.year,
    "decade": lambda day: day.year // 10,
    "century": lambda day: day.year // 100,
}


@given(st.dates(date(100, 1, 1), date(9998, 12, 31)), st.integers(0, 4_000))
def test_bounds_are_written_as_the_narrowest_date_that_holds_them(
    day: date, days: int
) -> None:
    latest = day + timedelta(min(days, (date(9998, 12, 31) - day).days))
    try:
        text = write_side(day, latest, approximate=days % 2 == 0, uncertain=days % 3 == 0)
    except InvalidEdtf:
        assert day.year // 100 != latest.year // 100
        return
    bounds = parse_side(text)
    assert bounds.earliest <= day <= latest <= bounds.latest
    assert (bounds.approximate, bounds.uncertain) == (days % 2 == 0, days % 3 == 0)
    assert bounds.precision == next(
        name for name, of in UNITS.items() if of(day) == of(latest)
    )
    assert write_side(bounds.earliest, bounds.latest) == text.rstrip("?~%")


digits = st.sampled_from("0123456789X")
unspecified = st.tuples(
    st.tuples(*[digits] * 4), st.sampled_from(["0", "1", "X"]), digits, *[digits] * 2
).map(lambda parts: f"{''.join(parts[0])}-{parts[1]}{parts[2]}-{parts[3]}{parts[4]}")


@given(unspecified)
@pytest.mark.accept
def test_unspecified_digits_are_any_that_give_a_day(text: str) -> None:
    pattern = re.compile(text.replace("X", "[0-9]"))
    years = [
        y for y in range(1, 10_000) if re.fullmatch(text[:4].replace("X", "."), f"{y:04}")
    ]
    # Of a dozen years that differ in some digits one is a leap year, if any is.
    sample = [*years[:12], *years[-12:]]
    days = [
        date(year, month, day).isoformat()
        for year in sample
        for month in range(1, 13)
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
    ]
    matching = [day for day in days if pattern.fullmatch(day)]
    if not matching:
        with pytest.raises(InvalidEdtf):
            parse_interval(text)
    else:
        assert tuple(map(str, parse_interval(text))) == (min(matching), max(matching))


def test_days_that_run_backwards_are_written_as_no_date() -> None:
    with pytest.raises(InvalidEdtf, match="No EDTF date holds"):
        write_side(date(2026, 12, 31), date(2026, 1, 1))


@pytest.mark.parametrize(
    "text", ["2026", "2026-04", "2026-04-21", "2026-34", "2026-41", "202X", "20XX", "2026-12"]
)
def test_bounds_of_a_unit_are_written_as_that_unit(text: str) -> None:
    bounds = parse_side(text)
    assert write_side(bounds.earliest, bounds.latest) == text


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_day_is_within_its_month_quarter_half_and_year(day: date) -> None:
    quarter, half = (day.month - 1) // 3, (day.month - 1) // 6
    for text in (
        day.isoformat(),
        f"{day:%Y}".zfill(4) + f"-{day.month:02}",
        f"{day.year:04}-{33 + quarter}",
        f"{day.year:04}-{40 + half}",
        f"{day.year:04}",
    ):
        bounds = parse_side(text)
        assert bounds.earliest <= day <= bounds.latest
        if bounds.earliest > date.min:
            assert (bounds.earliest - timedelta(days=1)).month != bounds.earliest.month or (
                bounds.precision == "day"
            )


@given(st.text(max_size=20))
def test_any_text_is_a_side_or_is_refused(text: str) -> None:
    try:
        parsed = parse_side(text)
    except InvalidEdtf:
        return
    assert parsed.earliest <= parsed.latest


@dataclass
class Words:
    """A quote with its selectors."""

    exact: str
    start: int
    end: int
    prefix: str = ""
    suffix: str = ""
    section: list[str] = field(default_factory=list)


@given(st.text(min_size=1, max_size=200), st.data())
def test_every_passage_is_found_where_it_stands_and_nowhere_else(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    right = Words(
        text[start:end], start, end, text[max(0, start - 5) : start], text[end : end + 5]
    )
    assert list(find_mistakes(right, Sections(CitedText(text)))) == []
    moved = Words(right.exact, start + 1, end + 1)
    mistaken = [name for name, _ in find_mistakes(moved, Sections(CitedText(text)))]
    assert ("exact" in mistaken) == (text[start + 1 : end + 1] != right.exact)


@given(st.text(min_size=1, max_size=100), st.text(min_size=1, max_size=20))
def test_nearest_passage_is_a_passage(text: str, exact: str) -> None:
    start, passage = nearest_passage(exact, text)
    assert text[start : start + len(exact)] == passage


storable = st.characters(codec="utf-8", exclude_characters="\0")
keys = st.tuples(
    st.text(alphabet=storable),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
)


@given(keys)
def test_cursor_gives_back_its_keys(values: tuple[str, date, datetime]) -> None:
    scope = cursor_scope("initiatives", {"kind": ["objective"]}, ["title"])
    cursor = encode_cursor(scope, values)
    assert decode_cursor(scope, cursor, [str, date, datetime]) == list(values)
    with pytest.raises(InvalidCursor, match="other filters"):
        decode_cursor(cursor_scope("initiatives"), cursor, [str, date, datetime])
    with pytest.raises(InvalidCursor):
        decode_cursor(scope, cursor, [str, date])


@given(st.text())
def test_any_text_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor("x", text, [str])


@pytest.mark.parametrize("key", ["a\0b", 5, None, "\ud800", ["a"]])
def test_forged_key_is_refused(key: object) -> None:
    cursor = encode_cursor("x", ["a"])
    assert decode_cursor("x", cursor, [str]) == ["a"]
    with pytest.raises(InvalidCursor):
        decode_cursor("x", forge(["x", key]), [str])


def test_forged_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor("x", forge(["x", "2026-01-01T00:00:00"]), [datetime])


def forge(keys: list[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def test_suggestions() -> None:
    assert suggest("trainin", ["training", "trade"]) == " Did you mean 'training'?"
    assert suggest("TRAINING", ["Training"]) == " Did you mean 'Training'?"
    assert suggest("zzz", ["b", "a"]) == " Known: 'a', 'b'."
    assert suggest("zzz", []) == ""
