//! Rows as text: kubectl's columns, or comma-separated values.

use std::io::{self, Write};
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use crate::kinds::{Column, Resource, Show};
use crate::store::Row;

use super::Output;

/// Rows of one resource.
pub(super) struct Sheet {
    pub resource: Arc<Resource>,
    pub columns: Arc<[Column]>,
    pub rows: Vec<Row>,
}

/// How to print.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub output: Output,
    /// Whether the headings are printed.
    pub headers: bool,
    /// Whether the rows may come from several namespaces.
    pub namespaces: bool,
    /// Whether names are `pod/web-0`, because several resources are printed.
    pub prefixed: bool,
    /// Seconds since the Unix epoch, for ages.
    pub now: i64,
}

/// Prints sheets one after the other, an empty line between tables.
pub(super) fn sheets(sheets: &[Sheet], style: Style, out: &mut impl Write) -> io::Result<()> {
    for (i, sheet) in sheets.iter().enumerate() {
        match style.output {
            Output::Name => {
                for row in &sheet.rows {
                    writeln!(out, "{}/{}", one(&sheet.resource), row.name)?;
                }
            }
            Output::Csv => csv(sheet, style, out)?,
            _ => {
                if i > 0 && style.headers {
                    writeln!(out)?;
                }
                table(sheet, style, out)?;
            }
        }
    }
    out.flush()
}

/// `pod`, `deployment.apps`: how kubectl names one of them.
fn one(resource: &Resource) -> String {
    let singular = if resource.singular.is_empty() {
        resource.kind.to_lowercase()
    } else {
        resource.singular.clone()
    };
    if resource.group.is_empty() { singular } else { format!("{singular}.{}", resource.group) }
}

fn shown(column: &Column, output: Output) -> bool {
    match column.show {
        Show::Always => true,
        Show::Wide | Show::WideAlways => output != Output::Table,
        // What is joined is not looked for here.
        Show::Own | Show::OwnWide => output == Output::Csv && !column.joined,
    }
}

/// The cells of all rows as text, headings first where they are wanted.
fn lines(sheet: &Sheet, style: Style) -> Vec<Vec<String>> {
    let namespaces = (style.namespaces || style.output == Output::Csv) && sheet.resource.namespaced;
    let columns: Vec<&Column> = sheet.columns.iter().filter(|c| shown(c, style.output)).collect();
    let mut lines = Vec::with_capacity(sheet.rows.len() + 1);
    if style.headers {
        let namespace = namespaces.then(|| "NAMESPACE".to_owned());
        lines.push(
            namespace.into_iter().chain(columns.iter().map(|c| c.name.to_uppercase())).collect(),
        );
    }
    let prefix = if style.prefixed && style.output != Output::Csv {
        format!("{}/", one(&sheet.resource))
    } else {
        String::new()
    };
    for row in &sheet.rows {
        let namespace = namespaces.then(|| row.namespace.to_string());
        let cells = columns.iter().map(|column| {
            let mut text = String::new();
            if column.value == crate::kinds::Value::Name {
                text.push_str(&prefix);
            }
            column.write(row, style.now, &mut text);
            text
        });
        lines.push(namespace.into_iter().chain(cells).collect());
    }
    lines
}

/// Columns three spaces apart, at least six wide, as kubectl's tab writer sets them (cli-runtime `GetNewTabWriter`).
fn table(sheet: &Sheet, style: Style, out: &mut impl Write) -> io::Result<()> {
    const PADDING: usize = 3;
    const MINIMUM: usize = 6;
    let lines: Vec<Vec<String>> = lines(sheet, style)
        .into_iter()
        .map(|line| line.into_iter().map(|cell| harmless(&cell)).collect())
        .collect();
    let columns = lines.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|i| {
            let widest = lines.iter().map(|line| line[i].width()).max().unwrap_or(0);
            (widest + PADDING).max(MINIMUM)
        })
        .collect();
    for line in &lines {
        for (i, cell) in line.iter().enumerate() {
            out.write_all(cell.as_bytes())?;
            if i + 1 < columns {
                let pad = widths[i] - cell.width();
                write!(out, "{:pad$}", "")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Cells come from the cluster: no control character of theirs reaches the terminal. Line ends become `\n` as kubectl shows them, cut there.
fn harmless(cell: &str) -> String {
    if !cell.chars().any(char::is_control) {
        return cell.to_owned();
    }
    let line = cell.find(['\n', '\r', '\x0c']).map_or_else(
        || cell.to_owned(),
        // cli-runtime's TablePrinter cuts a cell at its first line end and says so.
        |end| format!("{}...", &cell[..end]),
    );
    line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn csv(sheet: &Sheet, style: Style, out: &mut impl Write) -> io::Result<()> {
    for line in lines(sheet, style) {
        let fields: Vec<String> = line.iter().map(|cell| quoted(cell)).collect();
        out.write_all(fields.join(",").as_bytes())?;
        out.write_all(b"\r\n")?;
    }
    Ok(())
}

/// A field as RFC 4180 wants it: quoted where it holds a comma, a quote or a line end.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{Cell, Value};
    use crate::store::{Health, Uid};

    fn sheet() -> Sheet {
        let mut wide = Column::new("NODE", Value::Cell(1));
        wide.show = Show::Wide;
        let row = |name: &str, status: &str| Row {
            uid: Uid::new(name),
            namespace: "shop".into(),
            name: name.into(),
            created: 0,
            health: Health::Ok,
            labels: [].into(),
            cells: [Cell::Text(status.into()), Cell::None].into(),
            links: [].into(),
        };
        Sheet {
            resource: Arc::new(Resource {
                plural: "pods".into(),
                singular: "pod".into(),
                namespaced: true,
                ..Resource::default()
            }),
            columns: [
                Column::new("NAME", Value::Name),
                Column::new("STATUS", Value::Cell(0)),
                wide,
                Column::new("AGE", Value::Age),
            ]
            .into(),
            rows: vec![row("web-0", "Running"), row("a-much-longer-name", "a,\"b\"\nc")],
        }
    }

    fn printed(output: Output, headers: bool, namespaces: bool) -> String {
        let style = Style { output, headers, namespaces, prefixed: false, now: 300 };
        let mut out = Vec::new();
        sheets(&[sheet()], style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_stand_as_kubectl_sets_them() {
        assert_eq!(
            printed(Output::Table, true, false),
            "NAME                 STATUS     AGE\n\
             web-0                Running    5m\n\
             a-much-longer-name   a,\"b\"...   5m\n"
        );
        assert!(printed(Output::Wide, true, true).starts_with("NAMESPACE   NAME "));
        assert_eq!(printed(Output::Name, true, true), "pod/web-0\npod/a-much-longer-name\n");
    }

    #[test]
    fn values_are_separated_by_commas_and_quoted_where_they_must_be() {
        assert_eq!(
            printed(Output::Csv, true, false),
            "NAMESPACE,NAME,STATUS,NODE,AGE\r\n\
             shop,web-0,Running,<none>,5m\r\n\
             shop,a-much-longer-name,\"a,\"\"b\"\"\nc\",<none>,5m\r\n"
        );
    }
}
