"""Records as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

# Columns of every type that hold days, and those that hold instants in UTC.
_DAYS = ("_earliest", "_latest")
_INSTANTS = ("_at",)


def frame(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str] | None = None
) -> pandas.DataFrame:
    """One row for each record, in order; days and instants are dates of pandas.

    With `columns` the table has these, also where there are no records.

    EDTF, such as `opened_on`, stays text: it may be a month or a year. Lists and objects stay what
    they are: `frame(…).explode("focus_area_slugs")` has one row for each focus area. Raises
    ImportError without pandas."""
    try:
        import pandas  # noqa: PLC0415  (only analysts need it)
    except ImportError as error:
        raise ImportError(
            "frame() needs pandas: pip install 'communique-client[pandas]'"
        ) from error
    table = pandas.DataFrame(list(rows), columns=columns)
    for name in table.columns:
        if name.endswith(_DAYS):
            # Days from year 1 to 9999, which nanoseconds would not reach.
            table[name] = pandas.to_datetime(table[name]).astype("datetime64[s]")
        elif name.endswith(_INSTANTS):
            table[name] = pandas.to_datetime(table[name], utc=True, format="ISO8601")
    return table
