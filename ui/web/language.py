"""Which of our languages a reader gets."""

from __future__ import annotations

from corpus.messages import LANGUAGES, language


def pick_language(lang: str | None, accepted: str = "") -> str:
    """`?lang=` if we have it, else the first of Accept-Language that we have, else the default."""
    for wanted in [lang or "", *accepted.split(",")]:
        code = wanted.strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return language()
