// Keeps what a reviewer has typed and not sent, while the page is loaded anew by something else.
const room = document.querySelector("[data-unsaid]");
const prefix = room?.dataset.unsaid;
const isOurs = (element) => element.matches("textarea[id]") && element.closest("form");

function stored(key, value) {
  try {
    if (value === undefined) return sessionStorage.getItem(prefix + key);
    if (value) sessionStorage.setItem(prefix + key, value);
    else sessionStorage.removeItem(prefix + key);
  } catch {
    // storage is closed to us, or full: the page works without
  }
  return null;
}

function keys() {
  try {
    const all = Object.keys(sessionStorage).filter((each) => each.startsWith(prefix));
    return all.map((each) => each.slice(prefix.length));
  } catch {
    return [];
  }
}

// A comment on a line has no field until its number is used.
function field(key) {
  const found = document.getElementById(key);
  if (found) return found;
  const line = /^text-(\d+)-0$/.exec(key)?.[1];
  room.querySelector(`a[data-line="${line}"]`)?.click();
  return document.getElementById(key);
}

function bringBack() {
  const active = document.activeElement;
  const { scrollX, scrollY } = window;
  for (const key of keys()) {
    const place = field(key);
    if (!place || place.value) continue; // the server's words are newer
    place.value = stored(key);
    place.closest("details")?.setAttribute("open", "");
  }
  if (document.activeElement === active) return;
  document.activeElement.blur();
  window.scrollTo(scrollX, scrollY);
}

if (room) {
  room.addEventListener("input", ({ target }) => isOurs(target) && stored(target.id, target.value));
  room.addEventListener("submit", ({ target }) => {
    for (const each of target.querySelectorAll("textarea[id]")) stored(each.id, "");
  });
  bringBack();
}
