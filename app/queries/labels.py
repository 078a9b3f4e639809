"""Which focus area does a label name, and what does it cover?"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import covering
from app.db import chunks
from app.errors import NEAREST_OF, Problem, suggest
from app.folding import fold
from app.models import FocusAreaLabel
from app.schemas.paging import COVERS_SHOWN, ResolvedFocusArea

# Unknown values that are named in one answer: finding the nearest of each costs time.
NAMED_AT_ONCE = 5


def resolve_label(session: Session, label: str) -> str | None:
    """The slug of the focus area that a slug, name or alias names, however it is spelt."""
    return session.scalar(
        select(FocusAreaLabel.focus_area_slug)
        .where(FocusAreaLabel.folded == fold(label))
        .order_by(FocusAreaLabel.focus_area_slug)
        .limit(1)
    )


def resolve_focus_areas(
    session: Session, parameter: str, given: Sequence[str], *, narrower: bool
) -> tuple[list[ResolvedFocusArea], list[Problem]]:
    """What each label covers, in the order given, and a problem for each that names nothing."""
    folded = {label: fold(label) for label in given}
    rows = session.execute(
        select(FocusAreaLabel.folded, FocusAreaLabel.focus_area_slug).where(
            FocusAreaLabel.folded.in_(set(folded.values()))
        )
    )
    slugs = {row.folded: row.focus_area_slug for row in rows}
    unknown = [label for label in given if folded[label] not in slugs]
    if unknown:
        return [], _say_unknown(session, parameter, unknown)
    below = _narrower(session, sorted(set(slugs.values()))) if narrower else {}
    resolved = []
    for label in given:
        slug = slugs[folded[label]]
        shown, total = below.get(slug, ([], 0))
        cut = {"total_covers": total + 1} if len(shown) < total else {}
        resolved.append(ResolvedFocusArea(given=label, slug=slug, covers=[slug, *shown], **cut))
    return resolved, []


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


def _narrower(session: Session, slugs: Sequence[str]) -> dict[str, tuple[list[str], int]]:
    """What is below each slug, at any depth: the first by slug, and how many there are."""
    tree = covering(slugs)
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
    first = select(below).where(below.c.place < COVERS_SHOWN).order_by(below.c.covers)
    found: dict[str, tuple[list[str], int]] = {}
    for row in session.execute(first):
        found.setdefault(row.slug, ([], row.total))[0].append(row.covers)
    return found


def _say_unknown(session: Session, parameter: str, unknown: Sequence[str]) -> list[Problem]:
    labels = session.scalars(select(FocusAreaLabel.label).limit(NEAREST_OF)).all()
    return [
        Problem(f"There is no focus area {label!r}.{suggest(label, labels)}", parameter=parameter)
        for label in unknown[:NAMED_AT_ONCE]
    ]
