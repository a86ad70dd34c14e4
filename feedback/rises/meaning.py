"""Which wordings of the current hours mean the same, where vectors can tell."""

from collections.abc import Mapping

from feedback.gaps.meaning import encode_if_ready
from feedback.reports.articles_meaning import labels_of, titles_by_language
from feedback.rises.finding import Meant
from feedback.rises.topics import Key

MOST = 400  # wordings compared; those of an incident are few and asked often


def meant() -> Meant | None:
    """Return what labels wordings by meaning; None while the model is not ready."""
    encode = encode_if_ready()
    if encode is None:
        return None

    def label(texts: Mapping[Key, str]) -> Mapping[Key, int]:
        keys = list(texts)[-MOST:]
        labels = labels_of(
            [texts[key] for key in keys],
            [locale for locale, _ in keys],
            encode,
            titles_by_language(),
        )
        return dict(zip(keys, labels, strict=True))

    return label
