"""Forms as browsers send them: fields in their order, and files."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import InvalidRequest, UnreadableBody

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MEDIA_TYPES = (URLENCODED, MULTIPART)
# A record has a thousand quotes at most, and each field of it a box for each.
MAX_FIELDS = 50_000
MAX_FILES = 4


@dataclass(frozen=True)
class UploadedFile:
    """A file as the browser names it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """The fields of a form in their order, each as often as it was sent. Lines end in `\\n`."""

    fields: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, UploadedFile] | None = None

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        for key, value in self.fields:
            if key == name:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        """All values of a field."""
        return [value for key, value in self.fields if key == name]

    def file(self, name: str) -> UploadedFile | None:
        """A file, if one was chosen."""
        return (self.files or {}).get(name)

    def without(self, *names: str) -> "Form":
        """The form without some fields."""
        fields = [pair for pair in self.fields if pair[0] not in names]
        return Form(tuple(fields), self.files)


async def parse_form(request: Request, body: bytes) -> Form:
    """The form that a body is. Raises UnreadableBody or InvalidRequest."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        form = await _parse_multipart(request.headers, body)
    else:
        form = await run_in_threadpool(_parse_urlencoded, body)
    return form


def _parse_urlencoded(body: bytes) -> Form:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        # UnicodeDecodeError is a ValueError, too.
        raise UnreadableBody(
            f"The form is not UTF-8, or has more than {MAX_FIELDS} fields. Send fewer at a time."
        ) from None
    return Form(_clean(pairs))


async def _parse_multipart(headers: Headers, body: bytes) -> Form:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    parser = MultiPartParser(
        headers,
        stream(),  # type: ignore[arg-type]  # an AsyncGenerator is one
        max_files=MAX_FILES,
        max_fields=MAX_FIELDS,
        # The body is bounded as a whole.
        max_part_size=len(body) + 1,
    )
    try:
        parsed = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise UnreadableBody(f"The form cannot be read: {error}. Send it again.") from None
    return await _read_parts(parsed)


async def _read_parts(parsed: FormData) -> Form:
    fields = []
    files = {}
    try:
        for name, part in parsed.multi_items():
            if not isinstance(part, UploadFile):
                fields.append((name, part))
            elif part.filename:
                media_type = part.content_type or "application/octet-stream"
                files[name] = UploadedFile(part.filename, media_type, await part.read())
    finally:
        # Long files are in temporary files.
        await parsed.close()
    return Form(_clean(fields), files)


def _clean(fields: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The fields with the line ends of texts here: a browser sends CRLF (HTML §4.10.21.8)."""
    cleaned = []
    for name, value in fields:
        if "\0" in name or "\0" in value:
            raise InvalidRequest(
                f"Field {name!r} contains U+0000, which no text has. Remove it."
            )
        cleaned.append((name, value.replace("\r\n", "\n").replace("\r", "\n")))
    return tuple(cleaned)
