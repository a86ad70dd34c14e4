// Makes elements one by one, never from HTML: pages may forbid that, and need not trust the server.
import { BASE } from "./page.js";

const TAGS = new Set(
  ("a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure " +
    "h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td " +
    "tfoot th thead time tr u ul var wbr").split(" "),
);
const SVG = "http://www.w3.org/2000/svg";

// An attribute that is true stands without a value, one that is false or missing not at all.
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value || value === 0) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each || each === 0));
  return made;
}

export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = drawing.appendChild(document.createElementNS(SVG, "path"));
  line.setAttribute("d", path);
  return drawing;
}

// What the server sends as [name, attributes, ...children].
export const grown = (nodes) => nodes.map((each) => (typeof each === "string" ? each : element(each)));

function element([name, attributes, ...children]) {
  if (!TAGS.has(name)) return el("span", {}, grown(children));
  const safe = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "href" || key === "src") addressed(safe, key, value);
    else if (!/^(on|style$|popover|form)/.test(key)) safe[key] = value || (/^(open|reversed)$/.test(key) && true);
  }
  if (name === "a" && !safe.href?.startsWith("#")) Object.assign(safe, { target: "_blank", rel: "noopener" });
  return el(name, safe, grown(children));
}

function addressed(safe, key, value) {
  if (key === "href" && value.startsWith("#")) return (safe.href = value);
  const url = new URL(value, BASE);
  const isFit = key === "src" ? url.origin === BASE.origin : /^(https?|mailto|tel|sms):$/.test(url.protocol);
  if (isFit) safe[key] = url.href;
}
