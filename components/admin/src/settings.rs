//! A channel's settings.

use access::{Access, Caller};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use moderation::{ChannelId, ChannelSettings, LanguageTag, Permission, Role};
use platform::{
    Platform,
    clock::rfc3339,
    config::Settings,
    http::{Input, Problem, RequestId, Result, problem::FieldProblem, wants_html},
};
use serde::{Deserialize, Serialize};
use store::{Channel, audit::Change, channels};

use crate::{
    fields::{Flag, List, Number},
    page::{changed, json},
    settings_page,
};

/// A channel as its admins see it; secret parts only for whom they are.
#[derive(Debug, Serialize)]
pub(crate) struct ChannelView {
    id: String,
    #[serde(flatten)]
    settings: ChannelSettings,
    created_at: String,
    archived: bool,
    display_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_secret: Option<String>,
}

impl ChannelView {
    /// `channel` as somebody of this role sees it.
    pub(crate) fn new(channel: Channel, role: Role, settings: &Settings) -> Self {
        let secret = role.may(Permission::SeeSecret);
        let id = channel.id.to_string();
        Self {
            webhook_url: secret.then(|| webhook_url(settings, &channel.id)),
            webhook_secret: secret.then(|| channel.webhook_secret.expose().to_owned()),
            display_token: channel.display_token.expose().to_owned(),
            created_at: rfc3339(channel.created_at),
            archived: channel.archived_at.is_some(),
            settings: channel.settings,
            id,
        }
    }
}

/// Where Eventyay sends a channel's messages.
pub(crate) fn webhook_url(settings: &Settings, id: &ChannelId) -> String {
    format!("{}/webhook/channel/{id}", settings.public_url)
}

/// What may be set; what is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Changes {
    name: Option<String>,
    description: Option<String>,
    is_public: Option<Flag>,
    emoji_auto_approve: Option<Flag>,
    anonymous_label: Option<String>,
    language_detection_enabled: Option<Flag>,
    default_language: Option<String>,
    likely_languages: Option<List>,
    custom_css: Option<String>,
    max_age_seconds: Option<Number>,
}

impl Changes {
    /// `settings` with these changes; 400 names each field that is not right.
    pub(crate) fn apply(self, settings: ChannelSettings) -> Result<ChannelSettings> {
        self.try_apply(settings).map_err(refusal)
    }

    /// The same with all that is not right.
    fn try_apply(self, mut settings: ChannelSettings) -> Result<ChannelSettings, Vec<FieldProblem>> {
        let mut wrong = Vec::new();
        if let Some(name) = self.name {
            name.trim().clone_into(&mut settings.name);
        }
        if let Some(description) = self.description {
            // A form's lines end as the network's do.
            settings.description = description.replace("\r\n", "\n");
        }
        if let Some(Flag(flag)) = self.is_public {
            settings.is_public = flag;
        }
        if let Some(Flag(flag)) = self.emoji_auto_approve {
            settings.emoji_auto_approve = flag;
        }
        if let Some(label) = self.anonymous_label {
            label.trim().clone_into(&mut settings.anonymous_label);
        }
        if let Some(Flag(flag)) = self.language_detection_enabled {
            settings.language_detection_enabled = flag;
        }
        if let Some(text) = self.default_language {
            match tag("default_language", &text) {
                Ok(tag) => settings.default_language = tag,
                Err(problem) => wrong.push(problem),
            }
        }
        if let Some(List(list)) = self.likely_languages {
            let (tags, problems) = partition(&list);
            settings.likely_languages = tags;
            wrong.extend(problems);
        }
        if let Some(css) = self.custom_css {
            settings.custom_css = css.replace("\r\n", "\n");
        }
        if let Some(Number(seconds)) = self.max_age_seconds {
            settings.max_age_seconds = seconds;
        }
        if let Err(errors) = settings.validate() {
            wrong.extend(
                errors
                    .into_iter()
                    .map(|error| FieldProblem { field: error.field.to_owned(), message: error.message }),
            );
        }
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }
}

fn partition(list: &[String]) -> (Vec<LanguageTag>, Vec<FieldProblem>) {
    let mut tags = Vec::new();
    let mut problems = Vec::new();
    for text in list {
        match tag("likely_languages", text) {
            Ok(tag) if tags.contains(&tag) => {}
            Ok(tag) => tags.push(tag),
            Err(problem) => problems.push(problem),
        }
    }
    (tags, problems)
}

fn tag(field: &str, text: &str) -> Result<LanguageTag, FieldProblem> {
    text.parse().map_err(|_| FieldProblem {
        field: field.to_owned(),
        message: format!("“{text}” is not a BCP 47 language tag, as en or pt-BR."),
    })
}

/// 400 that names each field.
pub(crate) fn refusal(wrong: Vec<FieldProblem>) -> Problem {
    let list: Vec<String> = wrong.iter().map(|it| format!("{}: {}", it.field, it.message)).collect();
    Problem::bad_request(list.join(" ")).with_fields(wrong)
}

/// `GET /channel/{channel}/settings`
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    let access = caller.member(&platform, &channel, Permission::EditSettings).await?;
    if wants_html(caller.headers()) {
        return Ok(settings_page::show(&access));
    }
    Ok(json(StatusCode::OK, view(access)))
}

/// `POST /channel/{channel}/settings`: changes the settings that are given, all or none; answers all of them. A browser
/// gets the form again, with what is wrong beside each field.
pub(crate) async fn save<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    Extension(request): Extension<RequestId>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::EditSettings, &input).await?;
    access.check_in_use()?;
    if wants_html(caller.headers())
        && let Err(wrong) = input.parse::<Changes>()?.try_apply(access.channel.settings.clone())
    {
        return Ok(settings_page::again(&access, &input.parse()?, &wrong, request));
    }
    let view = change(&platform, access, &input).await?;
    changed(&caller, &format!("/channel/{channel}/settings?saved"), view)
}

/// Changes the settings that are given, and answers all of them.
pub(crate) async fn change<P: Platform>(
    platform: &P,
    mut access: Access,
    input: &Input,
) -> Result<ChannelView> {
    let (database, before) = (platform.database(), &access.channel.settings);
    let after = input.parse::<Changes>()?.apply(before.clone())?;
    let by = Change { by: access.person(), now: access.now };
    channels::update(database, access.channel.key, before, &after, by).await?;
    // With what others changed meanwhile.
    let channel = channels::find(database, access.channel.id.as_str()).await?;
    access.channel = channel.ok_or_else(|| Problem::not_found("The channel has just been deleted."))?;
    Ok(view(access))
}

fn view(access: Access) -> ChannelView {
    ChannelView::new(access.channel, access.role, &access.signed_in.settings)
}
