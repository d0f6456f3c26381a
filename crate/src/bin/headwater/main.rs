//! The native `headwater` command: simulates scenarios, holds the simulation against recorded engines, checks lessons, measures.
//!
//! Reads files and clocks, which the library never does; decides nothing about streams.

// wasm-pack builds every target; in a browser there is no command.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod command;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    command::main()
}
