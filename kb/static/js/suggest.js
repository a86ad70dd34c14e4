// Suggestions while typing: makes the search field an ARIA combobox over a server-rendered list.
// Without it, the form searches all the same.
const WAIT_MS = 90; // a pause between two keys, so that fast typists cost one request

function enhance(form) {
  const field = form.querySelector("input[name=q]");
  const list = form.querySelector("[id$=-suggestions]");
  const status = form.querySelector("[data-count]");
  let asking = new AbortController();
  let timer = 0;

  list.setAttribute("role", "listbox");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const options = () => [...list.children];
  const chosen = () => options().findIndex((row) => row.getAttribute("aria-selected") === "true");
  const go = (row) => location.assign(row.dataset.address);

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  function choose(index) {
    options().forEach((row, i) => row.setAttribute("aria-selected", String(i === index)));
    const row = options()[index];
    field.setAttribute("aria-activedescendant", row?.id ?? "");
    row?.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    asking.abort(); // an answer to what was typed before is stale
    asking = new AbortController();
    const typed = field.value.trim();
    if (!typed) return show(false);
    try {
      const query = `?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(form.dataset.suggest + query, { signal: asking.signal });
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
    } catch {
      return; // aborted, or no connection: the form still works
    }
    options().forEach((row, i) => (row.id = `${list.id}-${i}`));
    show(list.children.length > 0 && document.activeElement === field);
    status.textContent = status.dataset.count.replace("{count}", String(list.children.length));
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("blur", () => show(false));
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!count) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (list.hidden) show(true);
      // One place more than there are rows: the field itself, with what was typed.
      choose(((chosen() + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && !list.hidden && chosen() >= 0) {
      event.preventDefault();
      go(options()[chosen()]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
}

document.querySelectorAll("form[data-suggest]").forEach(enhance);
