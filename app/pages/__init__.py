"""Pages for people: what the base holds, as HTML with pictures, under one strict policy."""

from fastapi import APIRouter

from app.pages import about

ROUTERS: tuple[APIRouter, ...] = (about.router,)
