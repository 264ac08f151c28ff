// The judge's page: counts the answers, keeps a draft on the phone until the server has it, and sends it when the net is back.
//
// form[data-scorecard="<id>"] with fieldset[data-score]; #score-n[data-text="{done} av {all} frågor"];
// [data-offline] (hidden): the line that says that it is kept on the phone, its words in [data-kept] for answers that are not handed
// in and in [data-pending] for those that are sent by themselves; [data-private]: never leaves the phone.
import { announce } from "./announce.js";

const form = document.querySelector("form[data-scorecard]");
const key = `skills360:scorecard:${form?.dataset.scorecard}`;
const privateKey = `${key}:private`;
const offline = document.querySelector("[data-offline]");

function fields() {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.matches("button"));
}

function answers() {
  const kept = {};
  for (const field of fields()) {
    if (field.type !== "radio" && field.type !== "checkbox") kept[field.name] = field.value;
    else if (field.checked) kept[field.name] = field.value;
  }
  return kept;
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null; // Unreadable or forbidden storage is the same as none.
  }
}

function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden storage must not stop anybody from scoring.
  }
}

function count() {
  const all = form.querySelectorAll("[data-score]");
  const done = [...all].filter((question) => question.querySelector("input:checked")).length;
  const place = document.getElementById("score-n");
  if (place) place.textContent = place.dataset.text.replace("{done}", done).replace("{all}", all.length);
  for (const question of all) question.classList.toggle("todo", !question.querySelector("input:checked"));
}

function restore() {
  const draft = read(key);
  for (const field of draft ? fields() : []) {
    if (!(field.name in draft.answers)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === draft.answers[field.name];
    else field.value = draft.answers[field.name];
  }
  const secret = form.querySelector("[data-private]");
  if (secret) secret.value = read(privateKey) ?? "";
  return draft?.pending ?? false;
}

function showOffline(on) {
  if (!offline) return;
  const words = offline.querySelector("[data-kept]");
  const text = read(key)?.pending ? words.dataset.pending : words.dataset.kept;
  const changed = offline.hidden === on || words.textContent !== text;
  offline.hidden = !on;
  words.textContent = text;
  if (on && changed) announce(text);
}

async function send() {
  keep(key, { answers: answers(), pending: true });
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers, keepalive: true });
    showOffline(false);
    // Sent to another page (to sign in again) is not taken, however well that page loads.
    if (response.ok && !response.redirected) {
      const { next } = await response.json();
      keep(key, null);
      location.assign(next);
      return;
    }
    // Refused: let the server show its page with the reason. The draft stays until it is taken.
    keep(key, { answers: answers(), pending: false });
    form.submit();
  } catch {
    showOffline(true);
  }
}

function begin() {
  const pending = restore();
  count();
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-private]")) keep(privateKey, event.target.value);
    else keep(key, { answers: answers(), pending: read(key)?.pending ?? false }); // A change while it waits goes with it.
    count();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) { // Another way out of the page: a draft for the server, a conflict of interest.
      if (navigator.onLine) keep(key, null); // The server has it now, and newer values from another device must not be hidden.
      return;
    }
    event.preventDefault();
    send();
  });
  addEventListener("online", () => { if (read(key)?.pending) send(); else showOffline(false); });
  addEventListener("offline", () => showOffline(true));
  if (pending || !navigator.onLine) showOffline(true);
  if (pending && navigator.onLine) send();
}

if (form) begin();
