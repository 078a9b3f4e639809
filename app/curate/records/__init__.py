"""Records in the browser: find, make, edit, delete and restore them."""

from fastapi import APIRouter

from app.curate.records import deletion, edit, finding, history, new

ROUTERS: tuple[APIRouter, ...] = (
    finding.router,
    new.router,
    edit.router,
    deletion.router,
    history.router,
)
