"""Write a new record by hand."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from app.curate.admission import CuratorDep, FormDep, FormWriteDep
from app.curate.records.edit import respond_to_form, save_state
from app.curate.records.paths import PathCollection, resource_of
from app.curate.records.screens import Screens
from app.curate.records.state import make_new_state, read_state
from app.curate.records.view import list_documents, make_edit_page
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router
from app.http.session import SessionDep
from app.pages import words
from app.pages.frame import Link
from app.schemas.record_types import ENTITIES

router: APIRouter = make_curate_router()
# What a record of each type is, for somebody who has not made one.
_MEANINGS = {
    "document": "A text that makes claims. Others quote it.",
    "office": "A body, perhaps with a place, about which documents make claims.",
    "focus_area": "A concept that claims are about, with all its names.",
    "initiative": "What somebody does, aims at, must do, or is advised to do.",
    "expected_outcome": "A result that a document expects.",
    "timeline_item": "A claim with a time, in the words of the document.",
}


@dataclass(frozen=True)
class NewPage(CuratePage):
    """The types of records. The label of a link is the type, `meanings` are in the same order."""

    template = "records/new.html"

    types: tuple[tuple[Link, str], ...] = ()


@router.get("/new")
def choose_type(request: Request, session: SessionDep, curator: CuratorDep) -> Response:
    """Which type of record?"""
    types = []
    for type_, entity in ENTITIES.items():
        link = Link(words.TYPES[type_].label, f"/curate/new/{entity.collection}")
        types.append((link, _MEANINGS[type_]))
    page = NewPage(title="New record", types=tuple(types))
    return curate_response(request, session, page, curator)


@router.get("/new/{collection}")
def begin_record(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    collection: PathCollection,
) -> Response:
    """An empty form."""
    documents = [link.path for link in list_documents(session)]
    state = make_new_state(resource_of(collection).type_, documents)
    return curate_response(request, session, make_edit_page(session, state, ()), curator)


@router.post("/new/{collection}")
def continue_record(
    request: Request,
    session: SessionDep,
    sent: FormDep,
    collection: PathCollection,
) -> Response:
    """The form again with what its button asks for, or the record that it would make."""
    state = read_state(ENTITIES[resource_of(collection).type_], "", sent.form)
    return respond_to_form(Screens(request, session, sent.curator), sent.form, state)


@router.post("/new/{collection}/save")
def save_new_record(
    request: Request,
    write_form: FormWriteDep,
    collection: PathCollection,
) -> Response:
    """Write the new record."""
    state = read_state(ENTITIES[resource_of(collection).type_], "", write_form.form)
    return save_state(request, write_form, state)
