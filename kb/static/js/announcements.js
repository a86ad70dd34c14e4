// Hides the announcements that this browser has seen enough of, before the page is drawn.
(() => {
  const STORE = "kb-announcements";
  const sheet = new CSSStyleSheet();
  let hidden = [];
  try {
    hidden = JSON.parse(localStorage.getItem(STORE)) || [];
  } catch {
    // A browser without storage forgets, and shows them again.
  }
  const shown = (key) => /^[\w-]+$/.test(key);
  const rules = hidden.filter(shown).map((key) => `[data-announcement="${key}"]{display:none}`);
  sheet.replaceSync([".dismiss{display:inline-flex}", ...rules].join(""));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.addEventListener("click", (event) => {
    const banner = event.target.closest?.("[data-dismiss]")?.closest("[data-announcement]");
    if (!banner) return;
    const key = banner.dataset.announcement;
    const next = banner.nextElementSibling ?? banner.previousElementSibling;
    banner.remove();
    (next?.querySelector("[data-dismiss]") ?? document.querySelector("#main")).focus();
    try {
      localStorage.setItem(STORE, JSON.stringify([...hidden, key].slice(-50)));
      hidden = [...hidden, key];
    } catch {
      // It is hidden until the next page.
    }
  });
})();
