//! The sled store keeps every promise, also over the end of its process.

use async_trait::async_trait;
use tempfile::TempDir;
use trackward_store::conformance::Reopen;
use trackward_store::{OpenOptions, SledStore, Store, conformance_tests, reopening_tests};

async fn open(dir: &TempDir) -> SledStore {
    SledStore::open(dir.path(), OpenOptions::default()).await.expect("a store in a fresh directory")
}

async fn fresh() -> (SledStore, TempDir) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    (open(&dir).await, dir)
}

conformance_tests!(fresh);

struct Kept {
    store: SledStore,
    dir: TempDir,
}

#[async_trait]
impl Reopen for Kept {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    async fn reopen(self) -> Self {
        let Self { store, dir } = self;
        drop(store);
        Self { store: open(&dir).await, dir }
    }
}

async fn kept() -> Kept {
    let (store, dir) = fresh().await;
    Kept { store, dir }
}

reopening_tests!(kept);
