"""What the cell of a column of status says of its row: how far it is done."""

from dataclasses import dataclass

from app.drafts.sentences import Span
from app.drafts.source import Source
from app.vocabulary import Modality

_MODALITIES: tuple[Modality, ...] = ("prospective", "stated", "occurred")


@dataclass(frozen=True)
class Status:
    """The modality of the row, and the cell that shows it; None for what is given up."""

    span: Span
    modality: Modality | None = None

    @property
    def is_negated(self) -> bool:
        """Whether it is not done, and will not be."""
        return self.modality is None


def read_status(source: Source, cell: Span) -> Status | None:
    """By the first words of the cell. None where the lexicon does not know them."""
    words = source.lexicon.status
    if source.begins(words.negated, cell):
        return Status(cell)
    # "Not completed" begins as what is planned does, so that is compared first.
    for modality in _MODALITIES:
        if source.begins(getattr(words, modality), cell):
            return Status(cell, modality)
    return None
