"""The tool `check`: are the quotes of an answer in the documents, and do they bear it out?"""

from collections.abc import Sequence
from functools import partial

from app.agents.arguments import CheckArguments, StatementArgument
from app.agents.budget import (
    DEFAULT_BYTES,
    Json,
    drop_empty,
    fit,
    shorten,
    shorten_around_difference,
)
from app.agents.reading import Reading, find_key
from app.errors import NotFound
from app.queries.statement_check import CheckedStatements, check_statements
from app.schemas.record_types import ENTITIES
from app.store.revisions import read_revision
from app.text.statement_check import BorneRecord, Checked, NearestWords, Statement

# Of one statement: the records that its words bear out. Where there are many statements, fewer
# records are listed, with the named one first, and texts are cut to so many characters for each:
# words that differ from a quote to those where they do.
MAX_RECORDS = 5
CHARACTERS_PER_RECORD = 80
TITLE_CHARACTERS_PER_RECORD = 50


def check(reading: Reading, arguments: CheckArguments) -> Json:
    """What was found about each statement, in their order."""
    statements = [_read_statement(argument) for argument in arguments.statements]
    checked = check_statements(reading.session, statements)
    revision = read_revision(reading.session)
    quotes = [statement.quote for statement in statements]
    build = partial(_make_answer, checked, quotes, revision)
    # With one record for each, 25 statements stay below the largest length of an answer.
    return fit(build, MAX_RECORDS, DEFAULT_BYTES)


def _read_statement(argument: StatementArgument) -> Statement:
    record = argument.record
    if record is not None:
        try:
            type_, slug = find_key(record)
            record = f"{ENTITIES[type_].collection}/{slug}"
        except NotFound:
            # The answer says so, beside those about the other statements.
            pass
    return Statement(argument.quote, record, argument.document, argument.said_as)


def _make_answer(
    checked: CheckedStatements, quotes: Sequence[str], revision: int, max_records: int
) -> Json:
    passed = sum(item.passes for item in checked.items)
    described = []
    for item, quote in zip(checked.items, quotes, strict=True):
        described.append(_describe(item, quote, max_records))
    answer = {
        "passed": passed,
        "failed": len(checked.items) - passed,
        "statements": described,
        "revision": revision,
    }
    if checked.unread_texts:
        answer["texts_not_compared"] = list(checked.unread_texts)
    return answer


def _describe(checked: Checked, quote: str, max_records: int) -> Json:
    max_characters = max_records * CHARACTERS_PER_RECORD
    described: Json = {
        "verdict": checked.verdict,
        "passes": checked.passes,
        "overstated": checked.overstated,
        "bears_out_record": checked.bears_out,
        "note": checked.note,
        "written": shorten_around_difference(checked.written or "", quote, max_characters),
        "nearest": _describe_nearest(checked.nearest, quote, max_records),
        "documents": list(checked.documents)[:max_records],
        "records": _describe_records(checked.records, max_records),
    }
    if len(checked.records) > max_records:
        described["records_total"] = len(checked.records)
    return drop_empty(described)


def _describe_nearest(nearest: NearestWords | None, quote: str, max_records: int) -> Json:
    if nearest is None:
        return {}
    max_characters = max_records * CHARACTERS_PER_RECORD
    return {
        "words": shorten_around_difference(nearest.words, quote, max_characters),
        "document": nearest.document,
        "records": list(nearest.records)[:max_records],
    }


def _describe_records(records: Sequence[BorneRecord], max_records: int) -> list[Json]:
    described = []
    max_title_characters = max_records * TITLE_CHARACTERS_PER_RECORD
    for item in records[:max_records]:
        fields = {
            "id": item.record.id,
            "title": shorten(item.record.title, max_title_characters),
            "modality": item.record.modality,
            "supports": list(item.supports),
            "overstated": item.overstated,
        }
        described.append(drop_empty(fields))
    return described
