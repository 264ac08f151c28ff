// Counts down to an announced minute by the server's clock, not the phone's.
//
// <div class="count" data-countdown="2018-06-09T09:00:00+02:00" data-now="<the server's time>" data-then="<address or empty>">
//   <ol><li data-unit="d"><b>12</b> <span data-one="dag" data-many="dagar">dagar</span></li> … h, m, s
const SECONDS = { d: 86400, h: 3600, m: 60, s: 1 };

function show(box, left) {
  let rest = left;
  for (const part of box.querySelectorAll("[data-unit]")) {
    const size = SECONDS[part.dataset.unit];
    const value = Math.floor(rest / size);
    rest -= value * size;
    part.querySelector("b").textContent = part.dataset.unit === "d" ? String(value) : String(value).padStart(2, "0");
    const word = part.querySelector("[data-one]");
    if (word) word.textContent = value === 1 ? word.dataset.one : word.dataset.many;
  }
}

function run(box) {
  const end = Date.parse(box.dataset.countdown);
  // The page may be some seconds old, but not more: the difference to the phone's clock is what counts.
  const ahead = Date.parse(box.dataset.now) - Date.now();
  const timer = setInterval(tick, 1000);
  function tick() {
    const left = Math.max(0, Math.ceil((end - Date.now() - ahead) / 1000));
    show(box, left);
    if (left > 0) return;
    clearInterval(timer);
    // Spread over two seconds, so that a thousand waiting phones do not ask in the same instant.
    if (box.dataset.then) setTimeout(() => location.assign(box.dataset.then), Math.random() * 2000);
  }
  tick();
}

for (const box of document.querySelectorAll("[data-countdown]")) run(box);
