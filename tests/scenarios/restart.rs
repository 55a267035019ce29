//! A store on disk between runs: what was learned is kept, nothing is told twice.

use std::sync::Arc;

use jiff::SignedDuration;
use trackward_core::Clock;
use trackward_farm::Demo;
use trackward_store::{MemoryStore, OpenOptions, SledStore};
use trackward_tests::{Stage, rudeness, start};

#[tokio::test(flavor = "multi_thread")]
async fn store_opened_anew_for_each_run_tells_the_same_as_one_left_open() {
    let (mut stories, mut ports) = (Vec::new(), Vec::new());
    for reopens in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let open = async || {
            let store = SledStore::open(folder.path(), OpenOptions::default()).await;
            Arc::new(store.expect("the store opens"))
        };
        let demo = Demo::new(start());
        let mut stage = Stage::over(open().await, &ports, demo.world.clone()).await;
        stage.watch(demo.watches(&stage.farm)).await;
        for day in 0..10 {
            stage.run_every(24, 24 * day).await;
            if reopens {
                // The old store must let go of its lock before it can be opened again.
                stage.change_store(Arc::new(MemoryStore::new()));
                stage.change_store(open().await);
            }
        }
        assert_eq!(rudeness(&stage.farm.log(), SignedDuration::from_secs(3)), Vec::<String>::new());
        stories.push((stage.events().await, stage.clock.now()));
        ports = stage.leave().await;
    }
    assert!(!stories[0].0.is_empty());
    assert_eq!(stories[0], stories[1]);
}
