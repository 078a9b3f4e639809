"""Classes of characters: which are invisible, which scripts write no spaces, and which letters are
read without their marks.

Scripts are ranges of code points, because Python does not know the script of a character.
"""

import re
import unicodedata
from functools import cache

# Default-ignorable code points (Unicode, DerivedCoreProperties), such as the soft hyphen, joiners
# and variation selectors, and the Arabic tatweel, which only stretches a word. The zero-width space
# is not among them: it separates words.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"[{_INVISIBLE}]+")

_HANGUL = "\u1100-\u115e\ua960-\ua97c\uac00-\ud7a3"
# A syllable of Korean, or the first consonant of one that is decomposed.
HANGUL = re.compile(f"[{_HANGUL}]")
# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, Tai scripts, kana and Han. Korean
# has spaces, but joins particles and parts of a compound to a word.
_UNSPACED = (
    f"{_HANGUL}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005\u3007"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff"
    "\uff66-\uff9f"
)
# Their digits are in numbers, as those of every script.
_UNSPACED_CHARACTER = rf"(?=[^\W\d_])(?:[{_UNSPACED}]|[\U00020000-\U0003ffff])"
# Letters by category that continue a syllable as marks do: vowels and final consonants of
# decomposed Hangul, and the voicing marks of half-width kana.
_CONTINUING = "\u1161-\u11ff\ud7b0-\ud7fb\uff9e\uff9f"
# The group of `word_pattern` that matches an unspaced character.
UNSPACED_GROUP = "unspaced"


@cache
def word_pattern() -> re.Pattern[str]:
    """Matches a run of letters, digits and marks; or an unspaced character with its marks.

    Invisible characters are within a word, or between two. A superscript beside a digit is a word
    of its own: 10² is not 102. Built when it is needed first, which takes some milliseconds."""
    marks, rare_marks, superscripts = _CONTINUING, "", ""
    for char in map(chr, range(0x20000)):
        category = unicodedata.category(char)
        if category[0] == "M" and char <= "\uffff":
            marks += char
        elif category[0] == "M":
            rare_marks += char
        elif category == "No" and char <= "\uffff":
            superscripts += char
    # Classes of the first plane are looked up in a table, others range by range; so the rare ones
    # come last.
    mark = f"[{marks}]|[{rare_marks}]"
    letter = rf"(?!{_UNSPACED_CHARACTER})[^\W_]"
    is_new_number = rf"(?<=[\d{superscripts}])[{superscripts}]|(?<=[{superscripts}])\d"
    continuing = rf"[A-Za-z]+|(?!{is_new_number}){letter}|{mark}"
    invisible = f"[{_INVISIBLE}]+"
    return re.compile(
        rf"(?P<{UNSPACED_GROUP}>{_UNSPACED_CHARACTER}(?:{mark}|{invisible}(?:{mark}))*)|"
        rf"{letter}(?:{continuing}|{invisible}(?:{continuing}))*"
    )


# Letters of the scripts in which marks are accents or pointing, which may be left out: Latin,
# Greek, Hebrew and Arabic. In most other scripts a mark is a vowel, a tone or another consonant.
POINTED = re.compile(
    "[A-Za-z\u00aa-\u02b8\u0370-\u03ff\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f\ua720-\ua7ff"
    "\uab30-\uab64\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06ee-\u06ff\u0750-\u077f"
    "\u0870-\u088e\u08a0-\u08c9]"
)

# Apostrophes that are letters: Hawaiʻi, Qurʾān.
LETTER_APOSTROPHES = re.compile("[\u02b9-\u02bf\u02ee\ua78b\ua78c]+")
# What people type for letters that no decomposition leads to. Small letters only.
TYPED_AS = {
    "æ": "ae",
    "ð": "d",
    "ø": "o",
    "þ": "th",
    "ß": "ss",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "ĸ": "k",
    "ł": "l",
    "ŋ": "n",
    "œ": "oe",
    "ŧ": "t",
    "ƀ": "b",
    "ƃ": "b",
    "ƈ": "c",
    "ƙ": "k",
    "ƚ": "l",
    "ƥ": "p",
    "ƭ": "t",
    "ƴ": "y",
    "ƶ": "z",
    "ǝ": "e",
    "ǥ": "g",
    "ȷ": "j",
    "ɇ": "e",
    "ɉ": "j",
    "ɍ": "r",
    "ɏ": "y",
    "ɓ": "b",
    "ɔ": "o",
    "ɖ": "d",
    "ɗ": "d",
    "ə": "e",
    "ɛ": "e",
    "ƒ": "f",
    "ɠ": "g",
    "ɣ": "g",
    "ɨ": "i",
    "ɩ": "i",
    "ɫ": "l",
    "ɲ": "n",
    "ʉ": "u",
    "ʊ": "u",
    "ʋ": "v",
    "ⱥ": "a",
    "ȼ": "c",
    "ⱦ": "t",
    # Russian is mostly printed without ё.
    "ё": "е",
    # One letter on Arabic, Persian and Urdu keyboards.
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
}
