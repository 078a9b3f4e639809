"""Which focus area does a label name, and what does it cover?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import coverage
from app.errors import MAX_COMPARED_NAMES, ProblemItem, suggest
from app.schemas.paging import MAX_LISTED_COVERED, ResolvedFocusArea
from app.store.columns import CHUNK_ROWS, chunks
from app.store.models import FocusAreaLabel
from app.text.folding import fold

# Unknown values that are named in one answer: finding the nearest of each costs time.
MAX_LISTED_PROBLEMS = 5


def resolve_label(session: Session, label: str) -> str | None:
    """The slug of the focus area that a slug, name or alias names, however it is spelt."""
    return session.scalar(
        select(FocusAreaLabel.focus_area_slug)
        .where(FocusAreaLabel.folded == fold(label))
        .order_by(FocusAreaLabel.focus_area_slug)
        .limit(1)
    )


@dataclass(frozen=True)
class Covered:
    """What labels mean, in the order given; and the focus areas that count for them, by slug: a
    list, or where there are more than a statement should take, a question for them."""

    areas: list[ResolvedFocusArea]
    slugs: list[str] | Select[Any]


def resolve_focus_areas(
    session: Session, parameter: str, given: Sequence[str], *, narrower: bool
) -> tuple[Covered, list[ProblemItem]]:
    """What the labels cover, and a problem for each that names nothing."""
    folded = {label: fold(label) for label in given}
    rows = session.connection().execute(_NAMED, {"folded": list(set(folded.values()))})
    slugs = {row.folded: row.focus_area_slug for row in rows}
    unknown = [label for label in given if folded[label] not in slugs]
    if unknown:
        return Covered([], []), _say_unknown(session, parameter, unknown)
    named = sorted(set(slugs.values()))
    below = _read_below(session, named) if narrower else {slug: [slug] for slug in named}
    covers: list[str] | Select[Any]
    if below is not None:
        shown = {slug: (found[:MAX_LISTED_COVERED], len(found)) for slug, found in below.items()}
        covers = sorted({slug for found in below.values() for slug in found})
    else:
        shown = _count_below(session, named)
        covers = select(coverage(named).c.covers)
    resolved = []
    for label in given:
        slug = slugs[folded[label]]
        some, total = shown[slug]
        cut = {"total_covers": total} if len(some) < total else {}
        resolved.append(ResolvedFocusArea(given=label, slug=slug, covers=some, **cut))
    return Covered(resolved, covers), []


def read_labels(session: Session, slugs: Sequence[str]) -> dict[str, list[str]]:
    """Everything that each focus area is called: its name, its aliases, its slug."""
    labels: dict[str, list[str]] = {}
    for some in chunks(slugs):
        rows = select(FocusAreaLabel.focus_area_slug, FocusAreaLabel.label).where(
            FocusAreaLabel.focus_area_slug.in_(some)
        )
        # The slug last: it is what a person would call it least.
        order = (FocusAreaLabel.position == 0, FocusAreaLabel.position)
        for slug, label in session.execute(rows.order_by(*order)):
            labels.setdefault(slug, []).append(label)
    return labels


# Made once: a statement takes longer to make than to run.
_NAMED = select(FocusAreaLabel.folded, FocusAreaLabel.focus_area_slug).where(
    FocusAreaLabel.folded.in_(bindparam("folded", expanding=True))
)
_TREE = coverage(bindparam("slugs", expanding=True))
_BELOW = select(_TREE.c.slug, _TREE.c.covers).limit(CHUNK_ROWS + 1)


def _read_below(session: Session, slugs: Sequence[str]) -> dict[str, list[str]] | None:
    """Each slug and what is below it, at any depth: itself first, then by slug. None if that is
    more than a statement should take."""
    rows = session.connection().execute(_BELOW, {"slugs": slugs}).all()
    if len(rows) > CHUNK_ROWS:
        return None
    found: dict[str, list[str]] = {slug: [slug] for slug in slugs}
    for slug, covers in sorted((row.slug, row.covers) for row in rows):
        if covers != slug:
            found[slug].append(covers)
    return found


def _count_below(session: Session, slugs: Sequence[str]) -> dict[str, tuple[list[str], int]]:
    """The same, however many there are: the first ones, and how many there are."""
    tree = coverage(slugs)
    below = (
        select(
            tree.c.slug,
            tree.c.covers,
            func.row_number().over(partition_by=tree.c.slug, order_by=tree.c.covers).label("place"),
            func.count().over(partition_by=tree.c.slug).label("total"),
        )
        .where(tree.c.slug != tree.c.covers)
        .subquery()
    )
    # With the focus area itself, as many as are shown.
    first = select(below).where(below.c.place < MAX_LISTED_COVERED).order_by(below.c.covers)
    found: dict[str, tuple[list[str], int]] = {slug: ([slug], 1) for slug in slugs}
    for row in session.execute(first):
        found[row.slug] = ([*found[row.slug][0], row.covers], row.total + 1)
    return found


def _say_unknown(session: Session, parameter: str, unknown: Sequence[str]) -> list[ProblemItem]:
    labels = session.scalars(select(FocusAreaLabel.label).limit(MAX_COMPARED_NAMES)).all()
    return [
        ProblemItem(
            f"There is no focus area {label!r}.{suggest(label, labels)}", parameter=parameter
        )
        for label in unknown[:MAX_LISTED_PROBLEMS]
    ]
