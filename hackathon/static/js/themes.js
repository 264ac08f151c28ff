// Cards that are sorted into themes by drag, or by the arrow keys on a card's handle. The handle's link leads to the same form.
//
// .board[data-themes] data-moved="… {theme} …" data-refused="… {reason}" data-lost="…"
//   .col[data-theme="key"], h2 with .n, ul.cards > li.ic-card[data-number][data-sort-url] with a.mv
// form#sort-token holds the token that each request carries.
import { announce } from "./announce.js";

const board = () => document.querySelector(".board[data-themes]");
const nameOf = (column) => column.querySelector("h2").firstChild.textContent.trim();
const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function count(column) {
  column.querySelector("h2 .n").textContent = String(column.querySelectorAll(".cards>.ic-card").length);
}

function tell(text) {
  const box = document.getElementById("board-says");
  box.textContent = text;
  box.hidden = false;
  announce(text);
}

async function sort(card, column) {
  const data = new FormData(document.getElementById("sort-token"));
  data.set("theme", column.dataset.theme);
  card.classList.add("busy");
  try {
    const response = await fetch(card.dataset.sortUrl, {
      method: "POST", body: data, redirect: "manual", headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    });
    if (response.type === "opaqueredirect") { location.reload(); return true; }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) { tell(fill(board().dataset.refused, { reason: answer.detail ?? answer.title ?? "" })); return false; }
    announce(fill(board().dataset.moved, { number: card.dataset.number, theme: nameOf(column) }));
    return true;
  } catch {
    tell(board().dataset.lost);
    return false;
  } finally {
    card.classList.remove("busy");
  }
}

async function put(card, to, back) {
  const from = card.closest(".col");
  if (to !== from) to.querySelector(".cards").prepend(card);
  for (const column of board().querySelectorAll(".col")) count(column);
  if (await sort(card, to)) return;
  back();
  for (const column of board().querySelectorAll(".col")) count(column);
}

function dropped(event) {
  const [from, to] = [event.from.closest(".col"), event.to.closest(".col")];
  if (from === to) return;
  const home = from.querySelector(".cards");
  put(event.item, to, () => home.insertBefore(event.item, home.children[event.oldIndex] ?? null));
}

async function onKey(event) {
  const handle = event.target.closest?.(".ic-card[data-sort-url] .mv");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!handle || !step) return;
  event.preventDefault();
  const card = handle.closest(".ic-card");
  if (card.classList.contains("busy")) return;
  const columns = [...board().querySelectorAll(".col")];
  const home = card.closest(".col");
  const to = columns[columns.indexOf(home) + step];
  if (!to) return;
  await put(card, to, () => home.querySelector(".cards").prepend(card));
  to.scrollIntoView({ block: "nearest", inline: "nearest" });
  handle.focus();
}

function start() {
  if (!board() || typeof Sortable === "undefined") return;
  for (const list of board().querySelectorAll(".cards")) {
    Sortable.create(list, {
      group: "themes", sort: false, draggable: ".ic-card[data-sort-url]", filter: ".mv", preventOnFilter: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      delay: 180, delayOnTouchOnly: true, ghostClass: "ghost", dragClass: "drag", onEnd: dropped,
    });
  }
}

document.addEventListener("keydown", onKey);
document.addEventListener("results:changed", start);
start();
