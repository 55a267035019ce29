# Short names for what is done often; `just` lists them.

default:
    @just --list

# check what is due, or any other command: `just run check https://example.com/`
run *arguments="run":
    cargo run -- {{arguments}}

test *arguments:
    cargo test --workspace {{arguments}}

# what every change must pass before the tests
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# kills, failing disks and damaged bytes, for long: before a release
crash rounds="200":
    TRACKWARD_CRASH_ROUNDS={{rounds}} cargo test -p trackward-store --test kill --test damage -- --nocapture
    cargo test -p trackward-store --test disk_full
    cargo test -p trackward-store --lib torture

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# several weeks of checks against a blog farm on loopback, in seconds
demo:
    cargo run --release -- demo

# proves politeness from nginx's own log, and that a host's faults change no link
nginx:
    cargo build --release
    tests/nginx/run
    tests/nginx/faults

# a run over a thousand hosts, fifty of them hostile: as fast as without them, no state changed elsewhere; 8 minutes
hostile:
    cargo build --release
    tests/hostile/run

# feeds parsers, gate and sinks made-up input, each for so many seconds; needs cargo-fuzz
fuzz seconds="60":
    fuzz/run {{trim_start_match(seconds, "seconds=")}}

# licences, sources and banned crates
deny:
    cargo deny check bans licenses sources

# everything, as the CI does
ci:
    .ci/run
