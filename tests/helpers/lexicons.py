"""Wordings written from lexicons: what a form looks like in each language."""

import re
from pathlib import Path

from app.dates.lexicon import FOLDER, Lexicon, list_languages, load_lexicon

LEXICONS = {language: load_lexicon(language) for language in list_languages()}


def write_template(template: str, **slots: object) -> str:
    """The template without its optional pieces, with the first of each choice."""
    previous = ""
    while previous != template:
        previous = template
        template = re.sub(r"\[[^\[\]]*\]", "", template)
        template = re.sub(r"\(([^()|\[\]]*)(?:\|[^()\[\]]*)?\)", r"\1", template)
    return template.replace("{of}", "").format(**slots)


def write_form(lexicon: Lexicon, form: str, **slots: object) -> str:
    """The first template of a form."""
    return write_template(getattr(lexicon.forms, form)[0], **slots)


def list_files() -> list[Path]:
    return sorted(FOLDER.glob("*.toml"))
