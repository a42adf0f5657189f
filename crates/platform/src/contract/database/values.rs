//! What goes in comes out.

use super::write;
use crate::database::{Database, Query, Reach, Row, Value};

static INSERT: Query = Query {
    name: "contract::insert_text",
    sql: "INSERT INTO contract_texts (id, number, content) VALUES (?, ?, ?)",
    reach: Reach::Rows,
};
static GET: Query = Query {
    name: "contract::text",
    sql: "SELECT id, number, content FROM contract_texts WHERE id = ?",
    reach: Reach::Rows,
};
static FIND: Query = Query {
    name: "contract::find_text",
    sql: "SELECT id FROM contract_texts WHERE content = ? ORDER BY id",
    reach: Reach::Page,
};
static CLEAR: Query =
    Query { name: "contract::clear_texts", sql: "DELETE FROM contract_texts", reach: Reach::Page };

pub(super) async fn values_come_back_as_they_were<D: Database>(database: &D) {
    write(database, vec![CLEAR.with([])]).await;
    let texts = [
        String::new(),
        "plain".into(),
        " spaces, 'quotes', \"more\", \\ backslash, ? and %_\r\n\ttabs ".into(),
        "NULL".into(),
        "Zoë שלום 日本語 e\u{301} 🦀👩‍👩‍👧‍👦 \u{200B}\u{FEFF}".into(),
        "\u{10FFFF}\u{1}".into(),
        "1234".into(),
        "🦀".repeat(16 * 1024),
    ];
    let numbers = [0, 1, -1, i64::MAX, i64::MIN, i64::from(i32::MAX) + 1, 1_784_628_300_123];
    let mut stored: Vec<[Value; 3]> = vec![[0.into(), Value::Null, Value::Null]];
    stored.extend((1..).zip(texts).map(|(id, text)| [id.into(), Value::Null, text.into()]));
    stored.extend((100..).zip(numbers).map(|(id, number)| [id.into(), number.into(), Value::Null]));
    stored.push([i64::MAX.into(), 7.into(), "both".into()]);

    let affected = write(database, stored.iter().cloned().map(|values| INSERT.with(values)).collect()).await;
    assert!(affected.iter().all(|rows| *rows == 1), "{affected:?}");
    let asked = stored.iter().map(|values| GET.with([values[0].clone()])).collect();
    let answers = database.read(asked).await.unwrap();
    for (values, rows) in stored.iter().zip(answers) {
        assert_eq!(rows, [Row(values.to_vec())]);
    }
    write(database, vec![CLEAR.with([])]).await;
}

pub(super) async fn text_compares_by_its_bytes<D: Database>(database: &D) {
    let texts = ["name", "Name", "name ", "náme", "na\u{301}me", "\u{FF4E}ame"];
    write(database, vec![CLEAR.with([])]).await;
    let inserts = (0_i64..).zip(texts).map(|(id, text)| INSERT.with([id.into(), Value::Null, text.into()]));
    write(database, inserts.collect()).await;
    for (id, text) in (0_i64..).zip(texts) {
        let answers = database.read(vec![FIND.with([text.into()])]).await.unwrap();
        assert_eq!(answers[0], [Row(vec![id.into()])], "{text:?}");
    }
    write(database, vec![CLEAR.with([])]).await;
}
