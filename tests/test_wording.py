"""What a document's wording for a time means: the phrases that such documents use."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates.arithmetic import neighbour
from app.dates.context import ANCHOR, FISCAL_YEAR, Context
from app.dates.edtf import Side, parse_side
from app.dates.fiscal import parse_fiscal_year
from app.dates.readings import Reading
from app.dates.wording import read_wording
from app.schemas.timeline import describe_reading, find_time_mistakes
from app.schemas.write import TimelineItemCreate
from tests.helpers import fictional
from tests.helpers.command_line import error_of, run
from tests.helpers.dates import (
    DEADLINES,
    DERIVED,
    DERIVED_DEADLINES,
    READINGS,
    RECURRING,
)

KNOWN = Context(anchor=date(2025, 9, 16), fiscal_year=(2026, date(2025, 10, 1)))


def sides(reading: Reading) -> tuple[str, str]:
    return (
        reading.start.edtf if reading.start is not None else reading.start_kind,
        reading.end.edtf if reading.end is not None else reading.end_kind,
    )


@pytest.mark.parametrize(("wording", "start", "end"), READINGS)
def test_wording_is_read(wording: str, start: str, end: str) -> None:
    for context in (Context(), KNOWN):
        reading = read_wording(wording, context)
        assert reading is not None
        assert sides(reading) == (start, end)
        assert not reading.derived
        assert reading.needs is None


@pytest.mark.parametrize(("wording", "start", "end"), DERIVED)
def test_what_the_words_alone_do_not_give_is_derived(
    wording: str, start: str, end: str
) -> None:
    reading = read_wording(wording, KNOWN)
    assert reading is not None
    assert sides(reading) == (start, end)
    dated = {"start_edtf": reading.start, "end_edtf": reading.end}
    assert {name for name, side in dated.items() if side is not None} <= set(reading.derived)
    assert all(reading.derived.values())


@pytest.mark.parametrize(("wording", "end"), [*DEADLINES, *DERIVED_DEADLINES])
def test_deadline_has_no_start_and_a_last_day(wording: str, end: str) -> None:
    reading = read_wording(wording, KNOWN)
    assert reading is not None
    assert sides(reading) == ("unknown", end)
    assert (reading.start_kind, reading.end_kind) == ("unknown", "by")
    is_derived = (wording, end) in DERIVED_DEADLINES
    assert set(reading.derived) == ({"end_edtf"} if is_derived else set())


@pytest.mark.parametrize(("wording", "start", "end"), RECURRING)
def test_that_it_goes_on_is_derived(wording: str, start: str, end: str) -> None:
    reading = read_wording(wording)
    assert reading is not None
    assert sides(reading) == (start, end)
    derived = set(reading.derived) - {"recurrence"}
    assert derived == {"end_edtf" if reading.end is not None else "end_kind"}


@pytest.mark.parametrize(
    ("wording", "needs"),
    [
        ("Immediate", ANCHOR),
        ("within 18 months", ANCHOR),
        ("FY2026", FISCAL_YEAR),
        ("FY2025-26", FISCAL_YEAR),
        ("Q3 FY2026", FISCAL_YEAR),
        ("by the end of FY2026", FISCAL_YEAR),
    ],
)
def test_wording_that_leans_on_something_unknown_says_so(wording: str, needs: str) -> None:
    expected = Reading(needs=needs)
    assert read_wording(wording) == expected


@pytest.mark.parametrize(
    "wording",
    [
        "",
        "soon",
        "in due course",
        "short term",
        "regularly",
        "04/05/2026",
        "winter 2026/27",
        "2030 – 2026",
        "Monday, September 16, 2025",
        "February 30, 2026",
        "Q5 2026",
        "H3 2026",
        "2026 – TBD",
        "2025-2026 academic year",
        "2026-27",
        "2026/27",
        "2026/2027",
        "winter 2026–2027",
        "winter 2026 – 2027",
        "winter 2026 to 2027",
        "Q1 2026–2027",
        "March/April 2026",
        "Q3/Q4 2026",
        "winter – spring 2027",
        "winter to spring 2027",
        "between winter and spring 2027",
        "end 5 May 2026",
        "2010-11",
        "2000-01",
        "open since 2020",
        "fiscal year 2026 – 27",
        "spring 2026/2027",
        "Q1 2026/2027",
        "1st quarter 2026-2027",
        "between FY2026 and 2028",
        "early - summer 2026",
        "the 2000s",
        "1900s",
        "in two years",
        "in a month",
        "over the coming years",
        "in the next months",
        "within 0 months",
        "１６ September 2025",
        "2026" + " " * 300,
        "24 to 36 months",
        "2026, 2028 and 2030",
        "2005/06",
        "before spring 2026",
        "after 9999",
        "as at 1 July 2026",
        "mid – June 2026",
        "FY2026-25",
        "H3 FY2026",
        "Q2 FY2026-2030",
        "the end of 5 May 2026",
    ],
)
def test_what_is_not_understood_stays_wording(wording: str) -> None:
    assert read_wording(wording, KNOWN) is None


@pytest.mark.parametrize("year", [None, 2026])
@pytest.mark.parametrize(
    ("wording", "language"),
    [
        ("annually until 31 May", "en"),
        ("annually until the end of May", "en"),
        ("every two years until Q3", "en"),
        ("annually from 1 May to 30 June", "en"),
        ("chaque année jusqu'à fin mai", "fr"),
        ("jährlich bis 31. März", "de"),
        ("jährlich bis Ende des Jahres", "de"),
    ],
)
def test_what_recurs_each_year_does_not_end_in_the_year_of_a_heading(
    wording: str, language: str, year: int | None
) -> None:
    """It may be a day of each year."""
    assert read_wording(wording, Context(language=language, year=year)) is None


def test_season_has_no_hemisphere_and_is_approximate() -> None:
    reading = read_wording("spring 2027")
    assert reading is not None
    assert reading.start == Side(
        "2027-21", date(2027, 1, 1), date(2027, 12, 31), "season", True, False
    )


PIECES = """
2026 2027 2030 Q1 q4 H2 spring winter FY2026 fy27 may 16 31 february mid- early the end of by from
to – - / until between and within 18 months 3 years annually ongoing immediate since , . 0 9999 1000
before after as not later than fy2025-26 06/2005 2025q01 m06 year-end start
999 in of beginning middle fiscal year
"""
pieces = st.sampled_from(PIECES.split())


@given(st.one_of(st.text(max_size=30), st.lists(pieces, max_size=6).map(" ".join)))
def test_whatever_is_read_is_an_item_without_mistakes(wording: str) -> None:
    reading = read_wording(wording, KNOWN)
    if reading is None or reading.needs is not None:
        return
    described = describe_reading(wording, reading)
    given_fields = {
        "start_edtf",
        "start_kind",
        "end_edtf",
        "end_kind",
        "recurrence",
        "derived",
    }
    raw = fictional.record("timeline_item", "x", **{k: described[k] for k in given_fields})
    assert not list(find_time_mistakes(TimelineItemCreate.model_validate(raw)))
    for side in (reading.start, reading.end):
        assert side is None or parse_side(side.edtf) == side


@pytest.mark.parametrize("name", ["2025", "2026"])
def test_fiscal_year_of_two_years_is_the_same_whatever_it_is_named_after(name: str) -> None:
    fiscal_year = parse_fiscal_year(f"{name}=2025-04-01")
    reading = read_wording("FY2027-28", Context(fiscal_year=fiscal_year))
    assert reading is not None
    assert sides(reading) == ("2027-04-01", "2028-03-31")


def test_fiscal_year_that_is_a_calendar_year_has_no_days_in_two() -> None:
    context = Context(fiscal_year=(2026, date(2026, 1, 1)))
    assert read_wording("FY2025-26", context) is None


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)), st.sampled_from([0, 1, 33, 37, 40]))
def test_neighbours_follow_each_other(day: date, series: int) -> None:
    """Of a day (0), a month (1), and of quarters, thirds and halves."""
    months = {33: 3, 37: 4, 40: 6}
    edtf = f"{day:%Y-%m-%d}"
    if series == 1:
        edtf = f"{day:%Y-%m}"
    elif series:
        edtf = f"{day:%Y}-{series + (day.month - 1) // months[series]}"
    after = neighbour(edtf, 1)
    assert after is not None
    assert neighbour(after, -1) == edtf
    assert parse_side(after).earliest == parse_side(edtf).latest + timedelta(days=1)


@pytest.mark.parametrize(
    ("wording", "reason"),
    [
        ("04/05/2026", "is not read: its day and its month may be in either order"),
        ("2026-27", "is not read: it may be one year that turns, or two years"),
        ("winter 2026/27", "is not read: a winter has days in two years"),
        ("Q3/Q4 2026", "is not read: it may be in either period"),
        ("in two years", "is not read: it may be a length"),
        ("2026-27 programme", "is not read: it may be one year that turns, or two years"),
        # Neither is one year that turns.
        ("2026-2030 programme", "is not understood, or could mean two things."),
        ("by 2026-30", "is not understood, or could mean two things."),
        ("bi-annual", "is not read: it names no time, and recurs by no rule"),
        ("the 2000s", "is not read: it may be a decade or a century"),
        ("soon", "is not understood, or could mean two things."),
    ],
)
def test_refusal_has_its_reason(wording: str, reason: str) -> None:
    assert read_wording(wording, KNOWN) is None
    error = error_of(run("sqlite:///unused.db", "when", wording))
    assert error.startswith(f"communique: {wording!r} {reason}")


@given(
    st.dates(date(1000, 1, 1), date(2999, 12, 31)), st.sampled_from(["%B %d, %Y", "%d %b %Y"])
)
def test_every_day_is_read_as_itself(day: date, pattern: str) -> None:
    reading = read_wording(day.strftime(pattern))
    assert reading is not None
    assert reading.start is not None
    assert (reading.start.earliest, reading.start.latest) == (day, day)
