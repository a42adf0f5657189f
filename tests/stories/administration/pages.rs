//! The pages: whole without a script, and what people wrote is text in them.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    http::{Answer, send},
    people::Person,
};
use reqwest::Method;
use serde_json::json;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Sends a form as a browser does.
async fn submit(person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut fields = fields.to_vec();
    fields.push(("csrf_token", person.csrf_token()));
    send(person.client().plain(Method::POST, path).header("Accept", BROWSER).form(&fields)).await
}

/// The page that a form leads to.
async fn follow(person: &Person, answer: Answer) -> String {
    let answer = answer.expect(303);
    let next = answer.header("location").unwrap().to_owned();
    person.client().get_page(&next).await.expect(200).text()
}

fn all(channel: &TestChannel) -> Vec<String> {
    let of_site = [
        "/admin/",
        "/admin/channels",
        "/admin/audit",
        "/admin/global-blacklist",
        "/admin/retention",
        "/admin/simulation",
    ];
    let of_channel = ["settings", "members", "audit", "blacklist", "whitelist", "patterns"];
    let of_superadmin = ["connect", "delete"].map(|page| format!("/admin/channels/{}/{page}", channel.id));
    let of_channel = of_channel.map(|page| channel.moderator.page(page));
    of_site.map(str::to_owned).into_iter().chain(of_superadmin).chain(of_channel).collect()
}

#[tokio::test]
async fn every_page_is_a_page_and_every_link_and_form_leads_somewhere() {
    let channel = TestChannel::open().await;
    let client = channel.superadmin.client();
    for path in all(&channel) {
        let page = client.get_page(&path).await.expect(200);
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let text = page.text();
        assert!(
            text.starts_with("<!DOCTYPE html>") && text.contains("<h1>") && text.contains("lang=\"en\""),
            "{path}"
        );
        let of = |attribute: &str| -> Vec<String> {
            let parts = text.split(attribute).skip(1);
            parts.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
        };
        // Other stories' channels may be gone by the time that a link to them is followed.
        let is_stable = |link: &String| {
            let of_a_channel = link.starts_with("/channel/") || link.starts_with("/admin/channels/");
            link.starts_with('/') && (!of_a_channel || link.contains(&channel.id))
        };
        for link in of("href=\"").into_iter().chain(of("src=\"")).filter(is_stable) {
            let answer = client.get_page(&link).await;
            assert!(
                answer.status == 200 || answer.status.is_redirection(),
                "{path}: {link}: {}",
                answer.status
            );
        }
        for action in of("action=\"") {
            // Without a token nothing happens, but it is there.
            send(client.request(Method::POST, &action)).await.problem(403);
        }
        let forms = text.matches("method=\"post\"").count();
        assert_eq!(forms, text.matches("<form").count(), "{path}");
        assert_eq!(forms, text.matches("name=\"csrf_token\"").count(), "{path}");
        // Whatever is to be filled in has a name for those who cannot see it.
        for label in of("for=\"") {
            assert!(text.contains(&format!("id=\"{label}\"")), "{path}: {label}");
        }
    }
}

#[tokio::test]
async fn nobody_is_sent_to_the_login_and_strangers_are_told() {
    let channel = TestChannel::open().await;
    let stranger = channel.stranger().await;
    for path in all(&channel) {
        let answer = channel.nobody().get_page(&path).await.expect(303);
        assert!(answer.header("location").unwrap().starts_with("/login?next="), "{path}");
        stranger.client().get_page(&path).await.expect(403);
    }
}

