// Keeps what is typed into forms with data-keep in this tab until it was sent and taken.
const PREFIX = "desk draft ";
const SENT = "desk sent";

export function keepDrafts() {
  if (!document.body.dataset.who) return listenForLeaving();
  forgetTaken();
  for (const form of document.querySelectorAll("form[data-keep]")) restore(form);
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) sessionStorage.setItem(nameOf(form), JSON.stringify(typed(form)));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-keep]")) sessionStorage.setItem(SENT, nameOf(event.target));
  });
  listenForLeaving();
}

const nameOf = (form) => `${PREFIX}${document.body.dataset.who} ${form.getAttribute("action")}`;
const fields = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "password");
const typed = (form) => Object.fromEntries(fields(form).map((one) => [one.name, one.value]));

/** A page that says "done" has taken what was sent last. */
function forgetTaken() {
  if (!document.body.dataset.done) return;
  const sent = sessionStorage.getItem(SENT);
  if (sent) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

/** Only empty fields are filled: what the service sent back is newer. */
function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "{}");
  for (const field of fields(form)) if (!field.value && kept[field.name]) field.value = kept[field.name];
}

/** Whoever signs out leaves nothing in the browser. */
function listenForLeaving() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-leaves]")) sessionStorage.clear();
  });
}
