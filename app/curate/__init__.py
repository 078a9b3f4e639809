"""Pages for curators: sign in, correct records, decide on drafts, manage keys, look back."""

from fastapi import APIRouter

from app.curate import changes, home, keys
from app.curate.drafts import ROUTERS as DRAFT_ROUTERS
from app.curate.records import ROUTERS as RECORD_ROUTERS

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    *DRAFT_ROUTERS,
    changes.router,
    keys.router,
    # Their paths begin with the name of a collection, which is a parameter.
    *RECORD_ROUTERS,
    # The last: it matches every address under `/curate`.
    home.last_router,
)
