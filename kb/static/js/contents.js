// The contents follow the reader: the section on screen is marked, and a folded list closes after use.
const contents = document.getElementById("contents");

if (contents) {
  const links = [...contents.querySelectorAll("a[href^='#']")];
  const target = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const headings = links.map(target);

  // The current section is the last whose heading has passed the upper third of the window.
  function mark() {
    const passed = headings.findLastIndex((each) => each?.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link, i) => {
      if (i === passed) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  }

  const watcher = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  headings.forEach((each) => each && watcher.observe(each));
}

for (const sheet of document.querySelectorAll(".aside[popover]")) {
  sheet.addEventListener("click", (event) => {
    if (event.target.closest("a") && sheet.matches(":popover-open")) sheet.hidePopover();
  });
}
