// Measurements taken inside the page, as an object of functions. Each returns a list of sentences; an empty list is well.
(() => {
  const INTERACTIVE =
    "a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=link],[role=tab],[role=menuitem]";
  const CHOICES = ["checkbox", "radio"];

  const shown = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && !hidden(element);
  };
  // Kept for assistive technology, or for robots: in a box of one pixel.
  const hidden = (element) => {
    for (let box = element; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).clipPath === "inset(50%)" || (box.clientWidth <= 1 && box.clientHeight <= 1 && getComputedStyle(box).overflow === "hidden")) return true;
    return false;
  };
  const onPage = (box) => box.right + window.scrollX > 0 && box.bottom + window.scrollY > 0;
  const name = (element) => {
    const words = (element.getAttribute("aria-label") || element.innerText || element.value || "").trim();
    const classes = typeof element.className === "string" && element.className ? "." + element.className.trim().split(/\s+/).join(".") : "";
    return `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}${classes} “${words.replace(/\s+/g, " ").slice(0, 40)}”`;
  };
  const union = (boxes) => ({
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  });
  // What a finger can hit: a box or radio counts with its label, and a label may be stretched over its row.
  const target = (element) => {
    const boxes = [element.getBoundingClientRect()];
    if (CHOICES.includes(element.type))
      for (const label of element.labels || []) {
        const stretched = getComputedStyle(label, "::before");
        const row = stretched.content !== "none" && stretched.position === "absolute" ? label.offsetParent : label;
        boxes.push(row.getBoundingClientRect());
      }
    const box = union(boxes);
    return { element, ...box, width: box.right - box.left, height: box.bottom - box.top };
  };
  const targets = () =>
    [...document.querySelectorAll(INTERACTIVE)]
      .filter((element) => shown(element) || (CHOICES.includes(element.type) && [...(element.labels || [])].some(shown)))
      .map(target)
      .filter(onPage);
  // A link in a sentence is as high as its line (2.5.8, exception "inline").
  const inSentence = (element) => {
    if (getComputedStyle(element).display !== "inline") return false;
    const words = (element.parentElement.innerText || "").trim().length;
    return words > (element.innerText || "").trim().length + 1;
  };
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const inScrollRegion = (element) => {
    for (let box = element; box && box !== document.body; box = box.parentElement) if (scrolls(box)) return true;
    return false;
  };
  const clipped = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (["hidden", "clip"].includes(getComputedStyle(box).overflowX)) return true;
    return false;
  };

  // The focused element: whether something lies over all of it, and whether one sees that it is focused.
  const focused = () => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
    const seen = [element, ...(element.labels || []), element.nextElementSibling].filter(Boolean);
    const outlined = seen.some((one) => {
      const style = getComputedStyle(one);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const steps = [0.02, 0.06, 0.1, 0.3, 0.5, 0.7, 0.9, 0.94, 0.98];
    const hits = (one) =>
      [...one.getClientRects()].some((box) =>
        steps.some((across) =>
          steps.some((down) => one.contains(document.elementFromPoint(box.left + box.width * across, box.top + box.height * down))),
        ),
      );
    const uncovered = [element, ...(element.labels || [])].some(hits);
    if (!element.dataset.walked) element.dataset.walked = String(++window.__walked || (window.__walked = 1));
    const isFrame = element.tagName === "IFRAME"; // its own document shows the focus
    return { key: element.dataset.walked, name: name(element), outlined: outlined || isFrame, uncovered: uncovered || isFrame };
  };

  return {
    sideways() {
      const width = document.documentElement.clientWidth;
      const wide = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
      if (wide <= width) return [];
      const guilty = [...document.body.querySelectorAll("*")]
        .filter((element) => shown(element) && element.getBoundingClientRect().right > width + 0.5)
        .filter((element) => !inScrollRegion(element) && !clipped(element))
        .filter((element) => ![...element.children].some((child) => child.getBoundingClientRect().right > width + 0.5));
      return [`${wide} px wide in a window of ${width} px: ` + guilty.slice(0, 4).map(name).join("; ")];
    },

    spilling() {
      const labels = "a.btn,button,.btn,.badge,.chip,nav a,th,summary,h1,h2,h3,dt,dd,td,label,legend";
      return [...document.querySelectorAll(labels)]
        .filter(shown)
        .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && !scrolls(element))
        .filter((element) => !element.querySelector("input,select,textarea,svg,.visually-hidden") && !inScrollRegion(element))
        .map((element) => `text does not fit (${element.scrollWidth} in ${element.clientWidth} px): ${name(element)}`);
    },

    small(least) {
      const all = targets();
      const centre = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const isSmall = (box) => box.width < least - 0.5 || box.height < least - 0.5;
      const distance = ([x, y], box) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
      return all
        .filter((box) => isSmall(box) && !inSentence(box.element))
        .filter((box) => {
          const [x, y] = centre(box);
          return all.some((other) => {
            if (other.element === box.element || other.element.contains(box.element) || box.element.contains(other.element)) return false;
            if (isSmall(other)) {
              const [a, b] = centre(other);
              return Math.hypot(a - x, b - y) < least;
            }
            return distance([x, y], other) < least / 2;
          });
        })
        .map((box) => `${Math.round(box.width)} × ${Math.round(box.height)} px and no room around: ${name(box.element)}`);
    },

    low(least) {
      const controls = "button,.btn,select,textarea,summary,.pagination a,.pager a,.chip a,.chip button,input:not([type=hidden])";
      return targets()
        .filter((box) => box.element.matches(controls) && !box.element.closest("[data-demo]"))
        .filter((box) => box.height < least - 0.5)
        .map((box) => `${Math.round(box.height)} px high: ${name(box.element)}`);
    },

    structure() {
      const found = [];
      const headings = [...document.querySelectorAll("h1")].filter((element) => element.checkVisibility());
      if (headings.length !== 1) found.push(`${headings.length} h1: ${headings.map(name).join("; ")}`);
      const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
      const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
      if (twice.length) found.push(`ids given twice: ${[...new Set(twice)].join(", ")}`);
      for (const region of document.querySelectorAll("*"))
        if (scrolls(region) && region.scrollWidth > region.clientWidth + 1 && shown(region) && !region.matches("[tabindex],textarea,input,select") && !region.querySelector(INTERACTIVE))
          found.push(`scrolls sideways and cannot be focused: ${name(region)}`);
      return found;
    },

    focused,

    // From now on every stop of the Tab key is looked at when the key comes up, until the walk begins anew.
    watchStops() {
      const walk = (window.__walk = { stops: [], keys: new Set(), ended: false });
      const look = (event) => {
        if (event.key !== "Tab" || walk.ended || window.__walk !== walk) return;
        const here = focused();
        walk.ended = here === null || walk.keys.has(here.key);
        if (walk.ended) return;
        walk.keys.add(here.key);
        walk.stops.push(here);
      };
      document.addEventListener("keyup", look, true);
    },
    stops: () => ({ stops: window.__walk.stops, ended: window.__walk.ended }),

    vitals() {
      return window.__vitals;
    },
  };
})()
