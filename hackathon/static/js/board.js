// Cards that can be dragged between columns. The link on each card leads to the same form without any of this.
//
// .board[data-board] data-moved="{title} …{stage}" data-refused="{title} … {reason}" data-lost="…"
//   .col[data-stage="shortlisted"] (data-needs-reason: the dialog asks first), h2 with .n, ul.cards
//     li.ic-card[data-move-url][data-version] with a.mv (href: the page with the plain form)
// dialog#move with form[method=post]: radios or a select named "to", a field named "reason"
// The server answers a request that accepts JSON with 204 or {"version": …}, or with a problem ({"title": …, "reason": …}).
import { announce } from "./announce.js";

const dialog = document.getElementById("move");
const form = dialog?.querySelector("form");

const titleOf = (card) => card.querySelector("h3 a").lastChild.textContent.trim();
const stageName = (column) => column.querySelector("h2").firstChild.textContent.trim();
const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function count(column, by) {
  const number = column.querySelector("h2 .n");
  if (number) number.firstChild.textContent = String(Number(number.firstChild.textContent) + by);
}

/** What the server said in JSON; nothing where it said something else. */
async function answerOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

/** Send one move; returns true when the server took it. A redirect means that it wants to show a page: load anew. */
async function send(card, data, board, stage) {
  const words = { title: titleOf(card), stage };
  card.classList.add("busy");
  try {
    const response = await fetch(card.dataset.moveUrl, {
      method: "POST", body: data, redirect: "manual",
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    });
    if (response.type === "opaqueredirect") { location.reload(); return true; }
    const answer = response.status === 204 ? {} : await answerOf(response);
    if (response.ok) {
      if (answer.version) card.dataset.version = answer.version;
      announce(fill(board.dataset.moved, words));
      return true;
    }
    if (answer.reason === "reason_needed") openDialog(card, data.get("to"));
    else tell(fill(board.dataset.refused, { ...words, reason: answer.detail ?? answer.title ?? "" }));
  } catch {
    tell(fill(board.dataset.lost, words));
  } finally {
    card.classList.remove("busy");
  }
  return false;
}

/** A refusal is seen as well as heard. */
function tell(text) {
  const box = document.getElementById("board-says");
  if (box) { box.textContent = text; box.hidden = false; }
  announce(text);
}

function dataFor(card, stage) {
  const data = new FormData(form);
  data.set("to", stage);
  if (card.dataset.version) data.set("version", card.dataset.version);
  if (data.has("idempotency_key")) data.set("idempotency_key", crypto.randomUUID());
  return data;
}

async function dropped(event) {
  const [card, from, to] = [event.item, event.from.closest(".col"), event.to.closest(".col")];
  if (from === to) return;
  const back = () => from.querySelector(".cards").insertBefore(card, from.querySelector(".cards").children[event.oldIndex] ?? null);
  if ("needsReason" in to.dataset) { back(); openDialog(card, to.dataset.stage); return; }
  count(from, -1); count(to, 1);
  if (!(await send(card, dataFor(card, to.dataset.stage), to.closest(".board"), stageName(to)))) {
    back();
    count(from, 1); count(to, -1);
  }
}

function openDialog(card, stage) {
  form.reset();
  form.action = card.dataset.moveUrl;
  if (form.elements.version) form.elements.version.value = card.dataset.version ?? "";
  dialog.querySelector("[data-title]").textContent = titleOf(card);
  const choice = form.querySelector(`[name=to][value="${CSS.escape(stage ?? "")}"]`);
  if (choice) choice.checked = true;
  else if (stage && form.elements.to?.options) form.elements.to.value = stage;
  dialog.showModal();
}

function start() {
  const board = document.querySelector(".board[data-board]");
  if (!board || !form || typeof Sortable === "undefined") return;
  for (const list of board.querySelectorAll(".cards")) {
    Sortable.create(list, {
      group: "board", sort: false, draggable: ".ic-card[data-move-url]", filter: ".mv", preventOnFilter: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      delay: 180, delayOnTouchOnly: true, ghostClass: "ghost", dragClass: "drag", onEnd: dropped,
      onMove: (event) => {
        for (const column of board.querySelectorAll(".col.over")) column.classList.remove("over");
        event.to.closest(".col").classList.add("over");
      },
      onUnchoose: () => { for (const column of board.querySelectorAll(".col.over")) column.classList.remove("over"); },
    });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".ic-card[data-move-url] .mv");
  if (link && form) { event.preventDefault(); openDialog(link.closest(".ic-card")); }
  if (event.target.closest("#move [data-close]")) dialog.close();
});
document.addEventListener("results:changed", start);
start();
