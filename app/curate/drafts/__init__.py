"""Drafts of documents in the browser: upload, decide, publish."""

from fastapi import APIRouter

from app.curate.drafts import (
    bulk,
    decided,
    decisions,
    deletion,
    editing,
    left_out,
    listing,
    missed,
    named_records,
    new_draft,
    publishing,
    review,
)

ROUTERS: tuple[APIRouter, ...] = (
    listing.router,
    # Before the review: `new` is no identifier of a draft.
    new_draft.router,
    review.router,
    decisions.router,
    bulk.router,
    decided.router,
    missed.router,
    left_out.router,
    named_records.router,
    editing.router,
    publishing.router,
    deletion.router,
)
