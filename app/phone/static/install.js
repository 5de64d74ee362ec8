// The service worker lets the page open without network. A new version waits until it is asked for: nothing that is
// being written is lost to it, and the queue stays in IndexedDB whatever the version.

import { update } from "./state.js";

export async function install() {
  if (!navigator.serviceWorker) return;
  const registration = await register();
  if (!registration) return;
  const offer = (worker) => {
    if (worker && navigator.serviceWorker.controller) update.waiting = () => worker.postMessage("take over");
  };
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && offer(coming));
  });
  const controlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => controlled && location.reload());
  await navigator.storage?.persist?.().catch(() => false); // it is a wish
}

// As a module it can send by Background Sync; browsers that know no such workers know no Background Sync either.
async function register() {
  try {
    return await navigator.serviceWorker.register("/m/sw.js?sends=1", { type: "module", scope: "/m/" });
  } catch {
    // no such workers here, or none at all: without one the page works while there is network
    return navigator.serviceWorker.register("/m/sw.js", { scope: "/m/" }).catch(() => null); // as above
  }
}
