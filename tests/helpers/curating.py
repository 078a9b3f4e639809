"""Pages of curators over HTTP, as a browser asks for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.vocabulary import Scope
from tests.helpers.bases import make_key
from tests.helpers.servers import serving

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


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


def read_form(page: str, selector: str = "main form") -> list[tuple[str, str]]:
    """The fields of the last such form of a page as a browser would send them, without a button
    (HTML §4.10.21.4)."""
    form = HTMLParser(page).css(selector)[-1]
    pairs = []
    for control in form.css("input, select, textarea"):
        attributes = control.attributes
        name = attributes.get("name")
        if name is None:
            continue
        if attributes.get("type") in ("radio", "checkbox") and "checked" not in attributes:
            continue
        pairs.append((name, _read_value(control)))
    return pairs


def _read_value(control: Any) -> str:
    match control.tag:
        case "select":
            chosen = control.css_first("option[selected]") or control.css_first("option")
            return chosen.attributes.get("value") or ""
        case "textarea":
            # The first line break of a text is no part of it.
            return str(control.text()).removeprefix("\n")
        case _:
            return control.attributes.get("value") or ""


def replace_fields(
    pairs: list[tuple[str, str]], **fields: str | list[str] | None
) -> list[tuple[str, str]]:
    """The form with other values: a hyphen in a name is written as two underscores."""
    names = {name.replace("__", "-"): value for name, value in fields.items()}
    kept = [pair for pair in pairs if pair[0] not in names]
    for name, value in names.items():
        values = [value] if isinstance(value, str) else value or []
        kept += [(name, item) for item in values]
    return kept


def text_of(page: str, selector: str = "main") -> str:
    """The text of a part of a page, with single spaces."""
    node = HTMLParser(page).css_first(selector)
    return " ".join(node.text().split()) if node is not None else ""
