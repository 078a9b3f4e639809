"""The write endpoints, which differ between collections by their nouns and schemas only.

FastAPI sees no bodies here: it would read them before the key, the media type and the size of the
request are checked.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
)
from app.api.responses import PathSlug
from app.catalog.resource import Resource
from app.errors import Gone, NotFound, StillReferenced
from app.http.admission import NoParameters
from app.http.problems import problem_responses
from app.http.write_requests import (
    JSON,
    MERGE_PATCH,
    RECORD_ERRORS,
    BodilessWrite,
    JsonWrite,
    PatchWrite,
    request_body,
)
from app.schemas.changesets import DeletionQuery
from app.schemas.record_types import ENTITIES


def add_write_endpoints(router: APIRouter, resource: Resource) -> None:
    """Add POST, PUT, PATCH and DELETE to the router of a collection.

    The names of the routes are operation ids (`create_office`); generated clients call them so."""
    _add_post(router, resource)
    _add_put(router, resource)
    _add_patch(router, resource)
    _add_delete(router, resource)


def _add_post(router: APIRouter, resource: Resource) -> None:
    entity = ENTITIES[resource.type_]

    @router.post(
        "",
        name=f"create_{entity.type_}",
        description=f"Create {_with_article(entity.noun)}.",
        status_code=201,
        response_model=resource.detail,
        responses=problem_responses(*RECORD_ERRORS),
        openapi_extra=request_body(JSON, entity.create.__name__),
    )
    def create_record(request: JsonWrite, _: NoParameters) -> Response:
        return creation_response(request, resource)


def _add_put(router: APIRouter, resource: Resource) -> None:
    entity = ENTITIES[resource.type_]

    @router.put(
        "/{slug}",
        name=f"replace_{entity.type_}",
        description=(
            f"Replace {_with_article(entity.noun)}, or create it. "
            "A record may be sent back as it was read."
        ),
        response_model=resource.detail,
        responses=problem_responses(*RECORD_ERRORS)
        | {201: {"model": resource.detail, "description": "The record was created."}},
        openapi_extra=request_body(JSON, entity.create.__name__),
    )
    def replace_record(
        request: JsonWrite,
        slug: PathSlug,
        _: NoParameters,
    ) -> Response:
        return replacement_response(request, resource, slug)


def _add_patch(router: APIRouter, resource: Resource) -> None:
    entity = ENTITIES[resource.type_]

    @router.patch(
        "/{slug}",
        name=f"patch_{entity.type_}",
        description=f"Change some fields of {_with_article(entity.noun)} (JSON Merge Patch).",
        response_model=resource.detail,
        responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
        openapi_extra=request_body(MERGE_PATCH, entity.patch.__name__),
    )
    def patch_record(
        request: PatchWrite,
        slug: PathSlug,
        _: NoParameters,
    ) -> Response:
        return patch_response(request, resource, slug)


def _add_delete(router: APIRouter, resource: Resource) -> None:
    entity = ENTITIES[resource.type_]

    @router.delete(
        "/{slug}",
        name=f"delete_{entity.type_}",
        description=f"Delete {_with_article(entity.noun)}; its history stays.",
        status_code=204,
        responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
    )
    def delete_record(
        request: BodilessWrite,
        slug: PathSlug,
        query: Annotated[DeletionQuery, Query()],
    ) -> Response:
        return deletion_response(request, resource, slug, cascade=query.cascade)


def _with_article(noun: str) -> str:
    if noun[0] in "aeiou":
        return f"an {noun}"
    return f"a {noun}"
