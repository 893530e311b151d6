//! The tables, in Markdown, and the same as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::measure::{Reading, median};
use crate::variants::{SINK, Variant, Workload};

/// All runs: for each workload and each variant the readings, one for each repetition.
pub(crate) type Runs = Vec<Vec<Vec<Option<Reading>>>>;

/// Everything that is printed.
#[derive(Debug)]
pub(crate) struct Results<'a> {
    pub(crate) variants: &'a [Variant],
    pub(crate) workloads: &'a [Workload],
    pub(crate) runs: Runs,
    /// Instructions of an operation, by workload and variant; empty if they were not counted.
    pub(crate) instructions: Vec<Vec<Option<f64>>>,
    /// Programs that were left out, and why.
    pub(crate) left_out: Vec<(String, String)>,
}

impl Results<'_> {
    fn median(&self, workload: usize, variant: usize, of: impl Fn(&Reading) -> Option<f64>) -> Option<f64> {
        median(self.runs[workload][variant].iter().flatten().filter_map(of).collect())
    }

    fn time(&self, workload: usize, variant: usize) -> Option<f64> {
        self.median(workload, variant, |reading| Some(reading.time))
    }

    fn kept(&self, workload: usize, variant: usize) -> Option<f64> {
        self.median(workload, variant, |reading| reading.kept)
    }

    /// The median of the ratios, each of two runs of the same repetition.
    fn ratio(&self, workload: usize, above: usize, below: usize) -> Option<f64> {
        let runs = &self.runs[workload];
        let pairs = runs[above].iter().zip(&runs[below]);
        median(pairs.filter_map(|(above, below)| Some(above.as_ref()?.time / below.as_ref()?.time)).collect())
    }

    /// The row of this project with the sink that keeps events.
    fn ours(&self) -> Option<usize> {
        self.variants.iter().position(|variant| variant.sink == SINK)
    }

    fn table(&self, first: &str, titles: &[String], cell: impl Fn(usize, usize) -> String) -> String {
        let mut out = format!("| {first} | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(titles.len()));
        for (row, variant) in self.variants.iter().enumerate() {
            let cells: Vec<String> = (0..titles.len()).map(|column| cell(row, column)).collect();
            if cells.iter().all(|cell| *cell == none()) {
                continue;
            }
            writeln!(out, "| {} | {} |", variant.title, cells.join(" | ")).expect("a string takes text");
        }
        out
    }

    /// The tables: of times, or of instructions where those were counted.
    pub(crate) fn markdown(&self) -> String {
        let titles: Vec<String> = self.workloads.iter().map(|workload| workload.title.to_owned()).collect();
        // Only times have a unit.
        let plain: Vec<String> = titles.iter().map(|title| title.replace(", in µs", "")).collect();
        let mut tables = Vec::new();
        if self.instructions.is_empty() {
            let mut with_keeps = titles.clone();
            with_keeps.push("keeps".to_owned());
            tables
                .push(self.table("ns, and against plain", &with_keeps, |row, column| self.cell(row, column)));
            let ratio = |row, column| self.ours().and_then(|ours| self.ratio(column, ours, row));
            let compared = "trace-memory, `bin:PATH`, against".to_owned();
            tables.push(
                self.table(&compared, &plain, |row, column| ratio(row, column).map_or_else(none, times)),
            );
            let kept = |row, column| self.kept(column, row).map_or_else(none, digits);
            tables.push(self.table("events kept of an operation", &plain, kept));
        } else {
            let cell = |row: usize, column: usize| self.instructions[column][row].map_or_else(none, digits);
            tables.push(self.table("instructions of an operation", &plain, cell));
        }
        tables.extend(self.left_out.iter().map(|(name, why)| format!("{name} is left out: {why}\n")));
        tables.join("\n")
    }

    fn cell(&self, row: usize, column: usize) -> String {
        let Some(workload) = self.workloads.get(column) else {
            return self.variants[row].keeps.to_owned();
        };
        let ratio = self.ratio(column, row, 0).map_or_else(none, times);
        self.time(column, row).map_or_else(none, |time| format!("{} ({ratio})", digits(time / workload.unit)))
    }

    /// All numbers, with those of each repetition.
    pub(crate) fn json(&self) -> Value {
        let row = |column: usize, row: usize| {
            let times: Vec<_> = self.runs[column][row].iter().flatten().map(|reading| reading.time).collect();
            json!({
                "variant": self.variants[row].title.replace(['*', '`'], ""),
                "ns": self.time(column, row),
                "against_plain": self.ratio(column, row, 0),
                "ours_against_it": self.ours().and_then(|ours| self.ratio(column, ours, row)),
                "events_kept": self.kept(column, row),
                "instructions": self.instructions.get(column).and_then(|rows| rows[row]),
                "repetitions_ns": times,
            })
        };
        let workloads = self.workloads.iter().enumerate().map(|(column, workload)| {
            let rows: Vec<Value> = (0..self.variants.len()).map(|number| row(column, number)).collect();
            json!({ "workload": workload.name, "threads": workload.threads, "variants": rows })
        });
        let left_out = self.left_out.iter().map(|(name, why)| json!({ "program": name, "why": why }));
        json!({
            "sink": SINK,
            "workloads": workloads.collect::<Vec<_>>(),
            "left_out": left_out.collect::<Vec<_>>(),
        })
    }
}

fn none() -> String {
    "–".to_owned()
}

fn times(ratio: f64) -> String {
    format!("×{}", digits(ratio))
}

/// Three digits or more.
fn digits(number: f64) -> String {
    match number {
        number if number < 10.0 => format!("{number:.2}"),
        number if number < 100.0 => format!("{number:.1}"),
        number => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Results;
    use crate::measure::Reading;
    use crate::variants::{variants, workloads};

    #[test]
    fn ratios_are_of_the_same_repetition() {
        let (variants, workloads) = (variants(), workloads());
        let reading = |time| Some(Reading { time, kept: None });
        let mut runs = vec![vec![Vec::new(); variants.len()]; workloads.len()];
        runs[0][0] = vec![reading(1.0), reading(2.0), reading(10.0)];
        runs[0][1] = vec![reading(3.0), reading(6.0), None];
        let left_out = vec![("dhat".to_owned(), "it does not build".to_owned())];
        let results =
            Results { variants: &variants, workloads: &workloads, runs, instructions: Vec::new(), left_out };
        let text = results.markdown();
        assert!(text.contains("| floor, buffer reused | 4.50 (×3.00) | – |"), "{text}");
        assert!(text.contains("dhat is left out: it does not build"), "{text}");
        assert_eq!(results.json()["workloads"][0]["variants"][1]["against_plain"], 3.0);
    }
}
