#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trackward_fuzz::imports::check(input));
