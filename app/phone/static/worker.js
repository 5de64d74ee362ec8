// The part of the service worker that can send: the browser wakes it when there is network again, page or no page.

import { sendAll } from "./send.js";

self.addEventListener("sync", (event) => {
  if (event.tag === "gezhi-queue") event.waitUntil(send());
});

async function send() {
  const outcome = await sendAll();
  if (outcome.why) throw new Error(outcome.why); // the browser tries again later
}
