{% if sends %}import "/static/phone/worker.js";
{% endif %}// The shell of the phone page, kept for the time without network. It never touches what people have saved.

const VERSION = {{ version|tojson }};
const FILES = {{ files|tojson }};
const PREFIX = "gezhi-shell-";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(PREFIX + VERSION).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })))),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const isShell = event.request.mode === "navigate" && url.pathname.startsWith("/m/");
  const isFile = url.pathname.startsWith("/static/phone/") || url.pathname.startsWith("/lib/") || url.pathname.startsWith("/m/");
  if (isShell || isFile) event.respondWith(kept(isShell ? "/m/" : url.pathname, event.request));
});

async function kept(path, request) {
  const cache = await caches.open(PREFIX + VERSION);
  return (await cache.match(path)) || fetch(request);
}
