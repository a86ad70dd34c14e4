// Sends the vote and what follows it without a reload, and puts the server's answer in their place.
const region = document.querySelector("[data-vote]");
const status = region?.querySelector("[data-vote-status]");

function asked() {
  try {
    return JSON.parse(sessionStorage.getItem("kb-search"))?.q ?? "";
  } catch {
    return ""; // storage is closed to us, or holds something else
  }
}

async function send(form, button) {
  const data = new FormData(form, button);
  data.append("q", asked());
  const answer = await fetch(form.action, {
    method: "POST",
    body: data,
    headers: { "X-Requested-With": "fetch" },
  });
  // A refused vote (429) comes with its words too: show what the server says, never a thank-you of ours.
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/html") || answer.status >= 500) throw new Error(String(answer.status));
  return answer.text();
}

region?.addEventListener("submit", async (event) => {
  event.preventDefault();
  status.textContent = "";
  region.setAttribute("aria-busy", "true");
  try {
    const fragment = document.createElement("template");
    fragment.innerHTML = await send(event.target, event.submitter);
    for (const each of [...region.children]) if (each !== status) each.remove();
    region.prepend(fragment.content);
    region.setAttribute("aria-labelledby", "vote-message");
    region.querySelector("[tabindex='-1']")?.focus(); // the pressed button is gone
  } catch {
    status.textContent = region.dataset.failed;
  } finally {
    region.removeAttribute("aria-busy");
  }
});
