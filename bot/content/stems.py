"""Words without their endings, in both languages: "despertó" and "despierto" say nearly the same.

Nothing is remembered here: the words are those of people.
"""

import snowballstemmer

from bot.models import Language

_NAMES = {Language.EN: "english", Language.ES: "spanish"}
_SHORTEST = 4  # letters of a word that has an ending: "dyin"


class Stemmer:
    """Cuts the endings of the words of one language."""

    def __init__(self, language: Language) -> None:
        self._stemmer = snowballstemmer.stemmer(_NAMES[language])
        self._drops_g = language is Language.EN

    def stem(self, word: str) -> str:
        """Return a word without its ending."""
        return word if len(word) < _SHORTEST else str(self._stemmer.stemWord(word))

    def stem_as_said(self, word: str) -> str:
        """Return it for a word that may be written as it is said: "killin" for "killing"."""
        drops_g = self._drops_g and word.endswith("in") and len(word) >= _SHORTEST
        return self.stem(f"{word}g" if drops_g else word)
