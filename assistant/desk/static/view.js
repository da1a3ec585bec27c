// Language, large text and shortcuts without a reload: the page is fetched as it would look, and
// swapped; what was typed moves over.
import { fetched } from "./page.js";

export function switchViews() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.choice");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    change(link).catch(() => location.assign(link.href));
  });
}

async function change(link) {
  const chosen = link.getAttribute("href").split("?")[0];
  const answer = await fetch(link.href, { redirect: "manual", credentials: "same-origin" });
  if (answer.type !== "opaqueredirect") throw new Error("the choice was not taken");
  const fresh = await fetched(document.body.dataset.here, false);
  if (!fresh) throw new Error("the page cannot be had");
  swap(fresh);
  const kind = chosen.split("/")[3];
  document.querySelector(`a.choice[href^="/desk/view/${kind}/"]`)?.focus();
}

function swap(fresh) {
  const kept = typed();
  document.title = fresh.title;
  document.documentElement.lang = fresh.documentElement.lang;
  document.documentElement.className = fresh.documentElement.className;
  for (const name of ["keys", "live", "polling"]) document.body.dataset[name] = fresh.body.dataset[name];
  for (const part of ["header", "#alarms", "main", "footer", "#keys"]) {
    const [old, next] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && next) old.innerHTML = next.innerHTML;
  }
  for (const [name, value] of kept) {
    const field = document.querySelector(name);
    if (field) field.value = value;
  }
  const open = document.querySelector("#keys-open");
  if (open) open.hidden = false;
  document.dispatchEvent(new Event("swapped"));
}

function typed() {
  const fields = [...document.querySelectorAll("main input[id]:not([type=file]), main select[id], main textarea[id]")];
  return fields.map((field) => [`#${CSS.escape(field.id)}`, field.value]);
}
