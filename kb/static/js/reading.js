// Tells the site which result was opened and how long an article was read with the page in view.
// Nothing is sent to anybody else; the server keeps no address.
const KEY = "kb-search";
const READ_SECONDS = 10;

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage is closed to us, or holds something else
  }
}

// On a page of results: remember the question and the rank for the article that is about to open.
const results = document.querySelector("[data-query]");

function remember(event) {
  const link = event.target.closest?.("a[data-rank]");
  if (!link) return;
  const lead = { q: results.dataset.query, rank: Number(link.dataset.rank), path: link.pathname };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(lead));
  } catch {
    // without storage the reading is counted, its question is found by the server
  }
}

results?.addEventListener("click", remember);
results?.addEventListener("auxclick", remember);

// On an article: say that it was opened, then that it has been read.
const [, locale, slug] = location.pathname.match(/^\/([^/]+)\/articles\/([^/]+)$/) ?? [];
let seconds = 0;
let told = -1;

function tell() {
  if (seconds === told) return;
  told = seconds;
  const lead = stored();
  const data = new URLSearchParams({ article: decodeURIComponent(slug), seconds });
  if (lead.q) data.set("q", lead.q);
  if (lead.rank && lead.path === location.pathname) data.set("rank", lead.rank);
  navigator.sendBeacon(`/${locale}/events/read`, data);
}

function tick() {
  if (document.visibilityState !== "visible") return;
  seconds += 1;
  if (seconds === READ_SECONDS) tell();
}

if (slug) {
  tell();
  setInterval(tick, 1000);
  // The last word on how long: leaving, closing, or putting the phone away.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && seconds > READ_SECONDS) tell();
  });
}
