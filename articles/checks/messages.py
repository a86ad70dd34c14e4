"""What a finding says to a writer, and what to do about it: in English here, translated when shown.

The first sentence says what is the case, the second what to do. Neither blames anybody.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, has_app_context
from flask_babel import gettext

from articles.checks.findings import Finding
from kb.formats import shown_number
from kb.locales import LANGUAGE_NAMES

LANGUAGES = frozenset({"language", "own"})  # values that are codes of languages


def N_(text: str) -> str:  # noqa: N802  # the name that catalogues look for
    """Mark a text for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """Two sentences; `says` may take the values of a finding."""

    says: str
    advice: str


MESSAGES = {
    "title-missing": Message(N_("There is no title."), N_("Write it as a reader would ask.")),
    "title-long": Message(
        N_("The title has %(count)s letters; search engines cut it after “%(shown)s…”."),
        N_("Put what matters first, or say it in fewer words."),
    ),
    "summary-missing": Message(
        N_("There is no summary."),
        N_("Give the answer in one or two sentences: lists and search engines show them."),
    ),
    "summary-repeats": Message(
        N_("The summary repeats the title."), N_("Give the answer in short instead.")
    ),
    "summary-long": Message(
        N_("The summary has %(count)s letters."),
        N_("Keep it under %(limit)s: more is not read in a list."),
    ),
    "answers-missing": Message(
        N_("No question is listed that this article answers."),
        N_("Write two to five, each as customers put it: search finds the article by them."),
    ),
    "heading-empty": Message(N_("A heading has no words."), N_("Write it or take it out.")),
    "heading-h1": Message(
        N_("“%(heading)s” is a heading of the first level, which belongs to the title."),
        N_("Begin your sections with ##."),
    ),
    "heading-jump": Message(
        N_("“%(heading)s” goes from level %(above)s to level %(level)s."),
        N_("Do not skip a level: who listens to the page looks for what lies between."),
    ),
    "heading-twin": Message(
        N_("“%(heading)s” is a heading already, in line %(first)s."),
        N_("Say in each what sets it apart: the contents show both."),
    ),
    "table-headless": Message(
        N_("A table has an empty first row."),
        N_("Name its columns: who listens to the page hears the names with each cell."),
    ),
    "steps-by-hand": Message(
        N_("Steps are numbered by hand, from “%(words)s” on."),
        N_("Make them a list, “1.” at the start of each: readers see where they are."),
    ),
    "template-left": Message(
        N_("This is still from the template: %(words)s"),
        N_("Replace it with your words, or take it out."),
    ),
    "template-like": Message(
        N_("A whole paragraph stands in parentheses: %(words)s"),
        N_("If it is a note to yourself, take it out."),
    ),
    "to-do": Message(N_("“%(words)s” is still in the text."), N_("Finish it or take it out.")),
    "note-left": Message(
        N_("A note for the writer stands in the text."),
        N_("Readers never see it: it is taken out when you publish."),
    ),
    "image-alt": Message(
        N_("The image %(name)s has no alternative text."),
        N_("Say between the brackets what it shows, for those who cannot see it."),
    ),
    "image-alt-name": Message(
        N_("“%(alt)s” does not say what the image shows."),
        N_("Describe it in a few words, for those who cannot see it."),
    ),
    "image-empty": Message(
        N_("An image has no address."), N_("Insert the picture again, or take this out.")
    ),
    "image-missing": Message(
        N_("The image %(name)s is not on this site."), N_("Insert the picture here.")
    ),
    "image-heavy": Message(
        N_("The image %(name)s has %(megabytes)s MB."),
        N_("Save it smaller: on a phone it takes seconds to appear."),
    ),
    "image-wide": Message(
        N_("The image %(name)s is %(pixels)s pixels wide."),
        N_("Cut it to what matters: the page shows it at 700 at most."),
    ),
    "file-missing": Message(
        N_("The file %(name)s is not on this site."), N_("Upload it again, or take the link out.")
    ),
    "link-empty": Message(
        N_("The link “%(words)s” leads nowhere."), N_("Choose where it goes, or take it out.")
    ),
    "link-wordless": Message(
        N_("A link to %(address)s has no words."), N_("Say where it leads.")
    ),
    "link-vague": Message(
        N_("“%(words)s” does not say where the link leads."),
        N_("Use the name of the page: many readers jump from link to link."),
    ),
    "link-bare": Message(
        N_("Readers see the bare address %(address)s."),
        N_("Give the link words: [what is there](address)."),
    ),
    "link-anchor": Message(
        N_("“%(words)s” leads to a section that is not in this text (#%(anchor)s)."),
        N_("Choose the section again: its heading has probably changed."),
    ),
    "link-scheme": Message(
        N_("Browsers will not follow “%(words)s” (%(scheme)s)."),
        N_("Use an address that begins with https."),
    ),
    "link-relative": Message(
        N_("“%(words)s” leads to %(address)s, which is no page of this site."),
        N_("Choose the article in the list of links, or write the whole address."),
    ),
    "link-unknown": Message(
        N_("“%(words)s” leads to an article that does not exist (%(key)s)."),
        N_("Choose another: readers would see the words without a link."),
    ),
    "link-hidden": Message(
        N_("“%(words)s” leads to “%(title)s”, which is not published."),
        N_("Publish that one first: until then readers see the words without a link."),
    ),
    "link-section": Message(
        N_("“%(words)s” leads to a section that “%(title)s” no longer has."),
        N_("Choose the section again, or link to the whole article."),
    ),
    "sentence-long": Message(
        N_("A sentence of %(count)s words: “%(words)s…”"), N_("Make it two.")
    ),
    "paragraph-long": Message(
        N_("A paragraph of %(count)s words, more than a phone shows at once."),
        N_("Cut it where a new thought begins, or make a list of it."),
    ),
    "hard-to-read": Message(
        N_("The text is very hard to read (%(score)s out of 100)."),
        N_("Shorter sentences and everyday words help most."),
    ),
    "language-all": Message(
        N_("The text seems to be in %(language)s."),
        N_("It is filed as %(own)s: was it pasted into the wrong translation?"),
    ),
    "language-part": Message(
        N_("A paragraph seems to be in %(language)s."), N_("Translate it, or mark it as a quote.")
    ),
    "space-double": Message(
        N_("Two spaces before a punctuation mark: “%(words)s”."),
        N_("One is enough, and is set right by itself."),
    ),
    "space-before": Message(
        N_("A space before a punctuation mark: “%(words)s”."), N_("English has none there.")
    ),
}  # fmt: skip


def said(finding: Finding) -> str:
    """Return what a finding says, in the language of the request; in English outside any."""
    return _filled(MESSAGES[finding.rule].says, finding)


def advice(finding: Finding) -> str:
    """Return what to do about it."""
    return _filled(MESSAGES[finding.rule].advice, finding)


def _filled(text: str, finding: Finding) -> str:
    is_page = has_app_context()
    values = {name: _shown(name, value, is_page) for name, value in finding.values.items()}
    # Filled in here: a writer's words may hold a percent sign.
    return (gettext(text) if is_page else text) % values


def _shown(name: str, value: Any, is_page: bool) -> Any:
    if name in LANGUAGES:
        name_in_page = current_app.jinja_env.filters["language_name"] if is_page else None
        return name_in_page(value) if name_in_page else LANGUAGE_NAMES.get(value, value)
    if isinstance(value, float):
        return shown_number(value, 1) if is_page else f"{value:.1f}"
    return value
