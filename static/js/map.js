// Lets people move and zoom the map that the server has drawn. Leaflet is fetched only when a map comes into view; if
// that fails, the drawing stays. No inline style in markup: markers carry classes, Leaflet sets positions by script.
const ready = {};
function leaflet(figure) {
  ready.leaflet ??= new Promise((resolve, reject) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: figure.dataset.leafletCss });
    const script = Object.assign(document.createElement("script"), { src: figure.dataset.leaflet, onerror: reject });
    const styled = new Promise((done) => { sheet.onload = sheet.onerror = done; });
    script.onload = () => styled.then(() => resolve(globalThis.L));
    document.head.prepend(sheet);
    document.head.append(script);
  });
  return ready.leaflet;
}
const outlines = (url) => (ready[url] ??= fetch(url).then((answer) => {
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}));

const LARGEST = 40;
const TARGET = 24;
const FULL_AT = 25;
const thousands = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "’");

function marker(L, point, most) {
  const isCount = point.count > 1 || (point.count === 1 && !point.letter && !point.single);
  const number = thousands(point.count ?? "");
  const wide = isCount ? Math.max(10, LARGEST * Math.sqrt(point.count / Math.max(most, FULL_AT))) : point.chosen ? 14 : point.letter ? 20 : 10;
  const text = isCount ? (wide > 26 && wide > 10 * number.length ? number : "") : point.letter || "";
  const icon = L.divIcon({ className: `map-marker${point.chosen ? " map-marker-chosen" : ""}`, iconSize: [Math.max(wide, TARGET), Math.max(wide, TARGET)], html: `<span class="map-dot">${text}</span>` });
  const made = L.marker(point.at, { icon, keyboard: Boolean(point.url), interactive: Boolean(point.url || point.label), title: point.label, zIndexOffset: point.chosen ? 1000 : -Math.round(wide) });
  made.on("add", () => {
    const element = made.getElement();
    element.firstElementChild.style.width = element.firstElementChild.style.height = `${wide}px`;
    if (point.label) element.setAttribute("aria-label", point.label);
    element.addEventListener("focus", () => made._map?.panInside(point.at, { paddingTopLeft: [72, 40], paddingBottomRight: [40, 40], animate: false }));
    if (point.url) element.setAttribute("role", "link");
    else { element.removeAttribute("tabindex"); element.setAttribute("role", "img"); }
  });
  if (point.url) {
    const open = () => {
      const link = document.querySelector(`.place-counts a[href="${CSS.escape(point.url)}"]`);
      if (link) link.click();
      else location.assign(point.url);
    };
    made.on("click", open);
    made.on("keydown", (event) => { if (event.originalEvent.key === "Enter") open(); });
  }
  return made;
}

// What the server drew, read back: the page carries its points once.
function drawn(figure) {
  return [...figure.querySelectorAll(".map-drawing [data-at]")].map((element) => {
    const [lon, lat] = element.dataset.at.split(",").map(Number);
    const name = element.querySelector("title")?.textContent ?? "";
    const count = element.dataset.count ? Number(element.dataset.count) : undefined;
    return { at: [lat, lon], count, label: name, url: element.getAttribute("href"), letter: element.dataset.letter, chosen: "chosen" in element.dataset, single: count === undefined };
  });
}

async function start(figure) {
  if (figure.dataset.started) return;
  figure.dataset.started = "1";
  let L, ground;
  try {
    [L, ground] = await Promise.all([leaflet(figure), outlines(figure.dataset.outlines)]);
  } catch {
    return;
  }
  if (!figure.isConnected) return;
  const stage = figure.querySelector(".map-stage");
  const live = document.createElement("div");
  live.className = "map-live";
  stage.append(live);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(live, { attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, zoomDelta: 1, minZoom: 7, maxZoom: 17, zoomAnimation: !calm, fadeAnimation: false, inertia: !calm });
  live.setAttribute("role", "region");
  live.setAttribute("aria-label", figure.dataset.title);
  L.control.zoom({ zoomInTitle: figure.dataset.zoomIn, zoomOutTitle: figure.dataset.zoomOut }).addTo(map);
  if (figure.dataset.tiles) {
    L.tileLayer(figure.dataset.tiles, { maxZoom: 19 }).addTo(map);
    figure.classList.add("has-tiles");
    const caption = figure.querySelector("figcaption");
    if (!caption.querySelector(".map-tiles-credit")) {
      const credit = Object.assign(document.createElement("span"), { className: "map-tiles-credit", textContent: ` · ${figure.dataset.tilesCredit}` });
      caption.append(credit);
    }
  }
  const classOf = { lake: "map-water", municipality: "map-land map-land-live", outline: "map-halo" };
  const shape = L.geoJSON(ground, { interactive: false, style: (feature) => ({ className: classOf[feature.properties.kind] }) }).addTo(map);
  const land = L.geoJSON(ground, { filter: (feature) => feature.properties.kind === "outline" }).getBounds();
  map.setMaxBounds(shape.getBounds().pad(0.6));
  map.fitBounds(land, { animate: false, padding: [8, 8] });
  const points = L.layerGroup().addTo(map);
  const show = (list) => {
    const most = Math.max(0, ...list.map((point) => point.count ?? 0));
    points.clearLayers();
    for (const point of list) points.addLayer(marker(L, point, most));
  };
  if (figure.dataset.pickLon) pick(L, map, figure, calm);
  else show(drawn(figure));
  for (const text of figure.querySelectorAll(".map-name")) {
    const [lon, lat] = text.dataset.place.split(",").map(Number);
    const [right, down] = text.dataset.off.split(",").map((units) => units / 2);
    const icon = L.divIcon({ className: `map-name-live map-name-${text.getAttribute("text-anchor")}`, iconSize: [0, 0], iconAnchor: [-right, -down], html: `<span>${text.innerHTML}</span>` });
    L.marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(map);
  }
  figure.classList.add("is-live");
  if (figure.dataset.url) follow(map, figure, show);
  map.on("moveend", () => figure.dispatchEvent(new CustomEvent("map:moved", { bubbles: true, detail: { bbox: map.getBounds().toBBoxString() } })));
}

