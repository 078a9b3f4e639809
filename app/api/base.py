"""The endpoints of the base as a whole: what it holds, and whether the server is well."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.api.answers import SessionDep, answer_model
from app.api.problems import problems
from app.db import schema_is_current
from app.errors import Unavailable
from app.queries.overview import read_overview
from app.schemas.overview import Health, Overview

router = APIRouter()


@router.get("/", include_in_schema=False)
def get_root() -> Response:
    """A browser that opens the server's address sees what the base holds."""
    return RedirectResponse("/v1")


@router.get("/v1", tags=["base"], response_model=Overview, responses=problems())
def get_overview(session: SessionDep) -> Response:
    """Get what the base holds: counts, documents, current revision, links."""
    overview = read_overview(session)
    return answer_model(overview, overview.revision)


@router.get("/livez", tags=["health"])
async def get_liveness() -> Health:
    """Say that the process answers. Asks nothing of the database."""
    return Health()


@router.get("/readyz", tags=["health"], responses=problems(Unavailable))
def get_readiness(request: Request) -> Health:
    """Say that the database answers and has the schema of this software."""
    with request.app.state.engine.connect() as connection:
        if not schema_is_current(connection):
            raise Unavailable("The base is not at this version's schema. Run `communique migrate`.")
    return Health()
