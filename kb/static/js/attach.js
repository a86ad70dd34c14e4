// Files of a message: sent as soon as they are chosen, dropped or pasted, with their progress.
function attach(field) {
  const form = document.getElementById(field.dataset.form);
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-files]");
  const status = field.querySelector("[data-attach-status]");
  const named = (words, name) => words.replace("{name}", name);
  // The token of the studio is another one after signing in anew.
  const headers = () => ({ "X-Requested-With": "fetch", "X-CSRFToken": form.elements.csrf_token?.value ?? "" });
  const data = (...pairs) => pairs.reduce((body, pair) => (body.append(...pair), body), new FormData());
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true })); // kept with the draft
  form.pending ??= new Set();

  function row(name) {
    const item = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    const stop = Object.assign(document.createElement("button"), { type: "button", className: "button text", textContent: field.dataset.stop });
    bar.setAttribute("aria-label", named(field.dataset.onItsWay, name));
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
    const sending = new XMLHttpRequest(); // fetch does not tell how far it is
    const done = new Promise((end) => sending.addEventListener("loadend", end)).then(() => form.pending.delete(done));
    form.pending.add(done);
    sending.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
    sending.addEventListener("load", () => {
      const isSaid = sending.getResponseHeader("Content-Type")?.startsWith("text/plain"); // else: a page
      if (sending.status !== 201) return refuse(item, isSaid ? sending.responseText : named(field.dataset.failed, file.name));
      item.outerHTML = sending.responseText;
      status.textContent = named(field.dataset.added, file.name);
      changed();
    });
    sending.addEventListener("error", () => refuse(item, named(field.dataset.failed, file.name)));
    stop.addEventListener("click", () => (sending.abort(), item.remove(), input.focus()));
    sending.open("POST", field.dataset.attach);
    for (const [header, value] of Object.entries(headers())) sending.setRequestHeader(header, value);
    sending.send(data(["file", file], ["form", form.id]));
  }

  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    for (const said of list.querySelectorAll(".error")) said.closest("li").remove();
    const more = files.splice(Math.max(field.dataset.most - list.children.length, 0));
    files.forEach(upload);
    if (more[0]) refuse(row("").item, named(field.dataset.tooMany, more[0].name + (more[1] ? ` (+${more.length - 1})` : "")));
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("button[name=remove]") && event.target.closest("[data-file]");
    if (!item) return;
    event.preventDefault();
    fetch(item.dataset.file, { method: "POST", headers: headers() }).catch(() => {}); // erased by itself within a day
    status.textContent = named(field.dataset.removed, item.dataset.name);
    item.remove();
    input.focus();
    changed();
  });
  addEventListener("beforeunload", (event) => form.pending.size && event.preventDefault()); // a file on its way would be lost
  form.addEventListener("letter-restored", async ({ detail }) => {
    if (!detail.files.length || list.children.length) return;
    const body = data(["form", form.id], ...detail.files.map((key) => ["file", key]));
    const answer = await fetch(field.dataset.waiting, { method: "POST", body, headers: headers() }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    list.innerHTML = await answer.text();
    changed();
  });
}

document.querySelectorAll("[data-attach]").forEach(attach);
