// The chat page: puts its parts together and starts them.

import { Actions } from "./actions.js";
import { handleEvents } from "./events.js";
import { lineOf } from "./lib/attached.js";
import { $, avatar } from "./lib/dom.js";
import { onSignOut } from "./lib/forget.js";
import { connect } from "./net/connection.js";
import { Notifier } from "./notify/notifier.js";
import { Loader } from "./state/loader.js";
import { Marks } from "./state/marks.js";
import { Outgoing } from "./state/outgoing.js";
import { loadNewer, loadOlder } from "./state/pages.js";
import { Quiet } from "./state/quiet.js";
import { Store } from "./state/store.js";
import { handleCommands } from "./view/commands.js";
import { Composer } from "./view/composer.js";
import { takeFiles } from "./view/intake.js";
import { Messages } from "./view/messages.js";
import { linkTo, Navigation } from "./view/navigation.js";
import { Notice } from "./view/notice.js";
import { Status } from "./view/status.js";
import { View } from "./view/view.js";

const { username, room: firstRoom, signIn, maxChars } = document.body.dataset;
const me = Number(document.body.dataset.userid);
$("me").prepend(avatar(me, username));

// State, and the connection that keeps it up to date.
const store = new Store(me, username);
const outgoing = new Outgoing(me);
const connection = connect((bytes) => ({ ...store.hello(bytes), page: document.body.dataset.version }));
const quiet = new Quiet();
const marks = new Marks((frame) => connection.send(frame));

// The parts that a person sees, each with the functions that it calls when the person uses it.
const status = new Status($("status"), signIn);
const notice = new Notice($("notice"), () => navigation.focus());
const notifier = new Notifier({
  userid: me,
  icon: $("icon").href,
  onOpen: (name) => navigation.choose(store.room(name)),
});
const composer = new Composer($("composer"), {
  maxChars: Number(maxChars),
  userid: me,
  people: () => [...store.names].map(([, userid]) => ({ userid, username: store.nameOf(userid) })),
  everyone: () => !store.current.direct,
  onSend: (text, reply) => actions.send(text, reply),
  onEdit: (seq, txt) => actions.change({ type: "edit", seq, txt }),
  onEditing: () => view.redraw("messages"),
  onEditLast: () => actions.editLast(),
  onTyping: () => store.current.last !== null && connection.send({ type: "typing", room: store.current.room, cid: "." }),
  onRefuse: (words) => notice.show(words),
});
const messages = new Messages($("messages"), {
  me,
  username,
  onEnd: () => view.redraw("end"),
  onScroll: (message) => view.showDate(message),
  onWindow: () => view.redraw("messages"),
  onOlder: () => loader.extend(loadOlder),
  onNewer: () => loader.extend(loadNewer),
  onSeen: (seq) => actions.markRead(seq),
  linkTo: ({ room, seq }) => linkTo(store.room(room), seq),
  onReply: (message) => composer.replyTo({ seq: message.seq, user: message.user, text: lineOf(message, 120) }),
  isBlocked: (userid) => store.blocked.has(userid),
  onEdit: (message) => actions.edit(message),
  onDelete: (seq, reason) => actions.remove(seq, reason),
  onSay: (words) => words && notice.say(words),
  onJump: (seq) => navigation.open(store.current, seq),
  filesOf: (entry) => composer.files?.of(entry),
  onRetry: (cid) => retry(cid),
  onDrop: (cid) => {
    outgoing.drop(cid);
    messages.focus();
  },
});
const view = new View({
  store,
  outgoing,
  messages,
  notifier,
  composer,
  onRoom: (room) => navigation.choose(room),
});

// The work of several parts together.
const loader = new Loader({ store, outgoing, notice, view });
const navigation = new Navigation({ store, connection, composer, messages, notice, view, loader });
const actions = new Actions({ me, store, outgoing, marks, composer, notice, view, navigation });
const state = { me, store, outgoing, connection, marks, quiet };
const page = { ...state, status, notice, notifier, messages, view, loader, navigation, actions };

handleEvents(page);
onSignOut(() => outgoing.flush(), () => composer.forget());
handleCommands(page);
const retry = takeFiles({ ...page, composer });
navigation.openFirst(firstRoom);
if (!view.narrow) composer.focus();
connection.open();
