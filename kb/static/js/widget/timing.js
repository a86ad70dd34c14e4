// Tells the help site for how long an article was read, in sight and with the widget open.
import { ask } from "./asking.js";
import { isOpen } from "./shell.js";
import { isShown } from "./views.js";
import { tell } from "./events.js";

const READ_SECONDS = 10;

export function follow(view, article, query) {
  let seconds = 0;
  let told = 0;
  const last = () => {
    if (seconds < READ_SECONDS || seconds === told) return;
    told = seconds;
    const { slug, locale } = article;
    ask("read", { slug, locale, q: query, seconds }, { isLast: true }).catch(() => {}); // it was only watched
  };
  const timer = setInterval(() => {
    if (document.visibilityState !== "visible" || !isOpen() || !isShown(view)) return;
    seconds += 1;
    if (seconds !== READ_SECONDS) return;
    last();
    tell("article-read", { slug: article.slug, title: article.title, seconds });
  }, 1000);
  document.addEventListener("visibilitychange", last);
  view.left = () => {
    last();
    clearInterval(timer);
    document.removeEventListener("visibilitychange", last);
  };
}
