// A module one step at a time. Without this file, or without scripts, the whole module lies under each other and works.

class ModulePlayer extends HTMLElement {
  connectedCallback() {
    this.steps = [...this.querySelectorAll("[data-step]")];
    this.screens = this.steps.filter((step) => "screen" in step.dataset).length;
    this.progress = this.querySelector("[data-progress]");
    this.nav = this.querySelector("[data-nav]");
    this.back = this.querySelector("[data-back]");
    this.next = this.querySelector("[data-next]");
    this.send = this.querySelector("[data-send]");
    this.started = this.named() ?? Number(this.dataset.start);
    this.furthest = this.started;
    this.saved = this.started;
    this.listen();
    this.show(this.started);
    this.nav.hidden = false;
    this.dataset.ready = "";
    this.showPassage();
  }

  listen() {
    this.back.addEventListener("click", () => this.go(this.current - 1));
    this.next.addEventListener("click", () => this.go(this.current + 1));
    this.send.addEventListener("click", () => this.question?.requestSubmit());
    addEventListener("popstate", () => { this.show(this.named() ?? this.started, true); this.showPassage(); });
    addEventListener("pagehide", () => this.savePlace());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.savePlace());
    this.addEventListener("htmx:afterSettle", () => this.tidy());
    this.addEventListener("htmx:oobAfterSwap", () => this.tidy());
  }

  /** What the address names: a step or a passage in one. */
  get target() {
    const id = location.hash.slice(1);
    return id ? this.querySelector(`#${CSS.escape(id)}`) : null;
  }

  /** The step that the address names, if it does. */
  named() {
    const place = this.steps.indexOf(this.target?.closest("[data-step]"));
    return place < 0 ? undefined : place + 1;
  }

  /** A passage may lie below the first screenful of its step, and was hidden when the browser looked for it. */
  showPassage() {
    const target = this.target;
    if (target && !("step" in target.dataset)) target.scrollIntoView({ block: "start" });
  }

  go(number) {
    history.pushState(null, "", `#steg-${number}`);
    this.show(number, true);
  }

  show(number, moveFocus = false) {
    this.current = number;
    this.furthest = Math.max(this.furthest, number);
    this.steps.forEach((step, place) => { step.hidden = place + 1 !== number; });
    const label = this.dataset.stepLabel.replace("{n}", number).replace("{total}", this.steps.length);
    this.progress.querySelector("span").textContent = label;
    this.progress.querySelector("progress").value = number;
    this.tidy();
    if (!moveFocus) return;
    this.steps[number - 1].focus({ preventScroll: true });
    this.scrollIntoView({ block: "start" });
  }

  /** The form of the question that is on the screen, until it is answered. */
  get question() {
    return this.steps[this.current - 1].querySelector("form.question");
  }

  /** One main action, where the thumb is: answer, next, or on the last step the end of the module. */
  tidy() {
    const isLast = this.current === this.steps.length;
    this.back.hidden = this.current === 1;
    this.send.hidden = !this.question;
    this.next.hidden = isLast || Boolean(this.question);
    this.querySelector("[data-finish]").hidden = !isLast || Boolean(this.question);
    const shown = Math.min(this.furthest, this.screens);
    for (const field of this.querySelectorAll("input[name=shown]")) field.value = shown;
  }

  /** Tell the server where she stopped, once, as the page closes. */
  savePlace() {
    const form = this.querySelector("[data-place-form]");
    if (!form || !this.dataset.place || this.current === this.saved) return;
    const place = new FormData(form);
    place.set("shown", this.current);
    if (navigator.sendBeacon(this.dataset.place, place)) this.saved = this.current;
  }
}

customElements.define("module-player", ModulePlayer);
