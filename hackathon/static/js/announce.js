// Apart from app.js: a module that is loaded by two addresses (with and without its version) runs twice, and app.js must not.

/** Tell people who listen; the same words twice in a row are read twice. */
export function announce(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}
