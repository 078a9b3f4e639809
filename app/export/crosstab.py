"""A crosstab as CSV."""

import csv
import io

from app.catalog.crosstab import CrosstabQuery
from app.export.tables import escape_formula
from app.schemas.crosstab import Crosstab


def write_crosstab(table: Crosstab, query: CrosstabQuery) -> str:
    """A row for each value, then two whose value is empty: `missing` and `total`."""
    escape = escape_formula if query.escape_formulas else str
    text = io.StringIO()
    if query.bom:
        text.write("\ufeff")
    writer = csv.writer(text)
    columns = [column.value for column in table.columns]
    writer.writerow([query.rows, "label", *columns, "missing", "total"])
    for row in table.rows:
        value = escape(row.value)
        label = escape(row.label)
        writer.writerow([value, label, *row.counts, row.missing, row.total])
    missing = table.missing
    writer.writerow(["", "missing", *missing.counts, missing.missing, missing.total])
    totals = table.totals
    writer.writerow(["", "total", *totals.counts, totals.missing, totals.total])
    return text.getvalue()
