//! What one pod costs from the server's bytes to a row: `pod.pb` and `pod.json` are the same pod, as an API server sends it.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kx::kinds::{Encoding, modelled};
use kx::store::Interner;

fn decode(c: &mut Criterion) {
    let mut group = c.benchmark_group("decode");
    let bytes: [(&str, Encoding, &[u8]); 2] = [
        ("protobuf", Encoding::Protobuf, include_bytes!("pod.pb")),
        ("json", Encoding::Json, include_bytes!("pod.json")),
    ];
    for plural in ["pods", "containers"] {
        let Some(kind) = modelled("", plural) else { continue };
        for (name, encoding, bytes) in bytes {
            let mut interner = Interner::default();
            group.throughput(Throughput::Bytes(bytes.len() as u64));
            group.bench_function(format!("{plural}/{name}"), |b| {
                b.iter(|| {
                    let mut rows = Vec::with_capacity(1);
                    let done = kind.decode(encoding, black_box(bytes), &mut interner, &mut rows);
                    (done.is_ok(), rows)
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