#[tokio::test]
async fn from_nothing_to_a_connected_channel_by_forms_alone() {
    let superadmin = TestChannel::open().await.superadmin;
    let id = format!("page-{}", fresh_number());
    let made = submit(
        &superadmin,
        "/admin/channels/create",
        &[("id", &id), ("name", "Main <stage>"), ("description", "")],
    )
    .await;
    let connect = follow(&superadmin, made).await;
    assert!(
        connect.contains(&format!("/webhook/channel/{id}")) && connect.contains("Main &lt;stage&gt;"),
        "{connect}"
    );
    let json = superadmin.get(&format!("/admin/channels/{id}/connect")).await.ok();
    assert!(connect.contains(json["webhook_secret"].as_str().unwrap()));

    let regenerate = submit(&superadmin, &format!("/admin/channels/{id}/secret/regenerate"), &[]).await;
    assert!(follow(&superadmin, regenerate).await.contains("The secret before this one is taken too"));
    let member = [("wiki_username", "Ana"), ("centralauth_id", "4711"), ("role", "admin")];
    let members = submit(&superadmin, &format!("/channel/{id}/members/add"), &member).await;
    assert!(follow(&superadmin, members).await.contains("central id 4711"));
    let ban = [
        ("screen_name", "<b>Mallory</b>"),
        ("sender_id", ""),
        ("centralauth_id", ""),
        ("reason", ""),
        ("minutes", ""),
    ];
    let banned = submit(&superadmin, &format!("/channel/{id}/blacklist/add"), &ban).await;
    assert!(follow(&superadmin, banned).await.contains("&lt;b&gt;Mallory&lt;/b&gt;"));
    let deleted = submit(&superadmin, &format!("/admin/channels/{id}/delete"), &[("id", &id)]).await;
    assert!(!follow(&superadmin, deleted).await.contains(&id));
}

#[tokio::test]
async fn a_form_comes_back_with_what_is_wrong_beside_each_field() {
    let channel = TestChannel::open().await;
    let path = channel.moderator.page("settings");
    let fields = [
        ("name", ""),
        ("default_language", "no language"),
        ("description", "kept & shown"),
        ("max_age_seconds", "600"),
    ];
    let answer = submit(&channel.superadmin, &path, &fields).await.expect(400);
    let text = answer.text();
    for wrong in
        ["id=\"name-wrong\"", "id=\"default_language-wrong\"", "kept &amp; shown", "value=\"no language\""]
    {
        assert!(text.contains(wrong), "{wrong} in {text}");
    }
    assert!(!text.contains("id=\"description-wrong\""));
    let settings = channel.superadmin.get(&path).await.ok();
    assert_eq!(settings["max_age_seconds"], json!(300), "nothing was saved");
    let saved = submit(&channel.superadmin, &path, &[("description", "one\r\ntwo")]).await;
    assert!(follow(&channel.superadmin, saved).await.contains("one\ntwo"));
}

#[tokio::test]
async fn only_the_members_page_may_ask_the_wiki() {
    let channel = TestChannel::open().await;
    for path in all(&channel) {
        let page = channel.superadmin.client().get_page(&path).await.expect(200);
        let policy = page.header("content-security-policy").unwrap();
        let asks = policy.contains("connect-src 'self' https://meta.wikimedia.org;");
        assert_eq!(asks, path.ends_with("/members"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn the_last_admin_is_asked_on_the_page() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    let page = admin.client().get_page(&admin.page("members")).await.expect(200).text();
    assert!(page.contains("I am the last admin, and mean it"));
    let own = admin.central_id().to_string();
    let fields = [("centralauth_id", own.as_str()), ("confirm", "true")];
    let removed = submit(&admin, &admin.page("members/remove"), &fields).await.expect(303);
    assert_eq!(removed.header("location"), Some("/"));
}

#[tokio::test]
async fn an_archived_channel_s_pages_are_read_only() {
    let channel = TestChannel::open().await;
    channel.archive().await;
    for list in ["blacklist", "whitelist", "patterns"] {
        let page =
            channel.superadmin.client().get_page(&channel.moderator.page(list)).await.expect(200).text();
        assert!(page.contains("archived") && !page.contains("<form"), "{list}");
    }
    let page =
        channel.superadmin.client().get_page(&channel.moderator.page("settings")).await.expect(200).text();
    assert!(page.contains("<fieldset class=\"fields\" disabled"), "{page}");
}
