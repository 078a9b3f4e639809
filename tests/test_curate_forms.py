"""Forms as browsers send them, and as nobody should."""

from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
from fastapi import Request

from app.curate.forms import Form, parse_form
from tests.helpers.bases import SqliteBases
from tests.helpers.curating import SAME_ORIGIN, curating

URLENCODED = "application/x-www-form-urlencoded"


def parse(body: bytes, content_type: str = URLENCODED) -> Form:
    headers = [(b"content-type", content_type.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers})
    return anyio.run(parse_form, request, body)


@pytest.fixture(scope="module")
def curator(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    with curating(plain_bases.make("small")) as client:
        yield client


def send(client: httpx.Client, content: bytes, content_type: str = URLENCODED) -> Any:
    headers = {**SAME_ORIGIN, "Content-Type": content_type}
    return client.post("/curate/initiatives/absent", content=content, headers=headers)


def test_fields_keep_their_order_and_their_empty_values() -> None:
    form = parse(b"by=2&title=&by=1&note=a%0D%0Ab")
    assert form.fields == (("by", "2"), ("title", ""), ("by", "1"), ("note", "a\nb"))
    assert form.get_all("by") == ["2", "1"]
    assert form.get("absent", "default") == "default"


def test_form_with_a_file_has_its_bytes() -> None:
    content = b"\x00\xff\r\n--not the boundary\r\n"
    request = httpx.Request(
        "POST",
        "http://localhost/",
        data={"title": "Plan", "text": "a\r\nb"},
        files={"file": ("plan.pdf", content, "application/pdf"), "none": ("", b"")},
    )
    form = parse(request.read(), request.headers["content-type"])
    file = form.file("file")
    assert file is not None
    assert (file.name, file.media_type, file.content) == (
        "plan.pdf",
        "application/pdf",
        content,
    )
    assert form.file("none") is None
    assert (form.get("title"), form.get("text")) == ("Plan", "a\nb")


@pytest.mark.parametrize(
    ("content", "content_type", "status", "detail"),
    [
        (b"title=a%00b", URLENCODED, 422, "contains U+0000"),
        (b"title=%ff", URLENCODED, 422, "not UTF-8"),
        (b"a=1&" * 50_001, URLENCODED, 422, "more than 50000 fields"),
        (b"{}", "application/json", 415, "Content-Type is"),
        (b"--x", "multipart/form-data", 422, "cannot be read"),
        (b"garbage", "multipart/form-data; boundary=x", 422, "cannot be read"),
    ],
)
def test_form_that_cannot_be_read_is_refused(
    curator: httpx.Client, content: bytes, content_type: str, status: int, detail: str
) -> None:
    response = send(curator, content, content_type)
    assert response.status_code == status
    assert detail in response.text
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_form_without_its_key_writes_nothing(curator: httpx.Client) -> None:
    response = curator.post(
        "/curate/focus-areas/castles/delete",
        content=b"seal=x",
        headers={**SAME_ORIGIN, "Content-Type": URLENCODED},
    )
    assert response.status_code == 422
    assert "lacks its field &#39;idempotency_key&#39;" in response.text
