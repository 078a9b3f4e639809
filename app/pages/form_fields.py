"""The fields of forms that were left empty: a browser sends them, too."""

from urllib.parse import parse_qsl, quote, urlencode

from app.schemas.filters import MATCH_FILTERS


def drop_empty_fields(
    path: str,
    query: str,
) -> str | None:
    """The address of a page without its empty parameters; None if it has none. `match` goes, too,
    where nothing is left for it to say."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if value.strip()]
    names = {name for name, _ in kept}
    # The box "only what is certain" of a form without a time.
    if path == "/timeline" and names.isdisjoint(MATCH_FILTERS):
        kept = [pair for pair in kept if pair[0] != "match"]
    if len(kept) == len(pairs):
        return None
    if not kept:
        return quote(path)
    return f"{quote(path)}?{urlencode(kept)}"
