// Shows the number of unread messages in title and icon, keeps the person's choices about notifications and sound, and
// passes new messages on to alerts.js. The drawing of the icon, alerts and sound are loaded when they are needed.

const MOST_COUNT = 99; // in the icon

// Events: "change" (a permission or a choice).
export class Notifier extends EventTarget {
  #userid;
  #chosen; // {desktop, sound}, the same in all tabs
  #alerts = null; // loaded with the first message that may need one
  #onOpen;
  #refused = false;
  #badge = "";
  #leave = () => {};

  // `icon` is the address of the page's icon; onOpen(room) opens a room whose notification was clicked.
  constructor({ userid, icon, onOpen }) {
    super();
    this.#userid = userid;
    this.icon = icon;
    this.#onOpen = onOpen;
    this.#load();
    window.addEventListener("storage", ({ key }) => {
      if (key === this.key("chosen")) this.#load();
    });
    document.addEventListener("visibilitychange", () => this.#turn());
    this.#turn();
  }

  async setUnread(count, title) {
    document.title = (count ? `(${count}) ` : "") + `${title} · ${document.body.dataset.place}`;
    const badge = count > MOST_COUNT ? `${MOST_COUNT}+` : `${count || ""}`;
    if (badge === this.#badge) return;
    this.#badge = badge;
    (await import("./badge.js")).drawBadge(this.#badge, this.icon);
  }

  // Every tab calls this for every new message of others, {id, room, title, user, text}. A visible tab only notes that
  // the message needs no alert.
  async notify(message) {
    if (!(this.mayShow || this.sound)) return;
    this.#alerts ??= import("./alerts.js").then(({ Alerts }) => new Alerts(this, this.#onOpen));
    (await this.#alerts).add(message);
  }

  async playSound() {
    (await import("./tone.js")).playTone();
  }

  // "unsupported", "default" (not asked yet), "granted" or "denied"
  get permission() {
    return isSecureContext && window.Notification && !this.#refused ? Notification.permission : "unsupported";
  }

  async enable() {
    if (this.permission === "default") await Notification.requestPermission();
    this.desktop = this.permission === "granted";
    return this.permission;
  }

  // Notes that notifications do not work: browsers of phones have Notification, but refuse it to pages.
  refuse() {
    this.#refused = true;
    this.#load();
  }

  get mayShow() {
    return this.desktop && this.permission === "granted";
  }

  get desktop() {
    return this.#chosen.desktop;
  }

  set desktop(on) {
    this.#choose({ desktop: on });
  }

  get sound() {
    return this.#chosen.sound;
  }

  set sound(on) {
    this.#choose({ sound: on });
  }

  // The rooms that this browser kept as muted, before the server kept levels.
  get muted() {
    return this.#chosen.muted ?? [];
  }

  set muted(rooms) {
    this.#choose({ muted: rooms.length ? rooms : undefined });
  }

  // The key of a value that this browser keeps for this person.
  key(name) {
    return `dweb.${name}.${this.#userid}`;
  }

  #load() {
    const chosen = JSON.parse(localStorage.getItem(this.key("chosen")) ?? "{}");
    this.#chosen = { desktop: true, sound: false, ...chosen };
    this.dispatchEvent(new Event("change"));
  }

  #choose(change) {
    localStorage.setItem(this.key("chosen"), JSON.stringify({ ...this.#chosen, ...change }));
    this.#load();
  }

  // Holds a lock while this tab is visible, which other tabs see.
  #turn() {
    this.#leave();
    if (document.visibilityState !== "visible") return;
    const left = new Promise((leave) => (this.#leave = leave));
    navigator.locks?.request(this.key("visible"), { mode: "shared" }, () => left);
  }
}
