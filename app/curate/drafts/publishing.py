"""Publishing a draft: what would change in the base, then one revision of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.apply import write as write_changes
from app.changes.changesets import check_parsed
from app.changes.requests import ChangeRequest
from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.curator import Curator
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.decisions import read_number
from app.curate.drafts.facts import as_read
from app.curate.drafts.review import DraftPage, make_head
from app.curate.errors import list_details
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest, KnowledgeBaseError, StaleVersion
from app.http.services import services_of
from app.http.session import SessionDep
from app.memory import without_collector
from app.pages import words
from app.pages.differences import FieldChange, compare
from app.pages.reference_names import load_names
from app.schemas.record_types import ENTITIES
from app.settings import Settings
from app.store.models import Draft, Proposal
from app.store.sessions import read_session
from app.stored_drafts.decide import mark_published
from app.stored_drafts.publish import Publication, prepare_publication
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import require_draft

router = make_curate_router()
# Records whose fields are listed; of more, only what they are called.
MAX_DETAILED = 50
MAX_MESSAGE_CHARACTERS = 600


@dataclass(frozen=True)
class NewRecord:
    """A record that publishing makes, with its fields."""

    number: int
    type_label: str
    title: str
    modality: str | None
    path: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class UsedName:
    """A record of the base that is used, and why."""

    title: str
    path: str
    reason: str


@dataclass(frozen=True)
class PublishPage(DraftPage):
    """What publishing would do. `problems` are why it cannot, or why it was not done: then
    `is_ready` tells that it can be now."""

    template = "drafts/publish.html"

    counts: str = ""
    new_records: tuple[NewRecord, ...] = ()
    used: tuple[UsedName, ...] = ()
    unpublished: int = 0
    problems: tuple[str, ...] = ()
    is_ready: bool = False
    message: str = ""
    key: str = ""


@router.get("/drafts/{draft}/publish")
def show_publication(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
) -> Response:
    """What publishing would change, and the button that does it."""
    view = _make_page(session, draft, services_of(request).settings)
    return curate_response(
        request,
        session,
        view,
        curator,
    )


@router.post("/drafts/{draft}/publish")
def publish(
    request: Request,
    write: FormWriteDep,
    draft: DraftId,
) -> Response:
    """Publish what is accepted as one revision, if the draft is as it was shown."""
    form = write.form
    version = read_number(form, "version")
    message = " ".join(form.get("message").split())[:MAX_MESSAGE_CHARACTERS]

    @without_collector()
    def operation(session: Session) -> Response:
        stored = require_draft(session, draft, is_complete=True)
        if stored.version != version:
            raise StaleVersion(
                "Meanwhile somebody has decided on this draft. Here is what would be published "
                "now: look at it again."
            )
        publication = prepare_publication(session, stored)
        _limit(publication, write.request.settings)
        if not publication.changes:
            raise InvalidRequest("There is nothing to publish: the base has all of it.")
        author = write.curator.name
        text = message or _write_message(stored)
        revision = write_changes(
            session,
            publication.changes,
            author,
            text,
            are_judged=True,
        )
        mark_published(
            session,
            draft,
            publication.slugs,
            revision.number,
        )
        return see_other(draft_address(draft))

    try:
        return write.commit(operation)
    except KnowledgeBaseError as error:
        return _show_again(
            request,
            write.curator,
            draft,
            error,
            message,
        )


def _limit(publication: Publication, settings: Settings) -> None:
    count = len(publication.requests)
    if count > settings.max_changes:
        raise InvalidRequest(
            f"These are {count} changes; at most {settings.max_changes} are written at once "
            "(COMMUNIQUE_MAX_CHANGES). Accept fewer, publish them, then go on."
        )


def _write_message(draft: Draft) -> str:
    return f"Publish the draft of {' '.join(draft.title.split())!r}"


def _show_again(
    request: Request,
    curator: Curator,
    draft_id: str,
    error: KnowledgeBaseError,
    message: str,
) -> Response:
    with read_session(services_of(request).engine) as session:
        settings = services_of(request).settings
        view = _make_page(
            session,
            draft_id,
            settings,
            error,
            message,
        )
        return curate_response(
            request,
            session,
            view,
            curator,
            error.status,
        )


def _make_page(
    session: Session,
    draft_id: str,
    settings: Settings,
    error: KnowledgeBaseError | None = None,
    message: str = "",
) -> PublishPage:
    stored = require_draft(session, draft_id, is_complete=True)
    queue = read_queue(session, draft_id)
    refusals = list(list_details(error)) if error is not None else []
    problems: list[str] = []
    publication = Publication()
    try:
        publication = prepare_publication(session, stored)
        _limit(publication, settings)
        checked = check_parsed(
            session, publication.changes, settings.max_changes, are_judged=True
        )
        problems += [problem.detail for problem in checked.problems]
    except KnowledgeBaseError as refusal:
        problems += list_details(refusal)
    head = make_head(stored, queue)
    counts = Counter(request.type for request in publication.requests)
    return PublishPage(
        title="Publish",
        head=head,
        counts=_describe_counts(counts),
        new_records=tuple(_list_new(session, publication.requests)),
        used=tuple(_list_used(session, draft_id, publication)),
        unpublished=len(queue.undecided),
        problems=tuple(dict.fromkeys([*refusals, *problems])),
        is_ready=not problems,
        message=message or _write_message(stored),
        key=new_idempotency_key(),
    )


def _describe_counts(counts: Counter[str]) -> str:
    """`1 document, 12 initiatives`, in the order of the record types."""
    described = []
    for type_, entity in ENTITIES.items():
        if counts[type_]:
            plural = words.TYPES[type_].meaning.lower()
            described.append(words.count_things(counts[type_], entity.noun, plural))
    return ", ".join(described)


def _list_new(
    session: Session,
    requests: Sequence[ChangeRequest],
) -> list[NewRecord]:
    detailed = [as_read(request.type, request.record) for request in requests[:MAX_DETAILED]]
    new_names = {}
    for request in requests:
        key = request.type, request.record["slug"]
        new_names[key] = request.record[ENTITIES[request.type].main]
    names = load_names(
        session,
        detailed,
        new_names,
    )
    records: list[NewRecord] = []
    for request in requests:
        entity = ENTITIES[request.type]
        number = int(request.pointer.rpartition("/")[2])
        fields: Sequence[FieldChange] = ()
        if len(records) < MAX_DETAILED:
            fields, _ = compare(
                request.type,
                None,
                detailed[len(records)],
                names,
            )
        records.append(
            NewRecord(
                number=number,
                type_label=words.TYPES[request.type].label,
                title=request.record[entity.main],
                modality=request.record.get("modality"),
                path=f"?at={number}",
                fields=tuple(fields),
            )
        )
    return records


def _list_used(
    session: Session,
    draft_id: str,
    publication: Publication,
) -> list[UsedName]:
    numbers = [used.number for used in publication.used]
    statement = select(Proposal).where(
        Proposal.draft_id == draft_id, Proposal.number.in_(numbers)
    )
    proposals = {proposal.number: proposal for proposal in session.scalars(statement)}
    names = []
    for used in publication.used:
        proposal = proposals[used.number]
        entity = ENTITIES[used.type]
        title = proposal.record[entity.main]
        names.append(UsedName(title, f"/{entity.collection}/{used.slug}", used.reason))
    return names
