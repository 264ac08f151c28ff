// Keeps the judge's own pages on the phone, so that the next team can be opened without a net. It looks after these alone:
// everything else, and everything that is sent, goes straight to the net.
const PREFIX = "skills360-judging-";
const PATIENCE = 3000;
let current = `${PREFIX}unknown`;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

/** The judge's cache. The name outlives this worker, which may be stopped at any time, by being the only one there is. */
async function cache() {
  const known = (await caches.keys()).find((name) => name.startsWith(PREFIX));
  return caches.open(known ?? current);
}

async function keep(judge, addresses) {
  current = PREFIX + judge;
  // What another judge left on this phone is not this one's to see.
  await Promise.all((await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== current).map((name) => caches.delete(name)));
  const store = await caches.open(current);
  await Promise.all(addresses.map(async (address) => {
    try {
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html,*/*" } });
      if (answer.ok && !answer.redirected) await store.put(address, answer);
    } catch {
      // No net just now; the page is kept the next time that it is opened.
    }
  }));
}

addEventListener("message", (event) => {
  const { judge, addresses } = event.data;
  event.waitUntil(keep(judge, addresses).then(() => event.source?.postMessage({ kept: addresses.length })));
});

async function fromNet(request) {
  const store = await cache();
  const net = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await store.put(request, answer.clone());
    // A page of the judge that leads elsewhere leads to the sign-in: whoever holds the phone now is to see nothing of it.
    if (answer.type === "opaqueredirect") await Promise.all((await store.keys()).map((kept) => store.delete(kept)));
    return answer;
  });
  const kept = await store.match(request, { ignoreSearch: request.destination === "document", ignoreVary: true });
  if (!kept) return net;
  net.catch(() => {}); // Too late for this answer, and nobody else waits for it.
  const patience = new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept); });
  return Promise.race([net.catch(() => kept), patience]);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin || request.headers.has("X-Fresh")) return;
  const ours = address.href.startsWith(registration.scope) || address.pathname.startsWith("/static/");
  if (ours) event.respondWith(fromNet(request));
});
