// What this person may do in a room, for what the page offers. The server has the last word.

// An admin of the place has an owner's rights in the lobby and in open rooms.
const isAdmin = ({ kind }) => (kind === "lobby" || kind === "open") && "manage" in document.body.dataset;

export function powersIn(room) {
  const { kind, role } = room;
  const isGroup = kind === "open" || kind === "private";
  const rules = isAdmin(room) || (role === "owner" && kind !== "direct");
  const moderates = rules || (role === "moderator" && kind !== "direct");
  return {
    owns: rules && isGroup, // changes roles, who can come in, and what is archived
    moderates, // changes title and topic, freezes, mutes, deletes messages
    removes: moderates && isGroup,
    adds: kind === "open" || (isGroup && moderates),
  };
}

// True: this person may mute and remove that one, whose role may not be known. Owners are above everyone.
export function isBelow(room, { role = "member" }) {
  const { moderates } = powersIn(room);
  return moderates && (role === "member" || room.role === "owner" || isAdmin(room));
}
