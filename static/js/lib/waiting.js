// The page of who waits for an admin: asks now and then, more and more rarely, and goes on once they are let in.

const FIRST = 5_000;
const LONGEST = 60_000; // milliseconds
const SLOWER = 1.3;

export function goOn(form) {
  let pause = FIRST;
  const ask = async () => {
    try {
      const answer = await fetch(form.dataset.state);
      if (answer.status === 401) return location.reload();
      if (answer.ok && !(await answer.json()).waiting) return form.submit();
    } catch {
      // The server is away: later.
    }
    setTimeout(ask, pause);
    pause = Math.min(LONGEST, pause * SLOWER);
  };
  setTimeout(ask, pause);
}
