// Search as you type among skills that are all on the page: by name in both languages and by synonym.
//
// <div data-skills data-few="yes"> <input data-typed> <p data-found data-none="…"></p> <fieldset data-words="…"> radios </fieldset> …
for (const box of document.querySelectorAll("[data-skills]")) {
  const typed = box.querySelector("[data-typed]");
  const found = box.querySelector("[data-found]");
  const skills = [...box.querySelectorAll("[data-words]")];
  const few = box.dataset.few === "yes";

  box.querySelector("[value=search]").remove(); // It saves and asks the server, for pages without JavaScript.

  const isChosen = (skill) => (skill.querySelector(":checked")?.value ?? "0") !== "0";

  function show() {
    const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const skill of skills) {
      const hit = words.length ? words.every((word) => skill.dataset.words.includes(word)) : few;
      hits += hit;
      skill.hidden = !hit && !isChosen(skill);
    }
    found.textContent = words.length && !hits ? found.dataset.none : "";
  }

  typed.addEventListener("input", show);
  typed.addEventListener("keydown", (event) => {
    // Enter in the search field would send the form; what was searched for is on the page already.
    if (event.key === "Enter") event.preventDefault();
  });
  show();
}
