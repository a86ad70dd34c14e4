"""What is added to Python-Markdown's tree: tabs without scripts, and tasks that can be read aloud."""

import re
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_TASK = re.compile(r"\[([ xX])\][ ]+")


class Tasks(Treeprocessor):
    """Turn list items that start with `[ ]` or `[x]` into tasks: a mark, no form control."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for item in root.iter("li"):
            holder = item[0] if not (item.text or "").strip() and len(item) else item
            if holder.tag not in {"li", "p"}:
                continue
            match = _TASK.match(holder.text or "")
            if not match:
                continue
            mark = Element("span", {"class": "task" if match[1] == " " else "task task-done"})
            mark.tail = (holder.text or "")[match.end() :]
            holder.text = ""
            holder.insert(0, mark)


class Tabs(Treeprocessor):
    """Turn tabs into `<details>` of one name: the browser shows one at a time, without a script."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        sets = [each for each in root.iter("div") if "tabbed-set" in each.get("class", "")]
        for number, tabs in enumerate(sets, 1):
            labels = [
                label for label in tabs.iter("label") if label.get("for", "").startswith("__t")
            ]
            blocks = [each for each in tabs if "tabbed-content" in each.get("class", "")]
            contents = list(blocks[0]) if blocks else []
            tabs.attrib = {"class": "tabs"}
            for child in list(tabs):
                tabs.remove(child)
            for index, (label, content) in enumerate(zip(labels, contents, strict=False)):
                _fold(tabs, label, content, name=f"tabs-{number}", is_open=index == 0)


def _fold(tabs: Element, label: Element, content: Element, *, name: str, is_open: bool) -> None:
    details = SubElement(tabs, "details", {"class": "tab", "name": name})
    if is_open:
        details.set("open", "open")
    summary = SubElement(details, "summary")
    summary.text = label.text
    summary.extend(list(label))
    details.extend(list(content))


class HelpCentre(Extension):
    """Adds both."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # named by Python-Markdown
        """Register after the inline patterns (20), so that texts are final."""
        md.treeprocessors.register(Tabs(md), "kb-tabs", 15)
        md.treeprocessors.register(Tasks(md), "kb-tasks", 14)
