"""The HTTP endpoints, and how their responses are built."""

from fastapi import APIRouter

from app.api import (
    api_catalog,
    base,
    calendar,
    changes,
    changesets,
    crosstab,
    documents,
    drafts,
    expected_outcomes,
    focus_areas,
    history,
    initiatives,
    offices,
    search,
    timeline_items,
)

# In the order of the documentation.
ROUTERS: tuple[APIRouter, ...] = (
    base.router,
    api_catalog.router,
    documents.router,
    offices.router,
    focus_areas.router,
    initiatives.router,
    expected_outcomes.router,
    timeline_items.router,
    calendar.router,
    search.router,
    crosstab.router,
    changes.router,
    history.router,
    changesets.router,
    drafts.router,
)

# The tags of these routers, described for the OpenAPI document.
TAGS = {
    "base": "The base as a whole.",
    "documents": "Texts that make claims.",
    "offices": "Bodies with a place, about which documents make claims.",
    "focus areas": "Concepts that claims are about.",
    "initiatives": "Things that somebody does, aims at, might do, must do, or is advised to do.",
    "expected outcomes": "Results that documents expect.",
    "timeline items": "Dated claims.",
    "search": "All types at once: full text, one flat table, counts.",
    "changes": "The changes of the base, in order, for clients that maintain a copy of it.",
    "writing": "Change many records at once.",
    "drafts": (
        "Documents that were read, and the records proposed from them, until these are published. "
        "Never public: every request needs a key."
    ),
    "history": "Revisions of the base and of each record: author, instant, message, difference.",
    "health": "The state of the server.",
}
