// What the scripts of the editor share: its form, and a way to ask the server that survives trouble.
export const form = document.querySelector("form[data-draft]");
export const body = form.elements.body;
const NAMES = ["title", "slug", "summary", "body", "answers", "synonyms", "keywords", "message"];

const state = form.querySelector("[data-state]");
const signIn = form.querySelector("[data-sign-in]");
const pulsePlace = form.querySelector("[data-pulse-place]");
let trouble = "";

/** The fields as they are now, by name; `file`: the keys of files that wait, where there are any. */
export function typed() {
  const there = NAMES.filter((name) => form.elements[name]);
  const fields = Object.fromEntries(there.map((name) => [name, form.elements[name].value]));
  const keys = [...form.querySelectorAll('[data-file] [name="file"]')].map((each) => each.value);
  return keys.length ? { ...fields, file: keys.join(" ") } : fields;
}

/** The same, ready to be sent. */
export function sendable(names = NAMES) {
  const data = new FormData();
  for (const [name, value] of Object.entries(typed())) if (names.includes(name)) data.set(name, value);
  data.set("revision", form.elements.revision.value);
  data.set("page", form.elements.page.value);
  return data;
}

/** Ask the server. Resolves to {kind, html}; kind is "ok", or what was in the way. */
export async function ask(url, { data, signal, again = true } = {}) {
  let answer;
  try {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value, "X-Requested-With": "fetch" };
    const method = data ? "POST" : "GET";
    answer = await fetch(url, { method, body: data, headers, signal, redirect: "manual" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { kind: "offline", html: "" };
  }
  if (answer.type === "opaqueredirect") return { kind: "signedOut", html: "" };
  if (answer.status === 400 && again) {
    // The session may be another one by now, with another token.
    const pulse = await heartbeat();
    return pulse.kind === "ok" ? ask(url, { data, signal, again: false }) : pulse;
  }
  return { kind: answer.ok ? "ok" : "failed", html: await answer.text() };
}

/** Ask who is there, and take over the token that the server accepts now. */
export async function heartbeat(data) {
  const answer = await ask(form.dataset.pulse, { data, again: Boolean(data) });
  if (answer.kind !== "ok") return answer;
  const found = parsed(answer.html).querySelector("[data-pulse]");
  // Somebody else may have signed in in this browser: these words are not theirs.
  if (found?.dataset.person !== form.dataset.person) return { kind: "signedOut", html: "" };
  form.elements.csrf_token.value = found.dataset.token;
  return answer;
}

/** Show who else is there, and when the words were kept. */
export function show(html) {
  if (parsed(html).querySelector("[data-pulse]")) pulsePlace.innerHTML = html;
}

/** Say what is in the way, once; say so too when it is over. */
export function say({ kind, html = "" }, values = {}) {
  const reason = parsed(html).querySelector("[data-reason]")?.textContent ?? "";
  const told = kind === "ok" ? "" : reason || state.dataset[kind] || state.dataset.failed;
  const text = told || (trouble ? state.dataset.recovered : state.textContent);
  const said = text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  if (state.textContent !== said) state.textContent = said;
  state.classList.toggle("error", Boolean(told));
  signIn.hidden = kind !== "signedOut";
  trouble = told;
}

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
