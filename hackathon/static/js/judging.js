// The list of the judge's teams: sends what waits on the phone, says how much that is, and keeps the pages of all teams there.
//
// [data-judge][data-worker][data-keep] with the words data-words, data-refused, data-sign-in, data-on-phone and a [data-waiting];
// li[data-card] with a link to the card and a .pill.
import { queueOf } from "./queue.js";

const place = document.querySelector("[data-judge]");

function show(queue, outcome) {
  const ballots = Object.entries(queue.all());
  const line = place.querySelector("[data-waiting]");
  const refused = ballots.some(([, ballot]) => ballot.refused);
  let text = place.dataset.words.replace("{count}", ballots.length);
  if (outcome === "sign-in") text = place.dataset.signIn;
  else if (refused) text = place.dataset.refused;
  line.hidden = ballots.length === 0;
  line.querySelector("span").textContent = text;
  for (const [card] of ballots) {
    const pill = document.querySelector(`li[data-card="${card}"] .pill`);
    if (pill) {
      pill.className = "pill warn";
      pill.textContent = place.dataset.onPhone;
    }
  }
}

async function send(queue) {
  const before = Object.keys(queue.all()).length;
  const outcome = await queue.flush();
  show(queue, outcome);
  // The list was made by the server before it had them.
  if (Object.keys(queue.all()).length < before) location.reload();
}

function addressesToKeep() {
  const cards = [...document.querySelectorAll("li[data-card] a")].map((link) => link.href);
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((part) => part.href ?? part.src);
  return [location.pathname, place.dataset.keep, ...cards, ...parts];
}

async function keepPages() {
  if (!("serviceWorker" in navigator)) return;
  try {
    const scope = location.pathname;
    await navigator.serviceWorker.register(place.dataset.worker, { scope });
    const { active } = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener("message", () => { place.dataset.kept = "yes"; });
    active.postMessage({ judge: place.dataset.judge, addresses: addressesToKeep() });
  } catch {
    // A browser that forbids it still scores, with the queue alone.
  }
}

if (place) {
  const queue = queueOf(place.dataset.judge);
  show(queue);
  send(queue);
  addEventListener("online", () => send(queue));
  if (navigator.onLine) keepPages();
}
