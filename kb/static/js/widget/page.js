// The page that the widget stands on: the options of its script, its language, its address.
const SCRIPT = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
export const OPTIONS = SCRIPT?.dataset ?? {};
export const BASE = new URL("./", SCRIPT?.src || CONFIG.home);

// Said by the page, else by the browser; what the help site does not speak is passed over.
export function locale() {
  for (const each of [OPTIONS.locale, document.documentElement.lang, ...navigator.languages])
    for (const code of [each, each?.split("-")[0]]) if (CONFIG.words[code]) return code;
  return CONFIG.locale;
}

const later = {};
export const say = (name) => later[locale()]?.[name] ?? CONFIG.words[locale()][name] ?? "";
export const knowsWords = () => locale() in later;
export function learn(words) {
  later[locale()] = words;
}

// Without what follows ?, which may name people; with the route after # of pages that have one.
export function address() {
  const route = /^#!?\//.test(location.hash) ? location.hash.split("?")[0] : "";
  return location.origin + location.pathname + route;
}

// FNV-1a, as in feedback/widget/sites.py.
function fingerprint(text) {
  let number = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) number = Math.imul(number ^ byte, 0x01000193) >>> 0;
  return number.toString(16);
}

export function isAllowed() {
  return location.origin === BASE.origin || CONFIG.sites.includes(fingerprint(location.origin));
}

export function warn(text) {
  console.error(`KB: ${text}`);
}
