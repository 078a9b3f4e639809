"""Drafts in the browser, as forms over HTTP: what a page shows, and what its buttons send."""

import re
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser

from tests.helpers.curating import SAME_ORIGIN, post_form
from tests.helpers.stored_drafts import PLAN

NEW = "/curate/drafts/new"


def open_page(client: httpx.Client, path: str) -> LexborHTMLParser:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return LexborHTMLParser(response.text)


def words_of(page: LexborHTMLParser, selector: str = "main") -> str:
    """The words of the first element that matches, with single spaces."""
    element = page.css_first(selector)
    assert element is not None, selector
    return " ".join(element.text().split())


def upload(
    client: httpx.Client, content: bytes, name: str = "plan.md", **fields: str
) -> httpx.Response:
    return client.post(
        NEW, data=fields, files={"file": (name, content)}, headers=SAME_ORIGIN, timeout=120
    )


def paste(client: httpx.Client, text: str, **fields: str) -> httpx.Response:
    # A field with a file that was not chosen, as a browser sends it.
    files: Any = {"file": ("", b"")}
    return client.post(
        NEW, data={"text": text, **fields}, files=files, headers=SAME_ORIGIN, timeout=120
    )


def draft_plan(client: httpx.Client, edition: str = "", **fields: str) -> str:
    """The path of the review of the plan; of a draft of its own for another edition."""
    content = PLAN.read_bytes() + edition.encode()
    response = upload(client, content, **{"office": "Harbours", **fields})
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def attribute_of(page: LexborHTMLParser, selector: str, name: str) -> str:
    """An attribute of the first element that matches."""
    element = page.css_first(selector)
    assert element is not None, selector
    return element.attributes[name] or ""


def pairs_of(page: LexborHTMLParser, selector: str, number: int = 0) -> list[tuple[str, str]]:
    """The fields of a form as a browser would send them, without its buttons and files."""
    pairs = []
    for element in page.css(selector)[number].css("input, textarea, select"):
        attributes = element.attributes
        kind = attributes.get("type")
        is_off = kind in ("radio", "checkbox") and "checked" not in attributes
        name = attributes.get("name")
        if not name or is_off or kind == "file":
            continue
        if element.tag == "select":
            options = [o for o in element.css("option") if "selected" in o.attributes]
            value = options[0].attributes["value"] if options else ""
        elif element.tag == "textarea":
            value = element.text().removeprefix("\n")
        else:
            value = attributes.get("value")
        pairs.append((name, value or ""))
    return pairs


def fields_of(page: LexborHTMLParser, selector: str, number: int = 0) -> dict[str, str]:
    """The fields of a form, without repetitions."""
    return dict(pairs_of(page, selector, number))


def send(
    client: httpx.Client,
    page: LexborHTMLParser,
    selector: str,
    number: int = 0,
    **fields: str,
) -> httpx.Response:
    """Send a form of the page, with these fields changed."""
    action = page.css(selector)[number].attributes["action"] or ""
    return send_to(client, action, pairs_of(page, selector, number), fields)


def send_to(
    client: httpx.Client,
    action: str,
    pairs: list[tuple[str, str]],
    fields: dict[str, str],
) -> httpx.Response:
    """Send fields to an address, with some of them changed."""
    unchanged = [pair for pair in pairs if pair[0] not in fields]
    return post_form(client, action, [*unchanged, *fields.items()])


def decide(client: httpx.Client, path: str, decision: str) -> str:
    """Press a button of the card at the path; where that leads."""
    page = open_page(client, path)
    response = send(client, page, "form.decide", do=decision)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def title_of(page: LexborHTMLParser) -> str:
    """The claim of the card."""
    return words_of(page, "#claim")


def find_number(client: httpx.Client, draft: str, words: str) -> int:
    """The number of the proposal that the text shows with these words."""
    for number in range(1, 200):
        response = client.get(f"{draft}?at={number}")
        if response.status_code == 404:
            break
        page = LexborHTMLParser(response.text)
        if words in title_of(page):
            return number
    raise AssertionError(f"No proposal has {words!r}.")


def count_left(page: LexborHTMLParser) -> int:
    """How many claims are left to decide on."""
    match = re.search(r"([\d,]+) of [\d,]+ claims? left", words_of(page, ".title"))
    return int(match[1].replace(",", "")) if match else 0
