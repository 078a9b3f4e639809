"""The lexicons: all have the same keys, all say the same, and one more needs no code."""

import codecs
import json
import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.dates.arithmetic import plus_working_days
from app.dates.context import Context
from app.dates.edtf import parse_side
from app.dates.grammar import Grammar
from app.dates.lexicon import Lexicon, normalize, read_lexicon
from app.dates.readings import Reading
from app.dates.templates import write_pattern
from app.dates.wording import read_wording
from tests.helpers.dates import DEADLINES, DERIVED, DERIVED_DEADLINES, READINGS, RECURRING
from tests.helpers.lexicons import LEXICONS, list_files, write_form

KNOWN = Context(anchor=date(2025, 9, 16), fiscal_year=(2026, date(2025, 10, 1)), year=2026)
LANGUAGES = sorted(LEXICONS)
ENGLISH = next(path for path in list_files() if path.stem == "en")


def keys_of(value: object, path: str = "") -> set[str]:
    """The path of each key, with the type of its value."""
    if not isinstance(value, dict):
        return {f"{path}: {type(value).__name__}"}
    keys = set()
    for name, inner in value.items():
        keys |= keys_of(inner, f"{path}.{name}")
    return keys


def lists_of(value: object) -> list[list[Any]]:
    if isinstance(value, dict):
        return [found for inner in value.values() for found in lists_of(inner)]
    if isinstance(value, list):
        return [value, *(found for inner in value for found in lists_of(inner))]
    return []


@pytest.mark.parametrize("path", list_files(), ids=lambda path: path.stem)
def test_lexicons_have_the_same_keys_and_nothing_empty(path: Path) -> None:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert keys_of(raw) == keys_of(tomllib.loads(ENGLISH.read_text(encoding="utf-8")))
    assert all(lists_of(raw))
    assert Grammar(read_lexicon(path)).lexicon.name


def break_lexicon(folder: Path, old: str, new: str) -> Path:
    text = ENGLISH.read_text(encoding="utf-8")
    assert old in text
    path = folder / "broken.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('since = ["since {start}"]\n', "", "forms.since"),
        ('since = ["since {start}"]', "since = []", "forms.since"),
        ('articles = ["the"]', 'articles = "the"', "articles"),
        ('articles = ["the"]', 'articles = ["the"]\nparticles = ["to"]', "particles"),
        ('    ["may"],\n', "", "months"),
    ],
)
def test_incomplete_lexicon_is_refused_by_the_name_of_the_key(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    with pytest.raises(ValidationError, match=rf"(?m)^{key}$"):
        read_lexicon(break_lexicon(tmp_path, old, new))


def test_template_with_an_unknown_slot_is_refused() -> None:
    with pytest.raises(KeyError, match="moon"):
        write_pattern("by {moon}", {"end": ".+"})


def encode(text: str) -> str:
    """The text in the invented language: each letter is another, slots excepted."""
    pieces = re.split(r"(\{\w+\})", text)
    return "".join(
        piece if piece.startswith("{") else codecs.encode(piece, "rot13") for piece in pieces
    )


def invent(value: Any) -> Any:
    if isinstance(value, str):
        return encode(value)
    if isinstance(value, list):
        return [invent(inner) for inner in value]
    return {name: invent(inner) for name, inner in value.items()}


def write_toml(table: dict[str, Any]) -> str:
    """Lists of strings and tables of them, as TOML. JSON strings are TOML strings."""
    plain = {name: value for name, value in table.items() if not isinstance(value, dict)}
    lines = [f"{name} = {json.dumps(value)}" for name, value in plain.items()]
    for name in table.keys() - plain.keys():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in table[name].items()]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Grammar:
    """A fourth language, made in a folder of its own: English words in other letters, with the
    year first in a date."""
    raw = tomllib.loads(ENGLISH.read_text(encoding="utf-8"))
    table = {**invent(raw), "numeric_order": "either"}
    table["forms"]["day"].append("{year} {month} {day}")
    path = tmp_path_factory.mktemp("lexicons") / "xx.toml"
    path.write_text(write_toml(table), encoding="utf-8")
    return Grammar(read_lexicon(path))


def sides(reading: Reading | None) -> tuple[str, ...] | None:
    if reading is None:
        return None
    start = reading.start.edtf if reading.start is not None else reading.start_kind
    end = reading.end.edtf if reading.end is not None else ""
    return start, end, reading.end_kind, reading.recurrence or ""


