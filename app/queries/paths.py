"""Paths of lists and histories, for links in responses."""

from typing import Any
from urllib.parse import urlencode

from app.schemas.filters import Query
from app.store.models import Record


def list_path(
    path: str,
    query: Query,
    **replacements: Any,
) -> str:
    """The path with the parameters of the request, except those that are replaced; None removes
    one. The list begins with its first page unless a `cursor` is among the replacements."""
    parameters = query.model_dump(mode="json", exclude_unset=True, exclude={"cursor"})
    parameters |= replacements
    pairs: dict[str, Any] = {}
    for name, value in parameters.items():
        if isinstance(value, bool):
            pairs[name] = str(value).lower()
        elif value is not None:
            pairs[name] = value
    if not pairs:
        return path
    return f"{path}?{urlencode(pairs, doseq=True)}"


def history_path(model: type[Record], slug: str) -> str:
    """The path of the revisions of a record, which also exists if the record was deleted."""
    return f"/v1/{model.entity.collection}/{slug}/revisions"
