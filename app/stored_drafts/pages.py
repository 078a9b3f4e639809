"""Drafts and proposals as clients read them: one, or a page of a list."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.queries.paging import (
    PageRows,
    SortKey,
    fetch_sorted_page,
    make_order,
    read_page_request,
)
from app.queries.planning.plan import count_rows
from app.queries.record_tags import digest
from app.schemas.drafts import (
    DraftCounts,
    DraftDetail,
    DraftPage,
    DraftRead,
    DraftsQuery,
    Outline,
    OutlineBlock,
    PageOfDraftsQuery,
    ProposalPage,
    ProposalRead,
    ProposalsQuery,
)
from app.store.models import Draft, Proposal
from app.store.revisions import read_revision
from app.stored_drafts.decide import filter_by
from app.stored_drafts.model_runs import ANSWERS
from app.stored_drafts.rows import list_runs

PATH = "/v1/drafts"
_PROPOSAL_COLUMNS = {
    "number": Proposal.number,
    "position": Proposal.start,
    "score": Proposal.score,
    "type": Proposal.type,
}
_SHORT_COLUMNS: tuple[Any, ...] = (
    Draft.id,
    Draft.version,
    Draft.title,
    Draft.language,
    Draft.format,
    Draft.characters,
    Draft.sha256,
    Draft.file_sha256,
    Draft.extractor,
    Draft.options,
    Draft.warnings,
    Draft.created_by,
    Draft.created_at,
    Draft.updated_at,
    Draft.published_revision,
)


def draft_path(draft_id: str) -> str:
    """The path of a draft."""
    return f"{PATH}/{draft_id}"


def proposal_path(draft_id: str, number: int) -> str:
    """The path of a proposal."""
    return f"{draft_path(draft_id)}/proposals/{number}"


def read_drafts(session: Session, query: DraftsQuery) -> DraftPage:
    """A page of the drafts, the newest first. Raises InvalidCursor."""
    statement = select(*_SHORT_COLUMNS)
    if query.published is not None:
        published = Draft.published_revision.is_not(None)
        statement = statement.where(published if query.published else ~published)
    order = [SortKey(Draft.created_at, True), SortKey(Draft.id, True)]
    page = _fetch_page(session, statement, order, query, PATH)
    counts = count_proposals(session, [row.id for row in page.rows])
    items = []
    for row in page.rows:
        items.append(DraftRead(**_describe(row._mapping, counts[row.id])))
    return DraftPage(items=items, **_page_fields(session, page, PATH, query))


def read_detail(session: Session, draft: Draft) -> DraftDetail:
    """A draft with what was left out, and its runs."""
    columns = {column.key: getattr(draft, column.key) for column in _SHORT_COLUMNS}
    runs = []
    for run in list_runs(session, draft.id):
        runs.append(
            {
                "number": run.number,
                "origin": run.origin,
                "extractor": run.extractor,
                "started_at": run.started_at,
                "seconds": run.seconds,
                "details": _describe_details(run.details),
            }
        )
    counts = count_proposals(session, [draft.id])[draft.id]
    fields = _describe(columns, counts)
    return DraftDetail(**fields, left_out=draft.left_out, runs=runs)


def _describe_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a client gets of a run: without the requests and answers, which repeat the text."""
    return {name: value for name, value in details.items() if name != ANSWERS}


def _describe(columns: Mapping[str, Any], counts: DraftCounts) -> dict[str, Any]:
    return {
        **columns,
        # Older drafts do not say it: no model could be asked.
        "options": {"model": False, **columns["options"]},
        "counts": counts,
        "total": sum(counts.state.values()),
        "url": draft_path(columns["id"]),
    }


def count_proposals(session: Session, draft_ids: Sequence[str]) -> dict[str, DraftCounts]:
    """The number of proposals of each draft by state, type and flag."""
    columns = (Proposal.draft_id, Proposal.state, Proposal.type, Proposal.flags)
    statement = (
        select(*columns, func.count().label("proposals"))
        .where(Proposal.draft_id.in_(draft_ids))
        .group_by(*columns)
    )
    states: dict[str, Counter[str]] = defaultdict(Counter)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    flags: dict[str, Counter[str]] = defaultdict(Counter)
    for row in session.execute(statement):
        states[row.draft_id][row.state] += row.proposals
        types[row.draft_id][row.type] += row.proposals
        for flag in row.flags:
            flags[row.draft_id][flag] += row.proposals
    counts = {}
    for draft_id in draft_ids:
        counts[draft_id] = DraftCounts(
            state=_sort(states[draft_id]),
            type=_sort(types[draft_id]),
            flag=_sort(flags[draft_id]),
        )
    return counts


def _sort(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def read_outline(draft: Draft) -> Outline:
    """The blocks of the text."""
    names = OutlineBlock.model_fields
    blocks = []
    for block in draft.outline:
        fields = {name: block[name] for name in names}
        blocks.append(OutlineBlock(**fields))
    return Outline(draft=draft.id, sha256=draft.sha256, blocks=blocks)


def read_proposals(
    session: Session,
    draft: Draft,
    query: ProposalsQuery,
) -> ProposalPage:
    """A page of the proposals. Raises InvalidCursor, or InvalidRequest for a rule, section or flag
    that no proposal has, and for a repeated sort key."""
    path = f"{draft_path(draft.id)}/proposals"
    statement = select(*Proposal.__table__.columns).where(Proposal.draft_id == draft.id)
    for name in ("state", "type", "origin"):
        values = getattr(query, name)
        if values:
            statement = statement.where(getattr(Proposal, name).in_(values))
    for name in ("rule", "section", "flag"):
        values = getattr(query, name)
        if values:
            place = {"parameter": name}
            statement = filter_by(session, draft.id, name, values, statement, place)
    names = query.sort or ["number"]
    order = make_order(_PROPOSAL_COLUMNS, names, ["number"])
    page = _fetch_page(session, statement, order, query, path)
    text = draft.utf8.decode()
    items = [describe_proposal(row, text) for row in page.rows]
    return ProposalPage(items=items, **_page_fields(session, page, path, query))


def describe_proposal(proposal: Any, text: str) -> ProposalRead:
    """A proposal, from its row or object, with its words in the text."""
    names = ProposalRead.model_fields.keys() - {"exact", "url"}
    fields = {name: getattr(proposal, name) for name in names}
    return ProposalRead(
        **fields,
        exact=text[proposal.start : proposal.end],
        url=proposal_path(proposal.draft_id, proposal.number),
    )


def version_tag(version: int, body: bytes) -> str:
    """The tag of a draft or proposal, which tells its state, as `record_tag` does of a record."""
    return f"{version}-{digest(body)}"


def _fetch_page(
    session: Session,
    statement: Select[Any],
    order: Sequence[SortKey],
    query: PageOfDraftsQuery,
    path: str,
) -> PageRows:
    total = count_rows(session, statement, query.count)
    request = read_page_request(order, query, path, _filters(query))
    return fetch_sorted_page(session, statement, request, total)


def _filters(query: PageOfDraftsQuery) -> dict[str, Any]:
    paging = {"limit", "cursor", "count"}
    return query.model_dump(mode="json", exclude_unset=True, exclude=paging)


def _page_fields(
    session: Session,
    page: PageRows,
    path: str,
    query: PageOfDraftsQuery,
) -> dict[str, Any]:
    return {
        **page.describe(path, query),
        "revision": read_revision(session),
        "facets": {},
        "query": _filters(query) | {"limit": query.limit},
    }
