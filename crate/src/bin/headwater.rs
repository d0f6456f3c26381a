//! The native `headwater` command.

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let (mut passed, mut failed) = (0, 0);
    for path in std::env::args().skip(2) {
        let text = std::fs::read_to_string(&path).expect("readable");
        match headwater::conform::check(&path, &text) {
            headwater::conform::Checked::Cases(v) => {
                for c in v {
                    match c.difference {
                        None => passed += 1,
                        Some(d) => {
                            failed += 1;
                            println!("{}: {d}", c.id);
                        }
                    }
                }
            }
            headwater::conform::Checked::Skipped(s) => println!("skipped {s}"),
        }
    }
    println!("{passed} passed, {failed} failed");
}
