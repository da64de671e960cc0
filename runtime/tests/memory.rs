//! How much memory moving and reading a long stream takes: as much as a few segments, however long it is.

use native::{Request, Server, run};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MEBIBYTES: usize = 256;
/// More than it may be, beside what the bucket itself holds.
const MOST: usize = 32 << 20;

#[test]
fn a_long_stream_is_moved_and_read_in_little_memory() {
    run(async {
        // All of it waits in the database, and moves when the stream ends.
        let server = Server::with(|settings| settings.limits.hot = usize::MAX / 4);
        let request = |method| Request::new(method, "/v1/stream/s");
        server.send(request("PUT")).await;
        for number in 0..MEBIBYTES {
            let body = vec![number as u8; 1 << 20];
            let append = request("POST").header("content-type", "application/octet-stream").body(body);
            assert_eq!(server.send(append).await.status, 204);
        }
        assert_eq!(server.send(request("POST").header("stream-closed", "true")).await.status, 204);

        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        server.run_for(60_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM log"), 0);
        let beside = ALLOCATOR.peak_usage() - before - (MEBIBYTES << 20);
        assert!(beside < MOST, "moving takes {beside}");

        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let mut offset = "-1".to_owned();
        let (mut read, mut responses) = (0, 0);
        loop {
            let mut response =
                server.begin(Request::new("GET", &format!("/v1/stream/s?offset={offset}"))).await.unwrap();
            loop {
                let part = response.take_bytes();
                let expected = |(index, byte): (usize, &u8)| usize::from(*byte) == (read + index) >> 20;
                assert!(part.iter().enumerate().all(expected), "another part at {read}");
                read += part.len();
                if !response.read_part().await.unwrap() {
                    break;
                }
            }
            responses += 1;
            offset = response.header("stream-next-offset").unwrap().to_owned();
            assert_eq!(offset, format!("{read:016X}"));
            if response.header("stream-up-to-date").is_some() {
                break;
            }
        }
        assert_eq!((read, responses), (MEBIBYTES << 20, MEBIBYTES.div_ceil(64)));
        let beside = ALLOCATOR.peak_usage() - before;
        assert!(beside < MOST, "reading takes {beside}");
    });
}
