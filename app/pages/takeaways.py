"""What a reader can take along: commands, addresses and references to copy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from shlex import quote

from fastapi import Request

from app.http.services import base_url_of
from app.pages.addresses import make_address
from app.pages.frame import make_frame
from app.pages.references import write_bibtex, write_csl
from app.schemas.read import DocumentRead


@dataclass(frozen=True)
class Takeaway:
    """A text to copy. `id` is that of its element; `href` opens what it leads to."""

    id: str
    label: str
    text: str
    href: str | None


@dataclass(frozen=True)
class Taker:
    """Makes texts with the public address of the server, for the base that the page shows."""

    request: Request

    def address(
        self,
        path: str,
    ) -> str:
        """The absolute address of a path."""
        # The public address has the prefix already.
        frame = replace(make_frame(self.request, None), prefix="")
        return f"{base_url_of(self.request)}{frame.to(path)}"

    def curl(
        self,
        path: str,
    ) -> Takeaway:
        """A command that fetches JSON."""
        address = self.address(path)
        return Takeaway(
            "take-curl",
            "curl",
            f"curl -s {quote(address)}",
            address,
        )

    def csv(
        self,
        path: str,
    ) -> Takeaway:
        """A command that fetches a spreadsheet; `path` asks for CSV."""
        address = self.address(path)
        text = f"curl -s {quote(address)}"
        return Takeaway(
            "take-csv",
            "Spreadsheet (CSV)",
            text,
            address,
        )

    def calendar(
        self,
        path: str,
    ) -> Takeaway:
        """The address of a calendar, to subscribe to."""
        address = self.address(path)
        return Takeaway(
            "take-calendar",
            "Calendar",
            address,
            address,
        )


def take_record(
    request: Request,
    path: str,
    documents: Sequence[DocumentRead],
    edtf: str | None,
) -> tuple[Takeaway, ...]:
    """Of one record, whose data is at the path: with the documents that it cites."""
    taker = Taker(request)
    collection, _, slug = path.removeprefix("/v1/").partition("/")
    takeaways = []
    if documents:
        takeaways.append(
            Takeaway(
                "take-bibtex",
                "BibTeX",
                write_bibtex(documents),
                None,
            )
        )
        takeaways.append(
            Takeaway(
                "take-csl",
                "CSL-JSON",
                write_csl(documents),
                None,
            )
        )
    takeaways.append(taker.curl(path))
    takeaways.append(taker.csv(f"/v1/{collection}?slug={slug}&format=csv"))
    if edtf is not None:
        takeaways.append(
            Takeaway(
                "take-edtf",
                "EDTF",
                edtf,
                None,
            )
        )
        takeaways.append(taker.calendar(f"/v1/timeline.ics?slug={slug}"))
    return tuple(takeaways)


def take_focus_area(
    request: Request,
    slug: str,
) -> tuple[Takeaway, ...]:
    """Of all claims about a focus area."""
    taker = Taker(request)
    relations = "include=initiatives,expected_outcomes,timeline_items"
    return (
        taker.curl(f"/v1/focus-areas/{slug}?{relations}"),
        taker.csv(f"/v1/search?focus_area={slug}&format=csv"),
        taker.calendar(f"/v1/timeline.ics?focus_area={slug}"),
    )


def take_list(
    request: Request,
    path: str,
    *,
    has_calendar: bool = False,
) -> tuple[Takeaway, ...]:
    """Of the list that the page shows, whose data is at the path."""
    taker = Taker(request)
    address = make_address(make_frame(request, None))
    query = address.query()
    separator = "?" if query else ""
    takeaways = [
        taker.curl(f"{path}{separator}{query}"),
        taker.csv(f"{path}?{address.query(format='csv')}"),
    ]
    if has_calendar:
        takeaways.append(taker.calendar(f"/v1/timeline.ics{separator}{query}"))
    return tuple(takeaways)
