//! Settings: what displays may load.

use chatstream_tests::channel::TestChannel;
use serde_json::json;

#[tokio::test]
async fn a_style_sheet_that_would_load_something_is_refused_with_a_reason() {
    let channel = TestChannel::open().await;
    let path = channel.moderator.page("settings");
    for css in [
        "@import 'https://example.org/x.css';",
        "p { background: url(https://example.org/x.png) }",
        "p { background: URL( \"//example.org/x.png\" ) }",
        "p { background: \\75rl(https://example.org/x.png) }",
        "p { background: image-set('x.png' 1x) }",
        "@font-face { font-family: x; src: url(x.woff) }",
    ] {
        let problem = channel.superadmin.post(&path, &json!({"custom_css": css})).await;
        assert!(problem.problem(400).contains("custom_css"), "{css}");
    }
    let css = "p { background: url(data:image/png;base64,AA==) } /* url(x) */ .curl { color: red }";
    assert_eq!(channel.set(json!({"custom_css": css})).await["custom_css"], css);
}
