"""Pages as responses: a view and its template become HTML with its ETag, revision and policy."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import Request, Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session

from app.http.whole_responses import bytes_response
from app.pages import words
from app.pages.frame import Frame, Link, make_frame
from app.pages.policy import POLICY_HEADERS
from app.store.revisions import read_revision

MEDIA_TYPE = "text/html"


@dataclass(frozen=True)
class View:
    """What one page shows. `downloads` are its data in other formats than JSON."""

    template: ClassVar[str]
    # Whether it can be read as of a revision.
    has_past: ClassVar[bool] = True

    title: str
    downloads: tuple[Link, ...]


def make_environment(*packages: str) -> Environment:
    """The templates of these packages, and of this one."""
    loaders = [PackageLoader(package) for package in (*packages, "app.pages")]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["words"] = words
    environment.filters["count"] = words.count_things
    environment.filters["day"] = words.name_day
    return environment


_ENVIRONMENT = make_environment()


def render(
    view: View,
    frame: Frame,
) -> bytes:
    """The page as HTML in UTF-8."""
    return render_template(view.template, page=view, frame=frame)


def render_template(
    name: str,
    **context: Any,
) -> bytes:
    """A template with its context as HTML in UTF-8."""
    return _ENVIRONMENT.get_template(name).render(context).encode()


def page_response(
    request: Request,
    session: Session,
    view: View,
) -> Response:
    """The page, which stays the same as long as the base: nothing in it depends on the clock or on
    the client, so the cache takes it."""
    revision = read_revision(session)
    body = render(view, make_frame(request, revision))
    response = bytes_response(
        body,
        revision,
        media_type=MEDIA_TYPE,
    )
    response.headers.update(POLICY_HEADERS)
    # At the same address a client that accepts no HTML is sent to the data.
    response.headers["Vary"] = "Accept"
    return response