def test_new_language_touches_no_code(invented: Grammar) -> None:
    rows = [*READINGS, *DERIVED, *RECURRING, *DEADLINES, *DERIVED_DEADLINES]
    # "2025M06" is the same in all languages.
    wordings = [row[0] for row in rows if not re.search("M[0-9]", row[0])]
    for wording in wordings:
        english = read_wording(wording, KNOWN)
        assert english is not None
        reading = read_wording(encode(wording), KNOWN, invented)
        assert sides(reading) == sides(english), wording
    assert sides(read_wording(f"ol 2026 {encode('May')} 4", KNOWN, invented)) == (
        "unknown",
        "2026-05-04",
        "by",
        "",
    )


years = st.integers(1000, 2999)


@st.composite
def periods(draw: st.DrawFn) -> tuple[dict[str, str], str]:
    """A period as each language writes it, and as EDTF."""
    year = draw(years)
    form = draw(st.sampled_from(["year", "day", "month", "quarter", "half", "season"]))
    number = {"quarter": 4, "half": 2, "season": 4}.get(form, 12)
    index = draw(st.integers(0, number - 1))
    day = draw(st.integers(1, 28))
    written = {}
    for language, lexicon in LEXICONS.items():
        written[language] = write_form(
            lexicon,
            form,
            year=f"{year:04}",
            month=draw(st.sampled_from(lexicon.months[index])),
            day=day,
            ordinal=lexicon.ordinals[index % 4][0],
            ordinal_of_two=lexicon.ordinals[index % 2][0],
            season=lexicon.seasons[index % 4][0],
        )
    edtf = {
        "year": f"{year:04}",
        "day": f"{year:04}-{index + 1:02}-{day:02}",
        "month": f"{year:04}-{index + 1:02}",
        "quarter": f"{year:04}-{index + 33}",
        "half": f"{year:04}-{index + 40}",
        "season": f"{year:04}-{index + 21}",
    }
    return written, edtf[form]


@given(periods())
def test_period_is_the_same_in_all_languages(period: tuple[dict[str, str], str]) -> None:
    written, edtf = period
    for language, wording in written.items():
        reading = read_wording(wording, Context(language=language))
        assert sides(reading) == (edtf, "", "same", ""), wording


CUES = {
    "by": ("end", "", "by"),
    "until": ("end", "", "dated"),
    "since": ("start", "", "open"),
    "starting": ("start", "", "unknown"),
    "not_before": ("start", "", "unknown"),
}


@given(periods(), st.sampled_from(sorted(CUES)))
def test_cue_is_the_same_in_all_languages(
    period: tuple[dict[str, str], str], cue: str
) -> None:
    written, edtf = period
    slot, _, end_kind = CUES[cue]
    expected = (
        (edtf, "", end_kind, "") if slot == "start" else ("unknown", edtf, end_kind, "")
    )
    for language, lexicon in LEXICONS.items():
        wording = write_form(lexicon, cue, **{slot: written[language]})
        assert sides(read_wording(wording, Context(language=language))) == expected, wording


@given(periods(), st.sampled_from(["before", "after"]))
def test_neighbour_is_the_same_in_all_languages(
    period: tuple[dict[str, str], str], cue: str
) -> None:
    written, edtf = period
    slot = "end" if cue == "before" else "start"
    readings = set()
    for language, lexicon in LEXICONS.items():
        wording = write_form(lexicon, cue, **{slot: written[language]})
        reading = read_wording(wording, Context(language=language))
        readings.add(sides(reading))
        if reading is None:
            continue
        named = parse_side(edtf)
        if reading.end is not None:
            assert reading.end.latest == named.earliest - timedelta(days=1)
        if reading.start is not None:
            assert reading.start.earliest == named.latest + timedelta(days=1)
    assert len(readings) == 1


@given(periods(), periods(), st.booleans())
def test_range_is_the_same_in_all_languages(
    first: tuple[dict[str, str], str], last: tuple[dict[str, str], str], is_dashed: bool
) -> None:
    readings = {}
    for language, lexicon in LEXICONS.items():
        separator = "–" if is_dashed else lexicon.range_separators[0]
        wording = f"{first[0][language]} {separator} {last[0][language]}"
        readings[language] = read_wording(wording, Context(language=language))
    start = parse_side(first[1])
    end = parse_side(last[1])
    assert len({sides(reading) for reading in readings.values()}) == 1, readings
    reading = readings["en"]
    if reading is not None and reading.end is not None:
        assert (reading.start, reading.end) == (start, end)
    if start.latest < end.earliest and "season" not in (start.precision, end.precision):
        assert reading is not None


