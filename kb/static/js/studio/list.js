// Ticks rows: all of the page at once, ranges with Shift (click or space), and says how many.
const form = document.querySelector("[data-ticks]");
const all = form?.querySelector("[data-tick-all]");
const matching = form?.querySelector("[data-all]");
const said = form?.querySelector("[data-ticked]");
const boxes = form ? [...form.querySelectorAll('tbody .tick input')] : [];
let last = null;

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  if (matching.checked) matching.checked = ticked === boxes.length;
  said.textContent = ticked ? said.dataset.ticked.replace("0", ticked) : "";
}

function range(from, to, checked) {
  const [first, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  for (const box of boxes.slice(first, end + 1)) box.checked = checked;
}

if (form && boxes.length) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  matching.addEventListener("change", () => {
    for (const box of boxes) box.checked = matching.checked;
    tell();
  });
  for (const box of boxes) {
    // Browsers send a click for the space bar too, with the Shift that was held.
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last && last !== box) range(last, box, box.checked);
      last = box;
      tell();
    });
  }
  tell(); // a page that comes back from the history may have ticks
}
