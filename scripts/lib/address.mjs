// Where the lab is served: `--port` and `--host`, or PORT and HOST, or what is usual.
import { parseArgs } from "node:util";
import { Told } from "./say.mjs";

export function address(usualPort) {
  let values;
  try {
    ({ values } = parseArgs({
      options: { port: { type: "string" }, host: { type: "string" } },
    }));
  } catch (error) {
    throw new Told(`${error.message}. Known: --port NUMBER, --host NAME`);
  }
  const port = Number(values.port ?? process.env.PORT ?? usualPort);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Told(
      `the port must be a number from 1 to 65535, got ${values.port ?? process.env.PORT}`,
    );
  }
  // By number, because the name may mean either of two addresses and only one of them would answer.
  return { port, host: values.host ?? process.env.HOST ?? "127.0.0.1" };
}

/** What to say when a server cannot listen. */
export function cannotListen(error, { port, host }) {
  return error.code === "EADDRINUSE" || /already in use/.test(error.message)
    ? new Told(
        `port ${port} is in use. Choose another: npm start -- --port ${port + 1}`,
      )
    : new Told(`cannot listen on ${host}:${port}: ${error.message}`);
}
