//! Headwater's core: simulates event streams with the semantics of the real engines.
