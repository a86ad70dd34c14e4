// Sends the request form without leaving it, so that no lost network takes the words with it.
const form = document.querySelector("[data-letter]");
const button = document.querySelector("[data-send]");
const status = document.querySelector("[data-send-status]");
const label = button?.textContent;

function say(reason) {
  status.textContent = status.dataset[reason] ?? "";
  button.textContent = label;
  button.removeAttribute("aria-disabled");
}

async function send(event) {
  if (event.submitter && event.submitter !== button) return; // a step of the form, not its end
  event.preventDefault();
  if (button.getAttribute("aria-disabled")) return;
  if (!navigator.onLine) return say("offline");
  status.textContent = "";
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.sending;
  await Promise.allSettled(form.pending ?? []); // files that are still on their way
  let answer;
  try {
    const headers = { "X-Requested-With": "fetch" };
    const signal = AbortSignal.timeout?.(60_000); // sent twice it is one
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, signal });
  } catch {
    return say(navigator.onLine ? "lost" : "offline");
  }
  if (answer.status >= 500) return say("busy");
  if (answer.redirected) location.assign(answer.url);
  else form.submit(); // the page says what is not right yet; the same letter twice is one
}

if (form) {
  form.addEventListener("submit", send);
  addEventListener("online", () => status.textContent === status.dataset.offline && say("back"));
  addEventListener("pageshow", (event) => event.persisted && say("nothing"));
}
