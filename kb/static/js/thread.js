// A request that its customer follows: keeps what is being written until it has been sent.
const form = document.querySelector("[data-thread]");
const field = form.elements.message;
const KEY = `kb-thread:${form.dataset.thread}`;

function kept(words) {
  try {
    if (words === "") sessionStorage.removeItem(KEY);
    else if (words) sessionStorage.setItem(KEY, words);
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage is closed to us
  }
}

if (document.querySelector("[data-said]")) kept("");
else field.value ||= kept();
form.addEventListener("submit", async (event) => {
  if (!form.pending?.size) return;
  event.preventDefault(); // files that are still on their way go with it
  await Promise.allSettled(form.pending);
  form.requestSubmit(event.submitter);
});
field.addEventListener("input", () => kept(field.value.trim() ? field.value : ""));
