"""Pages of curators over HTTP, as a browser asks for them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import httpx

from app.vocabulary import Scope
from tests.helpers.bases import make_key
from tests.helpers.servers import serving

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def post_form(
    client: httpx.Client, path: str, fields: Any = None, **headers: str
) -> httpx.Response:
    """Send a form as one of our own pages does. `fields` are pairs, or a dictionary."""
    pairs = list(fields.items()) if isinstance(fields, dict) else list(fields or ())
    content = httpx.QueryParams(pairs)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.post(
        path, content=str(content).encode(), headers={**form, **SAME_ORIGIN, **headers}
    )


def sign_in(client: httpx.Client, key: str, **fields: str) -> httpx.Response:
    return post_form(client, "/curate", {"key": key, **fields})


@contextmanager
def curating(
    url: str, scope: Scope = "write", name: str = "Rassendyll", **settings: Any
) -> Iterator[httpx.Client]:
    """A client of a new server over the base, signed in with a new key."""
    with serving(url, **settings) as client:
        response = sign_in(client, make_key(url, scope, name))
        assert response.status_code == 303
        yield client


def read_inputs(page: str) -> list[tuple[str, str]]:
    """The names and values of all `<input>` of a page, hidden ones among them."""
    inputs = []
    for tag in _INPUT.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if "name" in attributes:
            value = unescape(attributes.get("value", ""))
            inputs.append((unescape(attributes["name"]), value))
    return inputs
