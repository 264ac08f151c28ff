// What a judge has handed in and the server does not have yet. It outlives the page, the tab and an empty battery.
//
// One ballot for each card, the newest alone, each with a key of its own: sent twice, it counts once, and an old one that was
// thought lost never replaces a newer. Ballots are the judge's: another judge on the same phone neither sees nor sends them.

export function queueOf(judge) {
  const name = `skills360:ballots:${judge}`;

  function all() {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "{}") ?? {};
    } catch {
      return {}; // Unreadable or forbidden storage is the same as none.
    }
  }

  function write(change) {
    const ballots = all();
    change(ballots);
    localStorage.setItem(name, JSON.stringify(ballots));
  }

  /** Keeps a ballot; throws where the phone has no room, so that nobody is told that it is safe. */
  function put(card, action, fields) {
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    write((ballots) => { ballots[card] = { key, action, fields, refused: false }; });
  }

  function settle(card, key, refused) {
    write((ballots) => {
      if (ballots[card]?.key !== key) return; // Something newer stands there by now.
      if (refused) ballots[card].refused = true;
      else delete ballots[card];
    });
  }

  function drop(card) {
    write((ballots) => { delete ballots[card]; });
  }

  // The page of the card is fetched first: a token that was written into it hours ago is no longer good.
  async function send(card, ballot) {
    const page = await fetch(ballot.action, { headers: { Accept: "text/html", "X-Fresh": "1" } });
    if (page.redirected) return "sign-in";
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("input[name=csrf_token]");
    const body = new URLSearchParams({ ...ballot.fields, key: ballot.key, csrf_token: token?.value ?? "" });
    const answer = await fetch(ballot.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected) return "sign-in";
    if (answer.ok) {
      settle(card, ballot.key, false);
      return "sent";
    }
    if ([403, 404, 409, 422].includes(answer.status)) {
      settle(card, ballot.key, true);
      return "refused";
    }
    return "later";
  }

  /** Sends what waits, one after the other, and says how it went: sent | refused | sign-in | later for the last of them. */
  async function flush() {
    let last = "nothing";
    for (const [card, ballot] of Object.entries(all())) {
      if (ballot.refused) continue;
      try {
        last = await send(card, ballot);
      } catch {
        return "later"; // No net.
      }
      if (last === "sign-in" || last === "later") return last;
    }
    return last;
  }

  // Two tabs at once would only send the same keys twice; a lock spares the net.
  function flushAlone() {
    return navigator.locks ? navigator.locks.request(name, flush) : flush();
  }

  return { all, put, drop, flush: flushAlone };
}
