//! A feed as RSS 2.0.

use moderation::{MessageType, anonymous_name};
use platform::clock::Millis;
use rss::{Category, Channel, Guid, Item};
use store::feed::Feed;

/// For how many minutes a reader may keep the feed without asking.
const TTL_MINUTES: u32 = 1;

/// Writes `feed`. `home` is the site's address, `highlights_only` says which of the two feeds it is.
pub(crate) fn write(feed: &Feed, home: &str, highlights_only: bool) -> String {
    let name = &feed.title.name;
    let title = if highlights_only { format!("{name}: highlights") } else { name.clone() };
    let description =
        if feed.title.description.is_empty() { title.clone() } else { feed.title.description.clone() };
    let items: Vec<Item> = feed.items.iter().map(|item| write_item(item, feed)).collect();
    Channel {
        title,
        link: format!("{home}/"),
        description,
        last_build_date: date(feed.changed_at),
        ttl: Some(TTL_MINUTES.to_string()),
        items,
        ..Channel::default()
    }
    .to_string()
}

fn write_item(item: &store::feed::Item, feed: &Feed) -> Item {
    let name = match item.unnamed_number {
        Some(number) => anonymous_name(&feed.title.anonymous_label, number),
        None => item.screen_name.clone(),
    };
    let highlight = item.highlighted.then(|| "highlight".to_owned());
    let categories = highlight.into_iter().chain(item.language.clone());
    let categories = categories.chain([MessageType::as_str(item.kind).to_owned()]);
    Item {
        title: Some(name),
        description: Some(item.message.clone()),
        pub_date: date(item.approved_at),
        guid: Some(Guid { value: item.id.to_string(), permalink: false }),
        categories: categories.map(|name| Category { name, domain: None }).collect(),
        ..Item::default()
    }
}

/// RFC 2822, as RSS 2.0 wants its dates; `None` for a time that no calendar holds.
fn date(at: Millis) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at).ok()?;
    jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).ok()
}
