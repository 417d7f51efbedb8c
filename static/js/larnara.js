// Small helps on top of pages that work without them.

/** Theme: answer at once and remember, instead of a round trip. */
function listenForTheme() {
  document.querySelector("[data-theme-form]")?.addEventListener("submit", (event) => {
    const theme = event.submitter?.value;
    if (!theme) return;
    event.preventDefault();
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const button of event.currentTarget.querySelectorAll("[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  });
}

/** Menus made of `details` close on Escape and when focus or a press lands elsewhere. */
function listenForMenus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("focusin", (event) => close(event.target.closest("details.menu")));
}

/** What must be read first takes focus: an error summary, or the feedback that a swap brought. */
function focusWhatMatters(root = document) {
  root.querySelector("[data-focus]")?.focus();
}

/** A form sent twice by an impatient thumb is sent once; the server would have answered the same. */
function guardForms() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "true";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}

/** A password that can be looked at is typed right the first time; the form brings the words. */
function offerToShowPasswords() {
  for (const form of document.querySelectorAll("form[data-show]")) {
    for (const input of form.querySelectorAll("input[type=password]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = form.dataset.show;
      button.setAttribute("aria-controls", input.id);
      button.addEventListener("click", () => {
        const isShown = input.type === "text";
        input.type = isShown ? "password" : "text";
        button.textContent = isShown ? form.dataset.show : form.dataset.hide;
      });
      const frame = document.createElement("div");
      frame.className = "reveal";
      input.replaceWith(frame);
      frame.append(input, button);
      form.addEventListener("submit", () => { input.type = "password"; });
    }
  }
}

/** What is to be put in elsewhere gets a button that copies it; without one it is text that a press selects. */
function offerToCopy() {
  for (const part of document.querySelectorAll("[data-copy] .to-copy")) {
    if (!navigator.clipboard) return;
    const { copy, copied } = part.closest("[data-copy]").dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.kind = "secondary";
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = ` ${part.closest("div").querySelector("dt").textContent}`;
    const word = document.createElement("span");
    word.setAttribute("aria-live", "polite");
    word.textContent = copy;
    button.append(word, name);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(part.textContent);
      word.textContent = copied;
    });
    part.after(button);
  }
}

/** What is shown once is gone when the page is left, also from what the browser keeps for "back". */
function forgetWhatIsShownOnce() {
  addEventListener("pagehide", () => {
    for (const part of document.querySelectorAll("[data-once]")) part.textContent = "";
  });
}

/** The latest searches of this tab (search.js) are those of whoever made them: a sign-out takes them along. */
function forgetSearches() {
  const store = "larnara.searches";
  const forget = () => sessionStorage.removeItem(store);
  document.addEventListener("submit", (event) => event.target.action.includes("/logout/") && forget());
  if (!document.body.classList.contains("has-bar") && JSON.parse(sessionStorage.getItem(store) ?? "null")?.owner) forget();
}

listenForTheme();
offerToCopy();
forgetWhatIsShownOnce();
offerToShowPasswords();
listenForMenus();
guardForms();
forgetSearches();
focusWhatMatters();
document.addEventListener("htmx:afterSwap", (event) => focusWhatMatters(event.target));
