"""When do two labels name the same thing, whatever their case, accents and punctuation?"""

import unicodedata


def fold(label: str) -> str:
    """The letters and digits of a label, without marks, case-folded: "Counter-Térrorism" and
    "counter terrorism" both give "counterterrorism".

    Decomposed (NFKD) before and after case folding, as Unicode's compatibility caseless matching
    has it (The Unicode Standard, D146). Done in Python, not in SQL, so that both engines agree:
    PostgreSQL's `unaccent` is not always installed.
    """
    if label.isascii():
        # The same, a word a hundred times sooner.
        return label.lower() if label.isalnum() else "".join(filter(str.isalnum, label.lower()))
    decomposed = unicodedata.normalize("NFKD", label)
    folded = unicodedata.normalize("NFKD", decomposed.casefold())
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")
