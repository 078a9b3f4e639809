"""Pages for people: what the base holds, as HTML with pictures, under one strict policy."""

from fastapi import APIRouter

from app.pages import (
    about,
    crosstab,
    dossier,
    focus_areas,
    history,
    home,
    lists,
    reader,
    records,
    revisions,
    timeline,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    lists.router,
    focus_areas.router,
    dossier.router,
    reader.router,
    records.router,
    timeline.router,
    crosstab.router,
    history.router,
    revisions.router,
    about.router,
)
