// Parts that come later than the page, and the ideas that are like what is being written.
//
// <section data-fragment="/…/5/similar"> … a link to the same … </section>: the answer's #fragment takes the link's place.
// <form data-similar="/…/similar" data-similar-into="#alike" data-similar-but="5">: title and summary are compared as they are written.

async function fetchFragment(address) {
  const response = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("fragment");
}

async function fill(part) {
  try {
    const fragment = await fetchFragment(part.dataset.fragment);
    if (fragment) part.replaceChildren(...fragment.childNodes);
  } catch {
    // The link stays where it is.
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    fill(entry.target);
  }
}, { rootMargin: "200px" });
for (const part of document.querySelectorAll("[data-fragment]")) seen.observe(part);

let typing = 0;
let latest = 0;
let asked = "";

async function compare(form) {
  const text = ["title", "summary", "problem"].map((name) => form.elements[name]?.value ?? "").join(" ").trim();
  if (text.length < 15 || text === asked) return;
  asked = text;
  const mine = ++latest;
  const address = new URL(form.dataset.similar, location.href);
  address.searchParams.set("text", text.slice(0, 1500));
  if (form.dataset.similarBut) address.searchParams.set("but", form.dataset.similarBut);
  try {
    const fragment = await fetchFragment(address);
    const into = document.querySelector(form.dataset.similarInto);
    if (!fragment || mine !== latest || !into) return;
    into.replaceChildren(...fragment.childNodes);
    into.hidden = into.querySelector("li") === null;
  } catch {
    // Hints are not worth a message.
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.similar) return;
  clearTimeout(typing);
  typing = setTimeout(() => compare(form), 700);
});
