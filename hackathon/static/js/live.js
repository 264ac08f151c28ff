// What others do appears by itself: the page asks every other second whether there is something new, and only then fetches it.
//
// <div id="room" data-live="/…/pulse" data-seen="12" data-say="{count} …"> … </div>
// The pulse answers {"revision": 13}. The part is then taken from the page's own address and put in place; where one was
// (scroll, focus, opened folds) stays. Nothing is replaced under a hand: not while dragging, writing, or in a dialog.
import { announce } from "./announce.js";

const PAUSE = 2000; // Milliseconds between two questions; longer while the page is not looked at, or the server does not answer.
const SLOWEST = 30_000;
let pause = PAUSE;
let busy = false;

const part = () => document.querySelector("[data-live]");

function inHand(element) {
  const focused = document.activeElement;
  const writes = element.contains(focused) && focused.matches("input, textarea, select");
  return writes || document.querySelector("dialog[open], .ic-card:is(.drag, .ghost, .busy)") !== null;
}

/** Where somebody is in the part that is about to be replaced. */
function placeIn(element) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  return {
    focus: focused?.dataset.key ?? focused?.getAttribute("href"),
    scrolls: [...element.querySelectorAll("[id]")].filter((one) => one.scrollTop || one.scrollLeft)
      .map((one) => [one.id, one.scrollLeft, one.scrollTop]),
    open: [...element.querySelectorAll("details[open][id]")].map((one) => one.id),
  };
}

function goBackTo(place, element) {
  for (const [id, left, top] of place.scrolls) document.getElementById(id)?.scrollTo({ left, top, behavior: "instant" });
  for (const id of place.open) document.getElementById(id)?.setAttribute("open", "");
  if (!place.focus) return;
  const named = CSS.escape(place.focus);
  element.querySelector(`[data-key="${named}"], [href="${named}"]`)?.focus({ preventScroll: true });
}

export async function refresh() {
  const old = part();
  if (!old || inHand(old)) return;
  const response = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh || part() !== old || inHand(old)) return;
  const place = placeIn(old);
  const known = new Set([...old.querySelectorAll("[data-number]")].map((one) => one.dataset.number));
  old.replaceWith(fresh);
  goBackTo(place, fresh);
  for (const one of fresh.querySelectorAll("[data-number]")) one.classList.toggle("fresh", !known.has(one.dataset.number));
  if (fresh.dataset.say !== old.dataset.say) announce(fresh.dataset.say);
  document.dispatchEvent(new CustomEvent("results:changed"));
}

async function ask() {
  const element = part();
  if (!element || busy) return;
  busy = true;
  try {
    const response = await fetch(element.dataset.live, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const { revision } = await response.json();
    if (String(revision) !== element.dataset.seen) await refresh();
    pause = PAUSE;
  } catch {
    pause = Math.min(pause * 2, SLOWEST);
  } finally {
    busy = false;
  }
}

function later() {
  setTimeout(async () => {
    if (document.visibilityState === "visible") await ask();
    later();
  }, pause);
}

document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") ask(); });
if (part()) later();
