"""The endpoints of the base as a whole, and of the state of the server."""

import logging
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.responses import model_response
from app.errors import CannotStart, InvalidRequest, Unavailable
from app.http.admission import NoParameters
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.services import services_of
from app.http.session import SessionDep
from app.queries.overview import read_overview
from app.schemas.filters import PastQuery
from app.schemas.overview import Health, Overview
from app.store.schema import require_schema

router = make_router()
log = logging.getLogger("communique")

NOT_READY = (
    "The database does not respond, or does not have this version's schema. "
    "The log of the server has the reason."
)


@router.get(
    "/v1", tags=["base"], response_model=Overview, responses=problem_responses(InvalidRequest)
)
def get_overview(
    request: Request, session: SessionDep, _: Annotated[PastQuery, Query()]
) -> Response:
    """Get an overview of the base: counts, documents, current revision, links."""
    overview = read_overview(session, services_of(request).engine)
    return model_response(overview, overview.revision)


@router.get("/livez", tags=["health"], responses=problem_responses(InvalidRequest))
# Not in a worker thread: it has to respond while all threads are busy.
async def get_liveness(_: NoParameters) -> Health:
    """Check that the process responds, without the database."""
    return Health(status="ok")


@router.get("/readyz", tags=["health"], responses=problem_responses(InvalidRequest))
def get_readiness(request: Request, _: NoParameters) -> Health:
    """Check that the database responds and has the schema of this software."""
    try:
        require_schema(services_of(request).engine)
    except (CannotStart, Unavailable) as error:
        # The reason names paths, users and hosts, and this endpoint needs no key.
        log.error("The base is not ready: %s", error)
        raise Unavailable(NOT_READY) from None
    return Health(status="ok")
