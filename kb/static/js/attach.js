// Files of a message: sent as soon as they are chosen, dropped or pasted, with their progress.
function attach(field) {
  const form = document.getElementById(field.dataset.form);
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-files]");
  const status = field.querySelector("[data-attach-status]");
  const named = (words, name) => words.replace("{name}", name);
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true })); // kept with the draft
  form.pending ??= new Set();

  function row(name) {
    const item = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    const stop = Object.assign(document.createElement("button"), { type: "button", className: "button text" });
    bar.setAttribute("aria-label", named(field.dataset.onItsWay, name));
    stop.textContent = field.dataset.stop;
    item.append(name, bar, stop);
    list.append(item);
    return { item, bar, stop };
  }

  function refuse(item, words) {
    const said = Object.assign(document.createElement("p"), { className: "error", textContent: words });
    said.setAttribute("role", "alert");
    item.replaceChildren(said);
  }

  function upload(file) {
    const { item, bar, stop } = row(file.name);
    if (file.size > Number(field.dataset.largest)) return refuse(item, named(field.dataset.tooLarge, file.name));
    if (list.children.length > Number(field.dataset.most)) return refuse(item, named(field.dataset.tooMany, file.name));
    const body = new FormData();
    body.set("file", file);
    body.set("form", form.id);
    const sending = new XMLHttpRequest(); // fetch does not tell how far it is
    const done = new Promise((end) => sending.addEventListener("loadend", end)).then(() => form.pending.delete(done));
    form.pending.add(done);
    sending.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
    sending.addEventListener("load", () => {
      if (sending.status !== 201) return refuse(item, sending.status < 500 || sending.status === 503 ? sending.responseText : named(field.dataset.failed, file.name));
      item.outerHTML = sending.responseText;
      status.textContent = named(field.dataset.added, file.name);
      changed();
    });
    sending.addEventListener("error", () => refuse(item, named(field.dataset.failed, file.name)));
    stop.addEventListener("click", () => (sending.abort(), item.remove(), input.focus()));
    sending.open("POST", field.dataset.attach);
    sending.setRequestHeader("X-Requested-With", "fetch");
    sending.send(body);
  }

  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    for (const said of list.querySelectorAll(".error")) said.closest("li").remove();
    files.forEach(upload);
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("button[name=remove]") && event.target.closest("[data-file]");
    if (!item) return;
    event.preventDefault();
    fetch(item.dataset.file, { method: "POST" }).catch(() => {}); // erased by itself within a day
    status.textContent = named(field.dataset.removed, item.dataset.name);
    item.remove();
    input.focus();
    changed();
  });
  form.addEventListener("letter-restored", async ({ detail }) => {
    if (!detail.files.length || list.children.length) return;
    const body = new FormData();
    body.set("form", form.id);
    for (const key of detail.files) body.append("file", key);
    const answer = await fetch(field.dataset.waiting, { method: "POST", body }).catch(() => null);
    if (answer?.ok) list.innerHTML = await answer.text();
  });
}

document.querySelectorAll("[data-attach]").forEach(attach);
