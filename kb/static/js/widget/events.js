// Tells the page what happens in the widget: through KB.on, and as events of the document.
const listeners = {};

export function on(name, hear) {
  (listeners[name] ??= new Set()).add(hear);
}

export function off(name, hear) {
  listeners[name]?.delete(hear);
}

export function tell(name, detail = {}) {
  for (const hear of listeners[name] ?? []) {
    try {
      hear(detail);
    } catch (error) {
      reportError(error); // a mistake of the page is told there, and stops nothing here
    }
  }
  document.dispatchEvent(new CustomEvent(`kb:${name}`, { detail }));
}
