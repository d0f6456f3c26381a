// Serves dist/ as it is: what the browser tests visit. `npm start` is for people.
import { address } from "./lib/address.mjs";
import { main } from "./lib/say.mjs";
import { serve } from "./lib/serve.mjs";

await main(async () => console.log((await serve(address(4173)))[0]));
