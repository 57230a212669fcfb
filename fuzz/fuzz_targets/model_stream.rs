#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| usher_fuzz::run("model_stream", input));
