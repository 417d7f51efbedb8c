// The search as it is typed works by htmx, and without scripts as a form. Here is what lives in the browser: the latest
// searches of this device, a word to the server when a search is finished, and speaking instead of writing.

const STORE = "larnara.searches";
const MOST = 8;
const SETTLED = 2000;

/** The latest searches lie in this tab, for the one who made them, and nowhere else. */
const latest = {
  read(owner) {
    const kept = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
    if (kept?.owner === owner) return kept.texts;
    sessionStorage.removeItem(STORE);
    return [];
  },
  add(owner, text) {
    const texts = [text, ...this.read(owner).filter((each) => each !== text)].slice(0, MOST);
    sessionStorage.setItem(STORE, JSON.stringify({ owner, texts }));
  },
  clear() { sessionStorage.removeItem(STORE); },
};

class SearchPage extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("#q");
    this.look();
    if (this.shown && isSeenAgain()) this.shown.slip = undefined;
    this.addEventListener("htmx:afterSwap", () => this.look());
    this.addEventListener("click", (event) => this.follow(event));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.finish());
    if (this.field.value) latest.add(this.owner, this.field.value.trim());
  }

  get owner() { return this.dataset.reader; }

  /** A new page of hits. The one before was a search of its own, unless somebody was only typing on. */
  look() {
    const found = this.querySelector("[data-text]");
    const text = found?.dataset.text ?? "";
    const before = this.shown;
    if (before && before.text !== text && Date.now() - before.at > SETTLED && !isTypedOn(before.text, text)) this.finish();
    this.shown = found ? { text, slip: found.dataset.slip, at: Date.now() } : undefined;
  }

  follow(event) {
    const link = event.target.closest("a");
    if (!link) return;
    if ("again" in link.dataset) {
      event.preventDefault();
      this.field.focus();
      this.field.select();
    }
    if ("hit" in link.dataset) this.finish([...this.querySelectorAll("[data-hit]")].indexOf(link) + 1);
  }

  finish(place) {
    const shown = this.shown;
    if (!shown) return;
    latest.add(this.owner, shown.text);
    if (!shown.slip || (shown.told && !place)) return;
    shown.told = true;
    const said = new FormData(this.querySelector("[data-token]"));
    said.set("slip", shown.slip);
    if (place) said.set("place", place);
    navigator.sendBeacon(this.dataset.note, said);
  }
}

/** Hits that somebody comes back to, or loads again, are the same search once more. */
function isSeenAgain() {
  return performance.getEntriesByType("navigation")[0]?.type !== "navigate";
}

function isTypedOn(before, after) {
  return after.startsWith(before) || (after !== "" && before.startsWith(after));
}

class LatestSearches extends HTMLElement {
  connectedCallback() {
    const texts = latest.read(this.closest("search-page").owner);
    if (!texts.length) return;
    const title = Object.assign(document.createElement("h2"), { id: "latest-title", textContent: this.dataset.title });
    const list = Object.assign(document.createElement("ul"), { className: "rows" });
    list.append(...texts.map((text) => this.row(text)));
    const clear = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: this.dataset.clear });
    clear.dataset.kind = "quiet";
    clear.addEventListener("click", () => { latest.clear(); this.hidden = true; document.querySelector("#q").focus(); });
    const section = Object.assign(document.createElement("section"), { className: "section" });
    section.setAttribute("aria-labelledby", title.id);
    section.append(title, list, clear);
    this.replaceChildren(section);
    this.hidden = false;
  }

  row(text) {
    const link = Object.assign(document.createElement("a"), { href: `?${new URLSearchParams({ q: text })}`, textContent: text });
    const row = document.createElement("li");
    row.append(link);
    return row;
  }
}

class VoiceInput extends HTMLElement {
  connectedCallback() {
    const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    if (!Recognition || this.button) return;
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
    this.button.dataset.kind = "quiet";
    this.words = document.createElement("span");
    this.button.append(icon(this.dataset.icons, "mic"), this.words);
    this.status = Object.assign(document.createElement("span"), { className: "meta" });
    this.status.setAttribute("role", "status");
    this.append(this.button, this.status);
    this.recognition = Object.assign(new Recognition(), { lang: "sv-SE", interimResults: false, maxAlternatives: 1 });
    this.recognition.addEventListener("result", (event) => this.hear(event.results[0][0].transcript));
    this.recognition.addEventListener("error", () => { this.status.textContent = this.dataset.failed; });
    this.recognition.addEventListener("end", () => this.listen(false));
    this.button.addEventListener("click", () => (this.isListening ? this.recognition.stop() : this.start()));
    this.listen(false);
  }

  start() {
    this.status.textContent = this.dataset.note;
    this.recognition.start();
    this.listen(true);
  }

  listen(isListening) {
    this.isListening = isListening;
    this.words.textContent = isListening ? this.dataset.stop : this.dataset.say;
    this.button.setAttribute("aria-pressed", String(isListening));
  }

  hear(text) {
    const field = document.getElementById(this.dataset.for);
    field.value = text;
    this.status.textContent = "";
    field.form.requestSubmit();
  }
}

function icon(sprite, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

customElements.define("search-page", SearchPage);
customElements.define("latest-searches", LatestSearches);
customElements.define("voice-input", VoiceInput);
