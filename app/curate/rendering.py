"""Pages of curators as responses. Nothing of them is cached, because they depend on who asks."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.curate.assets import asset_path
from app.curate.curator import Curator
from app.http.read_middleware import PRIVATE
from app.pages.frame import Link, make_frame
from app.pages.policy import POLICY_HEADERS
from app.pages.rendering import MEDIA_TYPE, View, make_environment
from app.store.revisions import read_revision

HEADERS = {**POLICY_HEADERS, "Cache-Control": PRIVATE}
# What a curator can open, in the order of the navigation.
SECTIONS = (
    Link("Drafts", "/curate/drafts"),
    Link("Records", "/curate/records"),
    Link("New", "/curate/new"),
    Link("Changes", "/curate/changes"),
    Link("Keys", "/curate/keys"),
)


@dataclass(frozen=True)
class CuratePage(View):
    """A page of curators. Its template extends `curate.html`."""

    has_past: ClassVar[bool] = False

    title: str
    downloads: tuple[Link, ...] = ()


_ENVIRONMENT = make_environment("app.curate")
_ENVIRONMENT.globals["curate_asset"] = asset_path
_ENVIRONMENT.globals["curate_sections"] = SECTIONS


def curate_response(
    request: Request,
    session: Session | None,
    view: View,
    curator: Curator | None,
    status: int = 200,
) -> Response:
    """The page. `session` may be None where the base does not respond, `curator` where nobody is
    signed in: such a page tells nothing of the base, not even its revision."""
    revision = None
    if session is not None and curator is not None:
        revision = read_revision(session)
    template = _ENVIRONMENT.get_template(view.template)
    frame = make_frame(request, revision)
    body = template.render(page=view, frame=frame, curator=curator).encode()
    return Response(body, status, HEADERS, media_type=MEDIA_TYPE)
