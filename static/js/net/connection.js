// The page's connection: it is looked after while the page is looked at.

import { Connection } from "../client/connection.js";
import { server } from "./api.js";

export function connect(greeting) {
  const isVisible = () => document.visibilityState === "visible";
  const connection = new Connection(server, greeting, isVisible);
  addEventListener("online", () => connection.check());
  document.addEventListener("visibilitychange", () => isVisible() && connection.check());
  return connection;
}
