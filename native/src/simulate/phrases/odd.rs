//! What does not depend on a language, and what a moderator is there for.

/// The symbols that people react with.
pub(in crate::simulate) const REACTIONS: &[&str] =
    &["👍", "❤️", "👏", "😂", "🎉", "🙏", "🔥", "💯", "👍🏽", "🏳️‍🌈", "🤔", "😮"];

/// Messages too short to have a language.
pub(in crate::simulate) const SHORT: &[&str] =
    &["+1", "ok", "OK!", "😂😂😂", "👏👏👏", "lol", "1000%", "???", "^^", "hi", "…", "same", "10/10", "🎉"];

/// Emoji of every build: joined, skin-toned, flags, keycaps, text style and long runs.
pub(in crate::simulate) const EMOJI: &[&str] = &[
    "👩🏽‍💻👨‍💻🧑🏿‍💻",
    "👨‍👩‍👧‍👦 👩‍👩‍👦 👨‍👦",
    "🇰🇪🇩🇪🇮🇳🇧🇷🇺🇦🇮🇩🇪🇬",
    "1️⃣2️⃣3️⃣ go",
    "❤️🧡💛💚💙💜🖤🤍🤎",
    "☺︎ ☺️",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿 says hi",
    "👋🏻👋🏼👋🏽👋🏾👋🏿",
    "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
    "🤷🏾‍♀️🤷‍♂️",
];

/// Markup of several kinds, which is text like any other.
pub(in crate::simulate) const MARKUP: &[&str] = &[
    "<script>alert('chat')</script>",
    "<img src=x onerror=\"alert(document.cookie)\">",
    "</item><item><title>not a message</title>",
    "<![CDATA[ is this text? ]]> & so on",
    "{{Template:Welcome}} [[Main Page|click here]] '''bold'''",
    "Robert'); DROP TABLE messages; --",
    "<b>bold</b> & <i>italic</i> &amp; &lt;done&gt;",
    "\"quotes\", 'apostrophes', \\backslashes\\ and /slashes/",
    "<svg/onload=fetch('/logout',{method:'POST'})>",
    "[link](javascript:alert(1)) ${7*7} {{7*7}} %s%n",
];

/// Characters that take no room on the screen, or turn the text after them around.
pub(in crate::simulate) const INVISIBLE: &[char] =
    &['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{200e}', '\u{202e}'];

/// What the spammer wants everybody to read.
pub(in crate::simulate) const SPAM: &[&str] = &[
    "Buy followers now, best price at cheap-followers dot example",
    "Work from home and earn 5000 a week, write to me today",
    "FREE crypto giveaway, send one coin and get two back at double-coin dot example",
    "Watch the match live in HD without registration at streams dot example",
];

/// What the spammer calls himself, one after the other.
pub(in crate::simulate) const SPAMMER_NAMES: &[&str] = &[
    "Anna",
    "Anna_22",
    "best offers",
    "Conference Help",
    "Mike P.",
    "Support",
    "Real Anna",
    "wm2026",
    "Lucky",
    "Guest 7",
    "Jo",
    "",
];
