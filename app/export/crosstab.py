"""How does a crosstab leave as CSV?"""

import csv
import io
from collections.abc import Iterable

from app.catalog.crosstab import CrosstabQuery
from app.export.tables import escape_formula
from app.schemas.crosstab import Crosstab


def write_crosstab(table: Crosstab, query: CrosstabQuery) -> str:
    """A row for each value, then two whose value is empty: `missing` and `total`."""
    text = io.StringIO()
    text.write("\ufeff" if query.bom else "")
    writer = csv.writer(text)

    def write(value: str, label: str, counts: Iterable[int], missing: int, total: int) -> None:
        names = [escape_formula(name) if query.escape_formulas else name for name in (value, label)]
        writer.writerow([*names, *counts, missing, total])

    columns = [column.value for column in table.columns]
    writer.writerow([query.rows, "label", *columns, "missing", "total"])
    for row in table.rows:
        write(row.value, row.label, row.counts, row.missing, row.total)
    for label, sums in (("missing", table.missing), ("total", table.totals)):
        write("", label, sums.counts, sums.missing, sums.total)
    return text.getvalue()
