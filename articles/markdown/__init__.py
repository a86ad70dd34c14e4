"""Markdown to safe HTML. Plain Python: no database, no application."""

from articles.markdown.anchors import fold, same_words, slugify, unique
from articles.markdown.finishing import ImageSize
from articles.markdown.links import article_link, linked_keys, resolve_links
from articles.markdown.outline import Section, TocEntry
from articles.markdown.rendering import (
    PIPELINE_VERSION,
    Rendered,
    leaves_brackets_open,
    render,
)
from articles.markdown.sanitising import SCHEMES
from articles.markdown.targets import is_image, replace_targets
from articles.markdown.typography import typeset
from articles.markdown.video import PLAYER_HOSTS

__all__ = [
    "PIPELINE_VERSION",
    "PLAYER_HOSTS",
    "SCHEMES",
    "ImageSize",
    "Rendered",
    "Section",
    "TocEntry",
    "article_link",
    "fold",
    "is_image",
    "leaves_brackets_open",
    "linked_keys",
    "render",
    "replace_targets",
    "resolve_links",
    "same_words",
    "slugify",
    "typeset",
    "unique",
]
