"""Find a record to correct: by its words, in all types or one."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import from_json
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.curate.admission import CuratorDep
from app.curate.records.paths import edit_path
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router
from app.errors import InvalidRequest
from app.http.session import SessionDep
from app.pages import words
from app.pages.frame import Link
from app.queries.pages import read_page
from app.schemas.record_types import ENTITIES, Collection

router: APIRouter = make_curate_router()
# Records of each type: the search for one type has more.
MAX_OF_EACH = 10
MAX_OF_ONE = 100
Text = Annotated[str, Query(max_length=200)]
Type = Annotated[Collection | Literal[""], Query()]


@dataclass(frozen=True)
class FoundRecord:
    """A record in the list."""

    title: str
    path: str
    modality: str | None
    version: int


@dataclass(frozen=True)
class FoundGroup:
    """The records of one type: the first of them, and the way to more."""

    label: str
    total: str
    records: tuple[FoundRecord, ...]
    more_path: str | None


@dataclass(frozen=True)
class RecordsPage(CuratePage):
    """The records that were found, by type."""

    template = "records/find.html"

    text: str = ""
    type_: str = ""
    types: tuple[Link, ...] = ()
    groups: tuple[FoundGroup, ...] = ()
    problem: str | None = None


@router.get("/records")
def find_records(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    q: Text = "",
    type_: Annotated[Type, Query(alias="type")] = "",
) -> Response:
    """The records with these words, or the first ones of each type."""
    resources = [item for item in CATALOG if type_ in ("", item.name)]
    groups: list[FoundGroup] = []
    problem = None
    try:
        groups = [_find(session, resource, q, type_) for resource in resources]
    except InvalidRequest as error:
        problem = str(error)
    types = []
    for entity in ENTITIES.values():
        types.append(Link(words.TYPES[entity.type_].meaning, entity.collection))
    page = RecordsPage(
        title="Records",
        text=q,
        type_=type_,
        types=tuple(types),
        groups=tuple(group for group in groups if group.records),
        problem=problem,
    )
    return curate_response(request, session, page, curator)


def _find(session: Session, resource: Resource, text: str, type_: str) -> FoundGroup:
    limit = MAX_OF_ONE if type_ else MAX_OF_EACH
    parameters: dict[str, object] = {"limit": limit}
    if text.strip():
        parameters["q"] = text
    page = read_page(session, resource, resource.query.model_validate(parameters))
    records = []
    for item in page.items:
        record = from_json(item)
        found = FoundRecord(
            title=record[ENTITIES[resource.type_].main],
            path=edit_path(resource, record["slug"]),
            modality=record.get("modality"),
            version=record["version"],
        )
        records.append(found)
    total = page.fields["total"]
    more = None
    if total > len(records) and not type_:
        more = resource.name
    return FoundGroup(
        label=words.TYPES[resource.type_].meaning,
        total=f"{total:,}" if page.fields["total_is_exact"] else f"more than {total:,}",
        records=tuple(records),
        more_path=more,
    )
