// The judge's own order: the arrows move a team at once, and are saved with the button.
//
// form[data-order][data-moved="{team} … {place} … {all}"] with li[data-row] that hold button[name=up] and button[name=down].
import { announce } from "./announce.js";

const form = document.querySelector("form[data-order]");

function move(button) {
  const row = button.closest("[data-row]");
  const other = button.name === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.name === "up") other.before(row);
  else other.after(row);
  button.focus();
  const rows = [...form.querySelectorAll("[data-row]")];
  const words = form.dataset.moved.replace("{team}", row.querySelector("b").textContent);
  announce(words.replace("{place}", rows.indexOf(row) + 1).replace("{all}", rows.length));
}

form?.addEventListener("submit", (event) => {
  if (event.submitter?.name === "up" || event.submitter?.name === "down") {
    event.preventDefault();
    move(event.submitter);
  } else if (!navigator.onLine) {
    event.preventDefault(); // The order stays on the page; a page without a net would lose it.
    announce(form.dataset.offline);
  }
});
