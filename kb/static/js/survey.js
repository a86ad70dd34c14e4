// Answers a question in place. It listens before the vote around it does, which would send the form
// too and put the answer where the whole vote stands.
async function send(form, button) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, button),
    headers: { "X-Requested-With": "fetch" },
  });
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/html") || answer.status >= 500) throw new Error(String(answer.status));
  return answer.text();
}

async function answer(event) {
  const survey = event.target.closest("[data-survey]");
  if (!survey) return;
  event.preventDefault();
  event.stopPropagation();
  const status = survey.querySelector("[data-survey-status]");
  status.textContent = "";
  survey.setAttribute("aria-busy", "true");
  try {
    const fragment = document.createElement("template");
    fragment.innerHTML = await send(event.target, event.submitter);
    const next = fragment.content.querySelector("[data-survey]");
    survey.replaceWith(next);
    next.focus(); // the pressed button is gone
  } catch {
    status.textContent = survey.dataset.failed;
    survey.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", answer, { capture: true });
