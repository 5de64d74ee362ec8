"""The files of npm packages that pages may ask for; plain data, which packing reads as well."""

FILES = {  # name -> file below node_modules
    "dexie.js": "dexie/dist/modern/dexie.min.mjs",
    "echarts.js": "echarts/dist/echarts.min.js",
    "htm.js": "htm/dist/htm.module.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "noble/_md.js": "@noble/hashes/_md.js",
    "noble/_u64.js": "@noble/hashes/_u64.js",
    "noble/sha2.js": "@noble/hashes/sha2.js",
    "noble/utils.js": "@noble/hashes/utils.js",
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "tus.js": "tus-js-client/dist/tus.min.js",
    "vue.js": "vue/dist/vue.runtime.esm-browser.prod.js",
}
