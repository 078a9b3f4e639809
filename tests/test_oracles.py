"""What we write is read by independent parsers as we mean it: EDTF by `edtf` and `@edtf-ts/core`.

Where a parser is known to be wrong, or to lack a part of the standard, the test says so by name.
"""

import re
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dates.edtf import Undated, parse_interval, parse_side
from app.dates.edtf_writing import write_interval
from tests.helpers.dates import BOUNDS, DERIVED, READINGS, RECURRING, side
from tests.helpers.examples import FACTOR
from tests.helpers.oracles import ask, needs_node

pytestmark = needs_node

# npm edtf 4.11: seasons 25–32 are quarters to it; thirds of a year are five months; an unspecified
# digit is bounded by its own last value (month 11, or 29 February of any year); estimates
# (`1950S2`) are exact.
WRONG_IN_EDTF = re.compile(r"-(2[1-9]|3[0-27-9])$|X-|-X\d|XX-|S\d")
# @edtf-ts/core 0.4: 25–28 are southern to it, 29–32 unknown; 21–24 are northern; years before 100
# are of the 20th century; estimates are exact.
WRONG_IN_CORE = re.compile(r"-(2[1-9]|3[0-2])$|X-|-X\d|S\d|^00\d\d|/00\d\d|^\d\dXX-")


def compare(texts: list[str]) -> None:
    """Each parser that is right about a text gives our bounds."""
    for text, answers in zip(texts, ask("edtf.mjs", "\n".join(texts)), strict=True):
        first, last = parse_interval(text)
        ours = [str(first), str(last)]
        for name, misread in (("edtf", WRONG_IN_EDTF), ("core", WRONG_IN_CORE)):
            if not misread.search(text) and answers[name] is not None:
                assert answers[name] == ours, (name, text)


def test_bounds_are_those_of_independent_parsers() -> None:
    compare([text for text, *_ in BOUNDS])


years = st.integers(100, 9998).map("{:04}".format)
dates = st.one_of(
    years,
    st.dates(date(100, 1, 1), date(9998, 12, 31)).map(date.isoformat),
    st.tuples(years, st.integers(1, 12)).map(lambda parts: f"{parts[0]}-{parts[1]:02}"),
    st.tuples(years, st.sampled_from((33, 34, 35, 36, 40, 41))).map(
        lambda parts: f"{parts[0]}-{parts[1]}"
    ),
    st.integers(10, 998).map("{:03}X".format),
    st.integers(1, 98).map("{:02}XX".format),
    years.map("{}-XX".format),
    years.map("{}-1X".format),
)
qualified = st.tuples(dates, st.sampled_from(["", "", "~", "?", "%"])).map("".join)
MANY = settings(max_examples=5 * FACTOR)


@MANY
@given(st.lists(qualified, min_size=200, max_size=200))
@pytest.mark.accept
def test_dates_are_read_as_independent_parsers_read_them(texts: list[str]) -> None:
    compare(texts)


kinds: st.SearchStrategy[Undated] = st.sampled_from(["open", "unknown"])
pairs = st.tuples(st.one_of(qualified, kinds), st.one_of(qualified, kinds))


def whole(start: str, end: str) -> str | None:
    return write_interval(side(start), side(end))


@MANY
@given(st.lists(pairs, min_size=200, max_size=200))
@pytest.mark.accept
def test_whole_expressions_are_accepted_and_never_narrower(
    edges: list[tuple[str, str]],
) -> None:
    written = {pair: text for pair in edges if (text := whole(*pair)) is not None}
    # A decade beside a qualifier has no other spelling, and npm edtf has no rule for it.
    readable = {
        pair: text
        for pair, text in written.items()
        if not re.search(r"X.*[~?%]|[~?%].*X", text)
    }
    answers = ask("edtf.mjs", "\n".join(readable.values()))
    for (pair, text), answer in zip(readable.items(), answers, strict=True):
        days = [parse_side(edge) for edge in pair if edge not in ("open", "unknown")]
        if len(days) == 2 and days[0].earliest > days[1].latest:
            continue  # an interval that runs backwards is refused, by us too
        # npm edtf refuses an end whose first day is before the start's: "2026-04/2026".
        overlapping = len(days) == 2 and days[1].earliest < days[0].latest
        assert answer["edtf"] is not None or overlapping, (pair, text)
        for parser, bounds in answer.items():
            if bounds is None or WRONG_IN_CORE.search(text):
                continue
            for place, edge in ((0, pair[0]), (1, pair[1])):
                if edge in ("open", "unknown") or bounds[place] is None:
                    continue  # bounds of unknown sides are invented
                bound = date.fromisoformat(bounds[place])
                ours = parse_side(edge)
                assert bound <= ours.earliest if place == 0 else bound >= ours.latest, (
                    parser,
                    text,
                )


def test_every_wording_gives_an_expression_that_is_accepted() -> None:
    texts = {
        whole(start, start if end == "same" else end)
        for _, start, end in READINGS + DERIVED + RECURRING
    }
    expressions = sorted(text for text in texts if text is not None)
    for text, answer in zip(
        expressions, ask("edtf.mjs", "\n".join(expressions)), strict=True
    ):
        assert answer["edtf"] is not None, text


def test_a_day_is_in_what_it_is_in() -> None:
    """The quarters and halves of every year, against days counted one by one."""
    for year, (code, months) in product(
        (1900, 2024, 2025), ((33, 3), (36, 3), (40, 6), (41, 6))
    ):
        side = parse_side(f"{year}-{code}")
        span = (side.latest - side.earliest).days
        touched = {(side.earliest + timedelta(days=n)).month for n in range(span + 1)}
        assert len(touched) == months
