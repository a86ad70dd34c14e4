// The parts of the editor: in turn on a phone, beside the text on a wide screen.
const editor = document.querySelector("[data-tabs]");
const list = editor.querySelector("[role=tablist]");
const tabs = [...list.querySelectorAll("[role=tab]")];
const wide = matchMedia("(min-width: 64rem)");
const part = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
let chosen = tabs[0];

function show() {
  // Beside the text there is always one of the others.
  const shown = wide.matches && chosen === tabs[0] ? tabs[1] : chosen;
  tabs[0].hidden = wide.matches;
  for (const tab of tabs) {
    const isShown = tab === shown;
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
    part(tab).hidden = !isShown && !(wide.matches && tab === tabs[0]);
  }
  editor.querySelector(".beside").hidden = !wide.matches && shown === tabs[0];
}

function choose(tab) {
  chosen = tab;
  show();
}

for (const tab of tabs) {
  part(tab).setAttribute("role", "tabpanel");
  tab.addEventListener("click", () => choose(tab));
}
list.addEventListener("keydown", (event) => {
  const there = tabs.filter((tab) => !tab.hidden);
  const at = there.indexOf(document.activeElement);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: there.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = there[(next + there.length) % there.length];
  tab.focus();
  choose(tab);
});
wide.addEventListener("change", show);
list.hidden = false;
// A link into a part (such as "#part-publication") opens it.
const asked = tabs.find((tab) => location.hash && part(tab).querySelector(location.hash));
choose(tabs.find((tab) => `#${part(tab).id}` === location.hash) ?? asked ?? tabs[0]);
