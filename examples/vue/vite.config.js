import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const server = process.env.DWEB_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/vue/",
  plugins: [vue()],
  server: {
    proxy: { "^/(?!vue/)": { target: server, ws: true } }, // all else is the chat's: its cookies and addresses are this host's
    fs: { allow: ["../.."] }, // the client lies in static/js/client/
  },
});
