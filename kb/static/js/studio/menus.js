// Closes the frame's menus on Escape and on a click beside them; without it they close by their head.
const menus = document.querySelectorAll(".masthead details.menu");
const open = () => [...menus].find((each) => each.open);

document.addEventListener("click", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && open();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
menus.forEach((menu) =>
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  }),
);
