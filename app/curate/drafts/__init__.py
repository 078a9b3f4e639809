"""Drafts of documents in the browser."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
