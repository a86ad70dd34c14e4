// Signs in with a passkey, confirms with one, or adds one: asks the device, then sends the form.
const fromText = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function forDevice(options) {
  const keys = (list) => list?.map((each) => ({ ...each, id: fromText(each.id) }));
  return {
    ...options,
    challenge: fromText(options.challenge),
    ...(options.user && { user: { ...options.user, id: fromText(options.user.id) } }),
    allowCredentials: keys(options.allowCredentials),
    excludeCredentials: keys(options.excludeCredentials),
  };
}

function forServer(credential) {
  const { response } = credential;
  const said = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = toText(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function show(form, selector, text) {
  const place = form.querySelector(selector);
  if (!place) return;
  if (text) place.textContent = text;
  place.hidden = false;
}

async function ask(form, button) {
  const answer = await fetch(button.formAction, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  const { response } = await answer.json();
  if (!response?.credential_options) {
    const wrong = response?.field_errors?.name?.[0];
    show(form, wrong ? "[data-passkey-name]" : "[data-passkey-trouble]", wrong);
    return;
  }
  const publicKey = forDevice(response.credential_options);
  const credential = await navigator.credentials[button.dataset.passkey]({ publicKey });
  const field = form.appendChild(document.createElement("input"));
  Object.assign(field, { type: "hidden", name: "credential", value: forServer(credential) });
  if (form.elements.password) form.elements.password.value = "";
  form.action = `${button.formAction}/${response.wan_state}`;
  form.submit();
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  button.hidden = !window.PublicKeyCredential;
  button.form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    event.preventDefault();
    const trouble = button.form.querySelector("[data-passkey-trouble]");
    trouble.hidden = true;
    ask(button.form, button).catch(({ name }) => {
      const { known, other } = trouble.dataset;
      show(button.form, "[data-passkey-trouble]", name === "InvalidStateError" ? known : other);
    });
  });
}
