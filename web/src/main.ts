import { mount } from "svelte";
import init from "../pkg/headwater.js";
import wasmUrl from "../pkg/headwater_bg.wasm?url";
import App from "./App.svelte";

await init({ module_or_path: wasmUrl });

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
mount(App, { target });
