// The telephone by the computer's keyboard: digits, * and #, Enter to call, Escape to hang up.
//
// Only while no field has the focus; Enter on a button stays that button's own.

const FIELDS = "input, textarea, select, [contenteditable]";
const OWN_ENTER = `${FIELDS}, button, a, summary`;

export function listenToKeys({ enabled, press, call, hangUp }) {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !enabled()) return;
    if (target.closest(FIELDS) && !isToggle(target)) return;
    if (/^[0-9*#]$/.test(key)) press(key);
    else if (key === "Escape") hangUp();
    else if (key === "Enter" && !target.closest(OWN_ENTER)) call();
    else return;
    event.preventDefault();
  });
}

// Check boxes and radio buttons take no typing.
function isToggle(target) {
  return target.matches("input[type=checkbox], input[type=radio]");
}
