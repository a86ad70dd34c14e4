// Shows a password that is being typed, so that it need not be typed twice.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
  });
  // A browser offers to keep only what it knows to be a password.
  field.form.addEventListener("submit", () => {
    field.type = "password";
  });
}
