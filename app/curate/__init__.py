"""Pages for curators: sign in, correct records, decide on drafts, manage keys, look back."""

from fastapi import APIRouter

from app.curate import home
from app.curate.drafts import ROUTERS as DRAFT_ROUTERS

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    *DRAFT_ROUTERS,
    # The last: it matches every address under `/curate`.
    home.last_router,
)
