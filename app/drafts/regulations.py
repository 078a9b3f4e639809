"""Is a text one that binds: a law, a regulation, a by-law?"""

import re

from app.drafts.lexicon import Lexicon, fold_case
from app.reading.blocks import BlockKind, ReadFile

# "§ 2 Duties": how such texts number their parts in many countries.
_SECTION_SIGN = re.compile(r"\W*§\s?[0-9]")
# A plan cites one paragraph of a law at the beginning of a line, a law has several.
_MIN_SECTIONS = 2


def is_regulation(
    file: ReadFile,
    title: str,
    lexicon: Lexicon,
) -> bool:
    """Whether the title says so, or the parts of the text are numbered as those of a law are."""
    pattern = lexicon.compile_opening(lexicon.regulations)
    if pattern.match(fold_case(title)) is not None:
        return True
    sections = 0
    for block in file.blocks:
        if block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
            sections += _SECTION_SIGN.match(file.text, block.start, block.end) is not None
    return sections >= _MIN_SECTIONS
