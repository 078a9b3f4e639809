"""How does a crosstab leave as CSV?"""

import csv
import io
from collections.abc import Iterable

from app.schemas.crosstab import Crosstab


def write_crosstab(table: Crosstab, dimension: str) -> str:
    """A row for each value, then two whose value is empty: `missing` and `total`."""
    text = io.StringIO()
    writer = csv.writer(text)

    def write(value: str, label: str, counts: Iterable[int], missing: int, total: int) -> None:
        writer.writerow([value, label, *counts, missing, total])

    columns = [column.value for column in table.columns]
    writer.writerow([dimension, "label", *columns, "missing", "total"])
    for row in table.rows:
        write(row.value, row.label, row.counts, row.missing, row.total)
    for label, sums in (("missing", table.missing), ("total", table.totals)):
        write("", label, sums.counts, sums.missing, sums.total)
    return text.getvalue()
