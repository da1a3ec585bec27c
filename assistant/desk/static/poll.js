// Looks every three seconds how work beside the page goes on, while a part of the page waits for it.
import { fetched, replaceParts } from "./page.js";

const EVERY_MS = 3000;

export function pollProgress() {
  setTimeout(look, EVERY_MS);
}

async function look() {
  if (document.querySelector("[data-poll]")) {
    const fresh = await fetched(document.body.dataset.here);
    if (fresh) replaceParts(fresh, "[data-redraw]");
  }
  setTimeout(look, EVERY_MS);
}
