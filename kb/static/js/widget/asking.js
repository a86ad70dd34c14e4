// Asks the help site: no cookies, no preflight, nothing of what is asked in an address.
import { BASE, OPTIONS, locale, warn } from "./page.js";
import { tell } from "./events.js";

const KEY = "kb-widget";
const PATIENCE_MS = 60_000; // a network that neither answers nor breaks
let customer = OPTIONS.customer || "";
let own = null;

// What stays in this tab, from the first act on: who acted, as the server signed it, and the letter begun.
export function kept() {
  try {
    return (own ??= JSON.parse(sessionStorage.getItem(KEY)) ?? {});
  } catch {
    return (own = {}); // storage is closed to us, or holds something else
  }
}

export function keep(changes) {
  Object.assign(kept(), changes);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(own));
  } catch {
    // it is kept for as long as the page stays
  }
}

// Of the company's site: in memory alone, as the page names its customer each time.
export function identify(token) {
  customer = token || "";
}

export class Unreachable extends Error {}

// Returns what the server says with `status`; raises Unreachable where it says nothing.
export async function ask(path, fields = {}, { signal = AbortSignal.timeout?.(PATIENCE_MS), isLast = false } = {}) {
  const body = fields instanceof FormData ? fields : new URLSearchParams();
  for (const [name, value] of fields === body ? [] : Object.entries(fields))
    for (const each of [value].flat()) if (each || each === 0) body.append(name, each);
  if (kept().visitor) body.append("visitor", own.visitor);
  if ("preview" in OPTIONS) body.append("preview", "1");
  const headers = customer ? { "X-Customer-Token": customer } : {};
  const how = { method: "POST", credentials: "omit", referrerPolicy: "no-referrer", keepalive: isLast };
  let answer, facts;
  try {
    answer = await fetch(new URL(`widget/${locale()}/${path}`, BASE), { ...how, body, headers, signal });
    facts = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    tell("error", { path });
    throw new Unreachable(path);
  }
  if (facts.visitor) keep({ visitor: facts.visitor });
  if (facts.customer) customer = facts.customer.session;
  if (!answer.ok) tell("error", { path, status: answer.status });
  if (answer.status === 403 && facts.message) warn(facts.message);
  return { ...facts, status: answer.status, isGood: answer.ok };
}
