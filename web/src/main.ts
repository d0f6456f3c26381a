import { mount } from "svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./app/theme.svelte";
import App from "./App.svelte";
import { startCore } from "./core";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");

try {
  await startCore();
  mount(App, { target });
} catch (error) {
  // Without the core there is no lab; say so rather than show nothing.
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent = `Headwater could not start: ${error instanceof Error ? error.message : String(error)}. A browser from 2024 or later with WebAssembly is needed.`;
  target.replaceChildren(text);
}
