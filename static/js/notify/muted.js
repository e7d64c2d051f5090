// Hands the rooms that this browser had muted to the server, one by one: a room is given up once the server has its level.

let isOn = false;

export function handOver({ store, connection, notifier }) {
  if (!isOn) {
    store.addEventListener("level", ({ detail }) => {
      notifier.muted = notifier.muted.filter((room) => room !== detail.room);
      next();
    });
  }
  isOn = true;
  next();

  function next() {
    notifier.muted = notifier.muted.filter((room) => store.rooms.get(room)?.level === "all"); // others were left, or chosen
    const [room] = notifier.muted;
    if (room) connection.send({ type: "level", room, level: "nothing" });
  }
}