// A place is chosen: by a click, by dragging the mark, with the arrow keys on it, or by typing numbers. The two fields are
// the truth; mark and fields follow each other.
const STEP = 12;
const FINE = 1;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function pick(L, map, figure, calm) {
  const { pickLon, pickLat, pickLabel } = figure.dataset;
  const fields = [pickLat, pickLon].map((id) => document.getElementById(id));
  if (!fields.every(Boolean)) return;
  const icon = L.divIcon({ className: "map-marker map-marker-chosen map-marker-pick", iconSize: [TARGET, TARGET], html: '<span class="map-dot"></span>' });
  const mark = L.marker(map.getCenter(), { icon, draggable: true, keyboard: true, title: pickLabel, autoPan: !calm });
  const said = () => fields.map((field) => (field.value.trim() ? Number(field.value.trim().replace(",", ".")) : NaN));
  const name = () => mark.getElement()?.setAttribute("aria-label", `${pickLabel}: ${fields.map((field) => field.value).join(", ")}`);
  const put = (at) => { mark.setLatLng(at).addTo(map); name(); };
  const choose = (at) => {
    fields[0].value = at.lat.toFixed(5);
    fields[1].value = at.lng.toFixed(5);
    put(at);
    for (const field of fields) field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const follow = () => {
    const at = said();
    if (!at.every(Number.isFinite)) { mark.remove(); return; }
    put(at);
    if (!map.getBounds().contains(at)) map.panTo(at, { animate: !calm });
  };
  mark.on("add", () => {
    const element = mark.getElement();
    element.firstElementChild.style.width = element.firstElementChild.style.height = "14px";
    element.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      const pace = event.shiftKey ? FINE : STEP;
      choose(map.containerPointToLatLng(map.latLngToContainerPoint(mark.getLatLng()).add(move.map((way) => way * pace))));
      map.panInside(mark.getLatLng(), { padding: [40, 40], animate: false });
    });
  });
  mark.on("dragend", () => choose(mark.getLatLng()));
  map.on("click", (event) => choose(event.latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    event.preventDefault();
    choose(map.getCenter());
    mark.getElement().focus();
  });
  for (const field of fields) field.addEventListener("input", follow);
  if (said().every(Number.isFinite)) map.setView(said(), Math.max(map.getZoom(), 11), { animate: false });
  follow();
}

// Finer groups as one comes nearer: the server counts, the last question asked wins.
function follow(map, figure, show) {
  let asked, pause;
  const first = drawn(figure);
  const home = map.getZoom();
  const ask = async () => {
    if (map.getZoom() <= home) { asked?.abort(); show(first); return; }
    asked?.abort();
    asked = new AbortController();
    const url = new URL(figure.dataset.url, location.href);
    url.searchParams.set("bbox", map.getBounds().toBBoxString());
    url.searchParams.set("zoom", String(Math.round(map.getZoom())));
    try {
      const answer = await fetch(url, { signal: asked.signal });
      if (!answer.ok) return;
      const { features } = await answer.json();
      show(features.map(({ geometry, properties }) => ({ at: [geometry.coordinates[1], geometry.coordinates[0]], ...properties })));
    } catch {
    }
  };
  map.on("moveend", () => { clearTimeout(pause); pause = setTimeout(ask, 150); });
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    start(entry.target);
  }
}, { rootMargin: "200px" });
function look() {
  for (const figure of document.querySelectorAll("[data-map]:not([data-started])")) near.observe(figure);
}
look();
document.addEventListener("list:changed", look);
