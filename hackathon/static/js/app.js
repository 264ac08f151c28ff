// What every page gets on top of plain HTML: nothing here is needed to get something done.
import { announce } from "./announce.js";

const root = document.documentElement;

/** An element with text and classes, for the few that are made here. */
export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

// --- light, dark, or as the device --------------------------------------------------------------------------------

const deviceIsDark = matchMedia("(prefers-color-scheme: dark)");

function currentScheme() {
  return root.dataset.colorScheme ?? (deviceIsDark.matches ? "dark" : "light");
}

function showScheme(choice) {
  if (choice === "auto") delete root.dataset.colorScheme;
  else root.dataset.colorScheme = choice;
  for (const button of document.querySelectorAll(".looks button")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
}

function changeScheme(event, form) {
  event.preventDefault();
  const button = event.submitter;
  const choice = button?.closest(".looks") ? button.value : currentScheme() === "dark" ? "light" : "dark";
  const data = new FormData(form);
  data.set("theme", choice);
  showScheme(choice);
  // The choice is only kept for the next page; if that fails the page still looks as asked.
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {});
}

// --- a question before what cannot be undone ----------------------------------------------------------------------

function ask(form, submitter) {
  const dialog = make("dialog", "ds-dialog");
  const question = make("h2", "h-s", form.dataset.confirm);
  const row = make("div", "row");
  const no = make("button", "btn ghost", document.body.dataset.no);
  const yes = make("button", "btn", submitter?.textContent.trim() || document.body.dataset.yes);
  question.id = "question";
  dialog.setAttribute("aria-labelledby", "question");
  row.append(no, yes);
  dialog.append(question, row);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    form.dataset.confirmed = "yes";
    dialog.close();
    form.requestSubmit(submitter);
  });
  dialog.addEventListener("close", () => { dialog.remove(); submitter?.focus(); });
  dialog.showModal();
}

// --- forms --------------------------------------------------------------------------------------------------------

function onSubmit(event) {
  const form = event.target;
  if (form.matches("[data-theme-form]")) { changeScheme(event, form); return; }
  if (form.dataset.confirm && form.dataset.confirmed !== "yes") {
    event.preventDefault();
    ask(form, event.submitter);
    return;
  }
  if (form.matches("[data-forget]")) forgetDrafts();
  if (form.matches("[data-results]")) { filter(event, form); return; }
  if (form.method !== "post" || event.defaultPrevented) return;
  // A second press while the first is under way would only make the person wait twice.
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

function forgetDrafts() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("skills360:")) localStorage.removeItem(key);
  }
}

function reopenForms() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
}

/** A filter form with data-results="#id": put the new results in place and keep the address shareable. */
let latest = 0;
async function filter(event, form) {
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
  const mine = ++latest;
  const target = document.querySelector(form.dataset.results);
  target?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(form.dataset.results);
    if (mine !== latest) return;
    if (!response.ok || !fresh || !target) { location.assign(address); return; }
    target.replaceWith(fresh);
    history.replaceState(null, "", address);
    announce(fresh.dataset.say);
    document.dispatchEvent(new CustomEvent("results:changed"));
  } catch {
    location.assign(address);
  }
}

let typing = 0;
function onChange(event) {
  const form = event.target.form;
  if (!form?.matches("[data-autosubmit]")) return;
  clearTimeout(typing);
  const wait = event.type === "input" ? 350 : 0;
  if (event.type === "input" && event.target.type !== "search") return;
  if (event.type === "change" && event.target.type === "search") return;
  typing = setTimeout(() => form.requestSubmit(), wait);
}

// --- menus, messages, summaries -----------------------------------------------------------------------------------

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function onKey(event) {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
}

function onClick(event) {
  closeMenus(event.target.closest("details.menu"));
  const link = event.target.closest(".ds-error-summary a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const control = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  (control ?? target).focus();
}

function addDismiss(flash) {
  const button = make("button", "btn ghost icon sm dismiss", "✕");
  button.type = "button";
  button.setAttribute("aria-label", document.body.dataset.dismiss);
  button.addEventListener("click", () => flash.remove());
  flash.firstElementChild?.append(button);
}

/** Browsers that cannot lay an unopened <details> open by CSS get it opened where there is room. */
function openFolds() {
  if (CSS.supports("selector(::details-content)") || !matchMedia("(min-width: 48.01rem)").matches) return;
  for (const fold of document.querySelectorAll("details.fold")) fold.open = true;
}

document.addEventListener("submit", onSubmit);
document.addEventListener("change", onChange);
document.addEventListener("input", onChange);
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
addEventListener("pageshow", reopenForms);
for (const flash of document.querySelectorAll("[data-flash]")) addDismiss(flash);
for (const button of document.querySelectorAll("[data-autosubmit] .without-script")) button.hidden = true;
document.querySelector("[data-focus]")?.focus();
openFolds();
