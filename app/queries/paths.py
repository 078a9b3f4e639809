"""Where is a list that is like this one but for a parameter, and where is a record's history?"""

from typing import Any
from urllib.parse import urlencode

from app.schemas.filters import Query
from app.store.models import Record


def list_path(path: str, query: Query, **instead: Any) -> str:
    """The path of a list with the parameters that were given, and these instead; from its start,
    unless a `cursor` is among them."""
    given = query.model_dump(mode="json", exclude_unset=True, exclude={"cursor"}) | instead
    pairs = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in given.items()
        if value is not None
    }
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def history_path(model: type[Record], slug: str) -> str:
    """The path of the revisions of a record, whether or not it is there still."""
    return f"/v1/{model.entity.collection}/{slug}/revisions"
