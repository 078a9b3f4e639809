"""The tool `changes`: what was written to the base, latest first or since a revision."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from app.agents.arguments import ChangesArguments
from app.agents.budget import (
    DEFAULT_BYTES,
    MAX_BYTES,
    MAX_TITLE_CHARACTERS,
    Json,
    fit,
    shorten,
)
from app.agents.reading import Reading
from app.log.change_feed import MAX_PAGE_CHARACTERS, read_batch, read_latest
from app.log.feed_positions import find_end, find_position, write_token
from app.schemas.record_types import ENTITIES

DEFAULT_CHANGES = 10


def changes(reading: Reading, arguments: ChangesArguments) -> Json:
    """Changes in the order of the log after `since`; without it, the latest ones first."""
    read = _read_latest if arguments.since is None else _read_since
    max_bytes = DEFAULT_BYTES if arguments.limit is None else MAX_BYTES
    limit = arguments.limit or DEFAULT_CHANGES
    return fit(partial(read, reading, arguments), limit, max_bytes)


def _read_since(reading: Reading, arguments: ChangesArguments, limit: int) -> Json:
    types = arguments.type
    start = find_position(reading.session, arguments.since, types)
    batch = read_batch(reading.session, start, types, limit, MAX_PAGE_CHARACTERS)
    return {
        "changes": list(_describe_all(reading, (change for change, _ in batch.changes))),
        "has_more": batch.has_more,
        "since": write_token(batch.end, types),
        "revision": batch.revision,
    }


def _read_latest(reading: Reading, arguments: ChangesArguments, limit: int) -> Json:
    latest = read_latest(reading.session, arguments.type, limit)
    described = []
    for change in latest:
        item = _describe(reading, change.entry, change.record)
        item["changed_at"] = change.revision.created_at.isoformat()
        item["message"] = shorten(change.revision.message or "", MAX_TITLE_CHARACTERS)
        described.append(item)
    end = find_end(reading.session)
    return {
        "changes": described,
        "order": "latest first",
        "since": write_token(end, arguments.type),
        "revision": end.stamp.number,
    }


def _describe_all(reading: Reading, changes: Iterable[Any]) -> Iterable[Json]:
    for change in changes:
        item = _describe(reading, change, change.record)
        item["changed_at"] = change.changed_at.isoformat()
        yield item


def _describe(reading: Reading, change: Any, record: Any) -> Json:
    """A change without the record, which `fetch` has."""
    entity = ENTITIES[change.type]
    id_ = f"{entity.collection}/{change.slug}"
    item: Json = {"operation": change.operation, "id": id_}
    if record is not None:
        item["title"] = shorten(getattr(record, entity.main), MAX_TITLE_CHARACTERS)
    item["url"] = reading.addresses.page(id_)
    item["version"] = change.version
    item["revision"] = change.revision
    return item