@given(st.integers(1, 99), st.data())
def test_frequency_is_the_same_in_all_languages(count: int, data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(["day", "week", "month", "quarter", "half", "year"]))
    rules = set()
    for language, lexicon in LEXICONS.items():
        units = getattr(lexicon.plurals, unit)
        wording = write_form(lexicon, "every_some", count=count, units=units[0])
        reading = read_wording(wording, Context(language=language))
        assert reading is not None
        assert (reading.start_kind, reading.end_kind) == ("unknown", "open")
        pattern = "FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;INTERVAL=[1-9][0-9]{0,2})?"
        assert re.fullmatch(pattern, reading.recurrence or "")
        rules.add(reading.recurrence)
    assert len(rules) == 1


@given(st.integers(1, 200), st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.data())
def test_deadline_after_a_known_day_is_the_same_in_all_languages(
    count: int, anchor: date, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from(["day", "calendar_day", "working_day", "week", "year"]))
    readings = set()
    for language, lexicon in LEXICONS.items():
        units = getattr(lexicon.plurals, unit)
        wording = write_form(lexicon, "within", count=count, units=units[-1])
        context = Context(anchor=anchor, language=language)
        readings.add(sides(read_wording(wording, context)))
    ((start, end, end_kind, _),) = filter(None, readings)
    assert (start, end_kind) == ("unknown", "by")
    # Not earlier than the anchor, and not more than a weekend a week later than counted.
    days = {"week": 7, "year": 366, "working_day": 2}.get(unit, 1)
    latest = parse_side(end).latest
    assert anchor < latest <= anchor + timedelta(days=days * count + 31)


VARIANTS = (
    str.upper,
    str.title,
    lambda text: text.replace("-", "–"),
    lambda text: text.replace(" ", " \u00a0 "),
    lambda text: text.replace("'", "’"),
    lambda text: f"  {text}. ",
)


@given(periods(), st.sampled_from(sorted(CUES)), st.sampled_from(VARIANTS))
def test_case_dashes_and_spaces_do_not_matter(
    period: tuple[dict[str, str], str], cue: str, vary: Any
) -> None:
    written, _ = period
    slot, _, _ = CUES[cue]
    for language, lexicon in LEXICONS.items():
        wording = write_form(lexicon, cue, **{slot: written[language]})
        context = Context(language=language)
        expected = sides(read_wording(wording, context))
        assert sides(read_wording(vary(wording), context)) == expected, vary(wording)


NUMBERS = "2026 2027 2030 1 3. 31 18 05 - / , ' 30.06.2026 1/5 0 9999"


def words_of(lexicon: Lexicon) -> list[str]:
    """All words of a lexicon, and what stands between them."""
    text = json.dumps(lexicon.model_dump(), ensure_ascii=False)
    words = sorted(set(re.findall(r"[^\W\d_]+'?", re.sub(r"\{\w+\}", " ", text))))
    return [*words, *NUMBERS.split()]


WORDS = {language: words_of(lexicon) for language, lexicon in LEXICONS.items()}


@given(st.sampled_from(LANGUAGES), st.data())
def test_whatever_is_written_is_read_near_its_years_or_not_at_all(
    language: str, data: st.DataObject
) -> None:
    words = data.draw(st.lists(st.sampled_from(WORDS[language]), max_size=7))
    wording = " ".join(words)
    reading = read_wording(wording, Context(language=language))
    if reading is None:
        return
    named = [int(year) for year in re.findall(r"(?<!\d)[12]\d{3}(?!\d)", wording)]
    for side in (reading.start, reading.end):
        if side is None:
            continue
        # A decade begins with its year; "before" and "after" name the neighbour.
        assert min(named) - 10 <= side.earliest.year
        assert side.latest.year <= max(named) + 10


@given(st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_no_text_is_a_mistake_of_ours(language: str, text: str) -> None:
    for context in (Context(language=language), KNOWN):
        read_wording(text, context)
    assert normalize(normalize(text)) == normalize(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_working_days_are_counted_one_by_one(day: date, count: int) -> None:
    expected = day
    remaining = count
    while remaining:
        expected += timedelta(days=1)
        remaining -= expected.isoweekday() < 6
    assert plus_working_days(day, count) == expected
