"""What all pages have in common: their address, the state of the base, and where links lead."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request

from app.http.services import services_of
from app.http.twins import data_path, is_record_page
from app.pages.assets import asset_path
from app.store.revisions import RevisionStamp

# The parameters that a form of the page must not send again.
_NOT_REPEATED = frozenset({"as_of", "cursor"})
_SECTIONS = (
    ("/claims", "Claims"),
    ("/timeline", "Timeline"),
    ("/crosstab?collection=initiatives&rows=focus_area&columns=modality", "Crosstab"),
    ("/focus-areas", "Focus areas"),
    ("/documents", "Documents"),
    ("/docs", "API"),
)


@dataclass(frozen=True)
class Link:
    """A link of a page. The path has no prefix and no `as_of`: `Frame.to` adds them."""

    label: str
    path: str


@dataclass(frozen=True)
class Section:
    """A link of the main navigation, and whether the page belongs to it."""

    label: str
    path: str
    is_current: bool


@dataclass(frozen=True)
class Frame:
    """The frame of one page. `path` has no prefix; `revision` is None while the base does not
    respond; `as_of` is the parameter, and `past` the revision that it means."""

    path: str
    query: str
    prefix: str
    revision: int | None
    as_of: str | None
    past: RevisionStamp | None

    def to(
        self,
        path: str,
    ) -> str:
        """The address for a link, in the same base: now, or as of the same revision."""
        if self.as_of is None:
            return self.plain(path)
        path, hash_sign, fragment = path.partition("#")
        separator = "&" if "?" in path else "?"
        as_of = quote(self.as_of, safe="")
        return self.plain(f"{path}{separator}as_of={as_of}{hash_sign}{fragment}")

    def plain(
        self,
        path: str,
    ) -> str:
        """The address for a link to what has no past, or to the base as it is now."""
        return f"{self.prefix}{path}"

    def asset(
        self,
        name: str,
    ) -> str:
        """The address of a static file."""
        return self.plain(asset_path(name))

    @cached_property
    def data(self) -> str | None:
        """The address of the data of the page; None if it shows none, and for an error."""
        path = data_path(self.path, self.query)
        if path is None or self.revision is None:
            return None
        return self.plain(path)

    @property
    def curating(self) -> Link:
        """The way to the pages of curators: to the form of the record that this page shows."""
        if is_record_page(self.path) and self.revision is not None:
            return Link("Edit", f"/curate{quote(self.path)}")
        return Link("For curators", "/curate")

    @property
    def current(self) -> str:
        """The address of this page in the base as it is now."""
        pairs = [(name, value) for name, value in self._pairs if name != "as_of"]
        address = self.plain(quote(self.path))
        if not pairs:
            return address
        return f"{address}?{urlencode(pairs)}"

    @property
    def repeated(self) -> list[tuple[str, str]]:
        """The parameters that the form for another revision sends again."""
        return [(name, value) for name, value in self._pairs if name not in _NOT_REPEATED]

    @property
    def search(self) -> str:
        """The text of the search, if the page has one."""
        return dict(self._pairs).get("q", "")

    @cached_property
    def sections(self) -> list[Section]:
        """The main navigation."""
        sections = []
        for path, label in _SECTIONS:
            page, _, _ = path.partition("?")
            is_current = self.path == page or self.path.startswith(f"{page}/")
            sections.append(
                Section(
                    label,
                    path,
                    is_current,
                )
            )
        return sections

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)


def make_frame(
    request: Request,
    revision: int | None,
) -> Frame:
    """The frame of the page that the request asks for."""
    query: Any = request.scope["query_string"]
    state = request.state
    return Frame(
        path=request.scope["path"],
        query=query.decode(),
        prefix=services_of(request).settings.path_prefix,
        revision=revision,
        as_of=request.query_params.get("as_of"),
        past=getattr(
            state,
            "as_of",
            None,
        ),
    )
