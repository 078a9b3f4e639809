"""Pages for people: what the base holds, as HTML with pictures, under one strict policy."""

from fastapi import APIRouter

from app.pages import (
    about,
    crosstab,
    focus_areas,
    history,
    home,
    reader,
    records,
    results,
    timeline,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    results.router,
    focus_areas.router,
    reader.router,
    records.router,
    timeline.router,
    crosstab.router,
    history.router,
    about.router,
)
