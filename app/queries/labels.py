"""Labels of focus areas: the focus areas they name, and the narrower ones these cover.

A label names the focus area that has it as its slug; else the one that has a label of the same
strict form; else, if there is only one, the one that has a label of the same loose form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import coverage
from app.errors import MAX_COMPARED_NAMES, InvalidRequest, ProblemItem, suggest
from app.schemas.paging import MAX_LISTED_COVERED, ResolvedFocusArea
from app.store.columns import CHUNK_ROWS, chunks
from app.store.models import FocusAreaLabel
from app.store.sessions import once
from app.store.statements import Statement
from app.text.folding import fold_label

# Problems of one response: finding the nearest label to each unknown one takes time.
MAX_LISTED_PROBLEMS = 5
# Focus areas that the problem of an ambiguous label lists.
MAX_LISTED_OWNERS = 5

# The focus areas that a label may mean: by slug, the label that each has.
Owners = Mapping[str, str]


def resolve_label(session: Session, label: str, *, is_exact: bool = False) -> str | None:
    """The slug of the focus area that the label names; None if it names none.

    `is_exact` leaves loose forms out. Raises InvalidRequest if the label names several."""
    owners = _read_owners(session, [label], is_exact=is_exact)[label]
    if len(owners) > 1:
        raise InvalidRequest.at(_describe_owners(label, owners), parameter="slug")
    return next(iter(owners), None)


def list_labels(session: Session) -> list[str]:
    """Every label of the focus areas, but for their slugs: each once, in order."""
    labels = select(FocusAreaLabel.label).where(FocusAreaLabel.position > 0).distinct()
    return sorted(session.scalars(labels))


def complete_label(session: Session, beginning: str, limit: int) -> list[FocusAreaLabel]:
    """Labels that begin so in their loose form, in the order of these; slugs are not among them."""
    loose_form = FocusAreaLabel.loose_form
    form = fold_label(beginning).loose
    statement = select(FocusAreaLabel).where(FocusAreaLabel.position > 0)
    statement = statement.where(loose_form.startswith(form, autoescape=True))
    statement = statement.order_by(loose_form, FocusAreaLabel.label)
    return list(session.scalars(statement.limit(limit)))


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
    unknown or ambiguous label."""

    def resolve() -> tuple[Covered, list[ProblemItem]]:
        return _resolve_focus_areas(session, parameter, labels, narrower=narrower)

    return once(session, (resolve_focus_areas, parameter, tuple(labels), narrower), resolve)


def _resolve_focus_areas(
    session: Session,
    parameter: str,
    labels: Sequence[str],
    *,
    narrower: bool,
) -> tuple[Covered, list[ProblemItem]]:
    owners = _read_owners(session, labels)
    unresolved = {label: owners[label] for label in labels if len(owners[label]) != 1}
    if unresolved:
        return Covered([], []), _list_problems(session, parameter, unresolved)
    slugs = {label: next(iter(owners[label])) for label in labels}
    resolved = sorted(set(slugs.values()))
    coverages, covered = _read_coverage(session, resolved, narrower=narrower)
    areas = []
    for label in labels:
        slug = slugs[label]
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
    for chunk in chunks(slugs):
        rows = (
            select(FocusAreaLabel.focus_area_slug, FocusAreaLabel.label)
            .where(FocusAreaLabel.focus_area_slug.in_(chunk))
            .order_by(*_NAME_FIRST)
        )
        for slug, label in session.execute(rows):
            labels.setdefault(slug, []).append(label)
    return labels


# The slug last: it is the label that people use least.
_NAME_FIRST = (FocusAreaLabel.position == 0, FocusAreaLabel.position)
# Built once, because building a statement takes longer than running it.
_LOOSE_FORMS: BindParameter[Any] = bindparam("loose_forms", expanding=True)
# Labels of the same strict form have the same loose form, so one index finds both.
_NAMED = Statement(
    select(FocusAreaLabel.__table__)
    .where(FocusAreaLabel.loose_form.in_(_LOOSE_FORMS))
    .order_by(*_NAME_FIRST)
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


def _read_owners(
    session: Session,
    labels: Iterable[str],
    *,
    is_exact: bool = False,
) -> dict[str, Owners]:
    """For each label the focus areas that it names: several only if it is ambiguous."""
    forms = {label: fold_label(label) for label in labels}
    # A text without letters and digits names nothing.
    loose_forms = sorted({form.loose for form in forms.values()} - {""})
    rows = _NAMED.rows(session, {"loose_forms": loose_forms})
    candidates: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        candidates[row.loose_form].append(row)
    owners: dict[str, Owners] = {}
    for label, form in forms.items():
        of_label = candidates[form.loose]
        matching = [row for row in of_label if row.focus_area_slug == label]
        if not matching:
            matching = [row for row in of_label if row.strict_form == form.strict]
        if not matching and not is_exact:
            matching = of_label
        slugs: dict[str, str] = {}
        for row in matching:
            slugs.setdefault(row.focus_area_slug, row.label)
        owners[label] = slugs
    return owners


def _list_problems(
    session: Session,
    parameter: str,
    unresolved: Mapping[str, Owners],
) -> list[ProblemItem]:
    problems = []
    for label, owners in list(unresolved.items())[:MAX_LISTED_PROBLEMS]:
        if owners:
            detail = _describe_owners(label, owners)
        else:
            suggestion = suggest(label, _near_labels(session, label))
            detail = f"There is no focus area {label!r}.{suggestion}"
        problems.append(ProblemItem(detail, parameter=parameter))
    return problems


def _describe_owners(label: str, owners: Owners) -> str:
    spellings = [f"{owners[slug]!r} (slug {slug!r})" for slug in sorted(owners)]
    listed = ", ".join(spellings[:MAX_LISTED_OWNERS])
    if len(spellings) > MAX_LISTED_OWNERS:
        listed += f" and {len(spellings) - MAX_LISTED_OWNERS} more"
    number = len(spellings)
    return f"{label!r} may mean {number} focus areas: {listed}. Give one of these labels or slugs."


def _near_labels(session: Session, label: str) -> list[str]:
    """The labels before and after this one in the order of loose forms: all, if there are few."""
    loose_form = FocusAreaLabel.loose_form
    form = fold_label(label).loose
    before = select(FocusAreaLabel.label).where(loose_form < form)
    before = before.order_by(loose_form.desc())
    after = select(FocusAreaLabel.label).where(loose_form >= form).order_by(loose_form)
    preceding = session.scalars(before.limit(MAX_COMPARED_NAMES))
    following = session.scalars(after.limit(MAX_COMPARED_NAMES))
    return [*preceding, *following]
