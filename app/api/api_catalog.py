"""The catalogue of the APIs of this server: one, with its description and its state (RFC 9727)."""

from fastapi import Request, Response

from app.http.admission import NoParameters
from app.http.routing import make_router
from app.http.services import base_url_of
from app.http.twins import API
from app.http.web_links import CATALOG_PATH, DESCRIPTION_PATH, DOCUMENTATION_PATH
from app.queries.record_tags import digest
from app.schemas.linkset import LinkContext, Linkset, LinkTarget

router = make_router()

MEDIA_TYPE = "application/linkset+json"
PROFILE = "https://www.rfc-editor.org/info/rfc9727"
STATUS_PATH = "/readyz"
# RFC 9727 §2 wants the relations in the header, too, for a client that sends HEAD.
_LINKS = (
    f'<{CATALOG_PATH}>; rel="api-catalog"',
    f'<{API}>; rel="item"',
    f'<{PROFILE}>; rel="profile"',
)


# It leads to the OpenAPI document, and is no part of the API that this describes.
@router.get(CATALOG_PATH, include_in_schema=False)
def get_api_catalog(request: Request, _: NoParameters) -> Response:
    """Get the catalogue of the APIs of this server (RFC 9727), with absolute addresses."""
    catalog = make_catalog(base_url_of(request))
    body = catalog.model_dump_json(exclude_none=True).encode()
    headers = {
        # Not `media_type`: Starlette would add a charset, which JSON has not.
        "Content-Type": f'{MEDIA_TYPE}; profile="{PROFILE}"',
        "ETag": f'"{digest(body)}"',
        "Link": ", ".join(_LINKS),
    }
    return Response(body, headers=headers)


def make_catalog(base_url: str) -> Linkset:
    """The links from the catalogue to the API, and from the API to what describes it."""
    api = f"{base_url}{API}"
    catalog = LinkContext(
        anchor=f"{base_url}{CATALOG_PATH}",
        item=[LinkTarget(href=api, title="Communiqué")],
    )
    description = LinkTarget(href=f"{base_url}{DESCRIPTION_PATH}", type="application/json")
    documentation = LinkTarget(href=f"{base_url}{DOCUMENTATION_PATH}", type="text/html")
    status = LinkTarget(href=f"{base_url}{STATUS_PATH}", type="application/json")
    described = LinkContext(
        anchor=api,
        service_desc=[description],
        service_doc=[documentation],
        status=[status],
    )
    return Linkset(linkset=[catalog, described])
