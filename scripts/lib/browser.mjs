// Opening the page where a person sits at a desktop; nowhere else.
import { spawn } from "node:child_process";

export function openBrowser(url) {
  const desktop =
    process.platform === "darwin" ||
    process.platform === "win32" ||
    process.env.DISPLAY ||
    process.env.WAYLAND_DISPLAY;
  if (!url || !process.stdout.isTTY || process.env.CI || !desktop) return;
  const [command, ...args] = {
    darwin: ["open"],
    win32: ["cmd", "/c", "start", '""'],
  }[process.platform] ?? ["xdg-open"];
  // Where there is no such command, the printed address is enough.
  spawn(command, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
