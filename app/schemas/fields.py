"""What does each field mean? Said once, on its type; every schema and query uses these types."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, TypeAdapter

from app import vocabulary as v
from app.dates.edtf import InvalidEdtf, NotEdtf, parse_interval
from app.text.quotes import MAX_QUOTE_CHARACTERS

T = TypeVar("T")

# Records on a page, at most.
MAX_PAGE_RECORDS = 200


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains U+0000, which no text has. Remove it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} has half of a surrogate pair. Remove it") from None
    return text


def _full_date(value: Any) -> Any:
    """Only `YYYY-MM-DD`: a number of seconds or a time of day is no date."""
    if type(value) is date:
        return value
    with suppress(ValueError):
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return date.fromisoformat(value)
    raise ValueError(f"{value!r} is not a date such as 2025-09-16")


def _plain_integer(value: Any) -> Any:
    """`10`, not `1_0` or `10.0`, which Python would take too."""
    if isinstance(value, str) and not re.fullmatch(r"-?\d+", value, re.ASCII):
        raise ValueError(f"{value!r} is not an integer such as 10")
    return value


def _plain_flag(value: Any) -> Any:
    """`true` or `false`, not `yes`, `on` or `1`, which pydantic would take too."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _country_code(value: Any) -> Any:
    """`JO` or `jo`: a country of ISO 3166-1, or a code that it leaves to its users."""
    if isinstance(value, str) and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"{value!r} is not a country code of two letters such as JO")
    return value.upper() if isinstance(value, str) else value


