"""Validators, where pydantic would accept too much or refuse in its own terms."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from app.dates.edtf import InvalidEdtf, NotEdtf, parse_interval, parse_side
from app.schemas.countries import find_country_mistake

T = TypeVar("T")


class OutsideYears(ValueError):
    """The instant exists, but the base cannot hold it."""


MAX_REVISION_DIGITS = 10

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# RFC 3339 §5.7 allows second 60. Python's datetime does not.
_LEAP_SECOND = re.compile(r":60(?=[.Zz+-])")


def check_storable(text: str) -> str:
    """Refuses what PostgreSQL cannot store, on SQLite too."""
    if "\0" in text:
        raise ValueError("contains U+0000, which cannot be stored. Remove it")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} has half of a surrogate pair. Remove it") from None
    return text


def parse_date(value: Any) -> Any:
    """Accepts `YYYY-MM-DD` only. Pydantic would accept Unix times and instants, too."""
    # Not isinstance: a datetime is a date, too.
    if type(value) is date:
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError(f"{value!r} is not a date such as 2025-09-16")


def check_integer(value: Any) -> Any:
    """Accepts `10`, but not `1_0` or `10.0`, which pydantic would accept, too."""
    if isinstance(value, str) and not re.fullmatch(r"-?\d+", value, re.ASCII):
        raise ValueError(f"{value!r} is not an integer such as 10")
    return value


def check_flag(value: Any) -> Any:
    """Accepts `true` and `false`, but not `yes`, `on` or `1`, which pydantic would accept, too."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def parse_country(value: Any) -> Any:
    """The code in capitals, which must be the code of a country."""
    if not isinstance(value, str):
        return value
    code = value.upper()
    mistake = find_country_mistake(code)
    if mistake is not None:
        raise ValueError(mistake.rstrip("."))
    return code


def check_country_form(value: Any) -> Any:
    """Accepts two capital letters. Whether they are the code of a country is a rule, because bases
    from before the rule have other codes, and must be read."""
    if isinstance(value, str) and not re.fullmatch(r"[A-Z]{2}", value):
        mistake = find_country_mistake(value[:80])
        if mistake is not None:
            raise ValueError(mistake.rstrip("."))
    return value


def parse_language(value: Any) -> Any:
    """The tag in the case that RFC 5646 §2.1.1 recommends, because tags ignore case."""
    if not isinstance(value, str):
        return value
    if not _LANGUAGE_TAG.fullmatch(value):
        raise ValueError(f"{value[:80]!r} is not a language tag such as en or pt-BR")
    language, *subtags = value.lower().split("-")
    change_case = {2: str.upper, 4: str.title}
    formatted = [change_case.get(len(subtag), str)(subtag) for subtag in subtags]
    return "-".join([language, *formatted])


def parse_instant(value: Any) -> Any:
    """The instant of an RFC 3339 timestamp, or the first instant of a date, in UTC."""
    if not isinstance(value, str):
        return value
    if _ISO_DATE.fullmatch(value):
        with suppress(ValueError):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
    text, leap_seconds = _LEAP_SECOND.subn(":59", value)
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        raise _not_an_instant(value) from None
    if instant.tzinfo is None:
        if ":" not in text:
            raise _not_an_instant(value)
        raise ValueError(f"{value!r} has no time zone. In UTC it ends in Z")
    try:
        return instant.astimezone(UTC) + timedelta(seconds=leap_seconds)
    except OverflowError:
        raise OutsideYears(
            f"{value!r} is outside the years 1 to 9999 in UTC. Use an instant within them"
        ) from None


def _not_an_instant(value: str) -> ValueError:
    # A '+' in a URL that is not escaped arrives as a space.
    hint = " ('+' in a URL is written %2B)" if " " in value else ""
    return ValueError(f"{value!r} is not an instant such as 2026-01-31T12:00:00Z{hint}")


def is_revision(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= MAX_REVISION_DIGITS


def check_as_of(value: str) -> str:
    if not is_revision(value):
        try:
            parse_instant(value)
        except OutsideYears:
            raise
        except ValueError:
            raise ValueError(
                f"{value!r} is neither the number of a revision nor an instant such as "
                "2026-01-31T12:00:00Z ('+' in a URL is written %2B)"
            ) from None
    return value


def _check_edtf(text: str, examples: str) -> None:
    try:
        parse_interval(text)
    except NotEdtf:
        raise ValueError(f"{text!r} is not a {examples}") from None
    except InvalidEdtf as error:
        # Pydantic's messages end without a full stop, and so do ours until they are described.
        raise ValueError(str(error).rstrip(".")) from None


def check_period(text: str) -> str:
    _check_edtf(text, "period such as 2026, 2026-35, 2026/.. or 2026-04/2026-06")
    return text


def check_edtf_date(text: str) -> str:
    examples = "date such as 2026, 2026-35, 2026-04 or 2026-04-21"
    _check_edtf(text, examples)
    if "/" in text:
        raise ValueError(f"{text!r} is not a {examples}, but an interval")
    return text


def check_edtf_side(text: str) -> str:
    """Accepts one date in EDTF, of any precision."""
    try:
        parse_side(text)
    except InvalidEdtf as error:
        detail = f"{text!r} is not a date such as 2025-09-16, 2025-09, 2025 or 2025~ (EDTF)"
        if not isinstance(error, NotEdtf):
            reason = str(error).removeprefix(f"{text!r} ").rstrip(".")
            detail += f": it {reason}"
        raise ValueError(detail) from None
    return text


def split_commas(value: Any) -> Any:
    """`a,b` means the same as the parameter given twice."""
    if isinstance(value, list):
        return [part for item in value for part in item.split(",")]
    return value


def remove_duplicates(values: list[T]) -> list[T]:
    return list(dict.fromkeys(values))
