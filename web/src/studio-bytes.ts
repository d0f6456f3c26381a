/** The bytes of the core's second module, fetched apart from what starts it: fetching can be tried again. */
import wasmUrl from "../pkg/studio/studio_bg.wasm?url";

let fetched: Response | undefined;

export async function fetchBytes(): Promise<void> {
  const response = await fetch(wasmUrl);
  if (response.status >= 400)
    throw new Error(`${wasmUrl}: the server says ${response.status}`);
  fetched = response;
}

/** They can be taken once; who comes without having fetched them fetches them now. */
export function takeBytes(): Response | string {
  const bytes = fetched ?? wasmUrl;
  fetched = undefined;
  return bytes;
}
