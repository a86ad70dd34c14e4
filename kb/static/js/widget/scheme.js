// Light or dark, as the page around it: what it says, else what it looks like, else the system.
import { OPTIONS } from "./page.js";

const system = matchMedia("(prefers-color-scheme: dark)");

export function isDark() {
  if (OPTIONS.scheme) return OPTIONS.scheme === "dark";
  const says = getComputedStyle(document.documentElement).colorScheme;
  if (/dark/.test(says) !== /light/.test(says)) return /dark/.test(says);
  if (/dark/.test(says)) return system.matches;
  return looksDark();
}

// A page that says nothing is as light as its background; without one, browsers paint it white.
function looksDark() {
  for (const each of [document.body, document.documentElement]) {
    const colour = each && getComputedStyle(each).backgroundColor;
    const [red, green, blue, alpha = 1] = /^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : [0, 0, 0, 0];
    if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 110;
  }
  return false;
}

export function whenSchemeChanges(act) {
  system.addEventListener("change", act);
}
