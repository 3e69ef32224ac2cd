"""Small typos in words that matter: one letter missing, added, swapped or wrong."""

from collections.abc import Iterable, Iterator


class Spelling:
    """Maps a mistyped word to the one that was meant; fast enough for every word of a message."""

    def __init__(self, words: Iterable[str], *, not_typos: Iterable[str] = ()) -> None:
        self._words = frozenset(words)
        self._not_typos = frozenset(not_typos) | self._words
        self._shortest = min((len(word) for word in self._words), default=0) - 1
        # A typo and its word share a form that lacks one letter of each.
        self._near = {form: word for word in sorted(self._words) for form in _lacking_one(word)}

    def correct(self, word: str) -> str:
        """Return the word that was meant, or word itself."""
        if len(word) < self._shortest or word in self._not_typos:
            return word
        if word in self._near:
            return self._near[word]
        for form in _lacking_one(word):
            if form in self._words:
                return form
            if form in self._near:
                return self._near[form]
        return word


def _lacking_one(word: str) -> Iterator[str]:
    return (
        word[:i] + word[i + 1 :] for i in range(1, len(word))
    )  # first letters are seldom wrong
