"""Korean particles after a value: of each pair in `locale/ko/figures.json`, such as that of the subject, the one that fits."""

import re

from dure.portal.kit.wording.language import figures_of

_FORMS: dict[str, list[str]] = figures_of("ko")["particles"]
# A Hangul syllable, perhaps closed by quotation marks or brackets, and both forms after it.
_OPEN = re.compile(rf"([\uac00-\ud7a3])([”’\"')]*)({'|'.join(map(re.escape, _FORMS))})")
_FIRST, _FINALS, _RIEUL = 0xAC00, 28, 8  # of syllables in Unicode: the first, how many finals each may have, and the final l
_AFTER_L = "("  # the pair that begins so leaves out its vowel after l, too


def with_particles(text: str) -> str:
    """The text with each particle that follows a Korean word chosen; after ids and figures both forms stay."""
    return _OPEN.sub(lambda found: f"{found[1]}{found[2]}{_fitting(found[1], found[3])}", text)


def _fitting(syllable: str, both: str) -> str:
    final = (ord(syllable) - _FIRST) % _FINALS
    after_consonant, after_vowel = _FORMS[both]
    return after_vowel if final == 0 or (both.startswith(_AFTER_L) and final == _RIEUL) else after_consonant
