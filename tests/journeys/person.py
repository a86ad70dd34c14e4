"""Somebody at a browser, who finds things on a page by what they are called there."""

import re
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from feedback.spool.draining import drain
from search import sync
from tests.journeys.words import Words

# The visible texts that say to be in the language of the page, each without the space around it.
TEXTS = """() => {
  const own = document.documentElement.lang;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement: place, data } = walker.currentNode;
    if (place.closest("[lang]").lang === own && place.checkVisibility()) texts.push(data.trim());
  }
  return texts;
}"""

FIELDS = "input, textarea, select"


def _pattern(words: str) -> str:
    """Return a pattern for words, whichever spaces stand between them: browsers make them alike."""
    return r"\s+".join(map(re.escape, words.split()))


class Person:
    """Somebody at a browser. Everything is called by its English name, found by that on the page."""

    def __init__(self, name: str, page: Page, says: Words, app: Flask) -> None:
        self.name, self.page, self.says, self._app = name, page, says, app

    # Where they are

    def opens(self, address: str) -> int:
        """Go to an address as somebody who was sent it; return the status of the answer."""
        answer = self.page.goto(address)
        assert answer is not None, f"{address} is the page that is open"
        return answer.status

    def signs_in(self, email: str, password: str, *, code: str = "") -> None:
        """Sign in, with the code of an app where one is asked for."""
        self.opens("/studio/sign-in")
        self.types("E-mail address", email)
        self.types("Password", password)
        self.presses("Sign in")
        if code:
            self.types("Code", code)
            self.presses("Sign in")
        self.page.wait_for_url("**/studio/")

    # What they do

    def presses(self, label: str, *, within: Locator | None = None, **values: object) -> None:
        """Press a button."""
        self._ready(self.button(label, within=within, **values)).click()

    def button(self, label: str, *, within: Locator | None = None, **values: object) -> Locator:
        """Return the first button of a name; what only screen readers say may follow the name."""
        name = re.compile(f"^{_pattern(self.says(label, **values))}")
        return (within or self.page.locator("body")).get_by_role("button", name=name).first

    def follows(self, label: str, *, within: Locator | None = None, **values: object) -> None:
        """Follow a link of the interface."""
        place = within or self.page.locator("body")
        name = self.says(label, **values)
        self._ready(place.get_by_role("link", name=name, exact=True).first).click()

    def goes_to(self, title: str) -> None:
        """Follow the link that an article, a question or a person stands behind."""
        self._ready(self.page.locator("main").get_by_role("link", name=title).first).click()

    def turns_to(self, label: str) -> None:
        """Choose a part of the page."""
        self._ready(self.page.get_by_role("tab", name=self.says(label), exact=True)).click()

    def unfolds(self, label: str) -> None:
        """Open what is folded, if it is."""
        folded = self.page.locator(
            "details", has=self.page.get_by_text(self.says(label), exact=True)
        )
        if self._ready(folded.last).get_attribute("open") is None:
            folded.last.locator("summary").click()

    def field(self, label: str, **values: object) -> Locator:
        """Return the field of a name."""
        name = re.compile(f"^\\s*{_pattern(self.says(label, **values))}( \\(.*\\))?\\s*$")
        return self.page.get_by_label(name).and_(self.page.locator(FIELDS)).first

    def types(self, label: str, text: str, **values: object) -> None:
        """Write in a field, instead of what is there."""
        self._ready(self.field(label, **values)).fill(text)

    def chooses(self, label: str, option: str) -> None:
        """Choose one of a list; `option` is what is shown."""
        self._ready(self.field(label)).select_option(label=option)

    def gives_a_file(self, label: str, path: Path) -> None:
        """Press a button that asks for a file, and choose one."""
        with self.page.expect_file_chooser() as chosen:
            self.presses(label)
        chosen.value.set_files(path)

    def _ready(self, place: Locator) -> Locator:
        """Wait until something is there and the scripts of its page have run.

        Who is quicker than a script gets what works without it: a form that is sent, say.
        """
        place.wait_for(state="attached")
        self.page.wait_for_load_state()
        return place

    # What they see

    def sees(self, label: str, **values: object) -> None:
        """Wait until the interface says something."""
        self.sees_text(self.says(label, **values))

    def sees_text(self, text: str) -> None:
        """Wait until a text is there to be read."""
        shown = self.page.get_by_text(text).filter(visible=True)
        expect(shown.first).to_be_visible()

    def does_not_see(self, label: str, **values: object) -> None:
        """Make sure that something is not said (any more)."""
        expect(
            self.page.get_by_text(self.says(label, **values)).filter(visible=True)
        ).to_have_count(0)

    def reads_in_another_language(self) -> list[str]:
        """Return what of the interface is there in English although the page is not."""
        foreign = set(self.says.foreign())
        return [text for text in self.page.evaluate(TEXTS) if text in foreign]

    # What goes on meanwhile

    def waits_for_the_index(self) -> None:
        """Let the search follow what has changed, as the indexer of a site does by itself."""
        with self._app.app_context():
            sync.reconcile(self._app)

    def has_everything_counted(self) -> None:
        """Let what visitors did enter the figures, as it does within about a second on a site."""
        with self._app.app_context():
            drain()

    def evaluates(self, script: str) -> Any:
        """Ask the page something that nobody can see."""
        return self.page.evaluate(script)
