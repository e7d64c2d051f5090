// What members have reported, for those who moderate: each report with the messages around it, until it is settled.

import { announce } from "./announcer.js";
import { makeWay, Part } from "./panel.js";
import { askToDelete } from "../dialogs/deletion.js";
import { openResolve } from "../dialogs/resolve.js";
import { reports } from "../net/order.js";
import { lineOf } from "../lib/attached.js";
import { $, arrange, button, element, icon } from "../lib/dom.js";
import { dayOf, fullTime, timeOf } from "../lib/format.js";
import { _ } from "../lib/i18n.js";
import { powersIn } from "../lib/powers.js";
import { sentence } from "../lib/sentence.js";
import { loadStyles } from "../lib/styles.js";

await loadStyles(new URL("../../css/reports.css", import.meta.url));

const BESIDE = 160; // characters of a message beside the one that is reported
const LONG = 300; // characters of the one that is reported, until the person wants all

export class Reports extends Part {
  name = "reports";
  title = _("Reports");
  // Where the focus is afterwards: what opened it may be gone. On a phone that is the menu of one's name.
  opener = { dataset: { open: "reports" }, focus: () => [$("title"), $("me")].find((each) => each.checkVisibility()).focus() };
  nodes;
  #page; // {store, outgoing, navigation, actions}
  #shown = []; // as the server lists them
  #hasMore = false;
  #known = false; // the server has answered since the list was opened
  #turn = 0; // counts requests: answers to older ones are ignored
  #whole = new Set(); // ids of reports whose long message is shown whole
  #words = element("p", "words");
  #picture = icon("flag", "icon blank");
  #list = element("ul");
  #more = button(_("Show more"), () => this.#request(true), "wide");

