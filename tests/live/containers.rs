//! The rows of containers say what `kubectl describe pod` says of each: the server has no table of them.

use std::collections::BTreeMap;

use serde_json::Value;

use kx::kinds::{Cell, Encoding, modelled};
use kx::store::{Interner, Row};
use kx::wire::Quantity;

use crate::labs;
use crate::support::now;

/// What kubectl says of a container: its section, its name, and its fields, `State/Reason` among them.
struct Told {
    section: String,
    name: String,
    fields: BTreeMap<String, String>,
}

/// The sections with containers, and those that follow them.
const SECTIONS: [&str; 6] =
    ["Init Containers", "Containers", "Ephemeral Containers", "Conditions", "Volumes", "QoS Class"];

/// The containers in a describe of one pod.
fn told(text: &str) -> Vec<Told> {
    let (mut all, mut section, mut field) = (Vec::<Told>::new(), String::new(), String::new());
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let (key, value) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
        let value = value.trim().to_owned();
        match indent {
            // A text of several lines goes on at the beginning of a line.
            0 if SECTIONS.contains(&key) => key.clone_into(&mut section),
            0 => {}
            _ if !section.ends_with("Containers") => {}
            2 => all.push(Told {
                section: section.clone(),
                name: key.to_owned(),
                fields: BTreeMap::new(),
            }),
            4 => {
                key.clone_into(&mut field);
                let fields = &mut all.last_mut().unwrap().fields;
                fields.insert(field.clone(), value);
            }
            _ => {
                let fields = &mut all.last_mut().unwrap().fields;
                fields.insert(format!("{field}/{key}"), value);
            }
        }
    }
    all
}

impl Told {
    fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    fn state(&self) -> String {
        let reason = self.get("State/Reason");
        match self.get("State") {
            "Running" => "Running".to_owned(),
            "Terminated" if reason.is_empty() => match self.get("State/Signal") {
                "" => format!("ExitCode:{}", self.get("State/Exit Code")),
                signal => format!("Signal:{signal}"),
            },
            // Of what has no status yet kubectl says nothing.
            "" | "Waiting" if reason.is_empty() => "Waiting".to_owned(),
            _ => reason.to_owned(),
        }
    }

    /// `80/TCP,53/UDP`, without the names of ports.
    fn ports(&self) -> String {
        let ports = [self.get("Port"), self.get("Ports")].concat();
        let ports = ports.split(',').map(|port| port.split_whitespace().next().unwrap_or_default());
        ports.collect::<Vec<_>>().join(",")
    }

    fn amount(&self, field: &str, cell: fn(&Quantity) -> Cell) -> String {
        match self.fields.get(field) {
            Some(text) => cell(&Quantity { text: text.clone() }).text(0),
            None => "<none>".to_owned(),
        }
    }

    /// The texts of its row: NAME, IMAGE, READY, STATE, RESTARTS, TYPE, PORTS and what it requests and may take at most.
    fn row(&self, spec: &Value) -> Vec<String> {
        let cpu: fn(&Quantity) -> Cell = |q| Cell::Millicores(q.milli().unwrap());
        let memory: fn(&Quantity) -> Cell = |q| Cell::Bytes(q.value().unwrap());
        let or = |text: &str, none: &str| if text.is_empty() { none } else { text }.to_owned();
        let kind = match self.section.as_str() {
            "Init Containers" if spec["restartPolicy"] == "Always" => "sidecar",
            "Init Containers" => "init",
            "Ephemeral Containers" => "ephemeral",
            _ => "main",
        };
        vec![
            self.name.clone(),
            self.get("Image").to_owned(),
            or(self.get("Ready"), "False").to_lowercase(),
            self.state(),
            or(self.get("Restart Count"), "0"),
            kind.to_owned(),
            self.ports(),
            self.amount("Requests/cpu", cpu),
            self.amount("Limits/cpu", cpu),
            self.amount("Requests/memory", memory),
            self.amount("Limits/memory", memory),
        ]
    }
}

const COLUMNS: [&str; 11] = [
    "NAME", "IMAGE", "READY", "STATE", "RESTARTS", "TYPE", "PORTS", "CPU/R", "CPU/L", "MEM/R",
    "MEM/L",
];

fn texts(row: &Row) -> Vec<String> {
    let columns = &modelled("", "containers").unwrap().columns;
    let cell = |name: &&str| columns.iter().find(|c| c.name == **name).unwrap().cell(row);
    let text = |name: &&str| match cell(name) {
        // When it last restarted is not what is compared.
        Cell::CountAgo { count, .. } => count.to_string(),
        cell => cell.text(now()),
    };
    COLUMNS.iter().map(text).collect()
}

#[test]
fn every_container_reads_as_kubectl_describes_it() {
    let lab = labs::still();
    let pods: Value =
        serde_json::from_str(&lab.run(["get", "pods", "-n=rich", "-o=json"])).unwrap();
    let kind = modelled("", "containers").unwrap();
    let described = lab.run(["describe", "pods", "-n=rich", "--show-events=false"]);
    // kubectl writes two empty lines between objects.
    let described: Vec<_> = described.split("\n\n\nName:").collect();
    let pods = pods["items"].as_array().unwrap();
    assert_eq!(described.len(), pods.len());
    let (mut seen, mut types) = (0, BTreeMap::<String, usize>::new());
    for (pod, described) in pods.iter().zip(described) {
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        kind.decode(Encoding::Json, pod.to_string().as_bytes(), &mut interner, &mut rows).unwrap();
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        let specs =
            lists.iter().flat_map(|list| pod["spec"][list].as_array().into_iter().flatten());
        let theirs: Vec<_> =
            told(described).iter().zip(specs).map(|(told, spec)| told.row(spec)).collect();
        let ours: Vec<_> = rows.iter().map(texts).collect();
        assert_eq!(ours, theirs, "{}: {COLUMNS:?}", pod["metadata"]["name"]);
        seen += ours.len();
        ours.iter().for_each(|row| *types.entry(row[5].clone()).or_default() += 1);
    }
    assert!(seen > 30, "only {seen} containers");
    assert_eq!(types.keys().collect::<Vec<_>>(), ["ephemeral", "init", "main", "sidecar"]);
}
