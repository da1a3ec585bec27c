// Fetches this or another desk page in the background and puts its parts in place.

/** The document at an address; null when it is not to be had or is the sign-in page. */
export async function fetched(address, background = true) {
  try {
    const headers = background ? { "X-Desk-Background": "1" } : {};
    const answer = await fetch(address, { headers, credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Puts the parts of a fresh page that match in place of ours, unless somebody is at work in one. */
export function replaceParts(fresh, selector) {
  for (const old of document.querySelectorAll(selector)) {
    const name = old.id ? `#${old.id}` : `[data-redraw="${old.dataset.redraw}"]`;
    const next = fresh.querySelector(name);
    if (!next || next.innerHTML === old.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const mark = focused && signOf(focused);
    old.innerHTML = next.innerHTML;
    if (mark) old.querySelector(mark)?.focus();
  }
}

/** A selector that finds an element again after its surroundings were drawn anew. */
function signOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const form = element.closest("form");
  if (form) return `form[action="${CSS.escape(form.getAttribute("action"))}"] button`;
  const address = element.getAttribute("href");
  return address ? `a[href="${CSS.escape(address)}"]` : null;
}
