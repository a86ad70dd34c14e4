// Opens the palette on Ctrl-K: type, choose with the arrows, go with Enter.
const opener = document.querySelector("[data-palette]");
const dialog = document.querySelector("dialog.palette");
const field = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const said = dialog?.querySelector("[role=status]");
const WAIT_MS = 120;
let timer, asked = 0;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector('[aria-selected="true"]');

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  const at = all.indexOf(chosen());
  if (all.length) choose(all[(at + step + all.length) % all.length]);
}

function go(option, apart) {
  if (!option) return;
  if (apart) window.open(option.dataset.url, "_blank", "noopener");
  else window.location.assign(option.dataset.url);
}

async function look() {
  const number = ++asked;
  try {
    const answer = await fetch(`${opener.dataset.palette}?q=${encodeURIComponent(field.value)}`);
    const html = await answer.text();
    if (number !== asked) return; // an answer to what was typed before
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    list.innerHTML = html;
    choose(options()[0]);
    said.textContent = said.dataset.count.replace("0", options().length);
  } catch {
    if (number === asked) said.textContent = said.dataset.trouble;
  }
}

function open(event) {
  event.preventDefault();
  if (dialog.open) return dialog.close();
  dialog.showModal();
  field.select();
  look();
}

if (opener && dialog) {
  opener.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) open(event);
  });
  document.addEventListener("keydown", (event) => {
    const asks = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    // In a text Ctrl-K makes a link: its editor has then answered already.
    if (asks && event.key.toLowerCase() === "k" && !event.defaultPrevented) open(event);
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    else if (event.key === "Enter") { event.preventDefault(); go(chosen(), event.ctrlKey || event.metaKey); }
  });
  list.addEventListener("click", (event) => {
    go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
