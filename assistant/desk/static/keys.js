// Single-letter shortcuts: every element with data-key has one, and "?" lists those of this page.
const TYPING = "input, select, textarea, [contenteditable]";

export function listenForKeys() {
  const open = document.querySelector("#keys-open");
  if (open) open.hidden = false;
  document.addEventListener("click", (event) => {
    if (event.target.closest("#keys-open")) showList();
    if (event.target.closest("#keys-close")) dialog().close();
  });
  document.addEventListener("keydown", pressed);
}

const dialog = () => document.querySelector("#keys");
const all = () => [...document.querySelectorAll("[data-key]")].filter((one) => one.offsetParent !== null);

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.body.dataset.keys !== "on" || event.target.matches(TYPING)) return;
  if (event.key === "?") return showList(event);
  if (event.key === "j" || event.key === "k") return move(event, event.key === "j" ? 1 : -1);
  const target = all().find((one) => one.dataset.key === event.key.toLowerCase());
  if (!target || dialog().open) return;
  event.preventDefault();
  target.focus();
  if (!target.matches(TYPING)) target.click();
}

/** j and k go down and up the rows of a list. */
function move(event, step) {
  const rows = [...document.querySelectorAll("[data-row], .card h2 a")];
  if (!rows.length) return;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
}

function showList(event) {
  event?.preventDefault();
  const list = document.querySelector("#keys-list");
  list.replaceChildren(...all().map(line));
  document.querySelector("#keys-none").hidden = list.children.length > 0;
  if (!dialog().open) dialog().showModal();
}

function line(element) {
  const key = document.createElement("kbd");
  key.textContent = element.dataset.key;
  const item = document.createElement("li");
  const name = element.labels?.[0]?.textContent ?? element.textContent;
  item.append(key, ` ${name.trim()}`);
  return item;
}
