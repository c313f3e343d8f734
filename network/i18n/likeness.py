"""How far one folded word is from another, counted in slips: what people type on old phones, in a hurry, by ear.

A wrong vowel, a consonant heard for its neighbour, a letter too many or too few cost less than another word does. Pure;
used on a handful of candidates that trigrams or consonants have found.
"""

from __future__ import annotations

from functools import lru_cache

_VOWELS = frozenset("ai")
"""All that ``folding.fold`` leaves of them."""

_HEARD_ALIKE = frozenset(
    frozenset(pair)
    for pair in ("bp", "bv", "vf", "dt", "gk", "kh", "gh", "zs", "js", "jz", "jc", "cs", "wc", "ws", "wj", "mn", "lr", "ia")
)  # fmt: skip
_ONE_SOUND = (("ch", "c"), ("sh", "w"))
_CLOSE, _VOWEL, _OTHER = 0.5, 0.6, 1.0


@lru_cache(maxsize=8192)
def _letters(word: str) -> str:
    for spelled, sound in _ONE_SOUND:
        word = word.replace(spelled, sound)
    return word


def slips(one: str, other: str) -> float:
    """The least that has to be changed to make one of the other: 0 for equal words, 1 for one wrong letter."""
    one, other = _letters(one), _letters(other)
    before_last: list[float] = []
    last = [sum(_cost(c) for c in other[:n]) for n in range(len(other) + 1)]
    for row, letter in enumerate(one, 1):
        now = [last[0] + _cost(letter)]
        for column, wanted in enumerate(other, 1):
            best = min(
                last[column] + _cost(letter),
                now[column - 1] + _cost(wanted),
                last[column - 1] + _exchange(letter, wanted),
            )
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                best = min(best, before_last[column - 2] + _OTHER * 0.8)
            now.append(best)
        before_last, last = last, now
    return last[-1]


def _cost(letter: str) -> float:
    """Of a letter too many or too few."""
    return _VOWEL if letter in _VOWELS else _OTHER


def _exchange(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _CLOSE if frozenset((one, other)) in _HEARD_ALIKE else _OTHER


def allowance(word: str) -> float:
    """How many slips a word of this length may have and still be meant."""
    length = len(word)
    if length < 3:
        return 0.0
    return {3: 0.6, 4: 1.0, 5: 1.2, 6: 1.6}.get(length, 2.2 if length < 10 else 3.0)


def alike(typed: str, known: str) -> float | None:
    """The slips between a word typed and a word known, or None where there are too many. The end may not be typed yet."""
    least = slips(typed, known)
    if len(typed) > 4 and len(known) > len(typed):
        least = min(least, slips(typed, known[: len(typed)]) + 0.4)
    return least if least <= allowance(typed) else None
