"""Edit a record: find the quotes, see what changes, save; or put two edits together."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.apply import write
from app.changes.requests import parse_requests
from app.curate.admission import CuratorDep, FormDep, FormWrite, FormWriteDep
from app.curate.forms import Form
from app.curate.records.build import (
    BuiltRecord,
    RefusedForm,
    build_record,
    fill_texts,
    locate_problems,
    make_request,
)
from app.curate.records.conflict import TAKE_PREFIX, put_together, read_sides
from app.curate.records.dates import read_dates
from app.curate.records.paths import (
    PathCollection,
    PathSlug,
    edit_path,
    page_path,
    resource_of,
)
from app.curate.records.quotes import QuoteFinder
from app.curate.records.screens import CONFLICT, INVALID, Screens, find_current
from app.curate.records.state import EditState, make_state, read_state
from app.curate.records.view import make_edit_page
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import KnowledgeBaseError, StaleVersion
from app.http.session import SessionDep
from app.queries.loading import curated_part
from app.queries.records import require_record
from app.schemas.record_types import ENTITIES
from app.store.models import Document
from app.store.sessions import read_session

router: APIRouter = make_curate_router()
Saved = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@router.get("/{collection}/{slug}")
def edit_record(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    collection: PathCollection,
    slug: PathSlug,
    saved: Saved = None,
) -> Response:
    """The form of a record as it is now. `saved` is the revision that was just written, 0 if
    there was nothing to write."""
    resource = resource_of(collection)
    # Raises NotFound or Gone.
    require_record(session, resource, slug)
    record = find_current(session, resource, slug)
    assert record is not None
    curated = curated_part(session, resource.type_, record)
    state = make_state(ENTITIES[resource.type_], curated, record.version)
    placed = QuoteFinder(session).place_all(state.quotes)
    notice = _describe_saved(saved, record.version)
    page = make_edit_page(session, state, placed, (), notice, page_path(resource, slug))
    return curate_response(request, session, page, curator)


def _describe_saved(saved: int | None, version: int) -> str | None:
    match saved:
        case None:
            return None
        case 0:
            return "Nothing had changed, so nothing was written."
        case _:
            return f"Saved in revision {saved}. The record is at version {version}."


@router.post("/{collection}/{slug}")
def continue_edit(
    request: Request,
    session: SessionDep,
    sent: FormDep,
    collection: PathCollection,
    slug: PathSlug,
) -> Response:
    """The form again with what its button asks for, or what saving it would change."""
    state = read_state(ENTITIES[resource_of(collection).type_], slug, sent.form)
    return respond_to_form(Screens(request, session, sent.curator), sent.form, state)


def respond_to_form(screens: Screens, form: Form, state: EditState) -> Response:
    """The form again, or the preview. The button is the field `do`."""
    state = fill_texts(screens.finder, state)
    match form.get("do"):
        case "check":
            return screens.preview(state)
        case "add":
            documents = [quote.document for quote in state.quotes]
            return screens.show_form(state.with_quote(documents[-1] if documents else ""))
        case "when":
            state, problems = read_dates(state, _find_language(screens.session, state))
            return screens.show_form(state, problems)
        case _:
            return screens.show_form(state)


def _find_language(session: Session, state: EditState) -> str:
    """The language of the first document that the form quotes."""
    for quote in state.quotes:
        document = session.get(Document, quote.document)
        if document is not None:
            return document.language.partition("-")[0]
    return ""


@router.post("/{collection}/{slug}/save")
def save_record(
    request: Request,
    write_form: FormWriteDep,
    collection: PathCollection,
    slug: PathSlug,
) -> Response:
    """Write the record as the form says, if nobody else was first."""
    state = read_state(ENTITIES[resource_of(collection).type_], slug, write_form.form)
    return save_state(request, write_form, state)


def save_state(request: Request, write_form: FormWrite, state: EditState) -> Response:
    """Write what the form says. A form that cannot be saved is shown again."""

    def operation(session: Session) -> Response:
        built = build_record(session, state)
        if built.problems:
            raise RefusedForm(built.problems)
        return see_other(_write(session, write_form, state, built))

    try:
        return write_form.commit(operation)
    except KnowledgeBaseError as error:
        if error.status not in (INVALID, CONFLICT, StaleVersion.status):
            raise
        with read_session(write_form.request.engine) as session:
            screens = Screens(request, session, write_form.curator)
            return _show_refused(screens, state, error)


def _show_refused(screens: Screens, state: EditState, error: KnowledgeBaseError) -> Response:
    if isinstance(error, StaleVersion):
        return screens.preview(state)
    if isinstance(error, RefusedForm):
        return screens.show_form(state, error.form_problems)
    built = build_record(screens.session, state, screens.finder)
    return screens.show_form(state, locate_problems(state, built, error))


def _write(
    session: Session,
    write_form: FormWrite,
    state: EditState,
    built: BuiltRecord,
) -> str:
    """Write the record, unless it is so already. The path to go on at."""
    resource = resource_of(state.entity.collection)
    path = edit_path(resource, built.slug)
    changes, unreadable = parse_requests(session, [make_request(state, built)])
    if not changes and not unreadable:
        return f"{path}?saved=0"
    operation = "Create" if state.version is None else "Update"
    message = state.message or f"{operation} the {state.entity.noun} {built.slug!r}"
    author = write_form.curator.name
    revision = write(session, changes, author, message, unreadable)
    return f"{path}?saved={revision.number}"


@router.post("/{collection}/{slug}/merge")
def merge_edits(
    request: Request,
    session: SessionDep,
    sent: FormDep,
    collection: PathCollection,
    slug: PathSlug,
) -> Response:
    """The form with the entries that were chosen of both versions, to be saved over theirs."""
    resource = resource_of(collection)
    state = read_state(ENTITIES[resource.type_], slug, sent.form)
    screens = Screens(request, session, sent.curator)
    current = find_current(session, resource, slug)
    if current is None or state.version is None:
        return screens.preview(state)
    sides = read_sides(session, state, build_record(session, state, screens.finder), current)
    # If they have saved again, the choices were made between other versions.
    if sides is None or sent.form.get("theirs_version") != str(current.version):
        return screens.show_conflict(state, current)
    taken = {}
    for name, value in sent.form.fields:
        if name.startswith(TAKE_PREFIX):
            taken[name.removeprefix(TAKE_PREFIX)] = value
    merged = put_together(session, resource.type_, sides, taken)
    merged_state = make_state(state.entity, merged, current.version)
    merged_state = replace(merged_state, message=state.message)
    notice = f"Both versions are together here, on top of version {current.version}."
    return screens.show_form(merged_state, (), notice)
