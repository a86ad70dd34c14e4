// Says who is there now on a contact page that stays open: hours end while somebody reads.
const WAYS = `${location.pathname}/ways`;
const PARTS = [".quick", "[data-standing]"];
const LATER_MS = 2_000; // the clocks of browser and server differ a little
const AGAIN_MS = 60_000; // where nothing could be asked, or somebody is in the middle of it
const LONGEST_MS = 3_600_000; // timers sleep with the machine: more than an hour ahead is looked at again

const part = (selector, place = document) => place.querySelector(selector);
const changesAt = () => Date.parse(part("[data-standing]")?.dataset.changesAt ?? "");
let timer = 0;

async function renew() {
  try {
    const answer = await fetch(WAYS, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const now = document.createElement("template");
    now.innerHTML = await answer.text();
    for (const each of PARTS) {
      const [old, fresh] = [part(each), part(each, now.content)];
      if (!old || !fresh || old.matches(":focus-within")) continue; // what is in use stays
      fresh.querySelectorAll("details").forEach((one, at) => (one.open = old.querySelectorAll("details")[at]?.open));
      old.replaceWith(fresh);
    }
  } catch {
    // no connection: the hours are on the page
  }
  watch(AGAIN_MS);
}

function look() {
  if (document.hidden) return; // looked at when somebody is back
  if (changesAt() <= Date.now()) renew();
  else watch(0);
}

function watch(least) {
  clearTimeout(timer);
  const ahead = changesAt() - Date.now() + LATER_MS;
  if (ahead) timer = setTimeout(look, Math.min(Math.max(ahead, least), LONGEST_MS));
}

if (part("[data-standing]")) {
  watch(0);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("pageshow", (event) => event.persisted && look());
}
