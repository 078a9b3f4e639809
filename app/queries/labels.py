"""Labels of focus areas: the focus areas they name, and the narrower ones these cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import coverage
from app.errors import MAX_COMPARED_NAMES, ProblemItem, suggest
from app.schemas.paging import MAX_LISTED_COVERED, ResolvedFocusArea
from app.store.columns import CHUNK_ROWS, chunks
from app.store.models import FocusAreaLabel
from app.store.statements import Statement
from app.text.folding import fold

# Problems of one response: finding the nearest label to each unknown one takes time.
MAX_LISTED_PROBLEMS = 5


def resolve_label(session: Session, label: str) -> str | None:
    """The slug of the focus area with this slug, name or alias, in any spelling."""
    return session.scalar(
        select(FocusAreaLabel.focus_area_slug)
        .where(FocusAreaLabel.folded == fold(label))
        .order_by(FocusAreaLabel.focus_area_slug)
        .limit(1)
    )


@dataclass(frozen=True)
class Covered:
    """The focus areas that labels name, in the order of the labels, and the slugs of all that they
    cover: a list, or a SELECT where there are too many for a statement."""

    areas: list[ResolvedFocusArea]
    slugs: list[str] | Select[Any]


@dataclass(frozen=True)
class _Coverage:
    """The slugs that one focus area covers, itself first: the first of them, and their number."""

    slugs: list[str]
    total: int


def resolve_focus_areas(
    session: Session,
    parameter: str,
    labels: Sequence[str],
    *,
    narrower: bool,
) -> tuple[Covered, list[ProblemItem]]:
    """The focus areas that the labels name, with all `narrower` ones; and a problem for each
    unknown label."""
    folded = {label: fold(label) for label in labels}
    distinct = list(set(folded.values()))
    rows = _NAMED.rows(session, {"folded": distinct})
    slugs = {row.folded: row.focus_area_slug for row in rows}
    unknown = [label for label in labels if folded[label] not in slugs]
    if unknown:
        return Covered([], []), _list_problems(session, parameter, unknown)
    resolved = sorted(set(slugs.values()))
    coverages, covered = _read_coverage(session, resolved, narrower=narrower)
    areas = []
    for label in labels:
        slug = slugs[folded[label]]
        covers = coverages[slug].slugs
        total = coverages[slug].total
        area = ResolvedFocusArea(given=label, slug=slug, covers=covers)
        # Absent from the response, not 0, where `covers` is complete.
        if len(covers) < total:
            area.total_covers = total
        areas.append(area)
    return Covered(areas, covered), []


def _read_coverage(
    session: Session,
    slugs: Sequence[str],
    *,
    narrower: bool,
) -> tuple[dict[str, _Coverage], list[str] | Select[Any]]:
    """What each focus area covers, and the slugs of all of it together."""
    below = _read_below(session, slugs) if narrower else {slug: [slug] for slug in slugs}
    if below is None:
        covered_slugs = select(coverage(slugs).c.covers)
        return _count_below(session, slugs), covered_slugs
    coverages = {}
    union: set[str] = set()
    for slug, covered in below.items():
        coverages[slug] = _Coverage(covered[:MAX_LISTED_COVERED], len(covered))
        union.update(covered)
    return coverages, sorted(union)


def read_labels(session: Session, slugs: Sequence[str]) -> dict[str, list[str]]:
    """All labels of each focus area: its name, its aliases, its slug."""
    labels: dict[str, list[str]] = {}
    # The slug last: it is the label that people use least.
    order = (FocusAreaLabel.position == 0, FocusAreaLabel.position)
    for chunk in chunks(slugs):
        rows = (
            select(FocusAreaLabel.focus_area_slug, FocusAreaLabel.label)
            .where(FocusAreaLabel.focus_area_slug.in_(chunk))
            .order_by(*order)
        )
        for slug, label in session.execute(rows):
            labels.setdefault(slug, []).append(label)
    return labels


# Built once, because building a statement takes longer than running it.
_FOLDED: BindParameter[Any] = bindparam("folded", expanding=True)
_NAMED = Statement(
    select(FocusAreaLabel.folded, FocusAreaLabel.focus_area_slug).where(
        FocusAreaLabel.folded.in_(_FOLDED)
    )
)
_SLUGS: BindParameter[Any] = bindparam("slugs", expanding=True)
# One row more than a statement takes shows that there are too many.
_BELOW = Statement(select(coverage(_SLUGS)).limit(CHUNK_ROWS + 1))


def _read_below(
    session: Session,
    slugs: Sequence[str],
) -> dict[str, list[str]] | None:
    """Each slug with those below it, at any depth: itself first, then by slug. None if there are
    too many for a statement."""
    rows = _BELOW.rows(session, {"slugs": slugs})
    if len(rows) > CHUNK_ROWS:
        return None
    below = {slug: [slug] for slug in slugs}
    pairs = [(row.slug, row.covers) for row in rows]
    for slug, covered in sorted(pairs):
        if covered != slug:
            below[slug].append(covered)
    return below


def _count_below(
    session: Session,
    slugs: Sequence[str],
) -> dict[str, _Coverage]:
    """The coverage of each slug, with the first MAX_LISTED_COVERED slugs only."""
    tree = coverage(slugs)
    place = func.row_number().over(
        partition_by=tree.c.slug,
        order_by=tree.c.covers,
    )
    total = func.count().over(partition_by=tree.c.slug)
    below = (
        select(tree, place.label("place"), total.label("total"))
        .where(tree.c.slug != tree.c.covers)
        .subquery()
    )
    # One fewer than MAX_LISTED_COVERED, as the focus area itself comes first.
    first = select(below).where(below.c.place < MAX_LISTED_COVERED)
    coverages = {slug: _Coverage([slug], 1) for slug in slugs}
    for row in session.execute(first.order_by(below.c.covers)):
        covered = coverages[row.slug].slugs
        covered.append(row.covers)
        coverages[row.slug] = _Coverage(covered, row.total + 1)
    return coverages


def _list_problems(
    session: Session,
    parameter: str,
    unknown: Sequence[str],
) -> list[ProblemItem]:
    statement = select(FocusAreaLabel.label).limit(MAX_COMPARED_NAMES)
    labels = session.scalars(statement).all()
    problems = []
    for label in unknown[:MAX_LISTED_PROBLEMS]:
        detail = f"There is no focus area {label!r}.{suggest(label, labels)}"
        problems.append(ProblemItem(detail, parameter=parameter))
    return problems
