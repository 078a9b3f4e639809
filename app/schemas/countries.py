"""Country codes of ISO 3166-1 (alpha-2), and the codes that are nearest to others.

The list is that of the library `iso3166`, which has Kosovo (XK) beside the standard's countries.
"""

from iso3166 import countries_by_alpha2, countries_by_alpha3, countries_by_name

_FORMER = "that was used until the country was renamed or divided"
# Codes in use that the standard does not give to a country: the code of the country that is meant,
# and the reason. Former codes are those of ISO 3166-3 with one successor.
_OTHER_CODES = {
    "UK": ("GB", "that ISO 3166-1 reserves for the United Kingdom without using it"),
    "EL": ("GR", "that only the European Union uses, for Greece"),
    "BU": ("MM", _FORMER),
    "DD": ("DE", _FORMER),
    "DY": ("BJ", _FORMER),
    "FX": ("FR", _FORMER),
    "HV": ("BF", _FORMER),
    "NH": ("VU", _FORMER),
    "RH": ("ZW", _FORMER),
    "SU": ("RU", _FORMER),
    "TP": ("TL", _FORMER),
    "VD": ("VN", _FORMER),
    "YD": ("YE", _FORMER),
    "YU": ("RS", _FORMER),
    "ZR": ("CD", _FORMER),
}
# Nearest codes that a message lists.
MAX_LISTED_CODES = 3


def make_pattern() -> str:
    """A regular expression of all codes, in capitals or small letters, for JSON Schema."""
    second_letters: dict[str, str] = {}
    for code in sorted(countries_by_alpha2):
        letter = code[1] + code[1].lower()
        second_letters[code[0]] = second_letters.get(code[0], "") + letter
    alternatives = []
    for letter, letters in second_letters.items():
        alternatives.append(f"[{letter}{letter.lower()}][{letters}]")
    return f"^({'|'.join(alternatives)})$"


def find_country_mistake(text: str) -> str | None:
    """Why the text is not the code of a country, with the nearest; None if it is one."""
    if text in countries_by_alpha2:
        return None
    detail = f"{text!r} is not a country code of ISO 3166-1 such as JO"
    other_code = _OTHER_CODES.get(text)
    if other_code is not None:
        code, reason = other_code
        return f"{detail}, but one {reason}. Did you mean {_describe(code)}?"
    codes = _find_nearest(text)
    if not codes:
        return f"{detail}. Use the two capital letters of the country."
    return f"{detail}. Did you mean {_join(codes)}?"


def _find_nearest(text: str) -> list[str]:
    """The code of a country that is called so, or codes with one letter in common."""
    upper = text.upper()
    for countries in (countries_by_alpha2, countries_by_alpha3, countries_by_name):
        if upper in countries:
            return [countries[upper].alpha2]
    if len(upper) != 2:
        return []
    for position in (0, 1):
        similar = [code for code in countries_by_alpha2 if code[position] == upper[position]]
        if similar:
            return sorted(similar)[:MAX_LISTED_CODES]
    return []


def _join(codes: list[str]) -> str:
    *others, final = [_describe(code) for code in codes]
    if not others:
        return final
    return f"{', '.join(others)} or {final}"


def _describe(code: str) -> str:
    return f"{code!r} ({countries_by_alpha2[code].name})"
