//! Trouble with what the server sends to others.

use e2e::Receiver;

use super::deployment::{Deployment, wait_until};
use super::page::Runbook;

const MAILER: &str = "/v1/stream/__ds/subscriptions/mailer";

pub fn webhooks_fail(runbook: &mut Runbook) {
    let receiver = Receiver::start();
    receiver.answer(500, "{}");
    let mut deployment = Deployment::new(&[]);
    deployment.create("orders/2026", "content");
    let configuration =
        format!(r#"{{"type":"webhook","streams":["orders/2026"],"webhook":{{"url":"{}"}}}}"#, receiver.url());
    let put = deployment.request("PUT", MAILER).header("content-type", "application/json");
    put.body(configuration).send().expect(201);
    deployment.append("orders/2026", "more").expect(204);
    let shows = |deployment: &mut Deployment, text: &str| {
        wait_until(text, || deployment.request("GET", MAILER).send().expect(200).text().contains(text));
    };
    let sign = r#""status":"failed""#;
    assert!(runbook.signs().contains(sign));
    shows(&mut deployment, sign);

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains(sign) && printed[1].contains(sign), "{printed:?}");
    let reason = printed[1].split_once(r#""last_error":""#).and_then(|(_, rest)| rest.split('"').next());
    assert_eq!(reason, Some("The webhook answered with status 500."));

    receiver.answer(200, r#"{"done":true}"#);
    // The tail: nothing was lost.
    shows(&mut deployment, r#""acked_offset":"000000000000000B""#);
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains(r#""status":"active""#) && printed[0].contains(r#""retry_count":0"#), "{printed:?}");
    deployment.follow(runbook.next_block());
    deployment.request("GET", MAILER).send().expect(404);
}
