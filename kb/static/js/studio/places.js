// Places to link to: articles that are called so, and what is an address elsewhere.
import { ask, body, parsed } from "./draft.js";

let asking = new AbortController();

export const isElsewhere = (text) => /^(https?:\/\/|mailto:|tel:)\S+$/.test(text);

/** The options for what was typed; null where they cannot be had. */
export async function found(text) {
  asking.abort(); // an answer to what was typed before is stale
  asking = new AbortController();
  const answer = await ask(`${body.dataset.picker}?q=${encodeURIComponent(text)}`, asking);
  return answer.kind === "ok" ? [...parsed(answer.html).querySelectorAll("li")] : null;
}
