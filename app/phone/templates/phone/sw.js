{% if sends %}
import "/static/phone/worker.js";
{% endif %}
// The shell of the phone page, kept for the time without network. It never touches what people have saved.

const VERSION = {{ version|tojson }};
const FILES = {{ files|tojson }};
const PREFIX = "gezhi-shell-";
const SHELL = "/m/";
const APPLICATION = "/static/phone/app.js"; // which our shell names, and no other page

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(PREFIX + VERSION).then((cache) => Promise.all(FILES.map((file) => take(cache, file)))));
});

// A network's sign-in page answers 200, too: once kept it would be this application until the next version.
async function take(cache, file) {
  const answer = await fetch(new Request(file, { cache: "no-cache", redirect: "error" }));
  const isPage = (answer.headers.get("Content-Type") || "").startsWith("text/html");
  const isOurs = isPage ? file === SHELL && (await answer.clone().text()).includes(APPLICATION) : file !== SHELL;
  if (!answer.ok || !isOurs) throw new Error(`not ours: ${file}`);
  await cache.put(file, answer);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
      await Promise.all(old.map((name) => caches.delete(name)));
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
  if (isShell || FILES.includes(url.pathname)) event.respondWith(serve(isShell ? SHELL : url.pathname, event.request));
});

async function serve(path, request) {
  const cache = await caches.open(PREFIX + VERSION);
  return (await cache.match(path)) || fetch(request);
}
