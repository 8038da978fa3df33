// Runs before the page's own scripts: what a visitor's browser would report about loading, shifting and answering.
window.__vitals = { lcp: 0, cls: 0, inp: 0, what: "" };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.__vitals.lcp = entry.startTime;
    window.__vitals.what = entry.element ? entry.element.tagName : "";
  }
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__vitals.cls += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.__vitals.inp = Math.max(window.__vitals.inp, entry.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
