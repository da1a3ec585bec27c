// Looks every three seconds how work beside the page goes on, until it is done.
import { fetched, replaceParts } from "./page.js";

const EVERY_MS = 3000;

export function pollProgress() {
  if (document.querySelector("[data-poll]")) setTimeout(look, EVERY_MS);
}

async function look() {
  const fresh = await fetched(document.body.dataset.here);
  if (fresh) replaceParts(fresh, "[data-redraw]");
  if (!fresh || fresh.querySelector("[data-poll]")) setTimeout(look, EVERY_MS);
}
