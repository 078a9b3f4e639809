"""Timeline items as a picture: each drawn on the axis of all, with a sentence on its dates."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pages.axis import Axis, make_axis
from app.pages.claims import main_text, record_path
from app.pages.drawing import Drawing, draw
from app.pages.sentences import write_sentence
from app.schemas.read import TimelineItemRead


@dataclass(frozen=True)
class PictureRow:
    """A timeline item in a picture, with what its dates mean as a sentence."""

    title: str
    path: str
    modality: str
    wording: str
    sentence: str
    drawing: Drawing


@dataclass(frozen=True)
class Picture:
    """Timeline items on one axis; without an axis if none has a date."""

    axis: Axis | None
    rows: tuple[PictureRow, ...]


def make_picture(
    items: Sequence[TimelineItemRead],
    period: str | None = None,
) -> Picture:
    """The picture of the items, in their order; its axis includes the period (EDTF) that they were
    asked for."""
    axis = make_axis(items, period)
    rows = []
    for item in items:
        drawing = Drawing()
        if axis is not None:
            drawing = draw(item, axis)
        row = PictureRow(
            title=main_text(item),
            path=record_path(item),
            modality=item.modality,
            wording=item.wording,
            sentence=write_sentence(item),
            drawing=drawing,
        )
        rows.append(row)
    return Picture(axis, tuple(rows))
