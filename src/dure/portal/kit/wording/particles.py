"""Korean particles after a value: of `은(는)`, `이(가)`, `을(를)`, `과(와)` and `(으)로` the one that fits its last syllable."""

import re

_FORMS = {
    "은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "과(와)": ("과", "와"), "(으)로": ("으로", "로"),
}  # fmt: skip
_OPEN = re.compile(rf"([가-힣])([”’\"')]*)({'|'.join(map(re.escape, _FORMS))})")
_FIRST, _FINALS, _RIEUL = 0xAC00, 28, 8  # of Hangul syllables in Unicode: the first, how many finals each may have, and ㄹ


def with_particles(text: str) -> str:
    """The text with each particle that follows a Korean word chosen; after ids and figures both forms stay."""
    return _OPEN.sub(lambda found: f"{found[1]}{found[2]}{_fitting(found[1], found[3])}", text)


def _fitting(syllable: str, both: str) -> str:
    final = (ord(syllable) - _FIRST) % _FINALS
    after_consonant, after_vowel = _FORMS[both]
    return after_vowel if final == 0 or (both == "(으)로" and final == _RIEUL) else after_consonant
