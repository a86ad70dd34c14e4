// What an address or a link on the page names is unfolded; all of it while the page is printed.
const open = () => {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = named?.closest("details");
  if (!folded) return;
  folded.open = true;
  named.scrollIntoView();
};

open();
addEventListener("hashchange", open);
// A link to what the address names already changes nothing that could be heard.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href^='#']")?.hash === location.hash) open();
});
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details.folded")) each.open = true;
});