def _language_tag(value: Any) -> Any:
    """In the case that RFC 5646 §2.1.1 recommends: tags are the same in any."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError(f"{value[:80]!r} is not a language tag such as en or pt-BR")
    language, *parts = value.lower().split("-")
    cases = {2: str.upper, 4: str.title}
    return "-".join([language, *(cases.get(len(part), str)(part) for part in parts)])


def _instant(value: Any) -> Any:
    """RFC 3339, or a date for its first instant in UTC. An instant without a zone is none."""
    if not isinstance(value, str):
        return value
    found = None
    with suppress(ValueError, OverflowError):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        # Python knows no leap second (RFC 3339 §5.7): it is the next minute's first.
        plain, late = re.subn(r":60(?=[.Zz+-])", ":59", value)
        found = datetime.fromisoformat(plain.upper())
        if found.tzinfo is not None:
            return found.astimezone(UTC) + timedelta(seconds=late)
    if found is not None:
        raise ValueError(f"{value!r} has no time zone. In UTC it ends in Z")
    hint = " ('+' in a URL is written %2B)" if " " in value else ""
    raise ValueError(f"{value!r} is no instant such as 2026-01-31T12:00:00Z{hint}")


def _as_of(value: str) -> str:
    """The number of a revision, or an instant."""
    if not re.fullmatch(r"\d{1,10}", value, re.ASCII):
        try:
            found = _instant(value)
        except ValueError:
            found = None
        if not isinstance(found, datetime):
            raise ValueError(
                f"{value!r} is neither the number of a revision nor an instant such as "
                "2026-01-31T12:00:00Z ('+' in a URL is written %2B)"
            )
    return value


def read_as_of(value: str) -> int | datetime:
    """What an `as_of` that was accepted says."""
    return int(value) if value.isdecimal() else TypeAdapter(Since).validate_python(value)


def _period(examples: str, *, whole: bool) -> Any:
    """A validator of EDTF: a period, or one date alone."""

    def check(text: str) -> str:
        try:
            parse_interval(text)
        except NotEdtf:
            raise ValueError(f"{text!r} is no {examples}") from None
        except InvalidEdtf as error:
            raise ValueError(str(error).rstrip(".")) from None
        if not whole and "/" in text:
            raise ValueError(f"{text!r} is no {examples}, but an interval")
        return text

    return AfterValidator(check)


def _split_commas(value: Any) -> Any:
    """`a,b` and repetition mean the same."""
    if isinstance(value, list):
        return [part for item in value for part in (item.split(",") if item else [item])]
    return value


def _unique(values: list[T]) -> list[T]:
    return list(dict.fromkeys(values))


STORABLE = AfterValidator(_storable)

# Bounds stand before the validator, or the JSON Schema would not have them.
Text = Annotated[str, STORABLE]
FullDate = Annotated[date, Field(strict=False), BeforeValidator(_full_date)]
Instant = Annotated[datetime, Field(description="An instant in UTC.")]
Since = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(lambda instant: instant.isoformat().replace("+00:00", "Z"), when_used="json"),
]
AsOf = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_as_of)]
Flag = Annotated[bool, BeforeValidator(_plain_flag)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE_RECORDS), BeforeValidator(_plain_integer)]
# The values of one filter; enough for a page of slugs.
Values = Annotated[list[T], Field(max_length=200)]
CommaList = Annotated[list[T], Field(max_length=200), BeforeValidator(_split_commas)]
# Where naming a thing twice asks for nothing more.
CommaSet = Annotated[CommaList[T], AfterValidator(_unique)]
# What names a record in a query: a slug, or a label of a focus area.
Name = Annotated[str, Field(max_length=600), STORABLE]

# A name, title or statement. The bound keeps it sortable by an index on both engines.
Line = Annotated[str, Field(min_length=1, max_length=600, pattern=r"\S"), STORABLE]
# A line that is printed among others.
OneLine = Annotated[Line, Field(pattern=r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$")]
Prose = Annotated[
    str, Field(min_length=1, max_length=MAX_QUOTE_CHARACTERS, pattern=r"\S"), STORABLE
]

Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+$",
        max_length=80,
        description="Stable identifier of a record, unique within its type; it never changes.",
        examples=["counter-terrorism"],
    ),
    STORABLE,
]
Voice = Annotated[
    v.Voice,
    Field(
        description="`issuer`: the body speaks for itself. `about`: someone writes about it.",
    ),
]
Kind = Annotated[
    v.Kind,
    Field(
        description=(
            "What the document presents it as: an `objective` of the office, an `initiative`, an "
            "area of `cooperation`, or a `recommendation`."
        ),
        examples=["objective"],
    ),
]
Modality = Annotated[
    v.Modality,
    Field(
        description=(
            "How the document asserts it: it `occurred`; it is `stated` as so; it is "
            "`prospective`, expected or intended; or it is only `recommended`."
        ),
        examples=["recommended"],
    ),
]
StartKind = Annotated[
    v.StartKind,
    Field(description="Whether the start has a date, is `open` (always was) or is `unknown`."),
]
EndKind = Annotated[
    v.EndKind,
    Field(
        description=(
            "Whether the end has a date, is `open` (goes on), is `unknown`, or is the `same` "
            "period as the start."
        )
    ),
]
Precision = Annotated[
    v.Precision,
    Field(description="How precise the document is about this side of the item."),
]
EdtfSide = Annotated[
    str,
    Field(
        max_length=30,
        description="One side of the item as EDTF (ISO 8601-2, Library of Congress profile).",
        examples=["2025-36"],
    ),
    STORABLE,
]
EdtfInterval = Annotated[
    str,
    Field(min_length=1, max_length=60),
    _period("period such as 2026, 2026-35, 2026/.. or 2026-04/2026-06", whole=True),
    STORABLE,
]
EdtfDate = Annotated[
    str,
    Field(min_length=1, max_length=30),
    _period("date such as 2026, 2026-35, 2026-04 or 2026-04-21", whole=False),
    STORABLE,
]
OfficeSlug = Annotated[Slug, Field(description="The office that the claim is about.")]
FocusAreaSlugs = Annotated[
    list[Slug],
    Field(max_length=200, description="The focus areas that it touches, in the curator's order."),
]
InitiativeSlug = Annotated[Slug, Field(description="The initiative that it belongs to.")]
OutcomeSlug = Annotated[Slug, Field(description="The expected outcome that it dates.")]
Supports = Annotated[
    list[Annotated[str, Field(max_length=80), STORABLE]],
    Field(
        min_length=1,
        max_length=50,
        description="The fields of the record that the words bear out.",
        examples=[["title", "focus_area_slugs"]],
    ),
]
Section = Annotated[
    list[Line],
    Field(
        max_length=50,
        description=(
            "The heading lines above the words, outermost first, each a whole line of the text."
        ),
    ),
]
Derived = Annotated[
    dict[str, Prose],
    Field(
        max_length=50,
        description="Fields that have no quote of their own, each with the reason for its value.",
        examples=[{"country": "ISO code of the country that the text names"}],
    ),
]
Label = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), STORABLE]
Wording = Annotated[
    Line, Field(description="The document's own words for when.", examples=["2025 Q4 – 2027"])
]
Country = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}$", max_length=2, description="ISO 3166-1 alpha-2 code.", examples=["JO"]
    ),
    STORABLE,
]
# As a filter: in capitals or not.
CountryName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]{2}$", max_length=2),
    BeforeValidator(_country_code),
    STORABLE,
]
LanguageTag = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35),
    BeforeValidator(_language_tag),
    STORABLE,
]
Language = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="Language of the text (BCP 47).",
        examples=["en"],
    ),
    BeforeValidator(_language_tag),
    STORABLE,
]
SourceUrl = Annotated[
    str,
    Field(pattern=r"^https?://\S+$", max_length=2000, description="Where the text stands."),
    STORABLE,
]
Sha256 = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        max_length=64,
        description="SHA-256 of the text in UTF-8, as cited: every position refers to it.",
    ),
    STORABLE,
]
DocumentText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=10_000_000,
        description="The text itself, only where it may be republished.",
    ),
    STORABLE,
]
