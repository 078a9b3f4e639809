"""Records in the browser: find, make, edit, delete and restore them."""

from fastapi import APIRouter

from app.curate.records import edit, new

ROUTERS: tuple[APIRouter, ...] = (new.router, edit.router)
