// A map without a base map unless the county names one; a place chosen on it goes into the form.
const L = window.L;

export function begin(place, options = {}) {
  const map = L.map(place, { attributionControl: false, zoomControl: false, ...options });
  const [zoomInTitle, zoomOutTitle] = document.documentElement.lang === "en" ? ["Nearer", "Farther"] : ["放大", "缩小"];
  L.control.zoom({ zoomInTitle, zoomOutTitle }).addTo(map);
  if (place.dataset.tiles) {
    L.tileLayer(place.dataset.tiles, { maxZoom: 18 }).addTo(map);
  }
  return map;
}

// Return what puts a mark on the map and its place into the form, if the form asks for one.
export function pinOf(map) {
  let mark = null;
  const pin = (where) => {
    const [lon, lat] = [document.querySelector("[data-lon][name=lon]"), document.querySelector("[data-lat][name=lat]")];
    if (!lon || !lat) {
      return;
    }
    lon.value = where.lng.toFixed(6);
    lat.value = where.lat.toFixed(6);
    pin.mark(where);
    lon.dispatchEvent(new Event("change", { bubbles: true }));
  };
  pin.mark = (where) => {
    mark ??= L.circleMarker(where, {
      radius: 8,
      color: "#1d4ed8",
      weight: 3,
      fillOpacity: 0.2,
      interactive: false,
    }).addTo(map);
    mark.setLatLng(where);
  };
  pin.remove = () => {
    mark?.remove();
    mark = null;
  };
  return pin;
}