  constructor(page) {
    super();
    this.#page = page;
    const body = element("div", "body");
    this.#words.role = "status";
    this.#list.ariaLabel = this.title;
    body.append(this.#picture, this.#words, this.#list, this.#more);
    this.nodes = [body];
    page.store.addEventListener("change", ({ detail: { data } }) => this.#change(data));
    page.outgoing.addEventListener("change", () => this.draw());
  }

  begin() {
    this.#shown = [];
    this.#hasMore = this.#known = false;
    this.draw();
    this.#request();
  }

  // Requests reports: the first ones, or, if `further`, those after the ones shown.
  async #request(further = false) {
    const mine = ++this.#turn;
    const kept = further ? this.#shown : [];
    this.#words.textContent = _("Looking …");
    try {
      const { reports: found, more } = await reports(kept.at(-1)?.id);
      if (mine !== this.#turn) return;
      this.#shown = [...kept, ...found];
      this.#hasMore = more;
      this.#known = true;
      this.#words.textContent = this.#shown.length ? "" : _("Nothing is waiting. What members report comes here.");
    } catch ({ message }) {
      if (mine !== this.#turn) return;
      this.#words.textContent = message;
    }
    this.draw();
    if (further) this.#list.children[kept.length]?.querySelector("button").focus();
  }

  // A message was edited or deleted.
  #change({ room, of, msg }) {
    for (const report of this.#shown) {
      const found = report.room === room && messagesOf(report).find(({ seq }) => seq === of);
      if (found) Object.assign(found, { msg: msg ?? "", deleted: msg === undefined });
    }
    this.draw();
  }

  draw() {
    if (!this.isShown) return;
    arrange(this.#list, new Map(this.#shown.map((report) => [String(report.id), this.#entry(report)])));
    this.#picture.toggleAttribute("hidden", !this.#known || this.#shown.length > 0);
    this.#more.hidden = !this.#hasMore;
  }

  #entry(report) {
    const { store, outgoing } = this.#page;
    const { id, room, seq } = report;
    const known = store.rooms.get(room);
    const held = outgoing.of(room).find(({ fields, state }) => fields.seq === seq && fields.type === "delete" && state !== "failed");
    const messages = messagesOf(report);
    const message = messages.find((each) => each.seq === seq);
    const isGone = !message || message.deleted || !!held;
    const mayDelete = known && powersIn(known).moderates && !isGone;
    const undo = held?.state === "held" && (() => outgoing.drop(held.cid));
    const make = () => {
      const item = element("li");
      const head = this.#head(report);
      const acts = element("div", "acts");
      const act = (words, work) => {
        const made = button(words, work, "button");
        made.setAttribute("aria-describedby", head.id);
        acts.append(made);
      };
      if (known) act(_("Open"), () => this.#open(known, seq));
      if (mayDelete) act(_("Delete"), () => this.#askToDelete(room, message));
      act(_("Settle"), () => openResolve(id, () => this.#resolved(report)));
      item.append(head, ...reasonOf(report), this.#context(report, messages, isGone, undo), acts);
      return item;
    };
    const look = JSON.stringify([!!known, mayDelete, isGone, !!undo, this.#whole.has(id), messages.map(({ msg, deleted }) => [msg, deleted])]);
    return { look, make };
  }

  #head({ id, room, title, time, by }) {
    const head = element("p", "head");
    const at = new Date(time);
    const when = element("time", "", `${dayOf(at)} ${timeOf(at)}`);
    const who = element("bdi", "name", by.username);
    const where = element("bdi", "name", this.#page.store.title({ room, name: title }));
    const words = room.startsWith("@") ? _("%(who)s reported a message of the chat with %(room)s") : _("%(who)s reported a message in %(room)s");
    when.dateTime = time;
    when.title = fullTime(at);
    head.id = `report-${id}`;
    head.append(sentence(words, { who, room: where }), " ", when);
    return head;
  }

  // The messages, the one that is reported among them. undo(): its deletion can be taken back.
  #context({ id, seq }, messages, isGone, undo) {
    const made = element("ol", "context");
    for (const message of messages) {
      const isIt = message.seq === seq;
      const item = element("li", isIt ? "reported" : "");
      const by = element("p", "by");
      const isDeleted = message.deleted || (isIt && isGone);
      const isFolded = isIt && message.msg.length > LONG && !this.#whole.has(id);
      const words = isIt ? (message.msg || lineOf(message, LONG)).slice(0, isFolded ? LONG : undefined) : lineOf(message, BESIDE);
      const text = element("p", isDeleted ? "text gone" : "text", isDeleted ? _("This message was deleted.") : words);
      by.append(element("bdi", "name", message.user), " ", element("time", "", timeOf(new Date(message.time))));
      if (isIt) by.append(" ", element("span", "unseen", _("reported")));
      text.dir = "auto";
      item.append(by, text);
      if (isDeleted && isIt && undo) text.append(" ", button(_("Undo"), undo));
      else if (isFolded && !isDeleted) item.append(button(_("Show all"), () => this.#unfold(id)));
      made.append(item);
    }
    return made;
  }

  #unfold(id) {
    this.#whole.add(id);
    this.draw();
  }

  #open(room, seq) {
    makeWay();
    this.#page.navigation.open(room, seq);
  }

  #askToDelete(room, message) {
    const { store, actions } = this.#page;
    askToDelete(message, message.userid === store.userid, (seq, reason) => actions.remove(seq, reason, room));
  }

  // It leaves the list, with others of the same message.
  #resolved({ room, seq }) {
    const at = this.#shown.findIndex((each) => each.room === room && each.seq === seq);
    this.#shown = this.#shown.filter((each) => each.room !== room || each.seq !== seq);
    announce(_("The report is settled."));
    if (!this.#shown.length) this.#request();
    this.draw();
    const next = this.#list.children[Math.min(at, this.#shown.length - 1)];
    (next?.querySelector(".acts button") ?? $("panel-title")).focus();
  }
}

const messagesOf = ({ events }) => events.filter(({ type }) => type === 1).map(({ data }) => data);

function reasonOf({ reason }) {
  return reason ? [Object.assign(element("p", "reason", _("“%(reason)s”", { reason })), { dir: "auto" })] : [];
}
