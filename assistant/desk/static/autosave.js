// Sends what is typed into forms with data-autosave to the service, a moment after each pause.
const PAUSE_MS = 1500;
const timers = new Map();

export function saveWhileTyping() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), PAUSE_MS));
  });
  document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)));
}

/** Not kept by the service (away, locked): this tab keeps it all the same (drafts.js). */
async function save(form) {
  const kept = await fetch(form.dataset.autosave, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
    redirect: "manual",
  }).then((answer) => answer.status === 204, () => false);
  const line = form.querySelector("[data-saved]");
  if (line) line.hidden = !kept;
}
